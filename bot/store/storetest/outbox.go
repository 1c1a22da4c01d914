package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func testLease(t *testing.T, open Open) {
	t.Run("longest due first, bounded", func(t *testing.T) {
		b := newBench(t, open)
		for _, u := range []string{"u", "v", "w"} {
			b.report(u, vocab.StageNotFiled)
			b.follow(u, u, filing.NotifyAll)
		}
		for _, u := range []string{"w", "u", "v"} {
			b.clock.Add(time.Second)
			b.report(u, vocab.StagePlatformReview)
		}
		var got []string
		for _, p := range b.lease(2) {
			got = append(got, p.User)
			b.same(p.State, push.Leased)
			b.same(p.LeasedUntil, b.now().Add(time.Minute))
			b.same(b.push(p.ID), p)
		}
		b.same(got, []string{"w", "u"})
		b.same(b.leaseOne().User, "v")
		b.same(len(b.lease(10)), 0)
		b.same(len(b.lease(0)), 0)
	})

	t.Run("not before it is due", func(t *testing.T) {
		b := newBench(t, open)
		next, err := b.s.NextDue(b.ctx)
		b.ok(err)
		b.same(next, time.Time{})
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		b.report("a", vocab.StageSMSPending)
		b.finish(b.leaseOne(), push.Sent, "")
		next, err = b.s.NextDue(b.ctx)
		b.ok(err)
		b.same(next, Start.Add(12*time.Hour))
		b.clock.Add(12*time.Hour - time.Millisecond)
		b.same(len(b.lease(10)), 0)
		b.clock.Add(time.Millisecond)
		p := b.leaseOne()
		b.same(p.Step, 1)
		next, err = b.s.NextDue(b.ctx)
		b.ok(err)
		b.same(next, p.LeasedUntil)
	})

	t.Run("one at a time for a person and a filing", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		b.follow("a", "v", filing.NotifyAll)
		b.report("a", vocab.StageSMSPending)
		b.clock.Add(23 * time.Hour) // three are due for each
		first := b.lease(10)
		b.same(len(first), 2)
		for _, p := range first {
			b.same(p.Kind, vocab.KindChange)
		}
		b.same(len(b.lease(10)), 0)
		b.finish(first[0], push.Sent, "")
		second := b.leaseOne()
		b.same(second.User, first[0].User)
		b.same(second.Step, 1)
		b.finish(second, push.Pending, vocab.ReasonBusy) // due where it was: before the next step
		again := b.leaseOne()
		b.same(again.ID, second.ID)
		b.finish(again, push.Sent, "")
		third := b.leaseOne()
		b.same(third.Step, 2)
	})

	t.Run("a lease that ends makes it due again", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		b.report("a", vocab.StageSMSPending)
		p := b.leaseOne()
		p.Channel = vocab.ChannelTemplate
		b.ok(b.s.Attempt(b.ctx, p, b.now()))
		b.clock.Add(time.Minute - time.Millisecond)
		b.same(len(b.lease(10)), 0)
		tried := b.now()
		b.clock.Add(time.Millisecond)
		b.is(b.s.Attempt(b.ctx, p, b.now()), push.ErrLeaseLost) // over, though nobody has it yet
		q := b.leaseOne()
		b.same(q.ID, p.ID)
		b.same(q.Attempts, 1)
		b.same(q.Channel, vocab.ChannelTemplate)
		if !q.FirstTry.Equal(Start) || q.FirstTry.Equal(tried) {
			t.Fatalf("first try at %v", q.FirstTry)
		}
		b.is(b.s.Finish(b.ctx, with(p, push.Sent)), push.ErrLeaseLost)
		b.is(b.s.Attempt(b.ctx, p, b.now()), push.ErrLeaseLost)
		b.finish(q, push.Sent, "")
		b.is(b.s.Finish(b.ctx, with(q, push.Sent)), push.ErrLeaseLost)
	})

	t.Run("a lease that ended does not block its lane", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		b.report("a", vocab.StageSMSPending)
		b.clock.Add(13 * time.Hour)
		p := b.leaseOne()
		b.clock.Add(time.Minute)
		q := b.leaseOne()
		if q.ID == p.ID {
			t.Fatal("the one whose lease ended became due after the one that waits")
		}
		b.same(len(b.lease(10)), 0)
		b.finish(p, push.Sent, "") // late, but nobody else had it: what happened is worth knowing
		b.same(b.push(p.ID).State, push.Sent)
		b.same(len(b.lease(10)), 0) // the lane is still with q
		b.finish(q, push.Sent, "")
	})

	t.Run("many wait behind a lane", func(t *testing.T) {
		b := newBench(t, open)
		b.s = open(t, Options{Planner: many{200}, Now: b.clock.Now})
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "u", filing.NotifyAll)
		b.follow("a", "v", filing.NotifyAll)
		b.report("a", vocab.StagePlatformReview)
		b.clock.Add(time.Hour)
		b.report("b", vocab.StageNotFiled)
		b.follow("b", "u", filing.NotifyAll)
		b.report("b", vocab.StagePlatformReview)
		ps := b.lease(50)
		b.same(len(ps), 3) // a lane each, though 600 are due and the first 400 are of two lanes
		b.same(ps[2].Filing, "b")
	})
}

