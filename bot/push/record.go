package push

import (
	"context"
	"errors"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
)

// record is the last stage: what became of the push is written. Where the store does not answer it is tried for as long as the lease
// lasts, because forgetting that something was sent is the worst that can happen here.
func (w *Worker) record(ctx context.Context, j *job) {
	j.UpdatedAt = w.now()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		err := w.outbox.Finish(ctx, j.Push)
		switch {
		case err == nil:
			w.log.Info("push", "push", j.ID, "filing", j.Filing, "kind", j.Kind, "step", j.Step, "state", j.State, "reason", j.Reason, "channel", j.Channel,
				"attempts", j.Attempts)
			w.ended(j.Push)
			return
		case errors.Is(err, ErrLeaseLost), errors.Is(err, errs.ErrNotFound):
			w.log.Warn("push finished by another", "push", j.ID, "state", j.State)
			return
		}
		select {
		case <-ctx.Done():
			w.log.Error("push not recorded", "push", j.ID, "state", j.State, "err", err)
			return
		case <-time.After(wait):
		}
	}
}
