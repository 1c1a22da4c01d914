package redis

import (
	"context"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// A person's list of what waits for him has a note for each push, by its Ref: since when it waits. A push that is about to wait is noted
// first; so a note may be in vain, but no push waits without one. One that was sent already, and is about to wait because the platform says that
// it did not arrive, is noted once more when it does: until then its note looks like one in vain.

// noteOf is what the note of a waiting push says.
func noteOf(p push.Push) string { return millis(p.UpdatedAt) }

// note notes with its person that a push is about to wait for him.
func (s *Store) note(ctx context.Context, p push.Push) error {
	return failure(ctx, s.client.HSet(ctx, s.person(p.User).held(), p.Ref(), noteOf(p)).Err())
}

// unnoting makes the call that removes a note, unless the push was noted anew since.
func (s *Store) unnoting(p push.Push, note string) *call {
	c := newCommit()
	c.removeIf(s.person(p.User).held(), p.Ref(), note)
	return c.call()
}

// unnote removes a note. Where that fails, Waiting does it.
func (s *Store) unnote(ctx context.Context, p push.Push, note string) {
	if err := s.runAll(ctx, []*call{s.unnoting(p, note)}); err != nil {
		s.log.Warn("the note of a push stays until it is next looked at", "err", err)
	}
}

// unnoteAll removes the notes of those pushes that waited, given as they were then.
func (s *Store) unnoteAll(ctx context.Context, ps []push.Push) {
	var calls []*call
	for _, p := range ps {
		if p.Waits() {
			calls = append(calls, s.unnoting(p, noteOf(p)))
		}
	}
	if len(calls) == 0 {
		return
	}
	if err := s.runAll(ctx, calls); err != nil {
		s.log.Warn("notes of pushes stay until they are next looked at", "err", err)
	}
}

// Waiting is part of push.Outbox. It takes two round trips, and a third where notes are found in vain.
func (s *Store) Waiting(ctx context.Context, user, key string, now time.Time) ([]push.Push, error) {
	if err := store.CheckUser(user); err != nil {
		return nil, err
	}
	me := s.person(user)
	var notes *goredis.MapStringStringCmd
	var pause *goredis.StringCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) { notes, pause = p.HGetAll(ctx, me.held()), p.Get(ctx, s.pausedKey()) })
	if err != nil || len(notes.Val()) == 0 {
		return nil, err
	}
	if paused, err := readPause(pause.Val()); err != nil || paused.On() {
		return nil, err
	}
	all, vain, err := s.readNotes(ctx, notes.Val())
	if err != nil {
		return nil, err
	}
	if len(vain) > 0 {
		c := newCommit()
		for ref, note := range vain {
			c.removeIf(me.held(), ref, note)
		}
		if _, err := s.commit(ctx, c); err != nil {
			s.log.Warn("notes of told pushes stay until they are next looked at", "err", err)
		}
	}
	token := store.ReplyLease(key)
	waiting := slices.DeleteFunc(all, func(p push.Push) bool { return !store.Waiting(p, user, token, now) })
	slices.SortFunc(waiting, store.CompareAge)
	return waiting, nil
}

// readNotes reads the pushes that a person's list names, and tells the notes that are in vain: of pushes that ended or are gone, or went back
// to a worker. One that is with a worker may yet come to wait, so its note stays.
func (s *Store) readNotes(ctx context.Context, notes map[string]string) (ps []push.Push, vain map[string]string, err error) {
	cmds := make(map[string]*goredis.StringCmd)
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		for ref := range notes {
			id, push, _ := cutSpace(ref)
			cmds[ref] = p.HGet(ctx, s.shardFor(id).push(), push)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	vain = make(map[string]string)
	for ref, cmd := range cmds {
		if cmd.Err() != nil {
			vain[ref] = notes[ref]
			continue
		}
		p, err := readPush(cmd.Val())
		if err != nil {
			return nil, nil, err
		}
		if p.Waits() {
			ps = append(ps, p.Push)
		} else if p.State != push.Leased {
			vain[ref] = notes[ref]
		}
	}
	return ps, vain, nil
}

// Take is part of push.Outbox: one round trip reads the pushes, another takes them, each by itself; a third removes the notes of those that
// were ended.
func (s *Store) Take(ctx context.Context, key string, ps []push.Push, now time.Time, ttl time.Duration) ([]push.Push, error) {
	wanted := make(map[string]push.Push)
	for _, p := range ps {
		wanted[p.ID] = p
	}
	before, after, err := s.turnAll(ctx, ps, func(p push.Push) (push.Push, bool) {
		return store.Taken(p, wanted[p.ID], store.ReplyLease(key), now, ttl)
	})
	var over, taken []push.Push
	for i, p := range after {
		if p.State == push.Dropped {
			over = append(over, before[i])
		} else {
			taken = append(taken, p)
		}
	}
	s.unnoteAll(ctx, over)
	return taken, err
}

// Told is part of chat.Replies. What another changed at the same moment is looked at again: a told notice must not stay untold.
func (r replies) Told(ctx context.Context, user string, told []string, now time.Time) error {
	ps, err := store.CheckTold(user, told)
	if err != nil {
		return err
	}
	var left int
	return again(ctx, func() (bool, error) {
		left = 0
		before, after, err := r.s.turnAll(ctx, ps, func(p push.Push) (push.Push, bool) {
			if p.User != user {
				return p, false
			}
			next, ok := store.Told(p, now)
			if ok {
				left++
			}
			return next, ok
		})
		if err != nil {
			return false, err
		}
		r.s.unnoteAll(ctx, before)
		return left == len(after), nil
	})
}

// turnAll brings those of the pushes that fn says into their next form, where nobody was quicker, and returns both forms of those in their
// order. It takes two round trips.
func (s *Store) turnAll(ctx context.Context, ps []push.Push, fn func(p push.Push) (push.Push, bool)) (before, after []push.Push, err error) {
	if len(ps) == 0 {
		return nil, nil, ctx.Err()
	}
	cmds := make([]*goredis.StringCmd, len(ps))
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, x := range ps {
			cmds[i] = p.HGet(ctx, s.shardFor(x.Filing).push(), x.ID)
		}
	})
	if err != nil {
		return nil, nil, err
	}
	var calls []*call
	var was, next []push.Push
	for _, cmd := range cmds {
		if cmd.Err() != nil {
			continue
		}
		p, err := readPush(cmd.Val())
		if err != nil {
			return nil, nil, err
		}
		if q, ok := fn(p.Push); ok {
			calls, was, next = append(calls, s.turning(p, &q).call()), append(was, p.Push), append(next, q)
		}
	}
	if len(calls) == 0 {
		return nil, nil, nil
	}
	if err := s.runAll(ctx, calls); err != nil {
		return nil, nil, err
	}
	for i, c := range calls {
		if n, err := c.result.Int(); err == nil && n == 1 {
			before, after = append(before, was[i]), append(after, next[i])
		}
	}
	return before, after, nil
}
