package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

func testCodes(t *testing.T, open Open) {
	t.Run("claim", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.ok(b.s.IssueCode(b.ctx, "a", "hash", b.now().Add(time.Hour)))
		f, known, err := b.s.Claim(b.ctx, "hash", "u", b.now())
		b.ok(err)
		if known || f.ID != "a" {
			t.Fatalf("first claim: %v %v", f.ID, known)
		}
		tr, err := b.s.Tracking(b.ctx, "u", "a")
		b.ok(err)
		b.same(tr.Follower, filing.Follower{User: "u", Since: b.now(), Notify: filing.NotifyNone})
		b.ok(b.s.SetNotify(b.ctx, "u", "a", filing.NotifyImportant, b.now()))

		b.clock.Add(time.Minute)
		_, known, err = b.s.Claim(b.ctx, "hash", "u", b.now())
		b.ok(err)
		again, err := b.s.Tracking(b.ctx, "u", "a")
		b.ok(err)
		if !known || again.Follower.Notify != filing.NotifyImportant || !again.Follower.Since.Equal(Start) {
			t.Fatalf("claiming again changed something: %v %+v", known, again.Follower)
		}
		_, known, err = b.s.Claim(b.ctx, "hash", "v", b.now()) // a code serves many
		b.ok(err)
		b.same(known, false)
	})

	t.Run("worthless codes", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.ok(b.s.IssueCode(b.ctx, "a", "short", b.now().Add(time.Minute)))
		b.ok(b.s.IssueCode(b.ctx, "a", "long", b.now().Add(time.Hour)))
		_, _, err := b.s.Claim(b.ctx, "never issued", "u", b.now())
		b.is(err, filing.ErrBadCode)
		b.clock.Add(time.Minute)
		_, _, err = b.s.Claim(b.ctx, "short", "u", b.now())
		b.is(err, filing.ErrBadCode)
		b.ok(b.s.RevokeCodes(b.ctx, "a"))
		_, _, err = b.s.Claim(b.ctx, "long", "u", b.now())
		b.is(err, filing.ErrBadCode)
		tracked, err := b.s.Tracked(b.ctx, "u")
		b.ok(err)
		b.same(len(tracked), 0)
		_, _, err = b.s.Claim(b.ctx, "long", "", b.now())
		b.code(err, errs.CodeInvalid)
	})

	t.Run("codes of one filing are bounded", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		for i := range store.MaxCodes + 3 {
			b.ok(b.s.IssueCode(b.ctx, "a", filing.CodeHash(fmt.Sprint("h", i)), b.now().Add(time.Hour+time.Duration(i)*time.Minute)))
		}
		for i, want := range map[int]error{0: filing.ErrBadCode, 2: filing.ErrBadCode, 3: nil, store.MaxCodes + 2: nil} {
			_, _, err := b.s.Claim(b.ctx, filing.CodeHash(fmt.Sprint("h", i)), "u", b.now())
			b.is(err, want)
		}
	})
}

func testFollowing(t *testing.T, open Open) {
	t.Run("nobody sees what he does not follow", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		_, err := b.s.Tracking(b.ctx, "v", "a")
		b.is(err, errs.ErrNotFound)
		b.is(b.s.Untrack(b.ctx, "v", "a", b.now()), errs.ErrNotFound)
		b.is(b.s.SetNotify(b.ctx, "v", "a", filing.NotifyAll, b.now()), errs.ErrNotFound)
		b.code(b.s.SetNotify(b.ctx, "u", "a", "sometimes", b.now()), errs.CodeInvalid)
		tracked, err := b.s.Tracked(b.ctx, "v")
		b.ok(err)
		b.same(len(tracked), 0)
	})

	t.Run("order and end", func(t *testing.T) {
		b := newBench(t, open)
		for _, id := range []string{"c", "a", "b"} {
			b.report(id, vocab.StagePlatformReview)
			b.clock.Add(time.Second)
			b.follow(id, "u", filing.NotifyNone)
		}
		b.follow("a", "v", filing.NotifyAll)
		list := func() (out []string) {
			tracked, err := b.s.Tracked(b.ctx, "u")
			b.ok(err)
			for _, tr := range tracked {
				out = append(out, tr.Filing.ID)
			}
			return out
		}
		b.same(list(), []string{"c", "a", "b"})
		fs, err := b.s.Followers(b.ctx, "a")
		b.ok(err)
		b.same(len(fs), 2)
		b.ok(b.s.Untrack(b.ctx, "u", "a", b.now()))
		b.is(b.s.Untrack(b.ctx, "u", "a", b.now()), errs.ErrNotFound)
		b.same(list(), []string{"c", "b"})
		b.clock.Add(time.Second)
		b.follow("a", "u", filing.NotifyNone)
		b.same(list(), []string{"c", "b", "a"})
	})

	t.Run("limits", func(t *testing.T) {
		b := newBench(t, open)
		b.report("full", vocab.StagePlatformReview)
		for i := range filing.MaxFollowers {
			b.ok(b.s.Adopt(b.ctx, "full", fmt.Sprint("u", i), b.now()))
		}
		b.ok(b.s.IssueCode(b.ctx, "full", "hash", b.now().Add(time.Hour)))
		_, _, err := b.s.Claim(b.ctx, "hash", "late", b.now())
		b.is(err, errs.ErrLimit)
		_, known, err := b.s.Claim(b.ctx, "hash", "u3", b.now())
		b.ok(err)
		b.same(known, true)
		b.ok(b.s.Untrack(b.ctx, "u7", "full", b.now()))
		_, _, err = b.s.Claim(b.ctx, "hash", "late", b.now())
		b.ok(err)

		for i := range filing.MaxTracked + 1 {
			id := fmt.Sprint("f", i)
			b.report(id, vocab.StagePlatformReview)
			err := b.s.Adopt(b.ctx, id, "keen", b.now())
			if i < filing.MaxTracked {
				b.ok(err)
			} else {
				b.is(err, errs.ErrLimit)
			}
		}
		b.ok(b.s.Untrack(b.ctx, "keen", "f0", b.now()))
		b.ok(b.s.Adopt(b.ctx, fmt.Sprint("f", filing.MaxTracked), "keen", b.now()))
		b.is(b.s.Adopt(b.ctx, "f0", "keen", b.now()), errs.ErrLimit)
		b.ok(b.s.Delete(b.ctx, "f1"))
		b.ok(b.s.Adopt(b.ctx, "f0", "keen", b.now()))
	})
}

