package desk

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/vocab"
)

// How long a session lasts: unused, and in all.
const (
	SessionIdle = 12 * time.Hour
	SessionLife = 7 * 24 * time.Hour
)

// touchAfter is how long a session is used before its last use is written again, so that looking at pages does not write each time.
const touchAfter = 30 * time.Minute

// maxSessions bounds the sessions of all people.
const maxSessions = 2000

type session struct {
	Name  string    `json:"name"`
	Stamp string    `json:"stamp"`
	Began time.Time `json:"began"`
	Used  time.Time `json:"used"`
}

func (s session) over(now time.Time) bool {
	return now.Sub(s.Began) >= SessionLife || now.Sub(s.Used) >= SessionIdle
}

// SignIn begins a session for a user with his password, or, with an empty name, for whoever has the first key. It returns the text that
// goes into the cookie. Errors: ErrWho. Whoever calls it limits how often it may be tried.
func (d *Desk) SignIn(ctx context.Context, name, password string) (cookie string, err error) {
	s := session{Name: TokenName, Stamp: fingerprint("token", d.token)[:16]}
	if name == "" {
		if !d.isToken(password) {
			return "", ErrWho
		}
	} else {
		u, _, err := d.user(ctx, name)
		if err != nil && !errors.Is(err, errs.ErrNotFound) {
			return "", err
		}
		ok, verr := d.verify(ctx, password, u.Hash) // also for a user there is not, so that time tells nothing
		if verr != nil {
			return "", verr
		}
		if err != nil || !ok || u.Blocked {
			return "", ErrWho
		}
		s.Name, s.Stamp = u.Name, u.Stamp
	}
	if err := d.sweepSessions(ctx); err != nil {
		return "", err
	}
	s.Began = d.now().UTC().Truncate(time.Second)
	s.Used = s.Began
	cookie = secret()
	return cookie, d.swap(ctx, kindSession, fingerprint("session", cookie), nil, s)
}

// Session recognises whoever shows a cookie. Errors: ErrWho.
func (d *Desk) Session(ctx context.Context, cookie string) (Person, error) {
	if cookie == "" || len(cookie) > 64 {
		return Person{}, ErrWho
	}
	id := fingerprint("session", cookie)
	var s session
	raw, err := d.get(ctx, kindSession, id, &s)
	if err != nil {
		return Person{}, err
	}
	now := d.now()
	if raw == nil || s.over(now) {
		return Person{}, ErrWho
	}
	p := Person{Name: s.Name, Role: vocab.RoleAdmin, Session: id}
	if s.Name == TokenName {
		if d.token == "" || s.Stamp != fingerprint("token", d.token)[:16] {
			return Person{}, ErrWho
		}
	} else {
		u, _, err := d.user(ctx, s.Name)
		switch {
		case errors.Is(err, errs.ErrNotFound) || err == nil && (u.Blocked || u.Stamp != s.Stamp):
			return Person{}, ErrWho
		case err != nil:
			return Person{}, err
		}
		p.Name, p.Role = u.Name, u.Role
	}
	if now.Sub(s.Used) >= touchAfter {
		s.Used = now.UTC().Truncate(time.Second)
		if err := d.swap(ctx, kindSession, id, raw, s); err != nil && errs.CodeOf(err) != errs.CodeConflict {
			return Person{}, err
		}
	}
	return p, nil
}

// SignOut ends a session.
func (d *Desk) SignOut(ctx context.Context, id string) error {
	raw, err := d.records.Record(ctx, kindSession, id)
	if err != nil || raw == nil {
		return err
	}
	_, err = d.records.SwapRecord(ctx, kindSession, id, raw, nil)
	return err
}

// sweepSessions removes the sessions that are over, and where there are still too many, the one unused for longest.
func (d *Desk) sweepSessions(ctx context.Context) error {
	all, err := d.records.Records(ctx, kindSession)
	if err != nil {
		return err
	}
	var oldest string
	var used time.Time
	n := len(all)
	for id, raw := range all {
		var s session
		if json.Unmarshal(raw, &s) == nil && !s.over(d.now()) {
			if oldest == "" || s.Used.Before(used) {
				oldest, used = id, s.Used
			}
			continue
		}
		if _, err := d.records.SwapRecord(ctx, kindSession, id, raw, nil); err != nil {
			return err
		}
		n--
	}
	if n >= maxSessions && oldest != "" {
		return d.SignOut(ctx, oldest)
	}
	return nil
}
