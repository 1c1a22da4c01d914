package push

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Route is one channel by which a push can be told.
type Route interface {
	Channel() vocab.Channel
	// Usable reports whether the route may be used for the push now. Where it may not, the next route is asked.
	Usable(ctx context.Context, p *Push, u User, now time.Time) (bool, error)
	// Send tells the push and returns the platform's id of the message. A failure is a *Failure; any other error counts as our own mistake.
	Send(ctx context.Context, p *Push) (messageID string, err error)
	// Repeatable is how long after the first attempt the same push may be sent again without being told twice: the platform's idempotency
	// window. Zero where the platform has none.
	Repeatable() time.Duration
}

// Verdict says what a failed attempt means for the push.
type Verdict string

// The verdicts.
const (
	VerdictRetry     Verdict = "retry"      // the same again, later
	VerdictPause     Verdict = "pause"      // the route rests until Failure.Until for everybody; then again
	VerdictNextRoute Verdict = "next_route" // not by this route; another may do
	VerdictGone      Verdict = "gone"       // this person cannot be reached any more
)

// Failure is why an attempt failed.
type Failure struct {
	Verdict Verdict
	Reason  vocab.Reason
	// Uncertain tells that the platform may have taken the message: the answer got lost.
	Uncertain bool
	// Until is when the route may be used again, for VerdictPause.
	Until time.Time
	// Code and Detail are the platform's number and words, without secrets.
	Code   int
	Detail string
	Err    error
}

// Error says what happened, without secrets.
func (f *Failure) Error() string {
	return fmt.Sprintf("%s (%s): platform code %d", f.Verdict, f.Reason, f.Code)
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

func asFailure(err error) *Failure {
	var f *Failure
	if errors.As(err, &f) {
		return f
	}
	return &Failure{Verdict: VerdictRetry, Reason: vocab.ReasonInternal, Err: err}
}
