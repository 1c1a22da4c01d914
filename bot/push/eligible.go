package push

import (
	"context"
	"errors"

	"github.com/beianbot/beianbot/bot/filing"
)

// eligible is the first stage: may this person be told this, now? It reads what is known of him and of the filing, because both may have
// changed since the push was made.
func (w *Worker) eligible(ctx context.Context, j *job) (step, error) {
	tr, err := w.filings.Tracking(ctx, j.User, j.Filing)
	if errors.Is(err, filing.ErrNotFound) {
		return j.drop(ReasonNotTracking), nil
	}
	if err != nil {
		return stop, err
	}
	j.now = tr.Filing
	if !Wants(tr.Follower.Notify, j.Kind, j.Stage) {
		return j.drop(ReasonNotWanted), nil
	}
	j.user, err = w.users.User(ctx, j.User)
	if err != nil {
		return stop, err
	}
	if !j.user.Following {
		return j.drop(ReasonUnfollowed), nil
	}
	// A reminder of something that is over would only confuse; the change that made it so has its own push.
	if j.Kind != KindChange && !j.Deadline.IsZero() && !w.now().Before(j.Deadline) {
		return j.drop(ReasonLate), nil
	}
	if j.Kind != KindChange { // it speaks of how things stand now; a name may have changed since it was planned
		j.Filed, j.Stage = tr.Filing, tr.Filing.Stage
	}
	quiet := w.quiet
	if q := j.user.Quiet; q != nil {
		quiet = *q
	}
	if end, waits := quiet.waits(j.Push, w.now()); waits {
		return j.again(end, ReasonQuiet), nil
	}
	return next, nil
}
