package redis

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// Claim is part of filing.Store.
func (s *Store) Claim(ctx context.Context, hash filing.CodeHash, user string, now time.Time) (filing.Filing, bool, error) {
	if err := store.CheckUser(user); err != nil {
		return filing.Filing{}, false, err
	}
	id, err := s.client.Get(ctx, s.codeKey(hash)).Result()
	if errors.Is(err, goredis.Nil) {
		return filing.Filing{}, false, filing.ErrBadCode
	}
	if err != nil {
		return filing.Filing{}, false, failure(ctx, err)
	}
	f, known, err := s.follow(ctx, id, user, now, func() error {
		ends, err := s.client.HGet(ctx, s.shardFor(id).codes(id), string(hash)).Result()
		if errors.Is(err, goredis.Nil) || err == nil && !now.Before(timeOf(ends)) {
			return filing.ErrBadCode
		}
		return failure(ctx, err)
	})
	if errors.Is(err, errs.ErrNotFound) {
		err = filing.ErrBadCode
	}
	if err != nil {
		return filing.Filing{}, false, err
	}
	return f, known, nil
}

// Adopt is part of filing.Store.
func (s *Store) Adopt(ctx context.Context, id, user string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	_, _, err := s.follow(ctx, id, user, now, func() error { return nil })
	return err
}

// followWithin bounds how long following takes from the reservation to the end; a reservation is not removed by anybody before reserved.
const (
	followWithin = 20 * time.Second
	reserved     = time.Minute
)

// mark is what a person's list says of a place: since when it is reserved, by the clock of the machine and not of a test, and by whom.
func mark() string { return strconv.FormatInt(time.Now().UnixMilli(), 10) + " " + store.NewLease() }

// leaving begins the mark of a place that is about to be given up.
const leaving = "leaving "

// idle reports whether a place that the filing does not confirm may be removed: it is being given up, or its reservation is long ago.
func idle(mark string) bool {
	if strings.HasPrefix(mark, leaving) {
		return true
	}
	since, _, _ := strings.Cut(mark, " ")
	ms, err := strconv.ParseInt(since, 10, 64)
	return err != nil || time.Since(time.UnixMilli(ms)) > reserved
}

// follow makes user a follower where allowed does not object: first the place in his list, then the filing, then the place again, because
// somebody who was giving it up may have removed it in between.
func (s *Store) follow(ctx context.Context, id, user string, now time.Time, allowed func() error) (filing.Filing, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, followWithin)
	defer cancel()
	me, mine := s.person(user), mark()
	place := false // whether a place is reserved
	var known bool
	a, _, err := s.change(ctx, id, func(a *loaded) (store.Change, error) {
		if a.Filing == nil {
			return store.Change{}, errs.ErrNotFound
		}
		if err := allowed(); err != nil {
			return store.Change{}, err
		}
		c, was, err := a.Follow(s.plan, user, now)
		if known = was; err != nil || known || place {
			return c, err
		}
		place = true
		return c, s.reserve(ctx, user, id, mine)
	})
	switch {
	case err != nil && place:
		c := newCommit()
		c.removeIf(me.tracked(), id, mine)
		_, _ = s.commit(ctx, c)
		return filing.Filing{}, false, err
	case err != nil:
		return filing.Filing{}, false, err
	}
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		if known {
			p.HSetNX(ctx, me.tracked(), id, mine)
		} else {
			p.HSet(ctx, me.tracked(), id, mark()) // a new mark: somebody may have read the other to remove it
		}
		p.SAdd(ctx, me.ever(), id)
	})
	if err != nil { // the place was reserved and is confirmed: all is well
		s.log.Warn("a place in a person's list was not confirmed", "err", err)
	}
	return *a.Filing, known, nil
}

// reserve reserves a place in a person's list. Where the list is full, places that no filing confirms are removed first.
func (s *Store) reserve(ctx context.Context, user, id, mine string) error {
	me := s.person(user)
	for range 2 {
		ok, err := s.run(ctx, scriptTrack, []string{me.tracked(), me.ever()}, id, mine, filing.MaxTracked).Int()
		if err != nil {
			return failure(ctx, err)
		}
		if ok == 1 {
			return nil
		}
		if _, err := s.Tracked(ctx, user); err != nil {
			return err
		}
	}
	return errs.ErrLimit
}

