package push_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// box is the least outbox that a worker can work with: pushes in memory, leased in order.
type box struct {
	push.Outbox
	mu     sync.Mutex
	pushes map[string]*push.Push
	// finishErrs are returned by the next Finishes.
	finishErrs []error
}

func (b *box) Lease(_ context.Context, now time.Time, limit int, ttl time.Duration) ([]push.Push, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []push.Push
	for _, p := range b.pushes {
		free := p.State == push.Pending && !p.Due.After(now) || p.State == push.Leased && !p.LeasedUntil.After(now)
		if free && len(out) < limit {
			p.State, p.LeasedUntil = push.Leased, now.Add(ttl)
			out = append(out, *p)
		}
	}
	return out, nil
}

func (b *box) NextDue(context.Context) (time.Time, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var next time.Time
	for _, p := range b.pushes {
		at := p.Due
		if p.State == push.Leased {
			at = p.LeasedUntil
		} else if p.State != push.Pending {
			continue
		}
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next, nil
}

func (b *box) Attempt(_ context.Context, p push.Push, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	kept := b.pushes[p.ID]
	kept.Attempts++
	kept.Channel = p.Channel
	if kept.FirstTry.IsZero() {
		kept.FirstTry = now
	}
	return nil
}

func (b *box) Finish(_ context.Context, p push.Push) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.finishErrs) > 0 {
		err := b.finishErrs[0]
		b.finishErrs = b.finishErrs[1:]
		return err
	}
	*b.pushes[p.ID] = p
	return nil
}

// people are the followers and the filing, as the worker asks about them.
type people struct {
	push.Users
	mu       sync.Mutex
	tracking filing.Tracking
	err      error
	user     push.User
	gone     bool
}

func (p *people) Tracking(context.Context, string, string) (filing.Tracking, error) {
	return p.tracking, p.err
}

func (p *people) User(context.Context, string) (push.User, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.user
	u.Following = !p.gone && u.Following
	return u, nil
}

func (p *people) SetFollowing(_ context.Context, _ string, following bool, _ time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gone = !following
	return nil
}

// road is a route that answers as it is told and counts what really got through, by id, as a platform with an idempotency key does.
type road struct {
	channel    vocab.Channel
	usable     bool
	repeatable time.Duration
	answers    []error // nil for success; the last one stays
	takes      bool    // an uncertain failure was taken all the same

	mu    sync.Mutex
	calls int
	told  map[string]int
}

func (r *road) Channel() vocab.Channel    { return r.channel }
func (r *road) Repeatable() time.Duration { return r.repeatable }
func (r *road) Usable(context.Context, *push.Push, push.User, time.Time) (bool, error) {
	return r.usable, nil
}

func (r *road) Send(_ context.Context, p *push.Push) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.answers[min(r.calls, len(r.answers)-1)]
	r.calls++
	var f *push.Failure
	if err == nil || errors.As(err, &f) && f.Uncertain && r.takes {
		if r.told == nil {
			r.told = map[string]int{}
		}
		if r.repeatable > 0 {
			r.told[p.ID] = 1
		} else {
			r.told[p.ID]++
		}
	}
	return "m1", err
}

func fail(v push.Verdict, why vocab.Reason) error {
	return &push.Failure{Verdict: v, Reason: why, Code: 1}
}

func lost(why vocab.Reason) error {
	return &push.Failure{Verdict: push.VerdictRetry, Reason: why, Uncertain: true}
}

