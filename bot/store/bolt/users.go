package bolt

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// recipient is what is known of a person as a recipient. Left is false for one never seen: he follows.
type recipient struct {
	Left bool `json:"left,omitempty"`
	// Moved is when he last came or left.
	Moved   time.Time      `json:"moved,omitzero"`
	Until   time.Time      `json:"until,omitzero"`
	Room    int            `json:"room,omitempty"`
	Credits map[string]int `json:"credits,omitempty"`
	Quiet   *push.Quiet    `json:"quiet,omitempty"`
}

func (r *recipient) window() push.Window { return push.Window{Until: r.Until, Left: r.Room} }

func (r *recipient) setWindow(w push.Window) { r.Until, r.Room = w.Until, w.Left }

func (t *tx) recipient(user string) recipient {
	var r recipient
	t.getJSON(bucketUsers, []byte(user), &r)
	return r
}

// User is part of push.Users.
func (s *Store) User(ctx context.Context, user string) (push.User, error) {
	if err := store.CheckUser(user); err != nil {
		return push.User{}, err
	}
	var u push.User
	err := s.view(ctx, func(t *tx) error {
		r := t.recipient(user)
		u = push.User{Following: !r.Left, Window: r.window(), Credits: r.Credits, Quiet: r.Quiet}
		if r.Left {
			u.LeftAt = r.Moved
		}
		return nil
	})
	return u, err
}

// SetFollowing is part of push.Users. What happened before the last known coming or going changes nothing: events may arrive out of order.
func (s *Store) SetFollowing(ctx context.Context, user string, following bool, at time.Time) error {
	if at.IsZero() {
		at = s.now()
	}
	at = store.Stamp(at)
	return s.changeUser(ctx, user, func(t *tx, r *recipient) bool {
		if at.Before(r.Moved) {
			return false
		}
		if r.Left {
			t.del(bucketUsersLeft, with(nil, r.Moved, user))
		}
		r.Left, r.Moved = !following, at
		if r.Left {
			t.put(bucketUsersLeft, with(nil, at, user), nil)
		}
		return true
	})
}

// Left is part of push.Users: longest gone first.
func (s *Store) Left(ctx context.Context, before time.Time, limit int) ([]string, error) {
	var users []string
	err := s.view(ctx, func(t *tx) error {
		c := t.bucket(bucketUsersLeft).Cursor()
		for k, _ := c.First(); k != nil && len(users) < limit && timeOf(k).Before(before); k, _ = c.Next() {
			users = append(users, string(k[8:]))
		}
		return nil
	})
	return users, err
}

// UseWindow is part of push.Users.
func (s *Store) UseWindow(ctx context.Context, user string, now time.Time) (bool, error) {
	var used bool
	err := s.changeUser(ctx, user, func(_ *tx, r *recipient) bool {
		if used = r.window().Open(now); used {
			r.Room--
		}
		return used
	})
	return used && err == nil, err
}

// CloseWindow is part of push.Users.
func (s *Store) CloseWindow(ctx context.Context, user string) error {
	return s.changeUser(ctx, user, func(_ *tx, r *recipient) bool {
		r.setWindow(push.Window{})
		return true
	})
}

// AddCredit is part of push.Users.
func (s *Store) AddCredit(ctx context.Context, user, template string, delta int) error {
	if err := store.CheckKey("template", template); err != nil {
		return err
	}
	return s.changeUser(ctx, user, func(_ *tx, r *recipient) bool {
		n := max(0, r.Credits[template]+delta)
		if delta == push.CreditNone || n == 0 {
			delete(r.Credits, template)
			return true
		}
		if r.Credits == nil {
			r.Credits = make(map[string]int)
		}
		r.Credits[template] = n
		return true
	})
}

// UseCredit is part of push.Users.
func (s *Store) UseCredit(ctx context.Context, user, template string) (bool, error) {
	var used bool
	err := s.changeUser(ctx, user, func(_ *tx, r *recipient) bool {
		if used = r.Credits[template] > 0; used {
			if r.Credits[template]--; r.Credits[template] == 0 {
				delete(r.Credits, template)
			}
		}
		return used
	})
	return used && err == nil, err
}

// SetQuiet is part of push.Users.
func (s *Store) SetQuiet(ctx context.Context, user string, q *push.Quiet) error {
	return s.changeUser(ctx, user, func(_ *tx, r *recipient) bool {
		r.Quiet = q
		return true
	})
}

// changeUser lets fn change what is known of a person; false means that nothing is to be written.
func (s *Store) changeUser(ctx context.Context, user string, fn func(t *tx, r *recipient) bool) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		r := t.recipient(user)
		if fn(t, &r) {
			t.putJSON(bucketUsers, []byte(user), r)
		}
		return nil
	})
}

// forgetUser removes what is known of a person as a recipient and as a partner in conversation, and as a
// guesser all but how often he guessed.
func (t *tx) forgetUser(user string, now time.Time) {
	if r := t.recipient(user); r.Left {
		t.del(bucketUsersLeft, with(nil, r.Moved, user))
	}
	t.del(bucketUsers, []byte(user))
	t.delMemory(user)
	t.putGuesses(user, t.guesses(user).Forgotten(now))
}
