package webhook_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/handlers/webhook"
)

// tells answers after d with a reply that tells a notice.
func tells(d time.Duration) chat.HandlerFunc {
	return func(ctx context.Context, _ *chat.Turn) (chat.Reply, error) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return chat.Reply{}, ctx.Err()
		}
		return chat.Reply{Text: "通知：备案过了", Told: []string{"a p1"}}, nil
	}
}

// A notice counts as told when the reply that tells it was written, and not before.
func TestToldWhenWritten(t *testing.T) {
	want := []string{person + " a p1"}
	for name, run := range map[string]func(t *testing.T, store *replies, here, there *site, c wechattest.Callback) (told []string){
		"written": func(t *testing.T, _ *replies, here, _ *site, c wechattest.Callback) []string {
			must(t)(here.phone.Redeliver(t.Context(), c))
			return want
		},
		"written twice": func(t *testing.T, _ *replies, here, _ *site, c wechattest.Callback) []string {
			a := must(t)(here.phone.Redeliver(t.Context(), c))
			b := must(t)(here.phone.Redeliver(t.Context(), c))
			if string(a.Body) != string(b.Body) {
				t.Errorf("%q, then %q", a.Text, b.Text)
			}
			return append(want, want...) // which changes nothing
		},
		"settled, and lost on the way": func(t *testing.T, store *replies, here, _ *site, c wechattest.Callback) []string {
			deliver(t, here.endpoint, &crashingWriter{onWrite: func() {
				if store.settled != 1 {
					t.Error("written before it was settled")
				}
			}}, c)
			return nil
		},
		"lost on the way, and written by the other replica": func(t *testing.T, _ *replies, here, there *site, c wechattest.Callback) []string {
			w := &crashingWriter{onWrite: func() {}}
			deliver(t, here.endpoint, w, c)
			if a := must(t)(there.phone.Redeliver(t.Context(), c)); string(a.Body) != string(w.lost) {
				t.Errorf("%q", a.Text)
			}
			return want
		},
		"hung up": func(t *testing.T, _ *replies, here, _ *site, c wechattest.Callback) []string {
			ctx, hangUp := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer hangUp()
			_, _ = here.phone.Redeliver(ctx, c)
			time.Sleep(2 * time.Second) // by then the handler is back, with nobody to write to
			return nil
		},
		"the record fails at first": func(t *testing.T, store *replies, here, _ *site, c wechattest.Callback) []string {
			store.set(func(r *replies) { r.tellFails = 4 })
			must(t)(here.phone.Redeliver(t.Context(), c))
			return want
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newReplies()
				configure := func(o *webhook.Options) { o.Replies, o.Handler = store, tells(time.Second) }
				here, there := newSite(t, wechattest.SampleAccount(), configure), newSite(t, wechattest.SampleAccount(), configure)
				wanted := run(t, store, here, there, wrapText(t, "1", "查进度"))
				drain(t, here)
				drain(t, there)
				if !slices.Equal(store.told, wanted) {
					t.Errorf("told %q, want %q", store.told, wanted)
				}
			})
		})
	}
}

// What was prepared too late is dropped with all that it tells: the person was told something else.
func TestNotToldWhenTooLate(t *testing.T) {
	for name, h := range map[string]chat.HandlerFunc{
		"obeys its context":   tells(time.Hour),
		"ignores its context": stubbornly(10 * time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := newReplies()
				s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) { o.Replies, o.Handler = store, h })
				c := wrapText(t, "1", "慢")
				if a := must(t)(s.phone.Redeliver(t.Context(), c)); a.Text != busyText {
					t.Errorf("%q", a.Text)
				}
				drain(t, s)
				must(t)(s.phone.Redeliver(t.Context(), c))
				drain(t, s)
				if len(store.told) != 0 {
					t.Errorf("told %q", store.told)
				}
			})
		})
	}
}

func stubbornly(d time.Duration) chat.HandlerFunc {
	return func(context.Context, *chat.Turn) (chat.Reply, error) {
		time.Sleep(d)
		return chat.Reply{Text: "通知：备案过了", Told: []string{"a p1"}}, nil
	}
}

// A plain reply makes no call for notices.
func TestNothingTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		store.tellFails = 1
		s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) { o.Replies, o.Handler = store, slow(0, "答", &effects) })
		must(t)(s.phone.Redeliver(t.Context(), wrapText(t, "1", "问")))
		drain(t, s)
		if store.tellFails != 1 || store.claimed != 1 || store.settled != 1 {
			t.Errorf("%d records, %d claims, %d settled", 1-store.tellFails, store.claimed, store.settled)
		}
	})
}