// Tracked is part of filing.Store. It shows what the filings confirm, and removes from the list what they do not.
func (s *Store) Tracked(ctx context.Context, user string) ([]filing.Tracking, error) {
	me := s.person(user)
	places, err := s.client.HGetAll(ctx, me.tracked()).Result()
	if err != nil {
		return nil, failure(ctx, err)
	}
	if len(places) == 0 {
		return nil, nil
	}
	type row struct{ filing, follower *goredis.StringCmd }
	rows := make(map[string]row)
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		for id := range places {
			k := s.shardFor(id)
			rows[id] = row{p.HGet(ctx, k.filing(id), "json"), p.HGet(ctx, k.followers(id), userHash(user))}
		}
	})
	if err != nil {
		return nil, err
	}
	var all []filing.Tracking
	stale := newCommit()
	for id, r := range rows {
		tr, err := readTracking(r.filing, r.follower)
		switch {
		case err == nil:
			all = append(all, tr)
		case !errors.Is(err, errs.ErrNotFound):
			return nil, err
		case idle(places[id]):
			stale.removeIf(me.tracked(), id, places[id])
		}
	}
	if _, err := s.commit(ctx, stale); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b filing.Tracking) int {
		if c := a.Follower.Since.Compare(b.Follower.Since); c != 0 {
			return c
		}
		return strings.Compare(a.Filing.ID, b.Filing.ID)
	})
	return all, nil
}

// readTracking makes a tracking of a filing and a follower; ErrNotFound where one of them is missing.
func readTracking(f, follower *goredis.StringCmd) (filing.Tracking, error) {
	var tr filing.Tracking
	if f.Err() != nil || follower.Err() != nil {
		return tr, errs.ErrNotFound
	}
	if err := decode("filing", f.Val(), &tr.Filing); err != nil {
		return tr, err
	}
	return tr, decode("follower", follower.Val(), &tr.Follower)
}

// Tracking is part of filing.Store.
func (s *Store) Tracking(ctx context.Context, user, id string) (filing.Tracking, error) {
	k := s.shardFor(id)
	var f, follower *goredis.StringCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		f, follower = p.HGet(ctx, k.filing(id), "json"), p.HGet(ctx, k.followers(id), userHash(user))
	})
	if err != nil {
		return filing.Tracking{}, err
	}
	return readTracking(f, follower)
}

// Untrack is part of filing.Store. The place in his list is marked, then the filing is told, then the place is given up unless somebody
// has reserved it anew.
func (s *Store) Untrack(ctx context.Context, user, id string, now time.Time) error {
	me, mine := s.person(user), leaving+store.NewLease()
	marked := false
	_, _, err := s.change(ctx, id, func(a *loaded) (store.Change, error) {
		ch, err := a.Unfollow(s.plan, user, now)
		if err != nil || marked {
			return ch, err
		}
		marked = true
		return ch, failure(ctx, s.client.HSet(ctx, me.tracked(), id, mine).Err())
	})
	if err != nil && !errors.Is(err, errs.ErrNotFound) {
		return err
	}
	if marked {
		c := newCommit()
		c.removeIf(me.tracked(), id, mine)
		if _, err := s.commit(ctx, c); err != nil {
			s.log.Warn("a place in a person's list stays until it is next looked at", "err", err)
		}
	}
	return err
}

// SetNotify is part of filing.Store.
func (s *Store) SetNotify(ctx context.Context, user, id string, want filing.Notify, now time.Time) error {
	if !store.ValidNotify(want) {
		return errs.Errorf(errs.CodeInvalid, "notify: not one of the known wishes")
	}
	_, _, err := s.change(ctx, id, func(a *loaded) (store.Change, error) { return a.Want(s.plan, user, want, now) })
	return err
}
