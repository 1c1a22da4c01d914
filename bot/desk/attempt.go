package desk

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// How often signing in may fail within TrySpan, with one name and from one address.
const (
	NameTries = 8
	AddrTries = 30
	TrySpan   = 15 * time.Minute
)

// trySlots is how many counts there are of each sort. A name or an address has the one that its hash falls on, so that whoever makes names
// up cannot fill the store; two that fall on the same one share it, which at worst makes somebody wait.
const trySlots = 4096

// tries counts failures from a moment on.
type tries struct {
	Began time.Time `json:"began"`
	Count int       `json:"count"`
}

// MayTry counts one attempt to prove who somebody is, by name and from where it comes, before the proof is looked at, so that many at once
// gain nothing. An empty address is not counted. It holds at every replica. Errors: CodeWait where there were too many. After a proof that
// was right call Tried.
func (d *Desk) MayTry(ctx context.Context, name, addr string) error {
	if err := d.count(ctx, trySlot("name", userKey(name)), NameTries, 1); err != nil {
		return err // who tries a name that is closed uses up nothing of his house's
	}
	if addr == "" {
		return nil
	}
	return d.count(ctx, trySlot("addr", addr), AddrTries, 1)
}

// Tried takes back what MayTry counted for a proof that was right: the address has one failure less, the name has none any more, because it
// was its owner who mistyped.
func (d *Desk) Tried(ctx context.Context, name, addr string) error {
	if addr != "" {
		if err := d.count(ctx, trySlot("addr", addr), AddrTries, -1); err != nil {
			return err
		}
	}
	slot := trySlot("name", userKey(name))
	raw, err := d.records.Record(ctx, kindTry, slot)
	if err != nil || raw == nil {
		return err
	}
	_, err = d.records.SwapRecord(ctx, kindTry, slot, raw, nil) // where somebody else just failed, his failure stays
	return err
}

// count adds to a slot. Errors: CodeWait where the slot holds most already and more is to be added.
func (d *Desk) count(ctx context.Context, slot string, most, delta int) error {
	for range trySwaps {
		var t tries
		raw, err := d.get(ctx, kindTry, slot, &t)
		if err != nil {
			return err
		}
		if now := d.now(); raw == nil || now.Sub(t.Began) >= TrySpan || now.Before(t.Began) {
			t = tries{Began: now.UTC().Truncate(time.Second)}
		}
		if delta > 0 && t.Count >= most {
			return errTooManyTries
		}
		t.Count = max(t.Count+delta, 0)
		err = d.swap(ctx, kindTry, slot, raw, t)
		if errs.CodeOf(err) != errs.CodeConflict {
			return err
		}
	}
	return errTooManyTries // so many at once are no person's
}

// trySwaps is how often a count is attempted when others count at the same time.
const trySwaps = 20

var errTooManyTries = &errs.Error{Code: filing.CodeWait, Message: "too many attempts; wait 15 minutes"}

// trySlot is the key of the count for a name or an address.
func trySlot(sort, of string) string {
	sum := sha256.Sum256([]byte("beianbot try " + sort + "\x00" + of))
	return fmt.Sprintf("%s %d", sort, binary.BigEndian.Uint32(sum[:])%trySlots)
}
