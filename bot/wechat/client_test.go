package wechat_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// box is a platform in a box with a client and a follower.
type box struct {
	*wechattest.Platform
	client *wechat.Client
	user   string
	log    *syncBuffer
	mu     sync.Mutex
	now    time.Time
	seen   []wechat.Observation
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (b *box) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *box) forward(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// fault makes the next call beside those for tokens fail with a code.
func (b *box) fault(code int) { b.Script(wechattest.Fault{Path: templatePath, Code: code}) }

const templatePath = "/cgi-bin/message/template/send"

func newPlatform(t *testing.T, now time.Time, change ...func(*wechat.ClientOptions)) *box {
	t.Helper()
	b := &box{now: now, user: wechattest.NewOpenID(), log: &syncBuffer{}}
	b.Platform = wechattest.New(wechattest.Options{Now: b.clock})
	b.Know(b.user)
	account := b.Account()
	o := wechat.ClientOptions{
		AppID: account.AppID, AppSecret: account.AppSecret, BaseURL: "http://platform.test", HTTP: &http.Client{Transport: b.Transport()}, Now: b.clock,
		Log: slog.New(slog.NewJSONHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Observe: func(o wechat.Observation) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.seen = append(b.seen, o)
		},
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	if b.client, err = wechat.NewClient(o); err != nil {
		t.Fatal(err)
	}
	return b
}

// replica returns another client of the same platform.
func (b *box) replica(t *testing.T, change ...func(*wechat.ClientOptions)) *box {
	t.Helper()
	other := newPlatform(t, b.clock(), append([]func(*wechat.ClientOptions){func(o *wechat.ClientOptions) {
		o.HTTP, o.Now = &http.Client{Transport: b.Transport()}, b.clock
	}}, change...)...)
	other.user = b.user
	return other
}

func template(user string) wechat.TemplateMessage {
	return wechat.TemplateMessage{ToUser: user, TemplateID: "T1", URL: "https://example.com/?a=1&b=2", Data: map[string]wechat.Item{
		"thing1": {Value: "我的小程序<a&b>"},
	}}
}

func asError(t *testing.T, err error) *wechat.Error {
	t.Helper()
	var e *wechat.Error
	if !errors.As(err, &e) {
		t.Fatalf("not a *wechat.Error: %v", err)
	}
	return e
}

// checkSecrets fails when any of the words hold a secret, an openid or a token.
func (b *box) checkSecrets(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range append(words, b.log.String()) {
		for _, secret := range append(b.Tokens(), b.Account().AppSecret, b.user, "SECRET") {
			if secret != "" && (strings.Contains(w, secret) || strings.Contains(w, url.QueryEscape(secret))) {
				t.Errorf("%q tells a secret", w)
			}
		}
	}
}

func TestSends(t *testing.T) {
	b := newPlatform(t, noon)
	ctx := t.Context()
	m := template(b.user)
	m.ClientMsgID = "push-1"
	id, err := b.client.SendTemplate(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.client.SendTemplate(ctx, m)
	if err != nil || again != id || id == "" || id == "0" {
		t.Errorf("id %q, then %q, %v", id, again, err)
	}
	b.Credit(b.user, "S1", 1)
	notice := wechat.SubscriptionNotice{ToUser: b.user, TemplateID: "S1", Page: "https://example.com", Data: map[string]wechat.Item{"thing1": {Value: "名字"}}}
	if err := b.client.SendSubscription(ctx, notice); err != nil {
		t.Error(err)
	}
	if e := asError(t, b.client.SendSubscription(ctx, notice)); e.Code != 43101 || e.Class != wechat.ClassRouteClosed || e.Unsure {
		t.Errorf("%+v", e)
	}
	r := chat.Reply{Text: "短信核验要在 24 小时内完成 & <尽快>", Choices: []chat.Choice{{Label: "怎么做"}}}
	if e := asError(t, b.client.SendReply(ctx, b.user, r)); e.Code != 45015 {
		t.Errorf("%+v", e)
	}
	b.Open(b.user, chat.WindowTap)
	if err := b.client.SendReply(ctx, b.user, r); err != nil {
		t.Error(err)
	}
	got := b.Delivered(b.user)
	want := []wechattest.Delivery{
		{OpenID: b.user, Channel: wechattest.ChannelTemplate, Template: "T1", URL: m.URL, Data: map[string]string{"thing1": "我的小程序<a&b>"}, ClientMsgID: "push-1"},
		{OpenID: b.user, Channel: wechattest.ChannelSubscription, Template: "S1", URL: "https://example.com", Data: map[string]string{"thing1": "名字"}},
		{
			OpenID: b.user, Channel: wechattest.ChannelCustomer, Content: wechat.Content(r), Text: "短信核验要在 24 小时内完成 & ＜尽快>\n1. 怎么做",
			Links: []wechattest.Link{{Label: "怎么做", Words: "怎么做", ID: "1"}},
		},
	}
	for i := range got {
		got[i].At, got[i].MsgID = time.Time{}, 0
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := b.Calls("/cgi-bin/stable_token"); n != 1 {
		t.Errorf("%d tokens fetched", n)
	}
	if o := b.seen[1]; o.Op != "template.send" || o.Answer != wechat.AnswerOK || o.Took < 0 {
		t.Errorf("observed %+v", o)
	}
	b.checkSecrets(t)
}

func TestAccountCalls(t *testing.T) {
	b := newPlatform(t, noon)
	ctx := t.Context()
	buttons := []wechat.Button{
		{Type: "click", Name: "查进度", Key: "status"},
		{Name: "更多", Buttons: []wechat.Button{{Type: "click", Name: "帮助", Key: "help"}}},
	}
	if err := b.client.SetMenu(ctx, buttons); err != nil {
		t.Fatal(err)
	}
	got := b.Menu()
	if len(got) != 2 || got[0].Key != "status" || len(got[1].Buttons) != 1 || got[1].Buttons[0].Name != "帮助" {
		t.Errorf("the menu is %+v", got)
	}
	if e := asError(t, b.client.SetMenu(ctx, append(buttons, buttons...))); e.Reason != "menu_buttons" {
		t.Error(e)
	}

	qr, err := b.client.CreateQR(ctx, "BA-7K3M-Q9XD", 24*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if scene, ok := b.Scene(b.client.ShowQRURL(qr.Ticket)); scene != "BA-7K3M-Q9XD" || !ok {
		t.Errorf("scene %q", scene)
	}
	if scene, ok := b.Scene(qr.URL); scene != "BA-7K3M-Q9XD" || !ok {
		t.Errorf("scene %q", scene)
	}
	w := httptest.NewRecorder()
	b.ServeHTTP(w, httptest.NewRequest(http.MethodGet, b.client.ShowQRURL(qr.Ticket), nil))
	if w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("\x89PNG")) {
		t.Errorf("picture: %d", w.Code)
	}
	for _, scene := range []string{"", strings.Repeat("x", 65)} {
		if _, err := b.client.CreateQR(ctx, scene, time.Hour); err == nil {
			t.Errorf("scene %q", scene)
		}
	}
}

// Which failures may have taken effect, over real connections.
func TestUnsure(t *testing.T) {
	p := wechattest.New(wechattest.Options{AnyUser: true})
	base, stop, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	account := p.Account()
	var seen wechat.Observation // of the last call
	newClient := func(base string, hc *http.Client, tokens wechat.TokenStore) *wechat.Client {
		c, err := wechat.NewClient(wechat.ClientOptions{
			AppID: account.AppID, AppSecret: account.AppSecret, BaseURL: base, HTTP: hc, Tokens: tokens,
			Observe: func(o wechat.Observation) { seen = o },
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	b := &box{Platform: p, user: wechattest.NewOpenID(), log: &syncBuffer{}}
	for _, c := range []struct {
		name      string
		fault     wechattest.Fault
		unsure    bool
		reason    string
		delivered int
		answer    wechat.Answer
	}{
		{"dropped before the effect", wechattest.Fault{DropBefore: true}, true, "network", 0, wechat.AnswerTransport},
		{"dropped after the effect", wechattest.Fault{DropAfter: true}, true, "network", 1, wechat.AnswerTransport},
		{"no answer in time", wechattest.Fault{Delay: 10 * time.Second}, true, "network", 0, wechat.AnswerTimeout},
		{"answer too slow", wechattest.Fault{Drip: 100 * time.Millisecond}, true, "network", 1, wechat.AnswerTimeout},
		{"garbage", wechattest.Fault{Garbage: []byte("<html>SECRET</html>")}, true, "garbled", 1, wechat.AnswerMalformed},
		{"wrong types", wechattest.Fault{Garbage: []byte(`{"errcode":0,"msgid":"SECRET"}`)}, true, "garbled", 1, wechat.AnswerMalformed},
		{"huge answer", wechattest.Fault{Garbage: bytes.Repeat([]byte(" "), 2<<20)}, true, "garbled", 1, wechat.AnswerMalformed},
		{"bad gateway", wechattest.Fault{Status: 502}, true, "http_status", 0, wechat.AnswerHTTPError},
		{"turned away", wechattest.Fault{Status: 403}, false, "http_status", 0, wechat.AnswerHTTPError},
		{"redirected", wechattest.Fault{Status: 302}, false, "http_status", 0, wechat.AnswerHTTPError},
		{"refused", wechattest.Fault{Code: 47003}, false, "template_argument", 0, wechat.Answer(wechat.ClassBug)},
		{"busy", wechattest.Fault{Code: -1}, false, "system_busy", 0, wechat.Answer(wechat.ClassRetry)},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := newClient(base, &http.Client{Timeout: 300 * time.Millisecond, Transport: &http.Transport{}}, nil)
			if _, err := client.Quota(t.Context(), wechat.PathTemplate); err != nil { // a token, and a connection to be reused
				t.Fatal(err)
			}
			p.Forget()
			c.fault.Path = templatePath
			p.Script(c.fault)
			defer p.Heal()
			_, err := client.SendTemplate(t.Context(), template(b.user))
			e := asError(t, err)
			if e.Unsure != c.unsure || wechat.Unsure(err) != c.unsure || e.Reason != c.reason {
				t.Errorf("unsure %v, reason %s: %v", e.Unsure, e.Reason, e)
			}
			if n := len(p.Delivered(b.user)); n != c.delivered {
				t.Errorf("%d delivered", n)
			}
			if e.Op != "template.send" || e.Advice == "" {
				t.Errorf("%+v", e)
			}
			if seen.Op != "template.send" || seen.Answer != c.answer || seen.Took <= 0 {
				t.Errorf("observed %+v, want %s", seen, c.answer)
			}
			b.checkSecrets(t, err.Error(), e.Detail, e.Advice)
		})
	}

	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		dead := "http://" + l.Addr().String()
		l.Close()
		client := newClient(dead, nil, nil)
		_, err = client.SendTemplate(t.Context(), template(b.user))
		if e := asError(t, err); e.Unsure || e.Class != wechat.ClassRetry {
			t.Errorf("%+v", e)
		}
		_, err = newClient(dead, nil, fixedToken("SECRET-token")).SendTemplate(t.Context(), template(b.user))
		if e := asError(t, err); e.Unsure || e.Reason != "network" || !strings.Contains(e.Detail, "connection refused") {
			t.Errorf("%+v", e)
		}
		b.checkSecrets(t, err.Error())
	})
	t.Run("given up beforehand", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		client := newClient(base, nil, fixedToken("SECRET-token"))
		if err := client.FetchToken(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err := client.SendTemplate(ctx, template(b.user))
		if !errors.Is(err, context.Canceled) || wechat.Unsure(err) || seen.Answer != wechat.AnswerCanceled {
			t.Errorf("%v, observed %+v", err, seen)
		}
		b.checkSecrets(t, err.Error())
	})
	if wechat.Unsure(nil) || !wechat.Unsure(errors.New("whatever")) {
		t.Error("Unsure of other errors")
	}
}

// fixedToken is a store that holds one token, which never ends.
type fixedToken string

func (f fixedToken) Token(context.Context, string) (wechat.Token, error) {
	return wechat.Token{Value: string(f), Expires: noon.AddDate(100, 0, 0)}, nil
}

func (f fixedToken) PutToken(context.Context, string, wechat.Token) error { return nil }

// Whatever fails, however, nothing secret is told: neither by our words nor by the platform's.
func TestNoErrorTellsASecret(t *testing.T) {
	b := newPlatform(t, noon)
	echo := func(w http.ResponseWriter, r *http.Request) { // a platform that repeats everything it was told
		var body bytes.Buffer
		_, _ = body.ReadFrom(r.Body)
		words := strings.NewReplacer(`"`, `'`, "\\", "").Replace(r.URL.String() + " " + body.String())
		_, _ = w.Write([]byte(`{"errcode":40003,"errmsg":"bad: ` + words + `"}`))
	}
	newClient := func(tokens wechat.TokenStore) *wechat.Client {
		c, err := wechat.NewClient(wechat.ClientOptions{
			AppID: "wx1", AppSecret: "SECRET/1+", Now: b.clock, HTTP: &http.Client{Transport: wechattest.Transport(http.HandlerFunc(echo))},
			Log: slog.New(slog.NewTextHandler(b.log, nil)), Tokens: tokens,
		})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c, with := newClient(nil), newClient(fixedToken("SECRET+token/="))
	for name, err := range map[string]error{
		"token":        func() error { _, err := c.SendTemplate(t.Context(), template(b.user)); return err }(),
		"template":     func() error { _, err := with.SendTemplate(t.Context(), template(b.user)); return err }(),
		"subscription": with.SendSubscription(t.Context(), wechat.SubscriptionNotice{ToUser: b.user}),
		"customer":     with.SendReply(t.Context(), b.user, chat.Reply{Text: "x"}),
		"qr":           func() error { _, err := with.CreateQR(t.Context(), "SECRET-scene", time.Hour); return err }(),
		"quota":        func() error { _, err := with.Quota(t.Context(), wechat.PathTemplate); return err }(),
	} {
		e := asError(t, err)
		if e.Detail == "" || len(e.Detail) > 700 {
			t.Errorf("%s: %q", name, e.Detail)
		}
		b.checkSecrets(t, err.Error(), e.Detail)
	}
}

func TestNewClient(t *testing.T) {
	for name, o := range map[string]wechat.ClientOptions{
		"no account":  {},
		"no secret":   {AppID: "wx1"},
		"no scheme":   {AppID: "wx1", AppSecret: "SECRET", BaseURL: "api.weixin.qq.com"},
		"bad scheme":  {AppID: "wx1", AppSecret: "SECRET", BaseURL: "ftp://api.weixin.qq.com"},
		"bad address": {AppID: "wx1", AppSecret: "SECRET", BaseURL: "http://SECRET:x y@host"},
	} {
		if _, err := wechat.NewClient(o); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := wechat.NewClient(wechat.ClientOptions{AppID: "wx1", AppSecret: "s"}); err != nil {
		t.Error(err)
	}
}
