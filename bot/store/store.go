// Package store holds what the two stores have in common: the interface that the program uses, and the rules by which both decide alike.
// bolt keeps everything in one file, redis in a Redis server; storetest holds both to the same behaviour.
//
// A rule here is a plain function of records and a time. A store reads the records, asks the rule, and writes the answer in one
// transaction, so that the stores can differ only in how they keep things, never in what they decide.
package store

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Store is everything that is kept. Every method returns promptly when its context ends, and fails with errs.ErrUnavailable where the
// store does not answer. All times are kept in UTC, to the millisecond.
type Store interface {
	filing.Store
	filing.Batches
	filing.Guesses
	filing.Samples
	push.Outbox
	push.Users
	push.Switch
	chat.Questions
	chat.Tallies
	Tokens

	// Replies returns the store's side of chat.Replies. It is a value of its own because its Claim takes a delivery, not a code.
	Replies() chat.Replies

	// Ping reports whether the store answers.
	Ping(ctx context.Context) error
	// Close ends it. What is under way is finished; everything afterwards fails with errs.ErrUnavailable.
	Close() error
}

// Tokens keeps the platform's access tokens, so that a restart or another replica need not fetch new ones, which would end the old ones.
type Tokens interface {
	// Token returns a token and when it expires; an empty one where none is kept. It may return one that has expired.
	Token(ctx context.Context, key string) (value string, expires time.Time, err error)
	// PutToken keeps a token until it expires. An empty value forgets it.
	PutToken(ctx context.Context, key, value string, expires time.Time) error
}

// Planner says which pushes follow from the state of a filing. *push.Planner is the one; tests have their own.
type Planner interface {
	Plan(s push.Situation) (add []push.Push, drop map[string]vocab.Reason)
}

// Schema is the version of what the stores write. A store refuses to open what a newer version wrote, because it would spoil it.
const Schema = 1

// Bounds of what the stores take.
const (
	// MaxUser is the longest id of a person, in bytes.
	MaxUser = 128
	// MaxKey is the longest key of a token or id of a template, in bytes.
	MaxKey = 256
	// MaxBlob is the longest reply or memory, in bytes.
	MaxBlob = 64 << 10
	// MaxCodes is how many codes of one filing are valid at once; beyond it, those that would expire first give way.
	MaxCodes = 100
	// MaxBatch is how many reports one transaction takes.
	MaxBatch = 500
	// ScanLimit is how many filings one call of Filings looks at when it searches for a text. A page may therefore be short, even empty,
	// and still have a Next.
	ScanLimit = 20000
	// TallyKeep is how many days of tallies are kept.
	TallyKeep = 400
)

// Stamp brings a time into the form in which it is kept: UTC, whole milliseconds.
func Stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// CheckUser refuses what cannot be a person's id.
func CheckUser(user string) error { return checkKey("user", user, MaxUser) }

// CheckKey refuses what cannot be a key. The error names what, not the key.
func CheckKey(what, key string) error { return checkKey(what, key, MaxKey) }

func checkKey(what, key string, most int) error {
	if key == "" || len(key) > most {
		return errs.Errorf(errs.CodeInvalid, "%s: 1 to %d bytes", what, most)
	}
	for i := range len(key) {
		if key[i] < ' ' {
			return errs.Errorf(errs.CodeInvalid, "%s: control characters are not allowed", what)
		}
	}
	return nil
}

// CheckLimit reads the limit of a page: 1 to 500, zero means 50.
func CheckLimit(limit int) (int, error) {
	switch {
	case limit == 0:
		return 50, nil
	case limit < 0 || limit > 500:
		return 0, errs.Errorf(errs.CodeInvalid, "limit: 1 to 500")
	}
	return limit, nil
}

// CheckDay refuses what is not a day as 2006-01-02.
func CheckDay(day string) error {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return errs.Errorf(errs.CodeInvalid, "day: not of the form 2006-01-02")
	}
	return nil
}

// FirstTallyDay returns the oldest day that is kept once day has been written to.
func FirstTallyDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, -TallyKeep).Format(time.DateOnly)
}
