package push

import (
	"context"
	"errors"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/vocab"
)

// eligible is the first stage: may this person be told this, now? It reads what is known of him and of the filing, because both may have
// changed since the push was made.
func (w *Worker) eligible(ctx context.Context, j *job) (step, error) {
	tr, err := w.filings.Tracking(ctx, j.User, j.Filing)
	if errors.Is(err, errs.ErrNotFound) {
		return j.drop(vocab.ReasonNotTracking), nil
	}
	if err != nil {
		return stop, err
	}
	fresh, why := j.Fresh(tr, w.now())
	if why != vocab.ReasonNone {
		return j.drop(why), nil
	}
	j.Push = fresh
	j.user, err = w.users.User(ctx, j.User)
	if err != nil {
		return stop, err
	}
	if !j.user.Following {
		return j.drop(vocab.ReasonUnfollowed), nil
	}
	quiet := w.quiet
	if q := j.user.Quiet; q != nil {
		quiet = *q
	}
	if end, waits := quiet.waits(j.Push, w.now()); waits {
		return j.again(end, vocab.ReasonQuiet), nil
	}
	return next, nil
}
