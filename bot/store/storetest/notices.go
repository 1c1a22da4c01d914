package storetest

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// sent brings a filing to its next stage and has the push of it sent under the platform's id.
func (b *bench) sent(id string, stage vocab.Stage, messageID string) push.Push {
	b.t.Helper()
	b.report(id, stage)
	p := b.leaseOne()
	p.Channel, p.MessageID = vocab.ChannelTemplate, messageID
	b.finish(p, push.Sent, "")
	return b.push(p.ID)
}

func testUndelivered(t *testing.T, open Open) {
	setUp := func(t *testing.T) *bench {
		b := newBench(t, open)
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "u", filing.NotifyAll)
		return b
	}
	const failed = "failed: system failed"

	t.Run("is kept for the next message, once", func(t *testing.T) {
		b := setUp(t)
		p := b.sent("a", vocab.StagePlatformReview, "1001")
		b.clock.Add(time.Second)
		b.ok(b.s.Undelivered(b.ctx, "1001", failed, b.now()))
		got := b.push(p.ID)
		b.same(got.State, push.Held)
		b.same(got.Reason, vocab.ReasonUndelivered)
		b.same(got.Detail, failed)
		b.same(got.UpdatedAt, b.now())
		b.same(ids(b.tell("u", "k", 5)), []string{p.ID})
		b.ok(b.s.Undelivered(b.ctx, "1001", failed, b.now())) // the platform repeats itself; he has been told
		b.same(b.push(p.ID).State, push.Sent)
		b.same(len(b.waiting("u")), 0)
	})

	t.Run("who refuses messages is told when he writes", func(t *testing.T) {
		b := setUp(t)
		p := b.sent("a", vocab.StagePlatformReview, "1001")
		b.ok(b.s.Undelivered(b.ctx, "1001", "failed:user block", b.now()))
		got := b.push(p.ID)
		b.same(got.State, push.Held)
		b.same(got.Reason, vocab.ReasonUndelivered)
		b.same(got.Detail, "failed:user block")
	})

	t.Run("something newer replaces it", func(t *testing.T) {
		b := setUp(t)
		p := b.sent("a", vocab.StagePlatformReview, "1001")
		b.sent("a", vocab.StageAuthorityReview, "1002")
		b.ok(b.s.Undelivered(b.ctx, "1001", failed, b.now()))
		got := b.push(p.ID)
		b.same(got.State, push.Dropped)
		b.same(got.Reason, vocab.ReasonSuperseded)
	})

	t.Run("nor is it kept for somebody who went", func(t *testing.T) {
		b := setUp(t)
		p := b.sent("a", vocab.StagePlatformReview, "1001")
		b.ok(b.s.Untrack(b.ctx, "u", "a", b.now()))
		b.ok(b.s.Undelivered(b.ctx, "1001", failed, b.now()))
		b.same(b.push(p.ID).Reason, vocab.ReasonNotTracking)
	})

	t.Run("the word may be faster than the record", func(t *testing.T) {
		b := setUp(t)
		b.report("a", vocab.StagePlatformReview)
		p := b.leaseOne()
		b.ok(b.s.Undelivered(b.ctx, "1001", failed, b.now()))
		p.Channel, p.MessageID = vocab.ChannelTemplate, "1001"
		b.finish(p, push.Sent, "")
		got := b.push(p.ID)
		b.same(got.State, push.Held)
		b.same(got.Reason, vocab.ReasonUndelivered)
		b.same(ids(b.waiting("u")), []string{p.ID})
	})

	t.Run("a message that nobody knows", func(t *testing.T) {
		b := setUp(t)
		p := b.sent("a", vocab.StagePlatformReview, "1001")
		b.ok(b.s.Undelivered(b.ctx, "100", failed, b.now())) // the beginning of another's id
		b.same(b.push(p.ID).State, push.Sent)
		b.code(b.s.Undelivered(b.ctx, "", failed, b.now()), errs.CodeInvalid)
	})

	t.Run("listed by reason", func(t *testing.T) {
		b := setUp(t)
		p := b.sent("a", vocab.StagePlatformReview, "1001")
		b.sent("a", vocab.StageAuthorityReview, "1002")
		b.ok(b.s.Undelivered(b.ctx, "1001", failed, b.now()))
		b.same(ids(b.pushes(push.Query{Reason: vocab.ReasonSuperseded})), []string{p.ID})
		b.same(ids(b.pushes(push.Query{State: push.Dropped, Reason: vocab.ReasonSuperseded})), []string{p.ID})
		b.same(len(b.pushes(push.Query{State: push.Sent, Reason: vocab.ReasonSuperseded})), 0)
	})
}

