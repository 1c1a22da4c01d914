package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// testTelling is what becomes of notices between being taken for a reply and the reply's going out.
func testTelling(t *testing.T, open Open) {
	setUp := func(t *testing.T) (*bench, push.Push) {
		b := newBench(t, open)
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "u", filing.NotifyAll)
		b.report("a", vocab.StagePlatformReview)
		p := b.leaseOne()
		b.clock.Add(time.Second)
		b.finish(p, push.Held, vocab.ReasonContent)
		b.clock.Add(time.Second)
		return b, b.push(p.ID)
	}

	t.Run("it keeps its state until the reply went out", func(t *testing.T) {
		b, p := setUp(t)
		taken := b.take("u", "k", 5)
		b.same(ids(taken), []string{p.ID})
		b.same(taken[0], b.push(p.ID))
		want := p
		want.Lease, want.LeasedUntil = taken[0].Lease, b.now().Add(time.Minute)
		b.same(taken[0], want)
		b.same(ids(b.pushes(push.Query{State: push.Held, Reason: vocab.ReasonContent})), []string{p.ID}) // operators see it still
		b.told("u", taken)
		b.same(b.push(p.ID).State, push.Sent)
		b.same(len(b.waiting("u")), 0)
		b.told("u", taken) // another delivery of the same message got the same bytes
		b.same(b.push(p.ID).State, push.Sent)
	})

	t.Run("nobody else gets it meanwhile, and everybody when the reply is lost", func(t *testing.T) {
		b, p := setUp(t)
		waiting := b.waiting("u")
		b.same(ids(b.take("u", "k", 5)), []string{p.ID})
		take := func(key string) []string {
			t.Helper()
			ps, err := b.s.Take(b.ctx, key, waiting, b.now(), time.Minute)
			b.ok(err)
			return ids(ps)
		}
		b.same(len(b.waiting("u")), 0)
		b.same(take("l"), []string(nil))
		b.same(ids(b.waitingFor("u", "k")), []string{p.ID}) // the same delivery again: its first handler died
		b.same(take("k"), []string{p.ID})
		_, err := b.s.Retry(b.ctx, p.ID, b.now())
		b.code(err, errs.CodeConflict)
		b.clock.Add(time.Minute - time.Millisecond)
		b.same(len(b.waiting("u")), 0)
		b.clock.Add(time.Millisecond)
		b.same(ids(b.waiting("u")), []string{p.ID})
		b.same(take("l"), []string{p.ID})
		b.same(take("k"), []string(nil))
	})

	t.Run("what is dropped meanwhile stays dropped", func(t *testing.T) {
		b, p := setUp(t)
		taken := b.take("u", "k", 5)
		b.report("a", vocab.StageAuthorityReview)
		b.told("u", taken)
		got := b.push(p.ID)
		b.same(got.State, push.Dropped)
		b.same(got.Lease, "")
	})

	t.Run("nobody tells another's", func(t *testing.T) {
		b, p := setUp(t)
		b.told("v", []push.Push{p})
		b.same(b.push(p.ID).State, push.Held)
		b.same(len(b.take("v", "k", 5)), 0)
	})

	t.Run("whoever forgets takes nothing along", func(t *testing.T) {
		b, _ := setUp(t)
		taken := b.take("u", "k", 5)
		b.ok(b.s.Forget(b.ctx, "u", b.now()))
		b.told("u", taken)
		b.same(len(b.pushes(push.Query{})), 0)
	})

	t.Run("what is over is ended by whoever would have told it", func(t *testing.T) {
		b, p := setUp(t)
		b.report("b", vocab.StageNotFiled)
		b.follow("b", "u", filing.NotifyAll)
		b.report("b", vocab.StagePlatformReview)
		q := b.leaseOne()
		b.finish(q, push.Held, vocab.ReasonNoRoute)
		take := func(key string) []string {
			t.Helper()
			over := b.push(p.ID)
			over.State, over.Reason = push.Dropped, vocab.ReasonLate
			ps, err := b.s.Take(b.ctx, key, []push.Push{over, b.push(q.ID)}, b.now(), time.Minute)
			b.ok(err)
			return ids(ps)
		}
		b.same(len(b.take("u", "k", 5)), 2)
		b.same(take("l"), []string(nil)) // another reply is telling them
		b.same(b.push(p.ID).State, push.Held)
		b.clock.Add(time.Minute)
		b.same(take("l"), []string{q.ID})
		got := b.push(p.ID)
		b.same(got.State, push.Dropped)
		b.same(got.Reason, vocab.ReasonLate)
		b.same(got.UpdatedAt, b.now())
		b.same(got.Lease, "")
		b.told("u", []push.Push{p, q})
		b.same(b.push(p.ID).State, push.Dropped)
		b.same(b.push(q.ID).State, push.Sent)
		b.same(len(b.waiting("u")), 0)
		c, err := b.s.Replies().Claim(b.ctx, delivery("m", "u", b.now(), chat.WindowNone))
		b.ok(err)
		b.same(c.Waiting, false)
	})

	t.Run("not while sending is paused", func(t *testing.T) {
		b, p := setUp(t)
		b.ok(b.s.SetPaused(b.ctx, push.Pause{Since: b.now(), Why: "说错了"}))
		b.same(len(b.waiting("u")), 0)
		b.ok(b.s.SetPaused(b.ctx, push.Pause{}))
		b.same(ids(b.waiting("u")), []string{p.ID})
	})

	t.Run("a settled reply knows what it tells", func(t *testing.T) {
		b, _ := setUp(t)
		r := b.s.Replies()
		d := delivery("k", "u", b.now(), chat.WindowMessage)
		_, err := r.Claim(b.ctx, d)
		b.ok(err)
		told := refs(b.take("u", "k", 5))
		b.ok(r.Settle(b.ctx, d, chat.Answer{Reply: []byte("x"), Told: told}))
		b.ok(r.Settle(b.ctx, d, chat.Answer{Reply: []byte("y")})) // late
		c, err := r.Claim(b.ctx, d)
		b.ok(err)
		b.same(c, chat.Claim{State: chat.ClaimDone, Reply: []byte("x"), Told: told})
	})
}

