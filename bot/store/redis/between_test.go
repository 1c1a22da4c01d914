package redis_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestBetweenSteps has another replica do something before every single round trip of a change that takes several. Whatever that is,
// persons and filings must agree afterwards and no push may be lost or told twice.
func TestBetweenSteps(t *testing.T) {
	const user = "oOpenIDOfSomebody"
	now := func(w *world) time.Time { return w.clock.Now() }
	adopt := func(w *world) error { return w.Adopt(w.ctx, "a", user, now(w)) }
	untrack := func(w *world) error { return w.Untrack(w.ctx, user, "a", now(w)) }
	forget := func(w *world) error { return w.Forget(w.ctx, user, now(w)) }
	remove := func(w *world) error { return w.Delete(w.ctx, "a") }
	look := func(w *world) error { _, err := w.Tracked(w.ctx, user); return err }
	move := func(w *world) error {
		_, err := w.Apply(w.ctx, filing.Report{ID: "a", Name: "a", Stage: vocab.StageSMSPending})
		return err
	}
	taken, keys := 0, 0
	take := func(w *world) error {
		keys++
		key := fmt.Sprint(keys) // each is another message
		ps, err := w.Waiting(w.ctx, user, key, now(w))
		if err == nil {
			ps, err = w.Take(w.ctx, key, ps, now(w), time.Minute)
		}
		taken += len(ps)
		if err != nil || len(ps) == 0 {
			return err
		}
		return w.Replies().Told(w.ctx, user, []string{ps[0].Ref()}, now(w))
	}
	var held push.Push
	finish := func(w *world) error {
		p := held
		p.State, p.Reason = push.Held, vocab.ReasonNoRoute
		return w.Finish(w.ctx, p)
	}
	undelivered := func(w *world) error { return w.Undelivered(w.ctx, "1001", "failed", now(w)) }
	lookUp := func(w *world) error { _, err := w.Waiting(w.ctx, user, "a message", now(w)); return err }
	known := func(w *world) { w.report("a", vocab.StageNotFiled) }
	followed := func(w *world) { known(w); w.follow("a", user) }
	leased := func(w *world) { followed(w); w.report("a", vocab.StagePlatformReview); held = w.lease()[0] }
	sent := func(w *world) {
		leased(w)
		held.State, held.Channel, held.MessageID = push.Sent, vocab.ChannelTemplate, "1001"
		w.ok(w.Finish(w.ctx, held))
	}
	agree := func(w *world) { w.agree("a", user) }
	once := func(w *world) { // it was told, or it no longer concerns him
		w.ok(take(w))
		fs, err := w.Followers(w.ctx, "a")
		w.ok(err)
		if taken > 1 || taken == 0 && len(fs) == 1 {
			w.t.Fatalf("taken %d times", taken)
		}
	}
	for _, c := range []struct {
		name      string
		setup     func(w *world)
		do, other func(w *world) error
		check     func(w *world)
	}{
		{"following, unfollowed", known, adopt, untrack, agree},
		{"following, followed", known, adopt, adopt, agree},
		{"following, looked at", known, adopt, look, agree},
		{"following, forgotten", known, adopt, forget, agree},
		{"following, deleted", known, adopt, remove, agree},
		{"following, moved", known, adopt, move, agree},
		{"unfollowing, followed", followed, untrack, adopt, agree},
		{"unfollowing, unfollowed", followed, untrack, untrack, agree},
		{"unfollowing, looked at", followed, untrack, look, agree},
		{"unfollowing, deleted", followed, untrack, remove, agree},
		{"unfollowing, moved", followed, untrack, move, agree},
		{"forgetting, followed", followed, forget, adopt, agree},
		{"forgetting, moved", followed, forget, move, agree},
		{"deleting, unfollowed", followed, remove, untrack, agree},
		{"deleting, moved", followed, remove, move, agree},
		{"moving, moved", followed, move, move, agree},
		{"keeping a push, taken", leased, finish, take, once},
		{"keeping a push, unfollowed", leased, finish, untrack, func(w *world) { agree(w); once(w) }},
		{"keeping an undelivered push, looked for", sent, undelivered, lookUp, once},
		{"keeping an undelivered push, taken", sent, undelivered, take, once},
		{"keeping an undelivered push, said twice", sent, undelivered, undelivered, once},
		{"taking a push, taken", func(w *world) { leased(w); w.ok(finish(w)) }, take, take, once},
	} {
		t.Run(c.name, func(t *testing.T) {
			for at := 1; ; at++ {
				w := newWorld(t)
				taken = 0
				c.setup(w)
				other := w.replica(t)
				*w.crash = crash{at: at, meanwhile: func() {
					if err := c.other(other); err != nil && !allowed(err) {
						t.Errorf("the other, before round trip %d: %v", at, err)
					}
				}}
				err := c.do(w)
				reached := w.crash.n
				*w.crash = crash{}
				if err != nil && !allowed(err) {
					t.Fatalf("with the other before round trip %d: %v", at, err)
				}
				c.check(w)
				if reached < at {
					return
				}
			}
		})
	}
}

// allowed reports whether an error is what somebody must expect whom another was quicker than.
func allowed(err error) bool {
	return errors.Is(err, errs.ErrNotFound) || errors.Is(err, filing.ErrBadCode) || errors.Is(err, push.ErrLeaseLost)
}

// replica opens the same store once more, in a process that does not die.
func (w *world) replica(t *testing.T) *world {
	t.Helper()
	o, err := redis.ParseURL(shared(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	r := *w
	r.crash = &crash{}
	r.client = goredis.NewUniversalClient(o)
	r.Store, err = redis.Open(t.Context(), redis.Options{Client: r.client, Prefix: w.prefix, Planner: storetest.Planner{}, Now: w.clock.Now})
	if err != nil {
		t.Fatal(fmt.Errorf("replica: %w", err))
	}
	t.Cleanup(func() { _ = r.Close() })
	return &r
}
