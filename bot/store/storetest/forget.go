package storetest

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func testForget(t *testing.T, open Open) {
	b := newBench(t, open)
	for _, id := range []string{"mine", "ours", "left-behind"} {
		_, err := b.s.Apply(b.ctx, filing.Report{ID: id, Name: id, Stage: vocab.StagePlatformReview, Source: filing.FromSelf, SelfReported: true})
		b.ok(err)
	}
	b.report("theirs", vocab.StagePlatformReview)
	b.report("alone", vocab.StagePlatformReview)
	for _, id := range []string{"mine", "ours", "left-behind", "theirs", "alone"} {
		b.follow(id, "u", filing.NotifyAll)
	}
	b.follow("ours", "v", filing.NotifyAll)
	b.follow("theirs", "v", filing.NotifyAll)
	b.report("theirs", vocab.StageSMSPending)
	b.report("mine", vocab.StageSMSPending)
	b.ok(b.s.Untrack(b.ctx, "u", "left-behind", b.now()))
	for range 2 { // one of each person is held, one is sent, one is leased, the rest waits
		for i, p := range b.lease(10) {
			switch i {
			case 0:
				b.finish(p, push.Held, vocab.ReasonNoRoute)
			case 1:
				b.finish(p, push.Sent, "")
			}
		}
	}
	b.ok(b.s.SetFollowing(b.ctx, "u", false, b.now()))
	b.ok(b.s.AddCredit(b.ctx, "u", "template", 2))
	b.guess("u", b.now(), 0)
	b.ok(b.s.RightGuess(b.ctx, "u", b.now()))
	for range 4 {
		b.guess("u", b.now(), 0)
	}
	d := delivery("k", "u", b.now(), chat.WindowMessage)
	_, err := b.s.Replies().Claim(b.ctx, d)
	b.ok(err)
	b.ok(b.s.Replies().Settle(b.ctx, d, chat.Answer{Reply: []byte("reply"), Memory: []byte("memory")}))

	for range 2 { // doing it again is no error
		b.ok(b.s.Forget(b.ctx, "u", b.now()))
	}

	tracked, err := b.s.Tracked(b.ctx, "u")
	b.ok(err)
	b.same(len(tracked), 0)
	for _, p := range b.pushes(push.Query{}) {
		b.same(p.User, "v")
	}
	for id, want := range map[string]error{
		"mine": errs.ErrNotFound, "left-behind": errs.ErrNotFound, "ours": nil, "theirs": nil, "alone": nil,
	} {
		if _, err := b.s.Filing(b.ctx, id); want == nil {
			b.ok(err)
		} else {
			b.is(err, want)
		}
	}
	for _, id := range []string{"ours", "theirs"} {
		fs, err := b.s.Followers(b.ctx, id)
		b.ok(err)
		b.same(len(fs), 1)
	}
	u, err := b.s.User(b.ctx, "u")
	b.ok(err)
	b.same(u, push.User{Following: true})
	left, err := b.s.Left(b.ctx, b.now().Add(time.Hour), 10)
	b.ok(err)
	b.same(len(left), 0)
	b.guess("u", b.now(), 0)
	b.guess("u", b.now(), time.Minute) // who erases himself cannot guess on
	c, err := b.s.Replies().Claim(b.ctx, delivery("k2", "u", b.now(), chat.WindowNone))
	b.ok(err)
	b.same(c, chat.Claim{State: chat.ClaimFirst})
	// The very message that asked for this may be delivered again: its reply stays until it expires.
	c, err = b.s.Replies().Claim(b.ctx, d)
	b.ok(err)
	b.same(string(c.Reply), "reply")
	b.clock.Add(time.Hour)
	for _, p := range b.lease(20) {
		b.same(p.User, "v")
	}
}
