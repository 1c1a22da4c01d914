package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	beianbot "github.com/beianbot/beianbot/bot"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// built is the folder of the program under test, once a test asked for it.
var built string

// binary is the program, built once for all tests of this package.
var binary = sync.OnceValues(func() (string, error) {
	var err error
	if built, err = os.MkdirTemp("", "beianbot-e2e-"); err != nil {
		return "", err
	}
	path := filepath.Join(built, "beianbot")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

// TestMain runs the tests. In a process that startBy began it is the program instead, by the clock it was given: so
// the program under test needs no switch for its clock.
func TestMain(m *testing.M) {
	if ahead := os.Getenv(envAhead); ahead != "" {
		d, err := time.ParseDuration(ahead)
		if err != nil {
			fmt.Fprintln(os.Stderr, envAhead, err)
			os.Exit(2)
		}
		_ = os.Unsetenv(envAhead)
		os.Exit(beianbot.RunProcess(testClock{d}.Now, os.Args[1:]))
	}
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(built)
	}
	os.Exit(code)
}

const (
	adminToken = "an-admin-token-of-32-characters!"
	template   = "the-status-template"
)

// skipLong skips a test that takes long in short mode. The check runs it.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: takes long")
	}
}

// program is a running beianbot.
type program struct {
	t             *testing.T
	cmd           *exec.Cmd
	public, admin string
	mu            sync.Mutex
	log           bytes.Buffer
	exited        chan struct{}
}

var served = regexp.MustCompile(`msg=serving listen=(\S+) admin_listen=(\S+)`)

// start runs the program with a configuration in the environment and waits until it serves.
func start(t *testing.T, env ...string) *program {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return startCommand(t, exec.Command(path, "serve"), env...)
}

// startBy is start for a program that lives by a clock of the test's. It is this very binary: see TestMain.
func startBy(t *testing.T, clock testClock, env ...string) *program {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return startCommand(t, exec.Command(path, "serve"), append(env, envAhead+"="+clock.ahead.String())...)
}

func startCommand(t *testing.T, cmd *exec.Cmd, env ...string) *program {
	t.Helper()
	p := &program{t: t, cmd: cmd, exited: make(chan struct{})}
	p.cmd.Env = append(programEnv(), append([]string{
		"BEIANBOT_LISTEN=127.0.0.1:0", "BEIANBOT_ADMIN_LISTEN=127.0.0.1:0", "BEIANBOT_ADMIN_TOKEN=" + adminToken,
		"BEIANBOT_LOG_LEVEL=debug", "BEIANBOT_PUSH_QUIET_HOURS=off",
	}, env...)...)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	go func() {
		defer close(p.exited)
		var once sync.Once
		for in := bufio.NewScanner(stderr); in.Scan(); {
			line := in.Text()
			p.mu.Lock()
			p.log.WriteString(line + "\n")
			if m := served.FindStringSubmatch(line); m != nil {
				p.public, p.admin = m[1], m[2]
				once.Do(func() { close(ready) })
			}
			p.mu.Unlock()
		}
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); <-p.exited })
	select {
	case <-ready:
	case <-p.exited:
		t.Fatalf("the program ended:\n%s", p.logged())
	case <-time.After(time.Minute):
		t.Fatalf("the program does not serve:\n%s", p.logged())
	}
	return p
}

func (p *program) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// stop asks the program to end and waits until it has.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(25 * time.Second):
		p.t.Fatalf("the program does not stop:\n%s", p.logged())
	}
	if !p.cmd.ProcessState.Success() {
		p.t.Errorf("ended with %v:\n%s", p.cmd.ProcessState, p.logged())
	}
}

// api calls the JSON API and returns the status and the decoded answer.
func (p *program) api(method, path string, body any) (int, map[string]any) {
	p.t.Helper()
	var in io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			p.t.Fatal(err)
		}
		in = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.admin+path, in)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	out := map[string]any{}
	data, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &out); err != nil {
			p.t.Fatalf("%s %s: %v: %s", method, path, err, data)
		}
	}
	return res.StatusCode, out
}