func TestEveryWayOut(t *testing.T) {
	until := func(d time.Duration) error {
		return &push.Failure{Verdict: push.VerdictPause, Reason: vocab.ReasonQuota, Until: time.Now().Add(d)}
	}
	type want struct {
		state   push.State
		reason  vocab.Reason
		channel vocab.Channel
	}
	yes := filing.Tracking{Filing: filing.Filing{ID: "f", StageSeq: 2, Stage: vocab.StageSMSPending}, Follower: filing.Follower{Notify: filing.NotifyAll}}
	for _, tt := range []struct {
		name   string
		people *people
		routes []*road
		// run is how long the worker runs.
		run  time.Duration
		want want
	}{
		{
			"sent by the first route",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{nil}}},
			0,
			want{push.Sent, "", vocab.ChannelTemplate},
		},
		{
			"no longer follows the filing",
			&people{err: errs.ErrNotFound}, nil, 0,
			want{push.Dropped, vocab.ReasonNotTracking, ""},
		},
		{
			"no longer wants to be told",
			&people{tracking: filing.Tracking{Filing: yes.Filing}}, nil, 0,
			want{push.Dropped, vocab.ReasonNotWanted, ""},
		},
		{
			"left the account",
			&people{tracking: yes, gone: true}, nil, 0,
			want{push.Dropped, vocab.ReasonUnfollowed, ""},
		},
		{
			"a later state replaces it",
			&people{tracking: filing.Tracking{Filing: filing.Filing{StageSeq: 3}, Follower: yes.Follower}}, nil, 0,
			want{push.Dropped, vocab.ReasonSuperseded, ""},
		},
		{
			"no route at all: kept for the next message",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate}},
			0,
			want{push.Held, vocab.ReasonNoRoute, ""},
		},
		{
			"the first route is closed to him, the second takes it",
			&people{tracking: yes},
			[]*road{
				{channel: vocab.ChannelTemplate, usable: true, answers: []error{fail(push.VerdictNextRoute, vocab.ReasonForbidden)}},
				{channel: vocab.ChannelCustomer, usable: true, answers: []error{nil}},
			},
			0,
			want{push.Sent, "", vocab.ChannelCustomer},
		},
		{
			"every route is closed: kept, with the last reason",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{fail(push.VerdictNextRoute, vocab.ReasonForbidden)}}},
			0,
			want{push.Held, vocab.ReasonForbidden, ""},
		},
		{
			"the platform does not know him",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{fail(push.VerdictGone, vocab.ReasonUserGone)}}},
			0,
			want{push.Dead, vocab.ReasonUserGone, ""},
		},
		{
			"our mistake, by every route: kept, for an operator to see why",
			&people{tracking: yes},
			[]*road{
				{channel: vocab.ChannelTemplate, usable: true, answers: []error{fail(push.VerdictNextRoute, vocab.ReasonContent)}},
				{channel: vocab.ChannelCustomer, usable: true, answers: []error{fail(push.VerdictNextRoute, vocab.ReasonContent)}},
			},
			0,
			want{push.Held, vocab.ReasonContent, ""},
		},
		{
			"our mistake, and no window for another way: the mistake is what operators see",
			&people{tracking: yes},
			[]*road{
				{channel: vocab.ChannelTemplate, usable: true, answers: []error{fail(push.VerdictNextRoute, vocab.ReasonContent)}},
				{channel: vocab.ChannelCustomer, usable: true, answers: []error{&push.Failure{Verdict: push.VerdictNextRoute, Reason: vocab.ReasonNoRoute, Code: 2}}},
			},
			0,
			want{push.Held, vocab.ReasonContent, ""},
		},
		{
			"busy at first, then sent",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{
				fail(push.VerdictRetry, vocab.ReasonBusy), fail(push.VerdictRetry, vocab.ReasonBusy), nil,
			}}},
			time.Minute,
			want{push.Sent, "", vocab.ChannelTemplate},
		},
		{
			"busy for ever: given up until he writes",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{fail(push.VerdictRetry, vocab.ReasonBusy)}}},
			100 * time.Hour,
			want{push.Held, vocab.ReasonGaveUp, ""},
		},
		{
			"a mistake of ours that nobody foresaw, for ever: the same",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{errors.New("odd")}}},
			100 * time.Hour,
			want{push.Held, vocab.ReasonGaveUp, ""},
		},
		{
			"the day's quota is used up: it waits for the route to come back",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{until(time.Hour), nil}}},
			30 * time.Minute,
			want{push.Pending, vocab.ReasonQuota, ""},
		},
		{
			"and is then sent",
			&people{tracking: yes},
			[]*road{{channel: vocab.ChannelTemplate, usable: true, answers: []error{until(time.Hour), nil}}},
			2 * time.Hour,
			want{push.Sent, "", vocab.ChannelTemplate},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &box{pushes: map[string]*push.Push{"p": {
					ID: "p", Filing: "f", User: "u", Kind: vocab.KindChange, Seq: 2, Stage: vocab.StageSMSPending, State: push.Pending,
					Due: time.Now(), CreatedAt: time.Now(),
				}}}
				tt.people.user.Following = true
				routes := make([]push.Route, len(tt.routes))
				for i, r := range tt.routes {
					routes[i] = &road{channel: r.channel, usable: r.usable, repeatable: r.repeatable, answers: r.answers}
				}
				// The pause was made before the bubble's clock existed.
				for _, r := range routes {
					for i, err := range r.(*road).answers {
						var f *push.Failure
						if errors.As(err, &f) && !f.Until.IsZero() {
							g := *f
							g.Until = time.Now().Add(time.Hour)
							r.(*road).answers[i] = &g
						}
					}
				}
				ctx, cancel := context.WithCancel(t.Context())
				w := push.NewWorker(push.Options{Outbox: b, Users: tt.people, Filings: tt.people, Routes: routes, Log: slog.New(slog.DiscardHandler)})
				done := make(chan struct{})
				go func() { w.Run(ctx); close(done) }()
				time.Sleep(tt.run + 100*time.Millisecond) // the bubble's clock, not the machine's
				cancel()
				<-done
				got := *b.pushes["p"]
				if g := (want{got.State, got.Reason, got.Channel}); g != tt.want {
					t.Errorf("ended %+v, want %+v", g, tt.want)
				}
			})
		})
	}
}

