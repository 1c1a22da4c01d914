package webhook_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/handlers/webhook"
)

const (
	busyText  = "正在处理，请稍后再发一次"
	errorText = "这次没有处理成功，请稍后再试"
)

// site is a replica with a phone that talks to it without any network.
type site struct {
	endpoint *webhook.Endpoint
	phone    *wechattest.Phone
	log      *bytes.Buffer
	mu       sync.Mutex
	seen     []webhook.Observation
}

func (s *site) outcomes() []webhook.Outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	var o []webhook.Outcome
	for _, x := range s.seen {
		o = append(o, x.Outcome)
	}
	return o
}

// lockedBuffer is a log that may be written from everywhere.
type lockedBuffer struct {
	mu sync.Mutex
	b  *bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

const person = "oTestPerson0123456789abcdefg"

func newSite(t *testing.T, account wechattest.Account, change func(*webhook.Options)) *site {
	t.Helper()
	envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: account.AppID, Token: account.Token, AESKey: account.AESKey, Mode: account.Mode,
	})
	if err != nil {
		t.Fatal(err)
	}
	s := &site{log: &bytes.Buffer{}}
	o := webhook.Options{
		Envelope: envelope, BusyReply: busyText, ErrorReply: errorText,
		Handler: chat.HandlerFunc(func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			return chat.Reply{Text: "你说：" + t.Text}, nil
		}),
		Log: slog.New(slog.NewTextHandler(&lockedBuffer{b: s.log}, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Observe: func(x webhook.Observation) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.seen = append(s.seen, x)
		},
	}
	if change != nil {
		change(&o)
	}
	s.endpoint, err = webhook.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.phone = wechattest.NewPhone(wechattest.PhoneOptions{
		Account: account, URL: "http://bot.test/wechat", OpenID: person,
		HTTP: &http.Client{Transport: wechattest.Transport(s.endpoint)},
	})
	return s
}

// handler makes a Handler of a function.
func handler(f chat.HandlerFunc) func(*webhook.Options) {
	return func(o *webhook.Options) { o.Handler = f }
}