// put reports a filing's state and returns the answer, which must be a good one.
func (p *program) put(id string, body map[string]any) map[string]any {
	p.t.Helper()
	status, out := p.api(http.MethodPut, "/api/v1/filings/"+id, body)
	if status != http.StatusOK {
		p.t.Fatalf("report refused with %d: %v", status, out)
	}
	return out
}

// code makes a claim code.
func (p *program) code(id string) string {
	p.t.Helper()
	status, out := p.api(http.MethodPost, "/api/v1/filings/"+id+"/code", nil)
	if status != http.StatusOK {
		p.t.Fatalf("no code: %d %v", status, out)
	}
	return out["code"].(string)
}

// person is somebody with a phone.
type person struct {
	*wechattest.Phone
	t *testing.T
}

// says sends a text and returns what the person reads.
func (p person) says(text string) string {
	p.t.Helper()
	a, err := p.Say(p.t.Context(), text)
	if err != nil {
		p.t.Fatalf("%q: %v", text, err)
	}
	if a.Status != http.StatusOK || a.Took > 5*time.Second {
		p.t.Fatalf("%q: status %d after %v", text, a.Status, a.Took)
	}
	return a.Text
}

// written is a text as the platform would deliver it, not sent yet.
func written(t *testing.T, a wechattest.Account, openID, text string) wechattest.Callback {
	t.Helper()
	now := time.Now()
	c, err := a.Wrap(fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", a.ID, openID, now.Unix(), text, now.UnixNano()), openID, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func wants(t *testing.T, what, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%s: %q is not in:\n%s", what, part, got)
		}
	}
}

// eventually waits until ok holds.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		if ok() {
			return
		}
		<-time.After(50 * time.Millisecond)
	}
	t.Fatalf("in vain: %s", what)
}

// account sets up the platform in a box and the configuration of an account there.
func account(t *testing.T) (*wechattest.Platform, []string) {
	t.Helper()
	return accountBy(t, time.Now)
}

// accountBy is account on a platform that lives by a clock.
func accountBy(t *testing.T, now func() time.Time) (*wechattest.Platform, []string) {
	t.Helper()
	platform := wechattest.New(wechattest.Options{AnyUser: true, Now: now})
	base, stop, err := platform.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	a := platform.Account()
	return platform, []string{
		"BEIANBOT_WECHAT_APP_ID=" + a.AppID, "BEIANBOT_WECHAT_APP_SECRET=" + a.AppSecret, "BEIANBOT_WECHAT_TOKEN=" + a.Token,
		"BEIANBOT_WECHAT_AES_KEY=" + a.AESKey, "BEIANBOT_WECHAT_API_BASE=" + base, "BEIANBOT_WECHAT_STATUS_TEMPLATE=" + template,
		"BEIANBOT_WECHAT_CUSTOMER_MESSAGES=true", "BEIANBOT_WECHAT_QR_CODES=true",
	}
}

