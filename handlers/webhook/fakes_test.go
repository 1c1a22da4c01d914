package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// claimFunc is a chat.Replies made of a claim alone.
type claimFunc func(chat.Delivery) (chat.Claim, error)

func (f claimFunc) Claim(_ context.Context, d chat.Delivery) (chat.Claim, error) { return f(d) }

func (claimFunc) Settle(context.Context, chat.Delivery, chat.Answer) error { return nil }

func (claimFunc) Told(context.Context, string, []string, time.Time) error { return nil }

// keyOf returns the delivery key of a text message.
func keyOf(t *testing.T, id, text string) string {
	t.Helper()
	m, err := wechat.Parse([]byte(textMessage(id, text)))
	if err != nil {
		t.Fatal(err)
	}
	return m.Key
}

// crashingWriter loses what is written to it.
type crashingWriter struct {
	header  http.Header
	lost    []byte
	onWrite func()
}

func (w *crashingWriter) Header() http.Header {
	if w.header == nil {
		w.header = http.Header{}
	}
	return w.header
}

func (w *crashingWriter) WriteHeader(int) {}

func (w *crashingWriter) Write(b []byte) (int, error) {
	w.onWrite()
	w.lost = bytes.Clone(b)
	return 0, errors.New("broken pipe")
}

func deliver(t *testing.T, h http.Handler, w http.ResponseWriter, c wechattest.Callback) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wechat?"+c.Query.Encode(), bytes.NewReader(c.Body))
	h.ServeHTTP(w, r)
}
