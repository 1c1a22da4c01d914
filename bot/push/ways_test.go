package push_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// valve is a switch in memory.
type valve struct {
	mu sync.Mutex
	p  push.Pause
}

func (v *valve) Paused(context.Context) (push.Pause, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.p, nil
}

func (v *valve) SetPaused(_ context.Context, p push.Pause) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.p = p
	return nil
}

// TestWaysOfTime are the ways out that depend on when it is.
func TestWaysOfTime(t *testing.T) {
	night := push.DefaultQuiet()
	none := push.Quiet{}
	refused := func(until time.Duration) func(now time.Time) error {
		return func(now time.Time) error {
			return &push.Failure{Verdict: push.VerdictPause, Reason: vocab.ReasonForbidden, Until: now.Add(until)}
		}
	}
	for _, tt := range []struct {
		name string
		at   string // when it is due, in China
		push push.Push
		// quiet is what the person wants; nil: nothing was said.
		quiet *push.Quiet
		// stageSeq is where the filing is now; the push is of 2.
		stageSeq int64
		fails    func(now time.Time) error
		run      time.Duration
		state    push.State
		reason   vocab.Reason
	}{
		{"by day", "2026-11-23 10:00", push.Push{Kind: vocab.KindChange}, nil, 2, nil, time.Second, push.Sent, ""},
		{"by night", "2026-11-23 23:00", push.Push{Kind: vocab.KindChange}, nil, 2, nil, time.Hour, push.Pending, vocab.ReasonQuiet},
		{"and in the morning", "2026-11-23 23:00", push.Push{Kind: vocab.KindChange}, nil, 2, nil, 9*time.Hour + time.Minute, push.Sent, ""},
		{"by night, to somebody who does not mind", "2026-11-23 23:00", push.Push{Kind: vocab.KindChange}, &none, 2, nil, time.Second, push.Sent, ""},
		{"in the hours that he chose", "2026-11-23 23:00", push.Push{Kind: vocab.KindChange}, &night, 2, nil, time.Second, push.Pending, vocab.ReasonQuiet},
		{
			"by night, with a deadline in under four hours", "2026-11-23 23:00",
			push.Push{Kind: vocab.KindSMS, Step: 2, Deadline: at("2026-11-24 02:59")},
			nil, 2, nil,
			time.Second, push.Sent, "",
		},
		{
			"a reminder of what is over", "2026-11-23 10:00",
			push.Push{Kind: vocab.KindSMS, Step: 2, Deadline: at("2026-11-23 09:59")},
			nil, 2, nil,
			time.Second, push.Dropped, vocab.ReasonLate,
		},
		{
			"the next reminder of the same matter is due", "2026-11-23 10:00",
			push.Push{Kind: vocab.KindSMS, Step: 1, Until: at("2026-11-23 10:00")},
			nil, 2, nil,
			time.Second, push.Dropped, vocab.ReasonSuperseded,
		},
		{"a reminder of a stage that is over", "2026-11-23 10:00", push.Push{Kind: vocab.KindOverdue, Step: 1}, nil, 3, nil, time.Second, push.Dropped, vocab.ReasonSuperseded},
		{"a reminder that goes by a date", "2026-11-23 10:00", push.Push{Kind: vocab.KindPSBFiling, Step: 1}, nil, 3, nil, time.Second, push.Sent, ""},
		{
			"perhaps told, and replaced", "2026-11-23 10:00",
			push.Push{Kind: vocab.KindChange, Attempts: 1, FirstTry: at("2026-11-23 09:59"), Channel: vocab.ChannelTemplate},
			nil, 3, nil,
			time.Second, push.Dropped, vocab.ReasonSuperseded,
		},
		{
			"nothing works until an operator mends it", "2026-11-23 10:00",
			push.Push{Kind: vocab.KindChange},
			nil, 2, refused(10 * time.Minute),
			50 * time.Minute, push.Pending, vocab.ReasonForbidden,
		},
		{
			"and nobody does", "2026-11-23 10:00",
			push.Push{Kind: vocab.KindChange},
			nil, 2, refused(10 * time.Minute),
			2 * time.Hour, push.Held, vocab.ReasonForbidden,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				now := func() time.Time { return at(tt.at).Add(time.Since(began)) }
				p := tt.push
				p.ID, p.Filing, p.User, p.Seq, p.State, p.Due, p.CreatedAt = "p", "f", "u", 2, push.Pending, now(), now()
				b := &box{pushes: map[string]*push.Push{"p": &p}}
				who := &people{
					tracking: filing.Tracking{Filing: filing.Filing{ID: "f", StageSeq: tt.stageSeq}, Follower: filing.Follower{Notify: filing.NotifyAll}},
					user:     push.User{Following: true, Quiet: tt.quiet},
				}
				r := &late{road: road{channel: vocab.ChannelTemplate, usable: true, repeatable: 10 * time.Minute, answers: []error{nil}}, fails: tt.fails, now: now}
				ctx, cancel := context.WithCancel(t.Context())
				w := push.NewWorker(push.Options{
					Outbox: b, Users: who, Filings: who, Routes: []push.Route{r}, Quiet: night, Now: now, Switch: &valve{}, Log: slog.New(slog.DiscardHandler),
				})
				done := make(chan struct{})
				go func() { w.Run(ctx); close(done) }()
				time.Sleep(tt.run) // the bubble's clock, not the machine's
				cancel()
				<-done
				if got := b.pushes["p"]; got.State != tt.state || got.Reason != tt.reason {
					t.Errorf("ended %s %s, want %s %s", got.State, got.Reason, tt.state, tt.reason)
				}
			})
		})
	}
}