// many is a planner that makes n pushes of a change, all due at once.
type many struct{ n int }

func (m many) Plan(s push.Situation) (add []push.Push, drop map[string]vocab.Reason) {
	if s.Event == nil || s.Event.Seq == 1 {
		return nil, nil
	}
	for _, f := range s.Followers {
		for i := range m.n {
			add = append(add, planned(s, f.User, vocab.KindSMS, i+1, s.Now))
		}
	}
	return add, nil
}

func with(p push.Push, s push.State) push.Push {
	p.State = s
	return p
}

func testFinish(t *testing.T, open Open) {
	b := newBench(t, open)
	b.report("a", vocab.StageNotFiled)
	b.follow("a", "u", filing.NotifyAll)
	b.report("a", vocab.StagePlatformReview)
	p := b.leaseOne()
	b.code(b.s.Finish(b.ctx, p), errs.CodeInvalid) // still Leased: not an end
	p.Channel = vocab.ChannelCustomer
	b.clock.Add(time.Second)
	b.ok(b.s.Attempt(b.ctx, p, b.now()))
	b.ok(b.s.Attempt(b.ctx, p, b.now().Add(time.Second)))
	kept := b.push(p.ID)
	b.same(kept.Attempts, 2)
	b.same(kept.FirstTry, b.now())
	b.same(kept.State, push.Leased)

	p.State, p.Reason, p.Due = push.Pending, vocab.ReasonRate, b.now().Add(5*time.Minute)
	p.Attempts, p.Code, p.Detail, p.UpdatedAt = 2, 45011, "api minute-quota reach limit", b.now()
	b.ok(b.s.Finish(b.ctx, p))
	want, got := p, b.push(p.ID)
	want.Lease, want.LeasedUntil, want.Trail = "", time.Time{}, got.Trail // see testTrail
	b.same(got, want)
	b.same(len(b.lease(10)), 0)
	b.clock.Add(5 * time.Minute)
	q := b.leaseOne()
	b.same(q.Attempts, 2)
	if q.Lease == p.Lease {
		t.Fatal("two leases share a token")
	}
	q.Kind, q.CreatedAt, q.Seq = vocab.KindFace, time.Time{}, 99 // what a push is about is not the worker's to change
	b.finish(q, push.Dead, vocab.ReasonContent)
	got = b.push(p.ID)
	if got.Kind != vocab.KindChange || got.Seq != 2 || got.State != push.Dead || !got.CreatedAt.Equal(Start) {
		t.Fatalf("%+v", got)
	}
	b.is(b.s.Finish(b.ctx, push.Push{ID: "nobody", Filing: "a", State: push.Sent, Lease: "x"}), errs.ErrNotFound)
	b.is(b.s.Attempt(b.ctx, push.Push{ID: "nobody", Filing: "a", Lease: "x"}, b.now()), errs.ErrNotFound)
}

func testHeld(t *testing.T, open Open) {
	b := newBench(t, open)
	for _, id := range []string{"c", "a", "b"} {
		b.report(id, vocab.StageNotFiled)
		b.follow(id, "u", filing.NotifyAll)
		b.clock.Add(time.Second)
		b.report(id, vocab.StagePlatformReview)
	}
	b.follow("a", "v", filing.NotifyAll)
	b.clock.Add(time.Second)
	b.report("a", vocab.StageSMSPending)
	for _, p := range b.lease(10) {
		b.finish(p, push.Held, vocab.ReasonNoRoute)
	}
	b.same(len(b.lease(10)), 0)
	take := func(user string, limit int) (out []string) {
		t.Helper()
		for _, p := range b.tell(user, "k", limit) {
			out = append(out, p.Filing+" "+string(p.Stage))
			b.same(p.State, push.Sent)
			b.same(p.Reason, vocab.ReasonNone)
			b.same(p.Channel, vocab.ChannelReply)
			b.same(p.Lease, "")
			b.same(p.UpdatedAt, b.now())
		}
		return out
	}
	b.clock.Add(time.Second)
	b.same(take("u", 0), []string(nil))
	b.same(take("u", 2), []string{"c platform_review", "b platform_review"})
	b.same(take("u", 9), []string{"a sms_pending"})
	b.same(take("u", 9), []string(nil))
	b.same(take("w", 9), []string(nil))
	b.report("a", vocab.StageAuthorityReview) // supersedes what is held for v
	b.same(take("v", 9), []string(nil))
}

