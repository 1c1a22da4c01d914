package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// User is somebody with a name and a password.
type User struct {
	Name    string     `json:"name"`
	Role    vocab.Role `json:"role"`
	Created time.Time  `json:"created"`
	// Blocked users are not recognised, whatever they show.
	Blocked bool `json:"blocked,omitempty"`
	// Hash is the password's hash; Stamp changes with it, and with it every session made before ends.
	Hash  string `json:"hash"`
	Stamp string `json:"stamp"`
}

// maxUsers bounds the people at one desk.
const maxUsers = 500

// ValidUserName reports whether name can be a user's: what can be a filing's id, at most 32 characters, and is not TokenName.
func ValidUserName(name string) bool {
	return filing.ValidID(name) && len(name) <= 32 && !strings.EqualFold(name, TokenName)
}

// userKey is the key of a user: names differ by more than case.
func userKey(name string) string { return strings.ToLower(name) }

// AddUser makes a user. Errors: CodeInvalid, CodeConflict where there is one of this name.
func (d *Desk) AddUser(ctx context.Context, name, password string, role vocab.Role) error {
	if !ValidUserName(name) {
		return errs.Errorf(errs.CodeInvalid, "name: 1 to 32 letters, digits, dots, dashes or underscores")
	}
	if !role.Valid() {
		return errs.Errorf(errs.CodeInvalid, "role: not one of the roles")
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	all, err := d.Users(ctx)
	if err != nil {
		return err
	}
	if len(all) >= maxUsers {
		return errs.Errorf(errs.CodeLimit, "at most %d users", maxUsers)
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	u := User{Name: name, Role: role, Created: d.now().UTC().Truncate(time.Second), Hash: hash, Stamp: secret()[:8]}
	return d.swap(ctx, kindUser, userKey(name), nil, u)
}

// Users lists the users by name.
func (d *Desk) Users(ctx context.Context) ([]User, error) {
	raw, err := d.records.Records(ctx, kindUser)
	if err != nil {
		return nil, err
	}
	out := make([]User, 0, len(raw))
	for _, b := range raw {
		var u User
		if err := json.Unmarshal(b, &u); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b User) int { return strings.Compare(userKey(a.Name), userKey(b.Name)) })
	return out, nil
}

// user reads a user. Errors: ErrNotFound.
func (d *Desk) user(ctx context.Context, name string) (User, []byte, error) {
	var u User
	if !ValidUserName(name) {
		return u, nil, errs.ErrNotFound
	}
	raw, err := d.get(ctx, kindUser, userKey(name), &u)
	if err == nil && raw == nil {
		err = errs.ErrNotFound
	}
	return u, raw, err
}

// ChangeUser gives a user another role, or blocks or unblocks him. Errors: ErrNotFound, CodeInvalid, CodeConflict.
func (d *Desk) ChangeUser(ctx context.Context, name string, role vocab.Role, blocked bool) error {
	if !role.Valid() {
		return errs.Errorf(errs.CodeInvalid, "role: not one of the roles")
	}
	u, raw, err := d.user(ctx, name)
	if err != nil {
		return err
	}
	u.Role, u.Blocked = role, blocked
	return d.swap(ctx, kindUser, userKey(name), raw, u)
}

// SetPassword gives a user another password and ends his sessions. Errors: ErrNotFound, CodeInvalid, CodeConflict.
func (d *Desk) SetPassword(ctx context.Context, name, password string) error {
	if err := checkPassword(password); err != nil {
		return err
	}
	u, raw, err := d.user(ctx, name)
	if err != nil {
		return err
	}
	if u.Hash, err = d.hash(ctx, password); err != nil {
		return err
	}
	u.Stamp = secret()[:8]
	return d.swap(ctx, kindUser, userKey(name), raw, u)
}

// RemoveUser removes a user with his keys. Errors: ErrNotFound, CodeConflict.
func (d *Desk) RemoveUser(ctx context.Context, name string) error {
	u, raw, err := d.user(ctx, name)
	if err != nil {
		return err
	}
	if err := d.RemoveKeys(ctx, u.Name); err != nil {
		return err
	}
	return d.swap(ctx, kindUser, userKey(name), raw, nil)
}
