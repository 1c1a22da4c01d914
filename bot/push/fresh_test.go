package push_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestFresh(t *testing.T) {
	now := at("2026-11-23 10:00")
	tr := filing.Tracking{
		Filing: filing.Filing{ID: "f", Name: "新名", StageSeq: 2, SinceSeq: 3, Stage: vocab.StageSMSPending}, Follower: filing.Follower{Notify: filing.NotifyAll},
	}
	for _, tt := range []struct {
		name string
		push push.Push
		wish filing.Notify
		want vocab.Reason
	}{
		{"a change", push.Push{Kind: vocab.KindChange, Seq: 2}, filing.NotifyAll, ""},
		{"a change of long ago, with a deadline that is over", push.Push{Kind: vocab.KindChange, Seq: 2, Deadline: now}, filing.NotifyAll, ""},
		{"a change that was replaced", push.Push{Kind: vocab.KindChange, Seq: 1}, filing.NotifyAll, vocab.ReasonSuperseded},
		{"he wants nothing", push.Push{Kind: vocab.KindChange, Seq: 2}, filing.NotifyNone, vocab.ReasonNotWanted},
		{"he wants the important", push.Push{Kind: vocab.KindChange, Seq: 2, Stage: vocab.StagePlatformReview}, filing.NotifyImportant, vocab.ReasonNotWanted},
		{"a reminder", push.Push{Kind: vocab.KindSMS, Seq: 2, Filed: corrected(3), Deadline: now.Add(1)}, filing.NotifyImportant, ""},
		{"a reminder of what is over", push.Push{Kind: vocab.KindSMS, Seq: 2, Filed: corrected(3), Deadline: now}, filing.NotifyAll, vocab.ReasonLate},
		{"the next one is due", push.Push{Kind: vocab.KindSMS, Seq: 2, Filed: corrected(3), Until: now}, filing.NotifyAll, vocab.ReasonSuperseded},
		{"over, and the next one was due before", push.Push{Kind: vocab.KindCertificate, Seq: 2, Deadline: now, Until: now}, filing.NotifyAll, vocab.ReasonSuperseded},
		{"a reminder of another stage", push.Push{Kind: vocab.KindSMS, Seq: 1}, filing.NotifyAll, vocab.ReasonSuperseded},
		{"a reminder of a moment that was corrected", push.Push{Kind: vocab.KindSMS, Seq: 2, Filed: corrected(0)}, filing.NotifyAll, vocab.ReasonSuperseded},
		{"and once more", push.Push{Kind: vocab.KindOverdue, Seq: 2, Filed: corrected(2)}, filing.NotifyAll, vocab.ReasonSuperseded},
		{"a change before the correction", push.Push{Kind: vocab.KindChange, Seq: 2, Filed: corrected(0)}, filing.NotifyAll, ""},
		{"a date before the correction", push.Push{Kind: vocab.KindCertificate, Seq: 2, Filed: corrected(0)}, filing.NotifyAll, ""},
		{"one that goes by a date", push.Push{Kind: vocab.KindPSBFiling, Seq: 1}, filing.NotifyAll, ""},
	} {
		tr.Follower.Notify = tt.wish
		got, why := tt.push.Fresh(tr, now)
		if why != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, why, tt.want)
		}
		if reminder := tt.push.Kind != vocab.KindChange; why == "" && (got.Filed.Name == "新名") != reminder {
			t.Errorf("%s: it speaks of %+v", tt.name, got.Filed)
		}
	}
}

// corrected is a filing as a push was made from it: seq is the event that had last corrected since when it has been at its stage.
func corrected(seq int64) filing.Filing { return filing.Filing{ID: "f", SinceSeq: seq} }