// An attempt of which nobody knows whether it got through is repeated only where and while the platform tells it once.
func TestUncertainAttempts(t *testing.T) {
	follows := &people{
		tracking: filing.Tracking{Filing: filing.Filing{ID: "f", StageSeq: 2}, Follower: filing.Follower{Notify: filing.NotifyAll}},
		user:     push.User{Following: true},
	}
	for _, tt := range []struct {
		name string
		road *road
		// before is how long ago a first attempt was made by a worker that died; zero for none.
		before     time.Duration
		want       push.State
		wantReason vocab.Reason
		calls      int
	}{
		{
			"the answer got lost: the same again, told once",
			&road{channel: vocab.ChannelTemplate, usable: true, repeatable: 10 * time.Minute, takes: true, answers: []error{lost(vocab.ReasonBusy), nil}},
			0, push.Sent, "", 2,
		},
		{
			"lost again and again: not after the window",
			&road{channel: vocab.ChannelTemplate, usable: true, repeatable: 10 * time.Minute, takes: true, answers: []error{lost(vocab.ReasonBusy)}},
			0, push.Held, vocab.ReasonUncertain, 7, // 5, 10, 20, 40, 80, 160 seconds apart; the next would come after 9 minutes
		},
		{
			"a channel without such a window: never again",
			&road{channel: vocab.ChannelCustomer, usable: true, takes: true, answers: []error{lost(vocab.ReasonBusy)}},
			0, push.Held, vocab.ReasonUncertain, 1,
		},
		{
			"a worker died in between: repeated inside the window",
			&road{channel: vocab.ChannelTemplate, usable: true, repeatable: 10 * time.Minute, answers: []error{nil}},
			5 * time.Minute, push.Sent, "", 1,
		},
		{
			"a worker died in between: kept after it",
			&road{channel: vocab.ChannelTemplate, usable: true, repeatable: 10 * time.Minute, answers: []error{nil}},
			time.Hour, push.Held, vocab.ReasonUncertain, 0,
		},
		{
			"a worker died on a channel without a window: kept",
			&road{channel: vocab.ChannelCustomer, usable: true, answers: []error{nil}},
			time.Second, push.Held, vocab.ReasonUncertain, 0,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := &push.Push{ID: "p", Filing: "f", User: "u", Seq: 2, State: push.Pending, Due: time.Now(), CreatedAt: time.Now()}
				if tt.before > 0 {
					p.Attempts, p.FirstTry, p.Channel = 1, time.Now().Add(-tt.before), tt.road.channel
				}
				b := &box{pushes: map[string]*push.Push{"p": p}}
				ctx, cancel := context.WithCancel(t.Context())
				w := push.NewWorker(push.Options{Outbox: b, Users: follows, Filings: follows, Routes: []push.Route{tt.road}, Log: slog.New(slog.DiscardHandler)})
				done := make(chan struct{})
				go func() { w.Run(ctx); close(done) }()
				time.Sleep(2 * time.Hour)
				cancel()
				<-done
				if got := *b.pushes["p"]; got.State != tt.want || got.Reason != tt.wantReason {
					t.Errorf("ended %s (%s), want %s (%s)", got.State, got.Reason, tt.want, tt.wantReason)
				}
				if tt.road.calls != tt.calls {
					t.Errorf("the platform was called %d times, want %d", tt.road.calls, tt.calls)
				}
				if tt.road.told["p"] > 1 {
					t.Errorf("told %d times", tt.road.told["p"])
				}
			})
		})
	}
}

// What was sent is written down even when the store is away for a while: otherwise it would be sent again.
func TestRecordOutlastsTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &box{
			pushes:     map[string]*push.Push{"p": {ID: "p", Seq: 2, State: push.Pending, Due: time.Now(), CreatedAt: time.Now()}},
			finishErrs: []error{errs.ErrUnavailable, errs.ErrUnavailable, errs.ErrUnavailable, errs.ErrUnavailable},
		}
		follows := &people{
			tracking: filing.Tracking{Filing: filing.Filing{StageSeq: 2}, Follower: filing.Follower{Notify: filing.NotifyAll}},
			user:     push.User{Following: true},
		}
		r := &road{channel: vocab.ChannelTemplate, usable: true, answers: []error{nil}}
		w := push.NewWorker(push.Options{Outbox: b, Users: follows, Filings: follows, Routes: []push.Route{r}, Log: slog.New(slog.DiscardHandler)})
		if n, err := w.Round(t.Context()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if b.pushes["p"].State != push.Sent || r.calls != 1 {
			t.Errorf("state %s after %d calls", b.pushes["p"].State, r.calls)
		}
	})
}
