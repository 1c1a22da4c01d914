package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Options make a Desk. Records is required.
type Options struct {
	Records Records
	// Token is the first key: whoever shows it is an Admin. Empty: there is none.
	Token string
	// Now is the clock (default time.Now).
	Now func() time.Time
}

// Desk knows the people at the desk. It is safe for concurrent use.
type Desk struct {
	records Records
	token   string
	now     func() time.Time
	hashing chan struct{} // password hashing costs memory on purpose; only so many at once
}

// New makes a Desk.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Desk{records: o.Records, token: o.Token, now: o.Now, hashing: make(chan struct{}, 2)}
}

// Guarded reports whether there is a first key. Without one the desk stands open, which is for a loopback listener only.
func (d *Desk) Guarded() bool { return d.token != "" }

// Person is somebody who was recognised.
type Person struct {
	// Name is the user's name, or TokenName.
	Name string
	Role vocab.Role
	// Session is the id of the session by which he was recognised; empty for a key or the token.
	Session string
}

// TokenName is the name of whoever shows the first key. No user can have it.
const TokenName = "admin-token"

// May reports whether the person may do a.
func (p Person) May(a vocab.Permission) bool { return p.Role.May(a) }

// CodeUnauthorized is the code of ErrWho.
const CodeUnauthorized errs.Code = "unauthorized"

// ErrWho tells that somebody was not recognised; why is not told.
var ErrWho = &errs.Error{Code: CodeUnauthorized, Message: "not recognised"}

// errConflict tells that somebody else changed the same record.
func errConflict() error {
	return errs.Errorf(errs.CodeConflict, "somebody else changed this meanwhile")
}

// isToken compares with the first key in constant time.
func (d *Desk) isToken(secret string) bool {
	want, got := sha256.Sum256([]byte(d.token)), sha256.Sum256([]byte(secret))
	return d.token != "" && subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// Bearer recognises whoever shows the first key or a key of a user. Errors: ErrWho.
func (d *Desk) Bearer(ctx context.Context, secret string) (Person, error) {
	if d.isToken(secret) {
		return Person{Name: TokenName, Role: vocab.RoleAdmin}, nil
	}
	return d.byKey(ctx, secret)
}

// secret makes a random text of 26 characters that cannot be guessed.
func secret() string { return rand.Text() }

// fingerprint is how a secret is kept: whoever reads the store cannot use what he finds there.
func fingerprint(what, secret string) string {
	sum := sha256.Sum256([]byte("beianbot " + what + "\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// get reads a record into v and returns it as it is kept, nil where there is none.
func (d *Desk) get(ctx context.Context, kind, key string, v any) ([]byte, error) {
	raw, err := d.records.Record(ctx, kind, key)
	if err != nil || raw == nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return nil, fmt.Errorf("a record of kind %s cannot be read: %w", kind, err)
	}
	return raw, nil
}

// swap writes v in place of old, or removes the record where v is nil. Errors: CodeConflict.
func (d *Desk) swap(ctx context.Context, kind, key string, old []byte, v any) error {
	var next []byte
	if v != nil {
		var err error
		if next, err = json.Marshal(v); err != nil {
			return err
		}
	}
	ok, err := d.records.SwapRecord(ctx, kind, key, old, next)
	if err == nil && !ok {
		err = errConflict()
	}
	return err
}
