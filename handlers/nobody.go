package handlers

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// Nobody is a person of whom nothing is kept: he follows no filing, has no notices, and no code is right for him. It stands in for the
// store where a question is tried without one.
type Nobody struct{}

// Claim says that the code is wrong.
func (Nobody) Claim(context.Context, filing.CodeHash, string, time.Time) (filing.Filing, bool, error) {
	return filing.Filing{}, false, filing.ErrBadCode
}

// Tracked returns nothing.
func (Nobody) Tracked(context.Context, string) ([]filing.Tracking, error) { return nil, nil }

// Untrack and SetNotify find nothing.
func (Nobody) Untrack(context.Context, string, string, time.Time) error { return errs.ErrNotFound }

// SetNotify finds nothing.
func (Nobody) SetNotify(context.Context, string, string, filing.Notify, time.Time) error {
	return errs.ErrNotFound
}

// Apply fails, as Adopt, Followers and Delete do: nothing can be kept.
func (Nobody) Apply(context.Context, filing.Report) (filing.Outcome, error) {
	return filing.Outcome{}, errs.ErrUnavailable
}

// Adopt fails.
func (Nobody) Adopt(context.Context, string, string, time.Time) error { return errs.ErrUnavailable }

// Followers fails.
func (Nobody) Followers(context.Context, string) ([]filing.Follower, error) {
	return nil, errs.ErrUnavailable
}

// Delete fails.
func (Nobody) Delete(context.Context, string) error { return errs.ErrUnavailable }

// Forget has nothing to erase.
func (Nobody) Forget(context.Context, string, time.Time) error { return nil }

// Guess never makes anybody wait.
func (Nobody) Guess(context.Context, string, time.Time) (time.Duration, error) { return 0, nil }

// RightGuess keeps nothing.
func (Nobody) RightGuess(context.Context, string, time.Time) error { return nil }

// TakeBack keeps nothing.
func (Nobody) TakeBack(context.Context, string, time.Time) error { return nil }

// SetFollowing keeps nothing.
func (Nobody) SetFollowing(context.Context, string, bool, time.Time) error { return nil }

// AddCredit keeps nothing.
func (Nobody) AddCredit(context.Context, string, string, int) error { return nil }

// Waiting returns nothing.
func (Nobody) Waiting(context.Context, string, string, time.Time) ([]push.Push, error) {
	return nil, nil
}

// Take returns nothing.
func (Nobody) Take(context.Context, string, []push.Push, time.Time, time.Duration) ([]push.Push, error) {
	return nil, nil
}

// User returns somebody who follows, of whom nothing else is known.
func (Nobody) User(context.Context, string) (push.User, error) {
	return push.User{Following: true}, nil
}

// SetQuiet keeps nothing.
func (Nobody) SetQuiet(context.Context, string, *push.Quiet) error { return nil }
