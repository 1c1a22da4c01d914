package store

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Position is a place in a list that runs from the newest to the oldest: behind the record with this time and id.
type Position struct {
	At time.Time
	ID string
}

// The kinds of cursors. One given to the wrong list is refused.
const (
	FilingCursor = 'f'
	PushCursor   = 'p'
)

// Cursor writes a position as the opaque text that callers pass back. Nothing that is changed meanwhile makes it point elsewhere.
func (p Position) Cursor(kind byte) string {
	b := append([]byte{kind}, binary.BigEndian.AppendUint64(nil, uint64(p.At.UnixMilli()))...)
	return base64.RawURLEncoding.EncodeToString(append(b, p.ID...))
}

// ParseCursor reads a cursor of a kind; the empty one is the beginning, ok false. Errors: CodeInvalid.
func ParseCursor(kind byte, s string) (p Position, ok bool, err error) {
	if s == "" {
		return Position{}, false, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil || len(b) < 10 || len(b) > 9+64 || b[0] != kind {
		return Position{}, false, errCursor()
	}
	ms := binary.BigEndian.Uint64(b[1:9])
	id := string(b[9:])
	if ms >= 1<<48 || !filing.ValidID(id) { // the ids of pushes have the same alphabet
		return Position{}, false, errCursor()
	}
	return Position{At: time.UnixMilli(int64(ms)).UTC(), ID: id}, true, nil
}

func errCursor() error {
	return errs.Errorf(errs.CodeInvalid, "cursor: not one that was given out for this list")
}

// SearchText is what a filing is found by: everything that names it, folded, so that case and width do not matter.
func SearchText(f filing.Filing) string {
	return Fold(strings.Join([]string{f.ID, f.Name, f.AppID, f.Subject, f.Number}, "\n"))
}

// Fold brings a text into the form in which it is searched for.
func Fold(s string) string { return strings.ToLower(width.Fold.String(s)) }

// Needle reads what is searched for: folded, without spaces around it, and bounded. Errors: CodeInvalid.
func Needle(text string) (string, error) {
	if len(text) > 400 {
		return "", errs.Errorf(errs.CodeInvalid, "text: at most 400 bytes")
	}
	return Fold(strings.TrimSpace(text)), nil
}

// NewestSamples sorts stays newest first and keeps the newest MaxSamples of each platform and province.
func NewestSamples(all []filing.Sample) []filing.Sample {
	slices.SortFunc(all, func(a, b filing.Sample) int {
		return cmp.Or(b.Left.Compare(a.Left), strings.Compare(a.ID, b.ID))
	})
	type group struct {
		platform vocab.Platform
		province vocab.Province
	}
	n := make(map[group]int)
	return slices.DeleteFunc(all, func(s filing.Sample) bool {
		g := group{s.Platform, s.Province}
		n[g]++
		return n[g] > filing.MaxSamples
	})
}
