package redis

import (
	"context"
	"errors"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// find reads a push of which only the id is known: it asks every shard, in one round trip. Only operators do that.
func (s *Store) find(ctx context.Context, id string) (kept, error) {
	if !filing.ValidID(id) {
		return kept{}, errs.ErrNotFound
	}
	cmds := make([]*goredis.StringCmd, shards)
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for n := range cmds {
			cmds[n] = p.HGet(ctx, s.shard(n).push(), id)
		}
	})
	if err != nil {
		return kept{}, err
	}
	for _, cmd := range cmds {
		if cmd.Err() == nil {
			return readPush(cmd.Val())
		}
	}
	return kept{}, errs.ErrNotFound
}

// at reads a push of a filing.
func (s *Store) at(ctx context.Context, id, filingID string) (kept, error) {
	text, err := s.client.HGet(ctx, s.shardFor(filingID).push(), id).Result()
	if errors.Is(err, goredis.Nil) {
		return kept{}, errs.ErrNotFound
	}
	if err != nil {
		return kept{}, failure(ctx, err)
	}
	return readPush(text)
}

// atFollowed reads a push of a filing, whether its person still follows that filing, and the note of it in his list, if there is one.
func (s *Store) atFollowed(ctx context.Context, p push.Push) (k kept, follows bool, note string, err error) {
	shard := s.shardFor(p.Filing)
	var text, noted *goredis.StringCmd
	var known *goredis.BoolCmd
	err = s.pipe(ctx, func(pipe goredis.Pipeliner) {
		text, known = pipe.HGet(ctx, shard.push(), p.ID), pipe.HExists(ctx, shard.followers(p.Filing), userHash(p.User))
		noted = pipe.HGet(ctx, s.person(p.User).held(), p.Ref())
	})
	if err != nil {
		return kept{}, false, "", err
	}
	if text.Err() != nil {
		return kept{}, false, "", errs.ErrNotFound
	}
	k, err = readPush(text.Val())
	return k, known.Val(), noted.Val(), err
}

// turn brings one push from one form into the next, until nobody was quicker.
func (s *Store) turn(ctx context.Context, read func() (kept, error), fn func(p kept) (push.Push, error)) (before, after push.Push, err error) {
	err = again(ctx, func() (bool, error) {
		p, err := read()
		if err != nil {
			return false, err
		}
		before = p.Push
		if after, err = fn(p); err != nil {
			return false, err
		}
		return s.commit(ctx, s.turning(p, &after))
	})
	return before, after, err
}

// turning makes the commit that brings a push into another form.
func (s *Store) turning(p kept, after *push.Push) *commit {
	c := newCommit()
	c.record(s.shardFor(p.Filing).push(), p.ID, p.text)
	s.putPush(c, &p.Push, after)
	return c
}

// Attempt is part of push.Outbox.
func (s *Store) Attempt(ctx context.Context, p push.Push, now time.Time) error {
	_, _, err := s.turn(ctx, func() (kept, error) { return s.at(ctx, p.ID, p.Filing) }, func(k kept) (push.Push, error) {
		return store.Attempted(k.Push, p, now)
	})
	return err
}

// Finish is part of push.Outbox. A push that waits for its person is noted with him first, and the note of one that no longer does is removed
// last: what stays there in vain, Waiting removes.
func (s *Store) Finish(ctx context.Context, p push.Push) error {
	if err := s.noteMessage(ctx, p); err != nil {
		return err
	}
	note, follows := "", false
	read := func() (k kept, err error) {
		k, follows, note, err = s.atFollowed(ctx, p)
		return k, err
	}
	_, after, err := s.turn(ctx, read, func(was kept) (push.Push, error) {
		after, err := store.Finished(was.Push, p, follows, s.now())
		if err == nil && after.Waits() {
			err = s.note(ctx, after)
		}
		return after, err
	})
	if note != "" && err == nil && !after.Waits() {
		s.unnote(ctx, after, note)
	}
	if err == nil {
		s.sealFate(ctx, after)
	}
	return err
}

// Retry is part of push.Outbox.
func (s *Store) Retry(ctx context.Context, id string, now time.Time) (push.Push, error) {
	return s.operate(ctx, id, func(p kept) (push.Push, error) { return store.Retried(p.Push, store.Stamp(now)) })
}

// Drop is part of push.Outbox.
func (s *Store) Drop(ctx context.Context, id string, now time.Time) (push.Push, error) {
	return s.operate(ctx, id, func(p kept) (push.Push, error) { return store.Dropped(p.Push, now) })
}

// operate is turn for operators, who know only the id.
func (s *Store) operate(ctx context.Context, id string, fn func(p kept) (push.Push, error)) (push.Push, error) {
	before, after, err := s.turn(ctx, func() (kept, error) { return s.find(ctx, id) }, fn)
	if err != nil {
		return push.Push{}, err
	}
	if before.Waits() {
		s.unnote(ctx, before, noteOf(before))
	}
	if after.State == push.Pending {
		s.wake()
	}
	return after, nil
}