// testUndeliveredTo is the platform's word on a message that has no id.
func testUndeliveredTo(t *testing.T, open Open) {
	const failed = "5 user refuse"
	setUp := func(t *testing.T) (*bench, map[string]push.Push) {
		b := newBench(t, open)
		ps := make(map[string]push.Push)
		send := func(id, user, messageID string, by vocab.Channel) {
			b.report(id, vocab.StageNotFiled)
			b.follow(id, user, filing.NotifyAll)
			b.clock.Add(time.Minute)
			b.report(id, vocab.StagePlatformReview)
			p := b.leaseOne()
			p.Channel, p.MessageID = by, messageID
			b.finish(p, push.Sent, "")
			ps[id] = b.push(p.ID)
		}
		send("old", "u", "", vocab.ChannelSubscription)
		send("new", "u", "", vocab.ChannelSubscription)
		send("known", "u", "1001", vocab.ChannelSubscription)
		send("template", "u", "", vocab.ChannelTemplate)
		send("others", "v", "", vocab.ChannelSubscription)
		return b, ps
	}
	states := func(b *bench, ps map[string]push.Push) (held []string) {
		for _, id := range []string{"old", "new", "known", "template", "others"} {
			if p := b.push(ps[id].ID); p.State == push.Held && p.Reason == vocab.ReasonUndelivered && p.Detail == failed {
				held = append(held, id)
			} else {
				b.same(p, ps[id])
			}
		}
		return held
	}

	t.Run("the one that was sent lately", func(t *testing.T) {
		b, ps := setUp(t)
		b.ok(b.s.UndeliveredTo(b.ctx, "u", vocab.ChannelSubscription, ps["new"].UpdatedAt, failed, b.now()))
		b.same(states(b, ps), []string{"new"})
		b.same(ids(b.waiting("u")), []string{ps["new"].ID})
		b.ok(b.s.UndeliveredTo(b.ctx, "u", vocab.ChannelSubscription, ps["new"].UpdatedAt, failed, b.now())) // the platform repeats itself
		b.same(states(b, ps), []string{"new"})
	})

	t.Run("all of several", func(t *testing.T) {
		b, ps := setUp(t)
		b.ok(b.s.UndeliveredTo(b.ctx, "u", vocab.ChannelSubscription, ps["old"].UpdatedAt, failed, b.now()))
		b.same(states(b, ps), []string{"old", "new"})
	})

	t.Run("he does not follow any longer", func(t *testing.T) {
		b, ps := setUp(t)
		b.ok(b.s.Untrack(b.ctx, "u", "new", b.now()))
		b.ok(b.s.UndeliveredTo(b.ctx, "u", vocab.ChannelSubscription, ps["new"].UpdatedAt, failed, b.now()))
		b.same(b.push(ps["new"].ID).Reason, vocab.ReasonNotTracking)
	})

	t.Run("none", func(t *testing.T) {
		b, ps := setUp(t)
		b.ok(b.s.UndeliveredTo(b.ctx, "u", vocab.ChannelSubscription, b.now(), failed, b.now()))
		b.ok(b.s.UndeliveredTo(b.ctx, "nobody", vocab.ChannelSubscription, Start, failed, b.now()))
		b.same(states(b, ps), []string(nil))
		b.code(b.s.UndeliveredTo(b.ctx, "", vocab.ChannelSubscription, Start, failed, b.now()), errs.CodeInvalid)
	})
}

func testPause(t *testing.T, open Open) {
	b := newBench(t, open)
	paused := func() push.Pause {
		t.Helper()
		p, err := b.s.Paused(b.ctx)
		b.ok(err)
		return p
	}
	b.same(paused(), push.Pause{})
	b.ok(b.s.SetPaused(b.ctx, push.Pause{Since: b.now(), Why: "模板在改"}))
	b.same(paused(), push.Pause{Since: b.now(), Why: "模板在改"})
	woken := b.woken
	b.ok(b.s.SetPaused(b.ctx, push.Pause{}))
	b.same(paused().On(), false)
	if b.woken == woken {
		t.Error("the worker was not woken when sending went on")
	}
}

func testQuiet(t *testing.T, open Open) {
	b := newBench(t, open)
	quiet := func() *push.Quiet {
		t.Helper()
		u, err := b.s.User(b.ctx, "u")
		b.ok(err)
		return u.Quiet
	}
	b.same(quiet(), (*push.Quiet)(nil))
	night := push.Quiet{From: 23 * 60, To: 7*60 + 30}
	b.ok(b.s.SetQuiet(b.ctx, "u", &night))
	b.same(quiet(), &night)
	b.ok(b.s.SetQuiet(b.ctx, "u", &push.Quiet{}))
	b.same(quiet(), &push.Quiet{})
	b.ok(b.s.SetQuiet(b.ctx, "u", nil))
	b.same(quiet(), (*push.Quiet)(nil))
	b.ok(b.s.SetQuiet(b.ctx, "u", &night))
	b.ok(b.s.Forget(b.ctx, "u", b.now()))
	b.same(quiet(), (*push.Quiet)(nil))
	b.code(b.s.SetQuiet(b.ctx, "", nil), errs.CodeInvalid)
}