func testOperator(t *testing.T, open Open) {
	b := newBench(t, open)
	for _, u := range []string{"dead", "dropped", "held", "leased", "pending", "sent"} {
		b.report(u, vocab.StageNotFiled)
		b.follow(u, u, filing.NotifyAll)
		b.clock.Add(time.Second)
		b.report(u, vocab.StagePlatformReview)
	}
	id := make(map[string]string)
	for _, p := range b.pushes(push.Query{}) {
		id[p.User] = p.ID
	}
	for _, p := range b.lease(10) {
		p.Attempts, p.FirstTry, p.Code, p.Detail, p.Due = 3, b.now(), 40037, "invalid template_id", b.now().Add(time.Hour)
		if s := push.State(p.User); s != push.Leased {
			b.finish(p, s, vocab.ReasonContent)
		}
	}
	for _, c := range []struct {
		user          string
		retry, remove errs.Code
	}{
		{"dead", "", ""},
		{"held", "", ""},
		{"pending", "", ""},
		{"leased", errs.CodeConflict, ""},
		{"sent", errs.CodeConflict, errs.CodeConflict},
		{"dropped", errs.CodeConflict, errs.CodeConflict},
	} {
		woken := b.woken
		b.clock.Add(time.Second)
		p, err := b.s.Retry(b.ctx, id[c.user], b.now())
		b.code(err, c.retry)
		if err == nil {
			b.same(b.push(p.ID), p)
			if p.State != push.Pending || !p.Due.Equal(b.now()) || p.Attempts != 0 || !p.FirstTry.IsZero() || p.Code != 0 || p.Reason != "" {
				t.Fatalf("retried %s: %+v", c.user, p)
			}
			b.same(b.woken, woken+1)
			b.same(b.leaseOne().ID, p.ID)
		}
		p, err = b.s.Drop(b.ctx, id[c.user], b.now())
		b.code(err, c.remove)
		if err == nil {
			b.same(b.push(p.ID), p)
			if p.State != push.Dropped || p.Reason != vocab.ReasonOperator || p.Lease != "" {
				t.Fatalf("dropped %s: %+v", c.user, p)
			}
		}
		b.same(len(b.lease(10)), 0)
	}
	_, err := b.s.Retry(b.ctx, "nobody", b.now())
	b.is(err, errs.ErrNotFound)
	_, err = b.s.Drop(b.ctx, "nobody", b.now())
	b.is(err, errs.ErrNotFound)
	_, err = b.s.Push(b.ctx, "nobody")
	b.is(err, errs.ErrNotFound)
	b.same(len(b.waiting("held")), 0)
}

func testOutboxLists(t *testing.T, open Open) {
	b := newBench(t, open)
	users := []string{"u", "v", "w"}
	for _, id := range []string{"a", "b"} {
		b.report(id, vocab.StagePlatformReview)
		for _, u := range users {
			b.follow(id, u, filing.NotifyAll)
		}
		b.clock.Add(time.Second)
		b.report(id, vocab.StageSMSPending)
	}
	for i, p := range b.lease(6) {
		switch i {
		case 0:
			b.finish(p, push.Sent, "")
		case 1:
			b.finish(p, push.Dead, vocab.ReasonGaveUp)
		case 2:
			b.finish(p, push.Held, vocab.ReasonNoRoute)
		}
	}
	all := b.pushes(push.Query{})
	b.same(len(all), 18)
	if !slices.IsSortedFunc(all, func(x, y push.Push) int {
		if c := y.CreatedAt.Compare(x.CreatedAt); c != 0 {
			return c
		}
		return -cmpString(x.ID, y.ID)
	}) {
		t.Fatal("not newest first")
	}
	counts, err := b.s.Counts(b.ctx)
	b.ok(err)
	b.same(counts, map[push.State]int{push.Pending: 12, push.Leased: 3, push.Held: 1, push.Sent: 1, push.Dead: 1, push.Dropped: 0})
	for _, q := range []push.Query{
		{State: push.Pending},
		{State: push.Leased},
		{State: push.Held},
		{State: push.Dropped},
		{Filing: "a"},
		{Filing: "b", State: push.Pending},
		{Filing: "c"},
		{State: "no such state"},
	} {
		want := slices.DeleteFunc(slices.Clone(all), func(p push.Push) bool {
			return q.State != "" && p.State != q.State || q.Filing != "" && p.Filing != q.Filing
		})
		b.same(ids(b.pushes(q)), ids(want))
	}
	for _, cursor := range []string{"x", "????", "ZgAAAAAAAAAAAA"} {
		_, err := b.s.Pushes(b.ctx, push.Query{Cursor: cursor})
		b.code(err, errs.CodeInvalid)
	}
	_, err = b.s.Pushes(b.ctx, push.Query{Limit: 501})
	b.code(err, errs.CodeInvalid)

	end := b.now()
	n, err := b.s.Sweep(b.ctx, end)
	b.ok(err)
	b.same(n, 0)
	n, err = b.s.Sweep(b.ctx, end.Add(time.Millisecond))
	b.ok(err)
	b.same(n, 2)
	b.same(len(b.pushes(push.Query{})), 16)
	counts, err = b.s.Counts(b.ctx)
	b.ok(err)
	b.same(counts, map[push.State]int{push.Pending: 12, push.Leased: 3, push.Held: 1, push.Sent: 0, push.Dead: 0, push.Dropped: 0})
}