func must(t *testing.T) func(*wechattest.Answer, error) *wechattest.Answer {
	return func(a *wechattest.Answer, err error) *wechattest.Answer {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
}

func TestAnswersInEveryMode(t *testing.T) {
	for _, mode := range []wechat.Mode{wechat.ModePlain, wechat.ModeCompat, wechat.ModeSafe} {
		t.Run(string(mode), func(t *testing.T) {
			account := wechattest.SampleAccount()
			account.Mode = mode
			s := newSite(t, account, func(o *webhook.Options) { o.Replies = newReplies() })
			a := must(t)(s.phone.Say(t.Context(), "你好"))
			if a.Status != http.StatusOK || a.Text != "你说：你好" {
				t.Fatalf("got %d %q", a.Status, a.Text)
			}
			if got := s.outcomes(); !slices.Equal(got, []webhook.Outcome{webhook.OutcomeAnswered}) {
				t.Fatal(got)
			}
		})
	}
}

func TestHTTPContract(t *testing.T) {
	account := wechattest.SampleAccount()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: account.AppID, Token: account.Token, AESKey: account.AESKey, Mode: account.Mode,
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("<xml><ToUserName>gh_1</ToUserName><FromUserName>" + person + "</FromUserName><CreateTime>1795000000</CreateTime><MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>")
	plain := account
	plain.Mode = wechat.ModePlain
	wrap := func(a wechattest.Account, body []byte, at time.Time) wechattest.Callback {
		c, err := a.Wrap(body, person, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	edit := func(c wechattest.Callback, key, value string) wechattest.Callback {
		q := url.Values{}
		for k, v := range c.Query {
			q[k] = v
		}
		q.Set(key, value)
		if value == "" {
			q.Del(key)
		}
		return wechattest.Callback{Query: q, Body: c.Body}
	}
	good := wrap(account, message, now)
	echo := edit(wechattest.Callback{Query: wrap(plain, nil, now).Query}, "echostr", "5837<b>")
	for _, c := range []struct {
		name, method string
		callback     wechattest.Callback
		status       int
		body         string // empty: not checked
		refusal      wechat.Refusal
	}{
		{"address check", "GET", echo, 200, "5837<b>", ""},
		{"address check forged", "GET", edit(echo, "signature", strings.Repeat("0", 40)), 403, "", wechat.ErrSignature},
		{"address check unsigned", "GET", wechattest.Callback{Query: url.Values{"echostr": {"1"}}}, 403, "", wechat.ErrSignature},
		{"address check stale", "GET", wechattest.Callback{Query: wrap(plain, nil, now.Add(-time.Hour)).Query}, 403, "", wechat.ErrStale},
		{"message", "POST", good, 200, "", ""},
		{"put", "PUT", good, 405, "", ""},
		{"head", "HEAD", echo, 405, "", ""},
		{"delete", "DELETE", good, 405, "", ""},
		{"forged", "POST", edit(good, "signature", strings.Repeat("a", 40)), 403, "", wechat.ErrSignature},
		{"unsigned", "POST", wechattest.Callback{Body: message}, 403, "", wechat.ErrSignature},
		{"body signature forged", "POST", edit(good, "msg_signature", strings.Repeat("a", 40)), 403, "", wechat.ErrSignature},
		{"body signature missing", "POST", edit(good, "msg_signature", ""), 403, "", wechat.ErrSignature},
		{"stale", "POST", wrap(account, message, now.Add(-6*time.Minute)), 403, "", wechat.ErrStale},
		{"from the future", "POST", wrap(account, message, now.Add(6*time.Minute)), 403, "", wechat.ErrStale},
		{"plaintext in safe mode", "POST", wrap(plain, message, now), 403, "", wechat.ErrPlaintext},
		{"plaintext announced as encrypted", "POST", edit(wrap(plain, message, now), "encrypt_type", "aes"), 403, "", wechat.ErrPlaintext},
		{"too large", "POST", wechattest.Callback{Query: good.Query, Body: bytes.Repeat([]byte("x"), 64<<10+1)}, 413, "", ""},
		{"signed but not XML inside", "POST", wrap(account, []byte("not XML"), now), 200, "success", wechat.ErrUnreadable},
		{"signed but JSON inside", "POST", wrap(account, []byte(`{"MsgType":"text"}`), now), 200, "success", wechat.ErrUnreadable},
		{"signed but without sender", "POST", wrap(account, []byte(`<xml><MsgType>text</MsgType></xml>`), now), 200, "success", wechat.ErrUnreadable},
		{"signed but not XML outside", "POST", wechattest.Callback{Query: good.Query, Body: []byte("garbage")}, 200, "success", wechat.ErrUnreadable},
		{"empty body", "POST", wechattest.Callback{Query: good.Query}, 200, "success", wechat.ErrUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			called := false
			answers := handler(func(context.Context, *chat.Turn) (chat.Reply, error) {
				called = true
				return chat.Reply{Text: "ok"}, nil
			})
			s := newSite(t, account, func(o *webhook.Options) { answers(o); o.Envelope = envelope })
			r := httptest.NewRequest(c.method, "/wechat?"+c.callback.Query.Encode(), bytes.NewReader(c.callback.Body))
			w := httptest.NewRecorder()
			s.endpoint.ServeHTTP(w, r)
			if w.Code != c.status {
				t.Errorf("status %d, want %d", w.Code, c.status)
			}
			if c.body != "" && w.Body.String() != c.body {
				t.Errorf("body %q, want %q", w.Body, c.body)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Error("a browser may guess what this is")
			}
			if called != (c.name == "message") {
				t.Errorf("handler called: %v", called)
			}
			if len(s.seen) != 1 || s.seen[0].Refusal != c.refusal {
				t.Errorf("observed %+v, want refusal %q", s.seen, c.refusal)
			}
			if strings.Contains(s.log.String(), person) {
				t.Errorf("log tells who it is: %s", s.log)
			}
		})
	}
}

// The platform sends a message again when it got no answer. However many deliveries race, at one replica or two, there is one effect and
// everybody gets the same bytes.
func TestRacingDeliveriesHaveOneEffect(t *testing.T) {
	for _, replicas := range []int{1, 3} {
		t.Run(fmt.Sprint(replicas), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, effects := newReplies(), atomic.Int32{}
				account := wechattest.SampleAccount()
				var sites []*site
				for range replicas {
					sites = append(sites, newSite(t, account, func(o *webhook.Options) {
						o.Replies = store
						o.Handler = chat.HandlerFunc(func(context.Context, *chat.Turn) (chat.Reply, error) {
							time.Sleep(200 * time.Millisecond)
							return chat.Reply{Text: fmt.Sprint("第", effects.Add(1), "次")}, nil
						})
					}))
				}
				callback, err := account.Wrap([]byte(textMessage("1", "绑定")), person, time.Now())
				if err != nil {
					t.Fatal(err)
				}
				bodies := make([]string, 9)
				var wg sync.WaitGroup
				for i := range bodies {
					wg.Go(func() {
						a, err := sites[i%replicas].phone.Redeliver(t.Context(), callback)
						if err != nil {
							t.Error(err)
							return
						}
						bodies[i] = string(a.Body)
					})
				}
				wg.Wait()
				if effects.Load() != 1 {
					t.Errorf("%d effects", effects.Load())
				}
				for _, b := range bodies {
					if b != bodies[0] || b == "" || b == "success" {
						t.Fatalf("replies differ: %q, %q", b, bodies[0])
					}
				}
				// And long afterwards, at a replica that has just started.
				time.Sleep(2 * time.Minute)
				late := newSite(t, account, func(o *webhook.Options) { o.Replies = store })
				if a := must(t)(late.phone.Redeliver(t.Context(), callback)); string(a.Body) != bodies[0] {
					t.Error("a later delivery got another reply")
				}
			})
		})
	}
}

func textMessage(id, text string) string {
	return "<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>" + person + "</FromUserName><CreateTime>1795000000</CreateTime>" +
		"<MsgType>text</MsgType><Content><![CDATA[" + text + "]]></Content><MsgId>" + id + "</MsgId></xml>"
}
