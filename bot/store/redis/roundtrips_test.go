package redis_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestRoundTrips counts what a person waits for: a plain question costs one round trip before its answer and one to settle it, with notices
// waiting or not; only telling these costs more.
func TestRoundTrips(t *testing.T) {
	const user = "oOpenIDOfSomebody"
	w := newWorld(t)
	count := func(what string, want int, do func() error) {
		t.Helper()
		*w.crash = crash{at: 1 << 30}
		err := do()
		n := w.crash.n
		*w.crash = crash{}
		w.ok(err)
		if n != want {
			t.Errorf("%s: %d round trips, want %d", what, n, want)
		}
	}
	d := func(key string) chat.Delivery {
		return chat.Delivery{Key: key, User: user, At: w.clock.Now(), SentAt: w.clock.Now(), Opens: chat.WindowMessage, Lease: 5 * time.Second, Keep: time.Minute}
	}
	claim := func(key string) func() error {
		return func() error { _, err := w.Replies().Claim(w.ctx, d(key)); return err }
	}
	settle := func(key string, told []string) func() error {
		return func() error { return w.Replies().Settle(w.ctx, d(key), chat.Answer{Reply: []byte("x"), Told: told}) }
	}
	w.ok(claim("0")()) // the server learns the scripts
	w.ok(settle("0", nil)())
	count("claim", 1, claim("1"))
	count("settle", 1, settle("1", nil))

	w.report("a", vocab.StageNotFiled)
	w.follow("a", user)
	w.report("a", vocab.StagePlatformReview)
	p := w.lease()[0]
	p.State, p.Reason = push.Held, vocab.ReasonNoRoute
	count("keep for the next message", 3, func() error { return w.Finish(w.ctx, p) })
	count("claim", 1, claim("2"))
	var ps []push.Push
	count("see what waits", 2, func() (err error) { ps, err = w.Waiting(w.ctx, user, "2", w.clock.Now()); return err })
	count("take it", 2, func() (err error) { ps, err = w.Take(w.ctx, "2", ps, w.clock.Now(), time.Minute); return err })
	told := []string{ps[0].Ref()}
	count("settle", 1, settle("2", told))
	count("it was told", 3, func() error { return w.Replies().Told(w.ctx, user, told, w.clock.Now()) })
	count("the platform repeats the message", 1, claim("2"))
	count("and it is told again, of no effect", 1, func() error { return w.Replies().Told(w.ctx, user, told, w.clock.Now()) })
	w.report("a", vocab.StageSMSPending)
	p = w.lease()[0]
	p.State = push.Sent
	count("a sent push", 2, func() error { return w.Finish(w.ctx, p) })
}
