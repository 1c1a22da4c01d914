// Package desk is what belongs to the people who run the account: who they are and what each may do, their sessions and keys, what they
// changed in the knowledge and the menu, and the record of who did what. It decides; a store keeps.
package desk

import (
	"context"

	"github.com/beianbot/beianbot/bot/errs"
)

// Records keeps small records by kind and key, and logs. Both stores implement it; bot/store/storetest holds them to the same behaviour.
// All methods may fail with errs.ErrUnavailable.
type Records interface {
	// Record returns one record; nil where there is none.
	Record(ctx context.Context, kind, key string) ([]byte, error)
	// Records returns all records of a kind by key.
	Records(ctx context.Context, kind string) (map[string][]byte, error)
	// SwapRecord replaces old by new, where the record still is old; nil stands for no record. It reports whether it did.
	SwapRecord(ctx context.Context, kind, key string, old, new []byte) (bool, error)
	// Edition is a number that grows with every change of a record of the kind, so that a change is noticed by asking for one number.
	Edition(ctx context.Context, kind string) (int64, error)
	// AppendLine adds a line to a log and lets the oldest go beyond keep of them.
	AppendLine(ctx context.Context, log string, line []byte, keep int) error
	// Lines returns up to limit lines of a log, newest first; before, where it is not 0, is the number of a line to begin behind.
	Lines(ctx context.Context, log string, before int64, limit int) ([]Line, error)
}

// Line is a line of a log.
type Line struct {
	// Number counts the lines from 1 and never falls.
	Number int64
	Data   []byte
}

// Bounds of what a Records takes.
const (
	MaxRecord = 256 << 10 // bytes of a record or a line
	MaxName   = 128       // bytes of a kind, a key or the name of a log
	MaxLines  = 500       // lines of one call
)

// CheckName refuses what cannot be a kind, a key or the name of a log.
func CheckName(name string) error {
	if name == "" || len(name) > MaxName {
		return errs.Errorf(errs.CodeInvalid, "name: 1 to %d bytes", MaxName)
	}
	for i := range len(name) {
		if name[i] < ' ' {
			return errs.Errorf(errs.CodeInvalid, "name: control characters are not allowed")
		}
	}
	return nil
}

// CheckRecord refuses what cannot be kept.
func CheckRecord(kind, key string, value []byte) error {
	if err := CheckName(kind); err != nil {
		return err
	}
	if err := CheckName(key); err != nil {
		return err
	}
	if len(value) > MaxRecord {
		return errs.Errorf(errs.CodeInvalid, "a record holds at most %d bytes", MaxRecord)
	}
	return nil
}

// CheckLines reads the limit of Lines: 1 to MaxLines, zero means 50.
func CheckLines(log string, limit int) (int, error) {
	switch {
	case limit == 0:
		limit = 50
	case limit < 0 || limit > MaxLines:
		return 0, errs.Errorf(errs.CodeInvalid, "limit: 1 to %d", MaxLines)
	}
	return limit, CheckName(log)
}

// The kinds of records and the logs.
const (
	kindUser    = "user"
	kindSession = "session"
	kindKey     = "key"
	kindDraft   = "kb"
	kindMenu    = "menu"
	kindSet     = "questions"
	kindPulse   = "pulse"
	// kindFile holds what is known of each file, kindFilePart its content in parts.
	kindFile     = "file"
	kindFilePart = "file_part"
	// kindTry holds failed sign-ins by the number of their slot.
	kindTry  = "try"
	logAudit = "audit"
)