// late is a road whose failures are made when it is taken.
type late struct {
	road
	fails func(now time.Time) error
	now   func() time.Time
}

func (l *late) Send(ctx context.Context, p *push.Push) (string, error) {
	if l.fails != nil {
		return "", l.fails(l.now())
	}
	return l.road.Send(ctx, p)
}

// TestPause: a paused worker leases nothing, and goes on within a second of being let.
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &box{pushes: map[string]*push.Push{"p": {ID: "p", Seq: 2, State: push.Pending, Due: time.Now(), CreatedAt: time.Now()}}}
		who := &people{
			tracking: filing.Tracking{Filing: filing.Filing{StageSeq: 2}, Follower: filing.Follower{Notify: filing.NotifyAll}}, user: push.User{Following: true},
		}
		r := &road{channel: vocab.ChannelTemplate, usable: true, answers: []error{nil}}
		v := &valve{p: push.Pause{Since: time.Now()}}
		ctx, cancel := context.WithCancel(t.Context())
		w := push.NewWorker(push.Options{Outbox: b, Users: who, Filings: who, Routes: []push.Route{r}, Switch: v, Log: slog.New(slog.DiscardHandler)})
		done := make(chan struct{})
		go func() { w.Run(ctx); close(done) }()
		time.Sleep(time.Hour)
		if b.pushes["p"].State != push.Pending || r.calls != 0 || !w.Resting() {
			t.Errorf("paused: %s after %d calls", b.pushes["p"].State, r.calls)
		}
		if err := v.SetPaused(ctx, push.Pause{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(1100 * time.Millisecond)
		cancel()
		<-done
		if b.pushes["p"].State != push.Sent || w.Resting() {
			t.Errorf("let go on: %s", b.pushes["p"].State)
		}
	})
}

// hasty is a box at which sending is paused in the moment in which something is leased.
type hasty struct {
	*box
	v *valve
}

func (h hasty) Lease(ctx context.Context, now time.Time, limit int, ttl time.Duration) ([]push.Push, error) {
	ps, err := h.box.Lease(ctx, now, limit, ttl)
	return ps, errors.Join(err, h.v.SetPaused(ctx, push.Pause{Since: now}))
}

// TestPauseWhileLeasing: an order that comes between the question and the lease holds, and what was leased is free again.
func TestPauseWhileLeasing(t *testing.T) {
	b := &box{pushes: map[string]*push.Push{"p": {ID: "p", Seq: 2, State: push.Pending, Due: time.Now(), CreatedAt: time.Now(), Reason: vocab.ReasonBusy}}}
	r := &road{channel: vocab.ChannelTemplate, usable: true, answers: []error{nil}}
	v := &valve{}
	who := &people{tracking: filing.Tracking{Filing: filing.Filing{StageSeq: 2}, Follower: filing.Follower{Notify: filing.NotifyAll}}, user: push.User{Following: true}}
	w := push.NewWorker(push.Options{Outbox: hasty{b, v}, Users: who, Filings: who, Routes: []push.Route{r}, Switch: v, Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(t.Context())
	n, err := w.Round(ctx)
	if p := b.pushes["p"]; err != nil || n != 0 || r.calls != 0 || p.State != push.Pending || p.Reason != vocab.ReasonBusy || p.Attempts != 0 {
		t.Errorf("%d, %v, %d calls, %+v", n, err, r.calls, p)
	}
	if err := v.SetPaused(ctx, push.Pause{}); err != nil {
		t.Fatal(err)
	}
	// The same where the program is stopped in that moment.
	w = push.NewWorker(push.Options{Outbox: stopping{b, stop}, Users: who, Filings: who, Routes: []push.Route{r}, Switch: impatient{v}, Log: slog.New(slog.DiscardHandler)})
	if _, err := w.Round(ctx); err == nil || b.pushes["p"].State != push.Pending || r.calls != 0 {
		t.Errorf("%v, %d calls, %+v", err, r.calls, b.pushes["p"])
	}
}

// stopping is a box at which the program is stopped in the moment in which something is leased; it does nothing for who is stopped.
type stopping struct {
	*box
	stop context.CancelFunc
}

func (s stopping) Lease(ctx context.Context, now time.Time, limit int, ttl time.Duration) ([]push.Push, error) {
	defer s.stop()
	return s.box.Lease(ctx, now, limit, ttl)
}

func (s stopping) Finish(ctx context.Context, p push.Push) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.box.Finish(ctx, p)
}

// impatient is a switch that tells nothing to who is stopped.
type impatient struct{ *valve }

func (i impatient) Paused(ctx context.Context) (push.Pause, error) {
	p, _ := i.valve.Paused(ctx)
	return p, ctx.Err()
}
