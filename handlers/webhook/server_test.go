package webhook_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/handlers/webhook"
)

// A body that never ends must not hold a connection for long, whatever is answered.
func TestDrippingBody(t *testing.T) {
	s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) { o.Budget = 300 * time.Millisecond })
	server := httptest.NewServer(s.endpoint)
	defer server.Close()
	for request, status := range map[string]int{
		"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n\r\n<xml>":   http.StatusBadRequest,
		"POST / HTTP/1.1\r\nHost: bot\r\nContent-Length: 100000\r\n\r\n<xml>": http.StatusRequestEntityTooLarge,
		"PUT / HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n\r\n<xml>":    http.StatusMethodNotAllowed,
		"GET / HTTP/1.1\r\nHost: bot\r\nContent-Length: 1000\r\n\r\n<xml>":    http.StatusForbidden,
	} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != status {
			t.Errorf("%.4s: status %d, want %d", request, res.StatusCode, status)
		}
	}
}

// The same over a real connection: size bound without a Content-Length, disconnection noticed, connections reused.
func TestOverRealConnections(t *testing.T) {
	started, gone := make(chan struct{}, 1), make(chan webhook.Observation, 10)
	release := make(chan struct{})
	s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
		o.Replies = newReplies()
		o.Handler = chat.HandlerFunc(func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			if t.Text == "等" {
				started <- struct{}{}
				<-release
			}
			return chat.Reply{Text: "答"}, nil
		})
		o.Observe = func(x webhook.Observation) { gone <- x }
	})
	server := httptest.NewServer(s.endpoint)
	defer server.Close()
	phone := wechattest.NewPhone(wechattest.PhoneOptions{Account: wechattest.SampleAccount(), URL: server.URL, OpenID: person})

	for range 3 {
		if a := must(t)(phone.Say(t.Context(), "问")); a.Text != "答" {
			t.Fatalf("%q", a.Text)
		}
		<-gone
	}
	if status, body, err := phone.Verify(t.Context(), "echo"); status != http.StatusOK || body != "echo" || err != nil {
		t.Errorf("%d %q %v", status, body, err)
	}
	<-gone

	res, err := http.Post(server.URL, "text/xml", io.MultiReader(strings.NewReader(strings.Repeat("x", 70<<10))))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
	<-gone

	ctx, hangUp := context.WithCancel(t.Context())
	callback := wrapText(t, "77", "等")
	hungUp := make(chan struct{})
	go func() {
		defer close(hungUp)
		_, _ = phone.Redeliver(ctx, callback)
	}()
	<-started
	hangUp()
	<-hungUp
	if x := <-gone; x.Outcome != webhook.OutcomeGone {
		t.Errorf("observed %+v", x)
	}
	close(release)
	if a := must(t)(phone.Redeliver(t.Context(), callback)); a.Text != "答" {
		t.Errorf("%q", a.Text)
	}
}

func BenchmarkWebhook(b *testing.B) {
	account := wechattest.SampleAccount()
	t := &testing.T{}
	s := newSite(t, account, func(o *webhook.Options) { o.Replies, o.Observe = newReplies(), nil })
	var callbacks []wechattest.Callback
	for i := range 1000 {
		c, err := account.Wrap([]byte(textMessage(fmt.Sprint(i), "上海管局要审多久")), person, time.Now())
		if err != nil {
			b.Fatal(err)
		}
		callbacks = append(callbacks, c)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c := callbacks[i%len(callbacks)]
		r := httptest.NewRequest(http.MethodPost, "/wechat?"+c.Query.Encode(), strings.NewReader(string(c.Body)))
		w := httptest.NewRecorder()
		s.endpoint.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
