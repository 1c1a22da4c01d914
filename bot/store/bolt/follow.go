package bolt

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// code is a claim code as it is kept.
type code struct {
	Filing  string    `json:"filing"`
	Expires time.Time `json:"expires"`
}

// IssueCode is part of filing.Store.
func (s *Store) IssueCode(ctx context.Context, id string, hash filing.CodeHash, expires time.Time) error {
	if err := store.CheckKey("code", string(hash)); err != nil {
		return err
	}
	var known bool
	err := s.update(ctx, func(t *tx) error {
		if known = t.get(bucketFilings, []byte(id)) != nil; !known {
			return nil
		}
		t.thinCodes(id, s.now())
		t.putJSON(bucketCodes, []byte(hash), code{Filing: id, Expires: store.Stamp(expires)})
		t.put(bucketCodesFiling, key(id, string(hash)), nil)
		return nil
	})
	if err == nil && !known {
		err = errs.ErrNotFound
	}
	return err
}

// thinCodes removes a filing's expired codes and makes room for one more.
func (t *tx) thinCodes(id string, now time.Time) {
	type kept struct {
		hash    string
		expires time.Time
	}
	var all []kept
	for _, h := range t.keysOf(bucketCodesFiling, under(id), everything) {
		var c code
		if !t.getJSON(bucketCodes, h, &c) || !now.Before(c.Expires) {
			t.delCode(id, string(h))
			continue
		}
		all = append(all, kept{string(h), c.Expires})
	}
	slices.SortFunc(all, func(a, b kept) int { return a.expires.Compare(b.expires) })
	for i := 0; i < len(all)-store.MaxCodes+1; i++ {
		t.delCode(id, all[i].hash)
	}
}

func (t *tx) delCode(id, hash string) {
	t.del(bucketCodes, []byte(hash))
	t.del(bucketCodesFiling, key(id, hash))
}

// revoke removes all codes of a filing.
func (t *tx) revoke(id string) {
	for _, h := range t.keysOf(bucketCodesFiling, under(id), everything) {
		t.delCode(id, string(h))
	}
}

// RevokeCodes is part of filing.Store.
func (s *Store) RevokeCodes(ctx context.Context, id string) error {
	var known bool
	err := s.update(ctx, func(t *tx) error {
		if known = t.get(bucketFilings, []byte(id)) != nil; known {
			t.revoke(id)
		}
		return nil
	})
	if err == nil && !known {
		err = errs.ErrNotFound
	}
	return err
}