func TestEndToEnd(t *testing.T) {
	skipLong(t)
	for _, store := range []struct {
		name string
		env  func(t *testing.T) string
	}{
		{"embedded", func(t *testing.T) string { return "BEIANBOT_DATA_DIR=" + t.TempDir() }},
		{"redis", func(t *testing.T) string { return "BEIANBOT_REDIS_URL=" + redistest.Start(t).URL }},
	} {
		t.Run(store.name, func(t *testing.T) {
			whole := t // outlives the steps
			platform, env := account(t)
			env = append(env, store.env(t))
			p := start(t, env...)
			webhook := "http://" + p.public + "/wechat"
			me := person{platform.Phone(webhook, ""), t}

			t.Run("the platform checks the address", func(t *testing.T) {
				status, body, err := me.Verify(t.Context(), "echo-me")
				if err != nil || status != http.StatusOK || body != "echo-me" {
					t.Errorf("%d %q %v", status, body, err)
				}
			})
			t.Run("a question is answered", func(t *testing.T) {
				wants(t, "上海管局要审多久", me.says("上海管局要审多久"), "上海", "1–20 个工作日")
			})
			t.Run("a stranger's status is nobody's business", func(t *testing.T) {
				wants(t, "查进度", me.says("查进度"), "还没有绑定")
			})

			p.put("order-1", map[string]any{"name": "小鹿花店", "platform": "wechat", "province": "上海", "stage": "platform_review"})
			code := p.code("order-1")
			t.Run("a code binds, once, however often it is delivered", func(t *testing.T) {
				first, err := me.Say(t.Context(), strings.ToLower(code)+" ")
				if err != nil {
					t.Fatal(err)
				}
				wants(t, "the code", first.Text, "绑定好了", "小鹿花店", "要我主动告诉您吗")
				var wg sync.WaitGroup
				for range 3 {
					wg.Go(func() {
						again, err := me.Redeliver(t.Context(), first.Callback)
						if err != nil || !bytes.Equal(again.Body, first.Body) {
							t.Errorf("the same delivery got another reply: %v", err)
						}
					})
				}
				wg.Wait()
			})
			t.Run("three deliveries at once have one effect", func(t *testing.T) {
				other := person{platform.Phone(webhook, ""), t}
				c := written(t, platform.Account(), other.OpenID(), code)
				bodies := make([][]byte, 3)
				var wg sync.WaitGroup
				for i := range bodies {
					wg.Go(func() {
						a, err := other.Redeliver(context.WithoutCancel(t.Context()), c)
						if err != nil {
							t.Error(err)
							return
						}
						wants(t, "the code", a.Text, "绑定好了")
						bodies[i] = a.Body
					})
				}
				wg.Wait()
				if !bytes.Equal(bodies[0], bodies[1]) || !bytes.Equal(bodies[1], bodies[2]) {
					t.Error("three deliveries got different replies")
				}
				if _, out := p.api(http.MethodGet, "/api/v1/filings/order-1/followers", nil); len(out["followers"].([]any)) != 2 {
					t.Errorf("followers: %v, want two", out)
				}
			})
			t.Run("nothing is pushed without a yes", func(t *testing.T) {
				if out := p.put("order-1", map[string]any{"subject": "小鹿花艺工作室"}); out["pushes"] != 0.0 {
					t.Errorf("%v", out)
				}
			})
			t.Run("a change reaches who said yes, once", func(t *testing.T) {
				wants(t, "订阅通知", me.says("订阅通知"), "会告诉您")
				out := p.put("order-1", map[string]any{"stage": "sms_pending"})
				if out["changed"] != true {
					t.Errorf("the report changed nothing: %v", out)
				}
				if again := p.put("order-1", map[string]any{"stage": "sms_pending"}); again["changed"] != false || again["pushes"] != 0.0 {
					t.Errorf("the same report again: %v", again)
				}
				eventually(t, "a template message arrives", func() bool { return len(platform.Delivered("")) > 0 })
				got := platform.Delivered("")
				if len(got) != 1 || got[0].OpenID != me.OpenID() || got[0].Channel != wechattest.ChannelTemplate || got[0].Template != template {
					t.Fatalf("delivered: %+v", got)
				}
				wants(t, "the notice", fmt.Sprint(got[0].Data), "小鹿花店", "短信")
			})
			t.Run("the status tells the stage and the next step", func(t *testing.T) {
				wants(t, "查进度", me.says("我的进度呢"), "小鹿花店", "短信", "beian.miit.gov.cn", "24 小时")
			})
			t.Run("an older report is refused", func(t *testing.T) {
				status, out := p.api(http.MethodPut, "/api/v1/filings/order-1", map[string]any{"stage": "filed", "at": time.Now().Add(-time.Hour)})
				if status != http.StatusConflict || !strings.Contains(fmt.Sprint(out), "stale_report") {
					t.Errorf("%d %v", status, out)
				}
			})
			t.Run("nothing is lost by a restart", func(t *testing.T) {
				platform.Script(wechattest.Fault{Path: "/cgi-bin/message/template/send", Times: 1, Code: -1})
				p.put("order-1", map[string]any{"stage": "authority_review"})
				p.stop()
				platform.Heal()
				p = start(whole, env...)
				webhook = "http://" + p.public + "/wechat"
				me = person{platform.Phone(webhook, me.OpenID()), t}
				wants(t, "查进度", me.says("查进度"), "小鹿花店", "管局审核中")
				eventually(t, "the notice of before the restart arrives", func() bool { return len(platform.Delivered(me.OpenID())) >= 2 })
				if n := len(platform.Delivered(me.OpenID())); n != 2 {
					t.Errorf("%d notices, want 2", n)
				}
			})
			t.Run("no secret and no person is in the log", func(t *testing.T) {
				p.stop()
				log := p.logged()
				for _, secret := range []string{me.OpenID(), adminToken, platform.Account().AppSecret, platform.Account().AESKey, code, "小鹿花店"} {
					if strings.Contains(log, secret) {
						t.Errorf("the log holds %q:\n%s", secret, log)
					}
				}
			})
		})
	}
}

