package push

import (
	"context"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
	"golang.org/x/time/rate"
)

// limit is the stage that keeps the configured rate towards the platform, so that a fan-out to many does not run into its limits.
func (w *Worker) limit(ctx context.Context, _ *job) (step, error) {
	if err := w.pace.wait(ctx, w.now()); err != nil {
		return stop, err
	}
	return next, nil
}

// How a pace goes down and up again.
const (
	defaultPace = 20 // a second
	slowest     = 16 // the configured rate divided by this
	recovery    = 5 * time.Minute
)

// pace is how many pushes a second are sent. It halves where the platform says that it was too fast, down to a sixteenth, and doubles
// again with each five minutes in which it does not say so.
type pace struct {
	limiter *rate.Limiter
	full    rate.Limit

	mu      sync.Mutex
	changed time.Time
}

func newPace(perSecond float64) *pace {
	if perSecond <= 0 {
		perSecond = defaultPace
	}
	full := rate.Limit(perSecond)
	return &pace{limiter: rate.NewLimiter(full, max(1, int(perSecond/4))), full: full}
}

// wait waits for the next turn.
func (p *pace) wait(ctx context.Context, now time.Time) error {
	p.mu.Lock()
	if cur := p.limiter.Limit(); cur < p.full && now.Sub(p.changed) >= recovery {
		p.set(min(2*cur, p.full), now)
	}
	p.mu.Unlock()
	return p.limiter.Wait(ctx)
}

// slow is told that the platform says it was too fast. Many may be told so of the same minute, which counts once.
func (p *pace) slow(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if cur := p.limiter.Limit(); cur == p.full || now.Sub(p.changed) >= time.Minute {
		p.set(max(cur/2, p.full/slowest), now)
	}
}

func (p *pace) set(l rate.Limit, now time.Time) {
	p.limiter.SetLimit(l)
	p.changed = now
}

// pauses remembers until when each channel rests.
type pauses struct {
	mu    sync.Mutex
	until map[vocab.Channel]time.Time
	why   map[vocab.Channel]vocab.Reason
}

func (p *pauses) set(c vocab.Channel, until time.Time, why vocab.Reason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until == nil {
		p.until, p.why = map[vocab.Channel]time.Time{}, map[vocab.Channel]vocab.Reason{}
	}
	if until.After(p.until[c]) {
		p.until[c], p.why[c] = until, why
	}
}

// resting returns until when a channel rests and why; the zero time where it does not.
func (p *pauses) resting(c vocab.Channel, now time.Time) (time.Time, vocab.Reason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.until[c]; until.After(now) {
		return until, p.why[c]
	}
	return time.Time{}, vocab.ReasonNone
}