// Claim is part of filing.Store.
func (s *Store) Claim(ctx context.Context, hash filing.CodeHash, user string, now time.Time) (f filing.Filing, known bool, err error) {
	if err := store.CheckUser(user); err != nil {
		return filing.Filing{}, false, err
	}
	var refused error
	var added int
	err = s.update(ctx, func(t *tx) error {
		f, known, added, refused = filing.Filing{}, false, 0, nil
		var c code
		if !t.getJSON(bucketCodes, []byte(hash), &c) || !now.Before(c.Expires) {
			refused = filing.ErrBadCode
			return nil
		}
		a := t.aggregate(c.Filing)
		if a.Filing == nil {
			refused = filing.ErrBadCode
			return nil
		}
		f = *a.Filing
		known, added, refused = s.follow(t, a, user, now)
		return nil
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return filing.Filing{}, false, err
	}
	if added > 0 {
		s.wake()
	}
	return f, known, nil
}

// Adopt is part of filing.Store.
func (s *Store) Adopt(ctx context.Context, id, user string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	var refused error
	var added int
	err := s.update(ctx, func(t *tx) error {
		added, refused = 0, nil
		a := t.aggregate(id)
		if a.Filing == nil {
			refused = errs.ErrNotFound
			return nil
		}
		_, added, refused = s.follow(t, a, user, now)
		return nil
	})
	if err == nil {
		err = refused
	}
	if added > 0 {
		s.wake()
	}
	return err
}

// follow makes user a follower unless a limit is reached.
func (s *Store) follow(t *tx, a *store.Aggregate, user string, now time.Time) (known bool, added int, err error) {
	c, known, err := a.Follow(s.plan, user, now)
	if err != nil || known {
		return known, 0, err
	}
	n := 0
	t.prefixed(bucketTracked, under(user), func(_, v []byte) bool {
		if string(v) == "1" {
			n++
		}
		return true
	})
	if n >= filing.MaxTracked {
		return false, 0, errs.ErrLimit
	}
	return false, t.write(a.Filing.ID, a, c), nil
}

// Tracked is part of filing.Store.
func (s *Store) Tracked(ctx context.Context, user string) ([]filing.Tracking, error) {
	var all []filing.Tracking
	err := s.view(ctx, func(t *tx) error {
		t.prefixed(bucketTracked, under(user), func(id, v []byte) bool {
			if tr, ok := t.tracking(user, string(id)); ok {
				all = append(all, tr)
			}
			return true
		})
		return nil
	})
	slices.SortFunc(all, func(a, b filing.Tracking) int {
		if c := a.Follower.Since.Compare(b.Follower.Since); c != 0 {
			return c
		}
		return strings.Compare(a.Filing.ID, b.Filing.ID)
	})
	return all, err
}

func (t *tx) tracking(user, id string) (filing.Tracking, bool) {
	var tr filing.Tracking
	if !t.getJSON(bucketFollowers, key(id, user), &tr.Follower) {
		return tr, false
	}
	f := t.filing(id)
	if f == nil {
		return tr, false
	}
	tr.Filing = *f
	return tr, true
}

// Tracking is part of filing.Store.
func (s *Store) Tracking(ctx context.Context, user, id string) (filing.Tracking, error) {
	var tr filing.Tracking
	err := s.view(ctx, func(t *tx) error {
		var ok bool
		if tr, ok = t.tracking(user, id); !ok {
			return orNotFound(t)
		}
		return nil
	})
	return tr, err
}

// Untrack is part of filing.Store.
func (s *Store) Untrack(ctx context.Context, user, id string, now time.Time) error {
	return s.change(ctx, id, func(a *store.Aggregate) (store.Change, error) { return a.Unfollow(s.plan, user, now) })
}

// SetNotify is part of filing.Store.
func (s *Store) SetNotify(ctx context.Context, user, id string, want filing.Notify, now time.Time) error {
	if !store.ValidNotify(want) {
		return errs.Errorf(errs.CodeInvalid, "notify: not one of the known wishes")
	}
	return s.change(ctx, id, func(a *store.Aggregate) (store.Change, error) { return a.Want(s.plan, user, want, now) })
}

// change reads a filing, asks what is to change, and writes it. fn must not keep anything.
func (s *Store) change(ctx context.Context, id string, fn func(*store.Aggregate) (store.Change, error)) error {
	var refused error
	var added int
	err := s.update(ctx, func(t *tx) error {
		a := t.aggregate(id)
		var c store.Change
		added = 0
		if c, refused = fn(a); refused == nil {
			added = t.write(id, a, c)
		}
		return nil
	})
	if err == nil {
		err = refused
	}
	if err == nil && added > 0 {
		s.wake()
	}
	return err
}

// Followers is part of filing.Store.
func (s *Store) Followers(ctx context.Context, id string) ([]filing.Follower, error) {
	var fs []filing.Follower
	err := s.view(ctx, func(t *tx) error {
		if t.get(bucketFilings, []byte(id)) == nil {
			return errs.ErrNotFound
		}
		fs = t.followers(id)
		return nil
	})
	return fs, err
}

// Forget is part of filing.Store. The replies to his last deliveries stay until they expire, so that the platform's repetition of the
// very message that asked for this does not ask again.
func (s *Store) Forget(ctx context.Context, user string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		for _, id := range t.keysOf(bucketPushesUser, under(user), everything) {
			if p, ok := t.push(string(id)); ok {
				t.putPush(&p, nil)
			}
		}
		for _, rest := range t.keysOf(bucketTracked, under(user), everything) {
			id := string(rest)
			t.del(bucketFollowers, key(id, user))
			t.del(bucketTracked, key(user, id))
			f := t.filing(id)
			if f != nil && f.SelfReported && len(t.keysOf(bucketFollowers, under(id), 1)) == 0 {
				t.deleteFiling(f)
			}
		}
		t.forgetUser(user, now)
		return nil
	})
}
