package push

import (
	"context"
	"time"
)

// Pause is an operator's order to tell nothing for now. Pushes still come into being and wait. Nothing is told with replies either, not even
// what was kept for a person's next message: whoever pauses does so because notices are wrong, and they are no less wrong in a reply. The
// zero Pause is none.
type Pause struct {
	Since time.Time `json:"since,omitzero"`
	// Why is the operator's reason, shown to the others: at most MaxWhy characters.
	Why string `json:"why,omitempty"`
}

// MaxWhy bounds Pause.Why.
const MaxWhy = 200

// On reports whether sending is paused.
func (p Pause) On() bool { return !p.Since.IsZero() }

// Switch keeps the Pause where every replica finds it.
type Switch interface {
	Paused(ctx context.Context) (Pause, error)
	// SetPaused replaces the Pause; the zero one ends it.
	SetPaused(ctx context.Context, p Pause) error
}

// paused asks the switch. A worker does so before and after it leases a batch, so that an order holds, once it was given, for all but the
// batch that is just being sent.
func (w *Worker) paused(ctx context.Context) (bool, error) {
	if w.onoff == nil {
		return false, nil
	}
	p, err := w.onoff.Paused(ctx)
	if err != nil {
		return false, err
	}
	if was := w.resting.Swap(p.On()); was != p.On() {
		w.log.Info("sending of notices", "paused", p.On(), "why", p.Why)
	}
	return p.On(), nil
}

// Resting reports whether sending was paused when this worker looked last.
func (w *Worker) Resting() bool { return w.resting.Load() }
