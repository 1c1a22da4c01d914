package service_test

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/config"
)

// page returns the overview as it is read.
func (h *held) page() string {
	h.t.Helper()
	r, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, "http://"+h.admin+"/", nil)
	h.ok(err)
	res, err := http.DefaultClient.Do(r)
	h.ok(err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	h.ok(err)
	if res.StatusCode != 200 {
		h.t.Fatalf("%d %s", res.StatusCode, data)
	}
	return string(data)
}

var tags = regexp.MustCompile(`\s*<[^>]*>\s*`)

// sign returns what the overview says of one thing: its state, its text and its hint.
func (h *held) sign(name string) string {
	h.t.Helper()
	_, rest, ok := strings.Cut(h.page(), `<th scope="row">`+name+`</th>`)
	if !ok {
		return ""
	}
	rest, _, _ = strings.Cut(rest, "</tr>")
	return strings.TrimSpace(strings.NewReplacer("&#34;", `"`, "&#43;", "+").Replace(tags.ReplaceAllString(rest, " ")))
}

// becomes waits until a sign says all the parts.
func (h *held) becomes(name string, parts ...string) string {
	h.t.Helper()
	var got string
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); <-time.After(20 * time.Millisecond) {
		got = h.sign(name)
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(got, p) }) {
			return got
		}
	}
	h.t.Errorf("%s never says %q: %s", name, parts, got)
	return got
}

// TestHealthOfTheToken: why the account does not let us in is told with the platform's words and what helps, and the token never.
func TestHealthOfTheToken(t *testing.T) {
	h := hold(t, nil)
	h.platform.Script(wechattest.Fault{Path: "/cgi-bin/stable_token", Times: -1, Code: 40164})
	h.becomes("访问令牌", "异常", "取不到", "40164 invalid ip 203.0.113.7", "加进白名单")
	if got := h.sign("模板消息额度"); !strings.Contains(got, "还没有查到") {
		t.Errorf("a quota without a token: %s", got)
	}
	h.platform.Heal()
	h.platform.Script(wechattest.Fault{Path: "/cgi-bin/stable_token", Times: -1, Code: 40001})
	h.clock.move(6 * time.Minute)
	h.becomes("访问令牌", "40001", "核对 wechat.app_secret")
	h.platform.Heal()
	h.clock.move(6 * time.Minute)
	h.becomes("访问令牌", "正常", "有效，到 2026-11-23 13:1")
	for _, token := range h.platform.Tokens() {
		if token != "" && strings.Contains(h.page(), token) {
			t.Error("the page shows the token")
		}
	}
}

// TestHealthOfTheQuota: the quota of each call that is used is told, what cannot be asked for is told as such, and the platform is asked once
// in five minutes however often somebody looks; nobody waits for it for longer than a second.
func TestHealthOfTheQuota(t *testing.T) {
	skipLong(t)
	h := hold(t, func(c *config.Config) { c.WeChat.CustomerMessages, c.WeChat.StatusSubscription = true, "sub" })
	h.report("a", vocab.StagePlatformReview)
	h.ends("a", push.Sent, "")
	h.platform.Limit(wechat.PathTemplate, 10)
	h.platform.Limit(wechat.PathCustomer, -1)
	h.platform.Script(wechattest.Fault{Path: "/cgi-bin/openapi/quota/get", Delay: 3 * time.Second})
	began := time.Now()
	if got := h.sign("模板消息额度"); !strings.Contains(got, "还没有查到") || time.Since(began) > 2500*time.Millisecond {
		t.Errorf("after %v: %s", time.Since(began), got)
	}
	h.becomes("模板消息额度", "正常", "今天用了 1／10，还剩 9")
	h.becomes("客服消息额度", "留意", "没有权限：76022")
	h.becomes("订阅通知额度", "今天用了 0／100000")
	for range 5 {
		h.page()
	}
	if n := h.platform.Calls("/cgi-bin/openapi/quota/get"); n != 3 {
		t.Errorf("the platform was asked %d times", n)
	}
	h.platform.Limit(wechat.PathTemplate, 1)
	h.clock.move(6 * time.Minute)
	h.becomes("模板消息额度", "异常", "今天用了 1／1，还剩 0", "用完了")
	h.edited(func(c *config.Config) { c.WeChat.CustomerMessages, c.WeChat.StatusSubscription = false, "" }, "wechat.status_subscription", "wechat.customer_messages")
	if h.sign("客服消息额度") != "" {
		t.Error("the quota of what is not used")
	}
}

// TestHealthOfCallbacks: none yet says what to check; a wrong key or signature says which; the last one outlives the program; and long silence
// is something to look at.
func TestHealthOfCallbacks(t *testing.T) {
	h := hold(t, nil)
	h.becomes("平台回调", "留意", "还没有收到过", "服务器配置")
	say := func(p *wechattest.Phone) { _, _ = p.Say(t.Context(), "帮助") }
	say(h.as(func(a *wechattest.Account) { a.Token = "another" }))
	h.becomes("平台回调", "留意", "还没有收到过", "签名不对")
	say(h.as(func(a *wechattest.Account) { a.AESKey = otherKey }))
	h.becomes("平台回调", "异常", "核对两边的 EncodingAESKey")
	say(h.me)
	h.becomes("平台回调", "正常", "最近一次 2026-11-23 11:0")
	h.clock.move(25 * time.Hour)
	h.becomes("平台回调", "留意", "最近一次 2026-11-23 11:0", "没有再收到")
	h.ok(h.s.Stop(t.Context()))

	later := hold(t, func(c *config.Config) { *c = h.config })
	later.becomes("平台回调", "正常", "最近一次 2026-11-23 11:0")
}

