package storetest

import (
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// testCorrections: once a person corrects since when his own filing is where it is, he is reminded by the corrected time only. It runs with
// the planner of the product, whose ids of reminders it is about.
func testCorrections(t *testing.T, open Open) {
	b := &bench{t: t, clock: NewClock(), ctx: t.Context()}
	b.s = open(t, Options{Planner: &push.Planner{}, Now: b.clock.Now, Wake: func() {}})
	mine := func(since time.Time) filing.Outcome {
		t.Helper()
		out, err := b.s.Apply(b.ctx, filing.Report{
			ID: "mine", Name: "mine", Stage: vocab.StageSMSPending, Since: since, Source: filing.FromSelf, SelfReported: true,
		})
		b.ok(err)
		return out
	}
	pending := func() (due []time.Time) {
		for _, p := range b.pushes(push.Query{Filing: "mine", State: push.Pending}) {
			if p.Kind == vocab.KindSMS {
				due = append(due, p.Due)
			}
		}
		slices.SortFunc(due, time.Time.Compare)
		return due
	}
	at := b.now()
	mine(at)
	b.follow("mine", "u", filing.NotifyAll)
	b.same(pending(), []time.Time{at.Add(12 * time.Hour), at.Add(22 * time.Hour)})

	b.clock.Add(time.Hour)
	early := at.Add(-15 * time.Hour)
	out := mine(early)
	b.same(out.Changed, true)
	b.same(out.Filing.Since, early)
	b.same(pending(), []time.Time{early.Add(22 * time.Hour)}) // the first one would have been three hours ago
	for _, p := range b.pushes(push.Query{Filing: "mine", State: push.Dropped}) {
		b.same(p.Reason, vocab.ReasonSuperseded)
	}
	b.same(mine(early).Changed, false)

	mine(at) // and back again
	b.same(pending(), []time.Time{at.Add(12 * time.Hour), at.Add(22 * time.Hour)})
	history, err := b.s.History(b.ctx, "mine")
	b.ok(err)
	b.same(len(history), 3)
	b.same(history[1].Since, early)
	b.same(history[1].Moved(), false)
}
