package storetest

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// testTrail follows a push from its first try to its end.
func testTrail(t *testing.T, open Open) {
	b := newBench(t, open)
	b.report("a", vocab.StagePlatformReview)
	b.follow("a", "u", filing.NotifyAll)
	b.report("a", vocab.StageAuthorityReview)
	var want []push.Moment
	then := func(m push.Moment) {
		m.At = b.now().UTC()
		want = append(want, m)
	}
	try := func(by vocab.Channel) push.Push {
		t.Helper()
		b.clock.Add(time.Minute)
		p := b.leaseOne()
		p.Channel = by
		b.ok(b.s.Attempt(b.ctx, p, b.now()))
		then(push.Moment{State: push.Leased, Channel: by})
		return p
	}
	p := try(vocab.ChannelTemplate)
	b.clock.Add(time.Second)
	p.State, p.Reason, p.Code, p.Channel, p.Attempts, p.UpdatedAt, p.Due = push.Pending, vocab.ReasonBusy, -1, "", 1, b.now(), b.now()
	b.ok(b.s.Finish(b.ctx, p))
	then(push.Moment{State: push.Pending, Reason: vocab.ReasonBusy, Code: -1})
	p = try(vocab.ChannelTemplate)
	p.State, p.Reason, p.Code, p.Channel, p.Attempts, p.UpdatedAt = push.Held, vocab.ReasonContent, 47003, "", 2, b.now()
	b.ok(b.s.Finish(b.ctx, p))
	then(push.Moment{State: push.Held, Reason: vocab.ReasonContent, Code: 47003})
	b.clock.Add(time.Minute)
	_, err := b.s.Retry(b.ctx, p.ID, b.now())
	b.ok(err)
	then(push.Moment{State: push.Pending})
	p = try(vocab.ChannelTemplate)
	p.State, p.Reason, p.Code, p.Channel, p.UpdatedAt = push.Held, vocab.ReasonNoRoute, 0, "", b.now()
	b.ok(b.s.Finish(b.ctx, p))
	then(push.Moment{State: push.Held, Reason: vocab.ReasonNoRoute})
	b.clock.Add(time.Hour)
	b.tell("u", "delivery", 1)
	then(push.Moment{State: push.Sent, Channel: vocab.ChannelReply})
	b.same(b.push(p.ID).Trail, want)

	b.report("a", vocab.StageFiled) // one that is tried for long keeps how it began and how it goes on
	var id string
	for range 40 {
		b.clock.Add(time.Minute)
		p := b.leaseOne()
		id, p.Channel = p.ID, vocab.ChannelTemplate
		b.ok(b.s.Attempt(b.ctx, p, b.now()))
		p.State, p.Reason, p.Code, p.UpdatedAt, p.Due = push.Pending, vocab.ReasonBusy, -1, b.now(), b.now()
		b.ok(b.s.Finish(b.ctx, p))
	}
	last := b.now().UTC()
	trail := b.push(id).Trail
	b.same(len(trail), push.MaxTrail)
	b.same(trail[0].State, push.Leased)
	b.same(trail[len(trail)-1], push.Moment{At: last, State: push.Pending, Reason: vocab.ReasonBusy, Channel: vocab.ChannelTemplate, Code: -1})
	for i := range trail[1:] {
		if trail[i+1].At.Before(trail[i].At) {
			t.Fatalf("moment %d is before the one before it", i+1)
		}
	}
}