// With Redis gone, what needs no store is answered as ever, and what needs it is met politely; and all is well when it comes back.
func TestRedisGone(t *testing.T) {
	redis := redistest.Start(t)
	platform, env := account(t)
	p := start(t, append(env, "BEIANBOT_REDIS_URL="+redis.URL)...)
	me := person{platform.Phone("http://"+p.public+"/wechat", ""), t}
	p.put("order-1", map[string]any{"name": "小鹿花店", "stage": "platform_review"})
	wants(t, "the code", me.says(p.code("order-1")), "绑定好了")

	redis.Kill()
	wants(t, "a question without Redis", me.says("短信核验怎么做"), "beian.miit.gov.cn")
	wants(t, "a status question without Redis", me.says("查进度"), "暂时读不到")
	if res, err := http.Get("http://" + p.admin + "/readyz"); err != nil || res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready without Redis: %v %v", res, err)
	}

	if err := redis.Restart(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the status is told again", func() bool { return strings.Contains(me.says("查进度"), "小鹿花店") })
}

// Whatever is sent by somebody who is not the platform has no effect and gets no answer.
func TestStrangers(t *testing.T) {
	platform, env := account(t)
	p := start(t, append(env, "BEIANBOT_DATA_DIR="+t.TempDir())...)
	phone := platform.Phone("http://"+p.public+"/wechat", "")
	good := written(t, platform.Account(), phone.OpenID(), "你好")
	post := func(query string, body []byte) int {
		res, err := http.Post("http://"+p.public+"/wechat?"+query, "text/xml", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		return res.StatusCode
	}
	forged := good.Query
	plain := []byte("<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>查进度</Content><MsgId>1</MsgId></xml>")
	signature, nonce, timestamp := forged.Get("signature"), forged.Get("nonce"), forged.Get("timestamp")
	for _, tt := range []struct {
		name, query string
		body        []byte
		want        int
	}{
		{"no signature", "", plain, 403},
		{"plaintext under a good signature", "signature=" + signature + "&nonce=" + nonce + "&timestamp=" + timestamp, plain, 403},
		{"a wrong signature", "signature=" + strings.Repeat("0", 40) + "&nonce=" + nonce + "&timestamp=" + timestamp, good.Body, 403},
		{"too much", good.Query.Encode(), bytes.Repeat([]byte("x"), 70<<10), 413},
		{"as it should be", good.Query.Encode(), good.Body, 200},
	} {
		if got := post(tt.query, tt.body); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
	for _, tt := range []struct {
		method, path string
		want         int
	}{
		{"DELETE", "/wechat", 405},
		{"GET", "/wechat", 403},
		{"GET", "/livez", 200},
		{"GET", "/metrics", 404},
		{"GET", "/api/v1/filings", 404},
		{"GET", "/", 404},
	} {
		req, _ := http.NewRequestWithContext(t.Context(), tt.method, "http://"+p.public+tt.path, nil)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("public %s %s: %d, want %d", tt.method, tt.path, res.StatusCode, tt.want)
		}
	}
	res, err := http.Get("http://" + p.admin + "/api/v1/filings")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("the API without a token: %d", res.StatusCode)
	}
}
