package wechat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

func TestQuota(t *testing.T) {
	p := wechattest.New(wechattest.Options{AnyUser: true})
	a := p.Account()
	base, stop, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c, err := wechat.NewClient(wechat.ClientOptions{AppID: a.AppID, AppSecret: a.AppSecret, BaseURL: base})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := c.SendTemplate(t.Context(), wechat.TemplateMessage{ToUser: "oAAAAAAAAAAAAAAAAAAAAAAAAAAA", TemplateID: "t", Data: map[string]wechat.Item{"thing1": {Value: "x"}}}); err != nil {
			t.Fatal(err)
		}
	}
	p.Limit(wechat.PathTemplate, 10)
	q, err := c.Quota(t.Context(), wechat.PathTemplate)
	if want := (wechat.Quota{Limit: 10, Used: 3, Remain: 7}); err != nil || q != want {
		t.Errorf("%+v %v", q, err)
	}
	p.Limit(wechat.PathCustomer, -1)
	var e *wechat.Error
	if _, err := c.Quota(t.Context(), wechat.PathCustomer); !errors.As(err, &e) || e.Code != 76022 || e.Class != wechat.ClassSetup {
		t.Errorf("forbidden: %v", err)
	}
	if _, err := c.Quota(t.Context(), "/cgi-bin/none"); !errors.As(err, &e) || e.Code != 76021 {
		t.Errorf("unknown: %v", err)
	}
}

// TestTokenState: what is known of the token is told, a refusal with the platform's words, and never the token or the secret.
func TestTokenState(t *testing.T) {
	now := time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)
	p := wechattest.New(wechattest.Options{Now: func() time.Time { return now }})
	a := p.Account()
	base, stop, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c, err := wechat.NewClient(wechat.ClientOptions{AppID: a.AppID, AppSecret: a.AppSecret, BaseURL: base, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if s := c.TokenState(); s.Have || s.Refused != nil {
		t.Errorf("at the start: %+v", s)
	}
	p.Script(wechattest.Fault{Path: "/cgi-bin/stable_token", Code: 40164})
	if err := c.FetchToken(t.Context()); err == nil {
		t.Error("no refusal")
	}
	s := c.TokenState()
	if s.Have || s.Refused == nil || s.Refused.Code != 40164 || !strings.Contains(s.Refused.Detail, "not in whitelist") || !s.At.Equal(now) {
		t.Fatalf("refused: %+v", s)
	}
	if err := c.FetchToken(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s = c.TokenState(); !s.Have || s.Refused != nil || !s.Expires.Equal(now.Add(2*time.Hour)) {
		t.Errorf("fetched: %+v", s)
	}
	now = now.Add(118 * time.Minute) // near its end it is renewed behind our back, in vain
	p.Script(wechattest.Fault{Path: "/cgi-bin/stable_token", Times: -1, Code: 40125})
	if err := c.FetchToken(t.Context()); err != nil {
		t.Error(err)
	}
	for end := time.Now().Add(5 * time.Second); c.TokenState().Refused == nil; {
		if time.Now().After(end) {
			t.Fatal("the refusal is not told")
		}
		<-time.After(5 * time.Millisecond)
	}
	if s = c.TokenState(); !s.Have || s.Refused.Code != 40125 {
		t.Errorf("not renewed: %+v", s)
	}
	now = now.Add(time.Hour)
	if s = c.TokenState(); s.Have {
		t.Errorf("over: %+v", s)
	}
	for _, token := range append(p.Tokens(), a.AppSecret) {
		if text := fmt.Sprintf("%+v %v", s, s.Refused); token != "" && strings.Contains(text, token) {
			t.Errorf("a secret in %s", text)
		}
	}
}
