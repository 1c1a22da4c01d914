package push

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Trackings is what the worker asks about filings.
type Trackings interface {
	// Tracking returns a filing as a person follows it; errs.ErrNotFound where he does not.
	Tracking(ctx context.Context, user, id string) (filing.Tracking, error)
}

// Options make a Worker. Outbox, Users, Filings and Log are required.
type Options struct {
	Outbox  Outbox
	Users   Users
	Filings Trackings
	// Switch pauses all sending; it may be nil.
	Switch Switch
	// Routes are tried in this order. Without any, everything is kept for the person's next message.
	Routes []Route
	Policy Policy
	// PerSecond bounds how many pushes a second are sent (default 20), Parallel how many at once (default 4).
	PerSecond float64
	Parallel  int
	// Lease is how long a push is out with a worker (default 1 min). It must exceed the longest attempt.
	Lease time.Duration
	// Idle is how long to wait at most before looking again (default 1 s): other replicas add pushes too.
	Idle time.Duration
	// Quiet is the night of people who said nothing. The zero Quiet is none; see DefaultQuiet.
	Quiet Quiet
	// Now is the clock (default time.Now).
	Now func() time.Time
	Log *slog.Logger
	// Ended is told each push that was finished in this process: for metrics. It may be nil.
	Ended func(p Push)
}

// Worker takes pushes from the outbox and tells them. Several workers, in several processes, may share an outbox.
type Worker struct {
	outbox  Outbox
	users   Users
	filings Trackings
	routes  []Route
	policy  Policy
	onoff   Switch
	resting atomic.Bool
	pace    *pace
	pauses  pauses
	n       int
	lease   time.Duration
	idle    time.Duration
	quiet   Quiet
	now     func() time.Time
	log     *slog.Logger
	ended   func(Push)
	wake    chan struct{}
	round   chan struct{} // held by the round under way
}

// NewWorker makes a worker; Run starts it.
func NewWorker(o Options) *Worker {
	w := &Worker{
		outbox: o.Outbox, users: o.Users, filings: o.Filings, routes: o.Routes, policy: o.Policy.withDefaults(),
		onoff: o.Switch, pace: newPace(o.PerSecond), n: o.Parallel, lease: o.Lease, idle: o.Idle, quiet: o.Quiet, now: o.Now, log: o.Log, ended: o.Ended,
		wake: make(chan struct{}, 1), round: make(chan struct{}, 1),
	}
	if w.n <= 0 {
		w.n = 4
	}
	if w.lease <= 0 {
		w.lease = time.Minute
	}
	if w.idle <= 0 {
		w.idle = time.Second
	}
	if w.now == nil {
		w.now = time.Now
	}
	if w.ended == nil {
		w.ended = func(Push) {}
	}
	return w
}

// Wake makes a running worker look at the outbox at once. It never blocks.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx is done, then finishes what is under way. A store that does not answer is asked again after a while.
func (w *Worker) Run(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := w.Round(ctx)
		if err != nil && ctx.Err() == nil {
			w.log.Error("outbox not readable", "err", err)
		}
		if n > 0 && err == nil {
			continue
		}
		t := time.NewTimer(w.rest(ctx))
		select {
		case <-ctx.Done():
		case <-w.wake:
		case <-t.C:
		}
		t.Stop()
	}
}

// rest returns how long to wait before looking at the outbox again: until something is due, at most Options.Idle.
func (w *Worker) rest(ctx context.Context) time.Duration {
	due, err := w.outbox.NextDue(ctx)
	if err != nil || due.IsZero() || w.resting.Load() {
		return w.idle
	}
	if left := due.Sub(w.now()); left > 0 {
		return min(left, w.idle)
	}
	return min(w.idle, time.Second) // due, but it waits for another of its lane
}

// Settle works off what is due by now. When it returns nil, nothing of that is left, and this worker has no push in hand: whatever was due
// is sent, held, dropped or put off. It may be called while Run runs. While sending is paused, what is due stays due.
func (w *Worker) Settle(ctx context.Context) error {
	for {
		if n, err := w.Round(ctx); n == 0 || err != nil {
			return err
		}
	}
}

// Round leases what is due and works it off. It returns how many pushes it had. While sending is paused it does nothing. Rounds of one
// worker run one after the other.
func (w *Worker) Round(ctx context.Context) (int, error) {
	select {
	case w.round <- struct{}{}:
		defer func() { <-w.round }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	if paused, err := w.paused(ctx); paused || err != nil {
		return 0, err
	}
	batch, err := w.outbox.Lease(ctx, w.now(), w.n*4, w.lease)
	if err != nil {
		return 0, err
	}
	if len(batch) > 0 { // the order may have come between the question and the lease
		if paused, err := w.paused(ctx); paused || err != nil {
			w.giveBack(ctx, batch)
			return 0, err
		}
	}
	queue := make(chan Push, len(batch))
	for _, p := range batch {
		queue <- p
	}
	close(queue)
	var wg sync.WaitGroup
	for range min(w.n, len(batch)) {
		wg.Go(func() {
			for p := range queue {
				w.handle(ctx, p)
			}
		})
	}
	wg.Wait()
	return len(batch), nil
}

// giveBack ends the leases of pushes with which nothing was done, also while the program stops: they would wait until the leases run out.
func (w *Worker) giveBack(ctx context.Context, batch []Push) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.lease/2)
	defer cancel()
	for _, p := range batch {
		j := &job{Push: p}
		j.again(p.Due, p.Reason)
		w.record(ctx, j)
	}
}

// handle takes one push through the stages and records the end.
func (w *Worker) handle(ctx context.Context, p Push) {
	// What was begun is finished even while the program stops, but only as long as the lease lasts: after it, the push is another's.
	left := p.LeasedUntil.Sub(w.now()) - w.lease/10
	if left <= 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), left)
	defer cancel()
	j := &job{Push: p}
	defer func() {
		if r := recover(); r != nil {
			w.log.Error("push worker panicked", "push", p.ID, "panic", r, "stack", string(debug.Stack()))
			w.broken(ctx, j)
		}
	}()
	for _, stage := range []func(context.Context, *job) (step, error){w.eligible, w.limit, w.send} {
		st, err := stage(ctx, j)
		if err != nil || st == stop {
			w.log.Error("push left for later", "push", p.ID, "err", err)
			return
		}
		if st == finish {
			break
		}
	}
	j.open = true
	w.record(ctx, j)
}

// broken records a push on which the program broke. It is tried again like one that failed, because another version may do better, and in the
// end kept for the person's next message. Where it broke in the middle of an attempt, that may have got through: the lease runs out, and
// what is kept of the attempt tells the next worker so.
func (w *Worker) broken(ctx context.Context, j *job) {
	if j.open {
		return
	}
	j.Attempts++
	w.later(j, vocab.ReasonInternal)
	w.record(ctx, j)
}