// Push is part of push.Outbox.
func (s *Store) Push(ctx context.Context, id string) (push.Push, error) {
	p, err := s.find(ctx, id)
	return p.Push, err
}

// Pushes is part of push.Outbox.
func (s *Store) Pushes(ctx context.Context, q push.Query) (push.Page, error) {
	limit, err := store.CheckLimit(q.Limit)
	if err != nil {
		return push.Page{}, err
	}
	from, ok, err := store.ParseCursor(store.PushCursor, q.Cursor)
	if err != nil {
		return push.Page{}, err
	}
	at := "+"
	if ok {
		at = "(" + place(from.At, from.ID)
	}
	var page push.Page
	for {
		ps, last, err := s.pushesBehind(ctx, q, at, limit+1)
		if err != nil {
			return push.Page{}, err
		}
		for _, p := range ps {
			if q.State != "" && p.State != q.State || q.Reason != "" && p.Reason != q.Reason {
				continue
			}
			if len(page.Pushes) == limit {
				end := page.Pushes[limit-1]
				page.Next = store.Position{At: end.CreatedAt, ID: end.ID}.Cursor(store.PushCursor)
				return page, nil
			}
			page.Pushes = append(page.Pushes, p.Push)
		}
		if last == "" {
			return page, nil
		}
		at = "(" + last
	}
}

// pushesBehind reads up to n pushes of the index that serves a query best, from a place on, and returns the place behind which there are
// more, if there are.
func (s *Store) pushesBehind(ctx context.Context, q push.Query, at string, n int) (ps []kept, last string, err error) {
	type member struct {
		shard shard
		place string
	}
	var keys []string
	var ks []shard
	if q.Filing != "" {
		k := s.shardFor(q.Filing)
		keys, ks = []string{k.pushesOf(q.Filing)}, []shard{k}
	} else {
		for i := range shards {
			k := s.shard(i)
			ks = append(ks, k)
			if q.State != "" {
				keys = append(keys, k.pushesState(string(q.State)))
			} else {
				keys = append(keys, k.pushes())
			}
		}
	}
	lists := make([]*goredis.StringSliceCmd, len(keys))
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, key := range keys {
			lists[i] = p.ZRevRangeByLex(ctx, key, &goredis.ZRangeBy{Max: at, Min: "-", Count: int64(n)})
		}
	})
	if err != nil {
		return nil, "", err
	}
	var all []member
	for i, list := range lists {
		for _, m := range list.Val() {
			all = append(all, member{ks[i], m})
		}
	}
	slices.SortFunc(all, func(a, b member) int { return -compare(a.place, b.place) })
	if len(all) >= n {
		all = all[:n]
		last = all[n-1].place
	}
	cmds := make([]*goredis.StringCmd, len(all))
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, m := range all {
			cmds[i] = p.HGet(ctx, m.shard.push(), placeID(m.place))
		}
	})
	if err != nil {
		return nil, "", err
	}
	for _, cmd := range cmds {
		if cmd.Err() != nil {
			continue
		}
		p, err := readPush(cmd.Val())
		if err != nil {
			return nil, "", err
		}
		ps = append(ps, p)
	}
	return ps, last, nil
}

// Counts is part of push.Outbox.
func (s *Store) Counts(ctx context.Context) (map[push.State]int, error) {
	cmds := make(map[push.State][]*goredis.IntCmd)
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for _, st := range push.States() {
			for n := range shards {
				cmds[st] = append(cmds[st], p.ZCard(ctx, s.shard(n).pushesState(string(st))))
			}
		}
	})
	if err != nil {
		return nil, err
	}
	counts := make(map[push.State]int)
	for st, list := range cmds {
		counts[st] = 0
		for _, cmd := range list {
			counts[st] += int(cmd.Val())
		}
	}
	return counts, nil
}

// Sweep is part of push.Outbox. It goes shard by shard in small portions, so that nobody waits long.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	const portion = 200
	total := 0
	for n := range shards {
		k := s.shard(n)
		for {
			ids, err := s.client.ZRangeArgs(ctx, goredis.ZRangeArgs{
				Key: k.ended(), ByScore: true, Start: "-inf", Stop: "(" + millis(before), Count: portion,
			}).Result()
			if err != nil {
				return total, failure(ctx, err)
			}
			if len(ids) == 0 {
				break
			}
			swept, err := s.sweep(ctx, k, ids)
			total += swept
			if err != nil {
				return total, err
			}
			if swept == 0 { // others are at the same
				break
			}
		}
	}
	return total, nil
}

// sweep forgets pushes of a shard that have ended.
func (s *Store) sweep(ctx context.Context, k shard, ids []string) (int, error) {
	ps, err := s.pushesByID(ctx, k, ids)
	if err != nil || len(ps) == 0 {
		return 0, err
	}
	var calls []*call
	for _, p := range ps {
		calls = append(calls, s.turning(p, nil).call())
	}
	if err := s.runAll(ctx, calls); err != nil {
		return 0, err
	}
	n := 0
	for _, c := range calls {
		if done, err := c.result.Int(); err == nil {
			n += done
		}
	}
	return n, nil
}