// TestUndelivered: what the platform says later that it did not deliver is kept, unless something newer replaced it.
func TestUndelivered(t *testing.T) {
	f := filing.Filing{ID: "f", StageSeq: 2, SinceSeq: 3}
	for _, tt := range []struct {
		name    string
		push    push.Push
		follows bool
		state   push.State
		reason  vocab.Reason
	}{
		{"a change", push.Push{Kind: vocab.KindChange, Seq: 2, Filed: corrected(0)}, true, push.Held, vocab.ReasonUndelivered},
		{"a reminder", push.Push{Kind: vocab.KindSMS, Seq: 2, Filed: corrected(3)}, true, push.Held, vocab.ReasonUndelivered},
		{"a reminder of a moment that was corrected", push.Push{Kind: vocab.KindSMS, Seq: 2, Filed: corrected(0)}, true, push.Dropped, vocab.ReasonSuperseded},
		{"a reminder of another stage", push.Push{Kind: vocab.KindSMS, Seq: 1, Filed: corrected(3)}, true, push.Dropped, vocab.ReasonSuperseded},
		{"one that goes by a date", push.Push{Kind: vocab.KindPSBFiling, Seq: 1}, true, push.Held, vocab.ReasonUndelivered},
		{"he does not follow", push.Push{Kind: vocab.KindChange, Seq: 2}, false, push.Dropped, vocab.ReasonNotTracking},
	} {
		tt.push.State, tt.push.Channel = push.Sent, vocab.ChannelTemplate
		got, ok := tt.push.Undelivered("failed", f, tt.follows, at("2026-11-23 10:00"))
		if !ok || got.State != tt.state || got.Reason != tt.reason {
			t.Errorf("%s: %s %s %v, want %s %s", tt.name, got.State, got.Reason, ok, tt.state, tt.reason)
		}
	}
}

// breaking is a road on which the program breaks.
type breaking struct {
	road
	usable bool // it breaks in Usable, else in Send
	mended time.Time
}

func (b *breaking) Usable(context.Context, *push.Push, push.User, time.Time) (bool, error) {
	if b.usable && time.Now().Before(b.mended) {
		panic("odd")
	}
	return true, nil
}

func (b *breaking) Send(ctx context.Context, p *push.Push) (string, error) {
	if !b.usable && time.Now().Before(b.mended) {
		panic("odd")
	}
	return b.road.Send(ctx, p)
}

// TestBroken: a push on which the program breaks is tried again and told once it does not, or kept for the person's next message in the end.
func TestBroken(t *testing.T) {
	for _, tt := range []struct {
		name   string
		usable bool
		mended time.Duration
		state  push.State
		reason vocab.Reason
	}{
		{"before an attempt", true, 10 * time.Minute, push.Sent, ""},
		{"before an attempt, for ever", true, 1000 * time.Hour, push.Held, vocab.ReasonGaveUp},
		{"in an attempt", false, 3 * time.Minute, push.Sent, ""},
		{"in an attempt, for ever: it may have got through", false, 1000 * time.Hour, push.Held, vocab.ReasonUncertain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &box{pushes: map[string]*push.Push{"p": {ID: "p", Filing: "f", User: "u", Seq: 2, State: push.Pending, Due: time.Now(), CreatedAt: time.Now()}}}
				who := &people{
					tracking: filing.Tracking{Filing: filing.Filing{ID: "f", StageSeq: 2}, Follower: filing.Follower{Notify: filing.NotifyAll}},
					user:     push.User{Following: true},
				}
				r := &breaking{
					road: road{channel: vocab.ChannelTemplate, repeatable: 10 * time.Minute, answers: []error{nil}}, usable: tt.usable, mended: time.Now().Add(tt.mended),
				}
				ctx, cancel := context.WithCancel(t.Context())
				w := push.NewWorker(push.Options{Outbox: b, Users: who, Filings: who, Routes: []push.Route{r}, Log: slog.New(slog.DiscardHandler)})
				done := make(chan struct{})
				go func() { w.Run(ctx); close(done) }()
				time.Sleep(100 * time.Hour) // the bubble's clock, not the machine's
				cancel()
				<-done
				if got := b.pushes["p"]; got.State != tt.state || got.Reason != tt.reason {
					t.Errorf("ended %s %s, want %s %s", got.State, got.Reason, tt.state, tt.reason)
				}
			})
		})
	}
}