func testPlanning(t *testing.T, open Open) {
	t.Run("a change is told to those who want it", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "all", filing.NotifyAll)
		b.follow("a", "some", filing.NotifyImportant)
		b.follow("a", "none", filing.NotifyNone)
		woken := b.woken
		out := b.report("a", vocab.StagePlatformReview)
		b.same(out.Pushes, 1)
		b.same(b.woken, woken+1)
		b.same(b.states("a"), []string{"change platform_review all: pending"})
		out = b.report("a", vocab.StageSMSPending)
		b.same(out.Pushes, 6)
		b.same(b.states("a"), []string{
			"change platform_review all: dropped superseded",
			"change sms_pending all: pending", "change sms_pending some: pending",
			"sms1 sms_pending all: pending", "sms1 sms_pending some: pending",
			"sms2 sms_pending all: pending", "sms2 sms_pending some: pending",
		})
		p := b.pushes(push.Query{Filing: "a", State: push.Dropped})[0]
		b.same(p.UpdatedAt, b.now())
		b.same(p.Filed.Stage, vocab.StagePlatformReview)
		out = b.report("a", vocab.StageSMSPending)
		b.same(out.Pushes, 0)
		b.same(b.woken, woken+2)
	})

	t.Run("who opts in gets the reminders of the stage, once", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyNone)
		b.report("a", vocab.StageSMSPending)
		b.same(len(b.states("a")), 0)
		b.ok(b.s.SetNotify(b.ctx, "u", "a", filing.NotifyAll, b.now()))
		want := []string{"sms1 sms_pending u: pending", "sms2 sms_pending u: pending"}
		b.same(b.states("a"), want)
		b.ok(b.s.SetNotify(b.ctx, "u", "a", filing.NotifyAll, b.now()))
		b.same(b.states("a"), want)
		b.ok(b.s.SetNotify(b.ctx, "u", "a", filing.NotifyNone, b.now()))
		want = []string{"sms1 sms_pending u: dropped not_wanted", "sms2 sms_pending u: dropped not_wanted"}
		b.same(b.states("a"), want)
		b.ok(b.s.SetNotify(b.ctx, "u", "a", filing.NotifyAll, b.now())) // an id that was ever had does not come again
		b.same(b.states("a"), want)
	})

	t.Run("untracking drops what waits", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		b.follow("a", "v", filing.NotifyAll)
		b.report("a", vocab.StageSMSPending)
		b.ok(b.s.Untrack(b.ctx, "u", "a", b.now()))
		b.same(b.states("a"), []string{
			"change sms_pending u: dropped not_tracking", "change sms_pending v: pending",
			"sms1 sms_pending u: dropped not_tracking", "sms1 sms_pending v: pending",
			"sms2 sms_pending u: dropped not_tracking", "sms2 sms_pending v: pending",
		})
		b.same(len(b.lease(10)), 1)
	})

	t.Run("a leased push is left to its worker", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "u", filing.NotifyAll)
		b.report("a", vocab.StagePlatformReview)
		p := b.leaseOne()
		b.report("a", vocab.StageSMSPending)
		b.same(b.push(p.ID).State, push.Leased)
		b.finish(p, push.Sent, "")
		b.same(b.push(p.ID).State, push.Sent)

		b.clock.Add(time.Second)
		q := b.leaseOne()
		b.ok(b.s.Untrack(b.ctx, "u", "a", b.now()))
		b.finish(q, push.Held, vocab.ReasonNoRoute) // he follows it no longer: it is not kept for him
		got := b.push(q.ID)
		b.same(got.State, push.Dropped)
		b.same(got.Reason, vocab.ReasonNotTracking)
		taken := b.tell("u", "k", 10)
		b.same(len(taken), 0)
	})
}
