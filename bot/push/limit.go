package push

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limit is the stage that keeps the configured rate towards the platform, so that a fan-out to many does not run into its limits.
func (w *Worker) limit(ctx context.Context, _ *job) (step, error) {
	if err := w.rate.Wait(ctx); err != nil {
		return stop, err
	}
	return next, nil
}

// pauses remembers until when each channel rests.
type pauses struct {
	mu    sync.Mutex
	until map[Channel]time.Time
	why   map[Channel]Reason
}

func (p *pauses) set(c Channel, until time.Time, why Reason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.until == nil {
		p.until, p.why = map[Channel]time.Time{}, map[Channel]Reason{}
	}
	if until.After(p.until[c]) {
		p.until[c], p.why[c] = until, why
	}
}

// resting returns until when a channel rests and why; the zero time where it does not.
func (p *pauses) resting(c Channel, now time.Time) (time.Time, Reason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := p.until[c]; until.After(now) {
		return until, p.why[c]
	}
	return time.Time{}, ReasonNone
}

func newRate(perSecond float64) *rate.Limiter {
	if perSecond <= 0 {
		perSecond = 20
	}
	return rate.NewLimiter(rate.Limit(perSecond), max(1, int(perSecond/4)))
}
