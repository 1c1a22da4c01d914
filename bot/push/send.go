package push

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// send is the stage that tries the routes in order. Exactly once, as far as the platform allows, rests on three rules:
//
//  1. Before the platform is reached for, the attempt is recorded durably (Outbox.Attempt). So after a crash somebody knows that it may
//     have got through.
//  2. An attempt that may have got through is repeated only on the same channel, with the same id, inside that channel's idempotency
//     window (Route.Repeatable). The platform then tells it once.
//  3. Outside that window it is not sent again blindly: it is kept for the person's next message, where it costs nothing if he has it already.
//     Nor is it then sent by another channel, which knows nothing of the first. That one attempt was certainly refused says nothing of
//     an earlier one: a push that may have got through stays so until it certainly has.
func (w *Worker) send(ctx context.Context, j *job) (step, error) {
	if !j.FirstTry.IsZero() {
		return w.repeat(ctx, j)
	}
	var worst job // the failure that an operator should see: what he must mend before what the person's next message mends
	for _, r := range w.routes {
		now := w.now()
		if until, _ := w.pauses.resting(r.Channel(), now); !until.IsZero() {
			continue
		}
		ok, err := r.Usable(ctx, &j.Push, j.user, now)
		if err != nil {
			return stop, err
		}
		if !ok {
			continue
		}
		st, err := w.try(ctx, j, r)
		if err != nil || st != next {
			return st, err
		}
		if worst.Reason == vocab.ReasonNone || mending(j.Reason) && !mending(worst.Reason) {
			worst = *j
		}
	}
	if until, why := w.firstBack(); !until.IsZero() {
		if why == vocab.ReasonForbidden && w.now().Sub(j.CreatedAt) > patience {
			return j.hold(why), nil
		}
		return j.again(until, why), nil
	}
	if mending(worst.Reason) {
		j.Code, j.Detail = worst.Code, worst.Detail
		return j.hold(worst.Reason), nil
	}
	return j.hold(vocab.ReasonNoRoute), nil
}

// mending reports whether an operator must mend something. The person need not wait for that where he writes himself.
func mending(why vocab.Reason) bool {
	return why == vocab.ReasonContent || why == vocab.ReasonForbidden
}

// patience is how long a push waits for an operator to mend the account before it is kept for the person's next message.
const patience = time.Hour

// firstBack returns when the first of the resting routes may be used again, and why it rests.
func (w *Worker) firstBack() (time.Time, vocab.Reason) {
	var first time.Time
	var reason vocab.Reason
	for _, r := range w.routes {
		until, why := w.pauses.resting(r.Channel(), w.now())
		if !until.IsZero() && (first.IsZero() || until.Before(first)) {
			first, reason = until, why
		}
	}
	return first, reason
}

// repeat deals with a push of which an earlier attempt may have got through.
func (w *Worker) repeat(ctx context.Context, j *job) (step, error) {
	for _, r := range w.routes {
		if r.Channel() != j.Channel {
			continue
		}
		// A minute of the window is left unused: clocks differ, and the call itself takes time.
		if w.now().Before(j.FirstTry.Add(r.Repeatable() - time.Minute)) {
			if until, why := w.pauses.resting(r.Channel(), w.now()); !until.IsZero() {
				return j.again(until, why), nil
			}
			st, err := w.try(ctx, j, r)
			if st == next && err == nil { // refused this time, but the first may have got through: no other channel
				if until, why := w.pauses.resting(r.Channel(), w.now()); !until.IsZero() {
					return j.again(until, why), nil
				}
				break
			}
			return st, err
		}
	}
	return j.hold(vocab.ReasonUncertain), nil
}

// try makes one attempt. It returns next where another route should be asked.
func (w *Worker) try(ctx context.Context, j *job, r Route) (step, error) {
	j.Channel = r.Channel()
	if err := w.outbox.Attempt(ctx, j.Push, w.now()); err != nil {
		return stop, err
	}
	j.Attempts++
	before, first := j.FirstTry, j.FirstTry
	if first.IsZero() {
		first = w.now()
	}
	j.open = true
	id, err := r.Send(ctx, &j.Push)
	j.open = false
	if err == nil {
		j.FirstTry, j.Code, j.Detail, j.Reason = time.Time{}, 0, "", vocab.ReasonNone
		j.State, j.MessageID = Sent, id
		return finish, nil
	}
	f := asFailure(err)
	j.Code, j.Detail, j.Reason = f.Code, f.Detail, f.Reason
	w.log.Warn("push not sent", "push", j.ID, "channel", r.Channel(), "verdict", f.Verdict, "reason", f.Reason, "code", f.Code)
	if j.FirstTry = before; f.Uncertain {
		j.FirstTry = first
		if r.Repeatable() == 0 {
			return j.hold(vocab.ReasonUncertain), nil
		}
	} else if before.IsZero() {
		j.Channel = ""
	}
	switch f.Verdict {
	case VerdictGone:
		if err := w.users.SetFollowing(ctx, j.User, false, w.now()); err != nil {
			return stop, err
		}
		return j.bury(f.Reason), nil
	case VerdictNextRoute:
		return next, nil
	case VerdictPause:
		w.pauses.set(r.Channel(), f.Until, f.Reason)
		if f.Reason == vocab.ReasonRate {
			w.pace.slow(w.now())
		}
		if f.Uncertain {
			return j.again(f.Until, f.Reason), nil
		}
		return next, nil
	case VerdictRetry:
	}
	return w.later(j, f.Reason), nil
}

// later puts a push off by the retry policy, or gives it up until the person writes.
func (w *Worker) later(j *job, why vocab.Reason) step {
	now := w.now()
	if j.Attempts >= w.policy.MostAttempts || now.Sub(j.CreatedAt) >= w.policy.GiveUpAfter {
		if !j.FirstTry.IsZero() {
			return j.hold(vocab.ReasonUncertain)
		}
		return j.hold(vocab.ReasonGaveUp)
	}
	return j.again(now.Add(w.policy.delay(j.Attempts)), why)
}

// job is a push on its way through the stages.
type job struct {
	Push
	user User
	open bool // the platform or the store is being told of it: should the program break now, nobody knows what became of that
}

// step says how it goes on after a stage.
type step int

const (
	next   step = iota // to the next stage
	finish             // write the push as it stands now
	stop               // leave it: the lease runs out and it comes again
)

func (j *job) drop(why vocab.Reason) step { j.State, j.Reason = Dropped, why; return finish }
func (j *job) bury(why vocab.Reason) step { j.State, j.Reason = Dead, why; return finish }
func (j *job) hold(why vocab.Reason) step { j.State, j.Reason = Held, why; return finish }
func (j *job) again(at time.Time, why vocab.Reason) step {
	j.State, j.Reason, j.Due = Pending, why, at
	return finish
}