// testResting is what becomes of notices that a worker put off for long while their person writes.
func testResting(t *testing.T, open Open) {
	setUp := func(t *testing.T, change func(b *bench, p *push.Push)) (*bench, push.Push) {
		b := newBench(t, open)
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "u", filing.NotifyAll)
		b.report("a", vocab.StagePlatformReview)
		p := b.leaseOne()
		p.Due = b.now().Add(8 * time.Hour)
		p.Reason = vocab.ReasonQuiet
		change(b, &p)
		b.finish(p, push.Pending, p.Reason)
		return b, b.push(p.ID)
	}
	plain := func(*bench, *push.Push) {}
	waits := func(b *bench, want bool) {
		b.t.Helper()
		b.same(len(b.waiting("u")) == 1, want)
		c, err := b.s.Replies().Claim(b.ctx, delivery("w"+b.now().String(), "u", b.now(), chat.WindowNone))
		b.ok(err)
		b.same(c.Waiting, want)
	}

	for name, c := range map[string]struct {
		change func(b *bench, p *push.Push)
		want   bool
	}{
		"for the night":   {plain, true},
		"for the quota":   {func(_ *bench, p *push.Push) { p.Reason = vocab.ReasonQuota }, true},
		"for two minutes": {func(b *bench, p *push.Push) { p.Due, p.Reason = b.now().Add(2*time.Minute), vocab.ReasonBusy }, true},
		"for a moment": {func(b *bench, p *push.Push) {
			p.Due, p.Reason = b.now().Add(2*time.Minute-time.Millisecond), vocab.ReasonBusy
		}, false},
		"perhaps told":       {func(b *bench, p *push.Push) { p.Reason, p.FirstTry, p.Attempts = vocab.ReasonBusy, b.now(), 1 }, false},
		"nobody put it off":  {func(_ *bench, p *push.Push) { p.Reason = vocab.ReasonNone }, false},
		"he does not follow": {func(b *bench, p *push.Push) { b.ok(b.s.Untrack(b.ctx, "u", "a", b.now())) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			b, _ := setUp(t, c.change)
			waits(b, c.want)
		})
	}

	t.Run("told with a reply, and never sent", func(t *testing.T) {
		b, p := setUp(t, plain)
		b.same(ids(b.tell("u", "k", 5)), []string{p.ID})
		got := b.push(p.ID)
		b.same(got.State, push.Sent)
		b.same(got.Channel, vocab.ChannelReply)
		b.clock.Add(9 * time.Hour)
		b.same(len(b.lease(10)), 0)
		waits(b, false)
	})

	t.Run("sent in its time where the reply is lost", func(t *testing.T) {
		b, p := setUp(t, plain)
		b.same(ids(b.take("u", "k", 5)), []string{p.ID})
		next, err := b.s.NextDue(b.ctx)
		b.ok(err)
		b.same(next, p.Due)
		b.clock.Add(8 * time.Hour)
		b.same(ids(b.lease(10)), []string{p.ID})
	})

	t.Run("not sent while a reply tells it", func(t *testing.T) {
		b, p := setUp(t, plain)
		b.clock.Add(8*time.Hour - time.Second)
		taken := b.take("u", "k", 5)
		b.clock.Add(30 * time.Second) // due by now
		b.same(len(b.lease(10)), 0)
		next, err := b.s.NextDue(b.ctx)
		b.ok(err)
		b.same(next, taken[0].LeasedUntil)
		b.clock.Add(30 * time.Second)
		q := b.leaseOne()
		b.same(q.ID, p.ID)
		b.same(len(b.waiting("u")), 0)
		b.told("u", taken) // far too late: a worker has it
		b.same(b.push(p.ID).State, push.Leased)
		b.finish(q, push.Sent, "")
		waits(b, false)
	})

	t.Run("an operator's retry goes to the worker", func(t *testing.T) {
		b, p := setUp(t, plain)
		_, err := b.s.Retry(b.ctx, p.ID, b.now())
		b.ok(err)
		waits(b, false)
		b.same(b.leaseOne().ID, p.ID)
	})

	t.Run("something newer replaces it", func(t *testing.T) {
		b, p := setUp(t, plain)
		b.report("a", vocab.StageAuthorityReview)
		b.same(b.push(p.ID).Reason, vocab.ReasonSuperseded)
		waits(b, false)
	})

	t.Run("and it may be put off again", func(t *testing.T) {
		b, p := setUp(t, plain)
		b.clock.Add(8 * time.Hour)
		q := b.leaseOne()
		q.Due = b.now().Add(time.Hour)
		b.finish(q, push.Pending, vocab.ReasonQuota)
		b.same(ids(b.waiting("u")), []string{p.ID})
		_, err := b.s.Drop(b.ctx, p.ID, b.now())
		b.ok(err)
		waits(b, false)
	})

	t.Run("oldest first, with what is held", func(t *testing.T) {
		b, first := setUp(t, plain)
		b.report("b", vocab.StageNotFiled)
		b.follow("b", "u", filing.NotifyAll)
		b.clock.Add(time.Second)
		b.report("b", vocab.StagePlatformReview)
		second := b.leaseOne()
		b.finish(second, push.Held, vocab.ReasonNoRoute)
		b.same(ids(b.waiting("u")), []string{first.ID, second.ID})
		got := b.tell("u", "k", 5)
		if slices.ContainsFunc(got, func(p push.Push) bool { return p.State != push.Sent }) {
			t.Fatalf("%+v", got)
		}
	})
}
