package desk

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Key is a key of a user for the API. It may at most what both its role and its user's role may.
type Key struct {
	ID      string     `json:"id"`
	User    string     `json:"user"`
	Label   string     `json:"label"`
	Role    vocab.Role `json:"role"`
	Created time.Time  `json:"created"`
	// Of is when its user was made: a key outlives no user, whoever has his name afterwards.
	Of time.Time `json:"of,omitzero"`
}

// Bounds of keys.
const (
	maxKeys  = 20 // of one user
	maxLabel = 60 // bytes
)

// keyPrefix begins every key, so that one that got lost somewhere is recognised.
const keyPrefix = "bak_"

// AddKey makes a key and returns its secret, which is not kept. Errors: ErrNotFound for a user there is not, CodeInvalid, CodeLimit.
func (d *Desk) AddKey(ctx context.Context, user, label string, role vocab.Role) (string, Key, error) {
	u, _, err := d.user(ctx, user)
	if err != nil {
		return "", Key{}, err
	}
	label = strings.TrimSpace(label)
	if label == "" || len(label) > maxLabel || strings.ContainsFunc(label, func(r rune) bool { return r < ' ' }) {
		return "", Key{}, errs.Errorf(errs.CodeInvalid, "label: 1 to %d bytes", maxLabel)
	}
	if !role.Valid() {
		return "", Key{}, errs.Errorf(errs.CodeInvalid, "role: not one of the roles")
	}
	have, err := d.Keys(ctx, u.Name)
	if err != nil {
		return "", Key{}, err
	}
	if len(have) >= maxKeys {
		return "", Key{}, errs.Errorf(errs.CodeLimit, "at most %d keys for one user", maxKeys)
	}
	text := keyPrefix + secret()
	id := fingerprint("key", text)
	k := Key{ID: id[:12], User: u.Name, Label: label, Role: vocab.Lesser(role, u.Role), Created: d.now().UTC().Truncate(time.Second), Of: u.Created}
	return text, k, d.swap(ctx, kindKey, id, nil, k)
}

// Keys lists the keys of a user, or of all where user is empty, oldest first.
func (d *Desk) Keys(ctx context.Context, user string) ([]Key, error) {
	all, err := d.records.Records(ctx, kindKey)
	if err != nil {
		return nil, err
	}
	var out []Key
	for _, raw := range all {
		var k Key
		if err := json.Unmarshal(raw, &k); err != nil {
			return nil, err
		}
		if user == "" || strings.EqualFold(user, k.User) {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Key) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// RemoveKey makes a key of a user worthless. Errors: ErrNotFound.
func (d *Desk) RemoveKey(ctx context.Context, user, id string) error {
	all, err := d.records.Records(ctx, kindKey)
	if err != nil {
		return err
	}
	for full, raw := range all {
		var k Key
		if json.Unmarshal(raw, &k) == nil && k.ID == id && strings.EqualFold(k.User, user) {
			_, err := d.records.SwapRecord(ctx, kindKey, full, raw, nil)
			return err
		}
	}
	return errs.ErrNotFound
}

// RemoveKeys makes all keys of a user worthless.
func (d *Desk) RemoveKeys(ctx context.Context, user string) error {
	keys, err := d.Keys(ctx, user)
	for _, k := range keys {
		if err == nil {
			err = d.RemoveKey(ctx, user, k.ID)
		}
		if errors.Is(err, errs.ErrNotFound) { // somebody else just did
			err = nil
		}
	}
	return err
}

// byKey recognises whoever shows a key. Errors: ErrWho.
func (d *Desk) byKey(ctx context.Context, text string) (Person, error) {
	if !strings.HasPrefix(text, keyPrefix) || len(text) > 64 {
		return Person{}, ErrWho
	}
	var k Key
	raw, err := d.get(ctx, kindKey, fingerprint("key", text), &k)
	if err != nil {
		return Person{}, err
	}
	if raw == nil {
		return Person{}, ErrWho
	}
	u, _, err := d.user(ctx, k.User)
	switch {
	case errors.Is(err, errs.ErrNotFound), err == nil && (u.Blocked || !k.Of.IsZero() && !k.Of.Equal(u.Created)):
		return Person{}, ErrWho
	case err != nil:
		return Person{}, err
	}
	return Person{Name: u.Name, Role: vocab.Lesser(k.Role, u.Role)}, nil
}
