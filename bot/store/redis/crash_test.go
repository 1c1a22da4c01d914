package redis_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestCrashBetweenSteps lets the process die at every round trip of every change that takes several, with and without the fatal one
// getting through. What is left must agree with itself, and doing it again must complete it.
func TestCrashBetweenSteps(t *testing.T) {
	const user = "oOpenIDOfSomebody"
	for _, c := range []struct {
		name  string
		setup func(w *world) any
		do    func(w *world, v any) error
		// then looks at what is left; check at what is there once it was done again (again is that second error).
		then  func(w *world, v any)
		check func(w *world, v any, again error)
	}{
		{
			name:  "following",
			setup: func(w *world) any { w.report("a", vocab.StagePlatformReview); return nil },
			do:    func(w *world, _ any) error { return w.Adopt(w.ctx, "a", user, w.clock.Now()) },
			then:  func(w *world, _ any) { w.agree("a", user) },
			check: func(w *world, _ any, again error) {
				w.ok(again)
				_, err := w.Tracking(w.ctx, user, "a")
				w.ok(err)
				w.agree("a", user)
			},
		},
		{
			name: "claiming",
			setup: func(w *world) any {
				w.report("a", vocab.StagePlatformReview)
				w.ok(w.IssueCode(w.ctx, "a", "hash", w.clock.Now().Add(time.Hour)))
				return nil
			},
			do: func(w *world, _ any) error {
				_, _, err := w.Claim(w.ctx, "hash", user, w.clock.Now())
				return err
			},
			then:  func(w *world, _ any) { w.agree("a", user) },
			check: func(w *world, _ any, again error) { w.ok(again); w.agree("a", user) },
		},
		{
			name: "unfollowing",
			setup: func(w *world) any {
				w.report("a", vocab.StagePlatformReview)
				w.follow("a", user)
				w.report("a", vocab.StageSMSPending)
				return nil
			},
			do:   func(w *world, _ any) error { return w.Untrack(w.ctx, user, "a", w.clock.Now()) },
			then: func(w *world, _ any) { w.agree("a", user) },
			check: func(w *world, _ any, again error) {
				if again != nil && !errors.Is(again, errs.ErrNotFound) {
					w.t.Fatal(again)
				}
				w.agree("a", user)
				if _, err := w.Tracking(w.ctx, user, "a"); !errors.Is(err, errs.ErrNotFound) {
					w.t.Fatalf("still followed: %v", err)
				}
				if n := len(w.lease()); n != 0 {
					w.t.Fatalf("%d pushes wait for somebody who left", n)
				}
				w.follow("a", user)
				w.agree("a", user)
			},
		},
		{
			name: "a change with pushes",
			setup: func(w *world) any {
				w.report("a", vocab.StagePlatformReview)
				w.follow("a", user)
				return nil
			},
			do: func(w *world, _ any) error {
				_, err := w.Apply(w.ctx, filing.Report{ID: "a", Stage: vocab.StageSMSPending})
				return err
			},
			check: func(w *world, _ any, again error) {
				w.ok(again)
				events, err := w.History(w.ctx, "a")
				w.ok(err)
				page, err := w.Pushes(w.ctx, push.Query{})
				w.ok(err)
				if len(events) != 2 || len(page.Pushes) != 3 {
					w.t.Fatalf("%d events, %d pushes", len(events), len(page.Pushes))
				}
			},
		},
		{
			name: "keeping a push for the next message",
			setup: func(w *world) any {
				w.report("a", vocab.StageNotFiled)
				w.follow("a", user)
				w.report("a", vocab.StagePlatformReview)
				return w.lease()[0]
			},
			do: func(w *world, v any) error {
				p := v.(push.Push)
				p.State, p.Reason = push.Held, vocab.ReasonNoRoute
				return w.Finish(w.ctx, p)
			},
			then: func(w *world, v any) {
				p, err := w.Push(w.ctx, v.(push.Push).ID)
				w.ok(err)
				if p.State == push.Held && w.take(user) != 1 {
					w.t.Fatal("held, and not found")
				}
				if p.State == push.Leased && w.take(user) != 0 {
					w.t.Fatal("taken from its worker")
				}
			},
			check: func(w *world, v any, again error) {
				switch {
				case errors.Is(again, push.ErrLeaseLost): // it was held, and then taken
				case again != nil:
					w.t.Fatal(again)
				case w.take(user) != 1:
					w.t.Fatal("held, and not found")
				}
				p, err := w.Push(w.ctx, v.(push.Push).ID)
				w.ok(err)
				if p.State != push.Sent {
					w.t.Fatalf("it is %s", p.State)
				}
			},
		},
		{
			name: "telling with a reply",
			setup: func(w *world) any {
				w.report("a", vocab.StageNotFiled)
				w.follow("a", user)
				w.report("a", vocab.StagePlatformReview)
				p := w.lease()[0]
				p.State = push.Held
				w.ok(w.Finish(w.ctx, p))
				return p.ID
			},
			do: func(w *world, _ any) error {
				_, err := w.tell(user)
				return err
			},
			check: func(w *world, v any, again error) {
				w.ok(again)
				p, err := w.Push(w.ctx, v.(string))
				w.ok(err)
				if p.State != push.Sent {
					w.t.Fatalf("it is %s", p.State)
				}
				if left := w.client.HLen(w.ctx, w.userKey(user, "held")).Val(); left != 0 {
					w.t.Fatal("its note is still there")
				}
			},
		},
		{
			name: "leasing",
			setup: func(w *world) any {
				w.report("a", vocab.StageNotFiled)
				w.follow("a", user)
				w.report("a", vocab.StagePlatformReview)
				return nil
			},
			do: func(w *world, _ any) error {
				_, err := w.Lease(w.ctx, w.clock.Now(), 5, time.Minute)
				return err
			},
			check: func(w *world, _ any, again error) {
				w.ok(again)
				w.clock.Add(time.Minute)
				if n := len(w.lease()); n != 1 {
					w.t.Fatalf("%d pushes came back", n)
				}
			},
		},
		{
			name: "forgetting",
			setup: func(w *world) any {
				for _, id := range []string{"a", "b", "c"} {
					_, err := w.Apply(w.ctx, filing.Report{ID: id, Name: id, Stage: vocab.StagePlatformReview, SelfReported: id == "c"})
					w.ok(err)
					w.follow(id, user)
				}
				w.report("a", vocab.StageSMSPending)
				w.report("b", vocab.StageSMSPending)
				for i, p := range w.lease() {
					if p.State = push.Held; i == 1 {
						p.State = push.Sent
					}
					w.ok(w.Finish(w.ctx, p))
				}
				w.ok(w.Untrack(w.ctx, user, "b", w.clock.Now()))
				w.ok(w.SetFollowing(w.ctx, user, false, w.clock.Now()))
				w.ok(w.AddCredit(w.ctx, user, "template", 2))
				_, err := w.Guess(w.ctx, user, w.clock.Now())
				w.ok(err)
				w.ok(w.RightGuess(w.ctx, user, w.clock.Now()))
				return nil
			},
			do:   func(w *world, _ any) error { return w.Forget(w.ctx, user, w.clock.Now()) },
			then: func(w *world, _ any) { w.agree("a", user); w.agree("c", user) },
			check: func(w *world, _ any, again error) {
				w.ok(again)
				if left := w.leftovers(user); len(left) > 0 {
					w.t.Fatalf("left behind: %v", left)
				}
				if left := w.client.Keys(w.ctx, w.userKey(user, "*")).Val(); len(left) > 0 {
					w.t.Fatalf("left behind: %v", left)
				}
				if _, err := w.Filing(w.ctx, "c"); !errors.Is(err, errs.ErrNotFound) {
					w.t.Fatalf("what he registered himself: %v", err)
				}
			},
		},
		{
			name: "deleting",
			setup: func(w *world) any {
				w.report("a", vocab.StagePlatformReview)
				w.follow("a", user)
				w.ok(w.IssueCode(w.ctx, "a", "hash", w.clock.Now().Add(time.Hour)))
				w.report("a", vocab.StageSMSPending)
				return nil
			},
			do:   func(w *world, _ any) error { return w.Delete(w.ctx, "a") },
			then: func(w *world, _ any) { w.agree("a", user) },
			check: func(w *world, _ any, again error) {
				if again != nil && !errors.Is(again, errs.ErrNotFound) {
					w.t.Fatal(again)
				}
				w.agree("a", user)
				if _, _, err := w.Claim(w.ctx, "hash", user, w.clock.Now()); !errors.Is(err, filing.ErrBadCode) {
					w.t.Fatalf("its code: %v", err)
				}
				w.report("a", vocab.StagePlatformReview)
				if _, _, err := w.Claim(w.ctx, "hash", user, w.clock.Now()); !errors.Is(err, filing.ErrBadCode) {
					w.t.Fatalf("its code, for the next filing of that name: %v", err)
				}
				page, err := w.Pushes(w.ctx, push.Query{})
				w.ok(err)
				if len(page.Pushes) > 0 || len(w.lease()) > 0 {
					w.t.Fatal("pushes are left")
				}
			},
		},
		{
			name: "issuing a code",
			setup: func(w *world) any {
				w.report("a", vocab.StagePlatformReview)
				return nil
			},
			do: func(w *world, _ any) error { return w.IssueCode(w.ctx, "a", "hash", w.clock.Now().Add(time.Hour)) },
			check: func(w *world, _ any, again error) {
				w.ok(again)
				_, _, err := w.Claim(w.ctx, "hash", user, w.clock.Now())
				w.ok(err)
			},
		},
		{
			name:  "leaving",
			setup: func(*world) any { return nil },
			do:    func(w *world, _ any) error { return w.SetFollowing(w.ctx, user, false, w.clock.Now()) },
			then: func(w *world, _ any) {
				u, err := w.User(w.ctx, user)
				w.ok(err)
				left, err := w.Left(w.ctx, w.clock.Now().Add(time.Hour), 5)
				w.ok(err)
				if u.Following != (len(left) == 0) {
					w.t.Fatalf("following %v, left %v", u.Following, left)
				}
			},
			check: func(w *world, _ any, again error) {
				w.ok(again)
				left, err := w.Left(w.ctx, w.clock.Now().Add(time.Hour), 5)
				w.ok(err)
				if len(left) != 1 {
					w.t.Fatalf("left: %v", left)
				}
			},
		},
	} {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s late=%v", c.name, late), func(t *testing.T) {
				for at := 1; ; at++ {
					w := newWorld(t)
					v := c.setup(w)
					*w.crash = crash{at: at, late: late}
					err := c.do(w, v)
					reached := w.crash.n
					*w.crash = crash{}
					if reached < at { // it never came so far: every step was tried
						w.ok(err)
						if at == 1 {
							t.Fatal("it made no round trip")
						}
						return
					}
					if err != nil && !errors.Is(err, errs.ErrUnavailable) {
						t.Fatalf("died at round trip %d: %v", at, err)
					}
					if c.then != nil {
						c.then(w, v)
					}
					c.check(w, v, c.do(w, v))
				}
			})
		}
	}
}