// TestHealthOfSending: a pause, and a channel that rests, are told with until when and why.
func TestHealthOfSending(t *testing.T) {
	h := hold(t, nil)
	h.becomes("主动通知", "正常", "可用")
	h.platform.Script(wechattest.Fault{Path: templatePath, Times: 1, Code: 45009})
	h.report("a", vocab.StagePlatformReview)
	h.ends("a", push.Pending, vocab.ReasonQuota)
	h.becomes("模板消息", "留意", "停到 2026-11-24 00:00", "45009", "次日零点恢复")
	h.ok(h.s.Store().SetPaused(t.Context(), push.Pause{Since: h.clock.Now(), Why: "模板在改"}))
	h.becomes("主动通知", "留意", "暂停：模板在改")
	h.clock.move(20 * time.Hour)
	if got := h.sign("模板消息"); got != "" {
		t.Errorf("rests for ever: %s", got)
	}
	bare := hold(t, func(c *config.Config) { c.WeChat.AppSecret, c.WeChat.StatusTemplate = "", "" })
	bare.becomes("访问令牌", "没有配置 AppSecret")
	bare.becomes("主动通知", "没有可用的方式")
}

// TestHealthOfReloads: what was refused is told with its reason until it is mended, keys that wait are named, and so is a year without holidays.
func TestHealthOfReloads(t *testing.T) {
	h := hold(t, nil)
	h.becomes("知识", "正常", "个话题")
	dir := t.TempDir()
	file := filepath.Join(dir, "own.yaml")
	h.ok(os.WriteFile(file, []byte("group: time\nentries:\n  - unheard: 1\n"), 0o600))
	if _, err := h.edit(func(c *config.Config) { c.KB.Dir = dir }); err == nil {
		t.Fatal("not refused")
	}
	h.becomes("知识", "异常", "被拒绝", "own.yaml", "改好")
	h.ok(os.Remove(file))
	_, err := h.edit(func(c *config.Config) { c.Listen = ":1" })
	h.ok(err)
	h.becomes("知识", "正常")
	h.becomes("配置", "留意", "重启后才生效：listen")
	h.becomes("节假日日历", "没有 2027 年的放假安排", "2027.json")
	h.becomes("存储", "正常", "有响应")
}

// TestPushesByDay: what was told, at once or with the next message, and what an operator has to look at, is counted by day and drawn.
func TestPushesByDay(t *testing.T) {
	skipLong(t)
	h := hold(t, nil)
	h.report("a", vocab.StagePlatformReview)
	h.ends("a", push.Sent, "")
	h.platform.Script(wechattest.Fault{Path: templatePath, Times: 1, Code: 47003})
	h.report("b", vocab.StagePlatformReview)
	h.ends("b", push.Held, vocab.ReasonContent)
	h.platform.Script(wechattest.Fault{Path: templatePath, Times: 1, Code: 48001})
	h.report("c", vocab.StagePlatformReview)
	h.ends("c", push.Held, vocab.ReasonForbidden)
	h.wants(h.says("你好").Text, "小店b", "小店c")
	var days map[string]map[string]int64
	for end := time.Now().Add(15 * time.Second); time.Now().Before(end); <-time.After(100 * time.Millisecond) {
		var err error
		days, err = h.s.Store().Tallies(t.Context(), "2026-11-23", "2026-11-23")
		h.ok(err)
		if days["2026-11-23"]["push:told"] == 3 {
			break
		}
	}
	if d := days["2026-11-23"]; d["push:told"] != 3 || d["push:stuck"] != 2 {
		t.Errorf("%v", d)
	}
	_, chart, _ := strings.Cut(h.page(), "推送结果")
	chart, _, _ = strings.Cut(chart, "</figure>")
	h.wants(strings.Join(strings.Fields(tags.ReplaceAllString(chart, " ")), " "), "已告知 3", "需要处理 2", "2026-11-23 3 2")
}

var literal = regexp.MustCompile(`"((?:[^"\\]|\\.)*\p{Han}(?:[^"\\]|\\.)*)"`)

// TestSignsAreTranslated: every text of a sign has its English, taking the same arguments.
func TestSignsAreTranslated(t *testing.T) {
	data, err := os.ReadFile("../../handlers/console/words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	if err := json.Unmarshal(data, &words); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, file := range []string{"health.go", "quotas.go"} {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(code), -1) {
			texts = append(texts, m[1])
		}
	}
	if len(texts) < 40 {
		t.Fatalf("only %d texts", len(texts))
	}
	for _, c := range wechat.Codes() {
		if c.Class == wechat.ClassSetup || c.Class == wechat.ClassLater {
			texts = append(texts, c.Advice)
		}
	}
	for _, text := range texts {
		w, ok := words[text]
		if !ok {
			t.Errorf("no English for %q", text)
		} else if strings.Count(w, "%") != strings.Count(text, "%") {
			t.Errorf("%q and %q take different arguments", text, w)
		}
	}
}
