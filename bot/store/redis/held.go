package redis

import (
	"context"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// Take is part of push.Outbox.
func (s *Store) Take(ctx context.Context, user string, limit int, now time.Time) ([]push.Push, error) {
	if err := store.CheckUser(user); err != nil {
		return nil, err
	}
	if limit <= 0 {
		return nil, ctx.Err()
	}
	me := s.person(user)
	notes, err := s.client.HGetAll(ctx, me.held()).Result()
	if err != nil || len(notes) == 0 {
		return nil, failure(ctx, err)
	}
	held, spent, err := s.readNotes(ctx, user, notes)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(held, func(a, b kept) int { return store.CompareAge(a.Push, b.Push) })
	held = held[:min(limit, len(held))]
	var calls []*call
	after := make([]push.Push, len(held))
	for i, p := range held {
		after[i] = store.Taken(p.Push, now)
		calls = append(calls, s.turning(p, &after[i]).call())
	}
	if len(calls) > 0 {
		if err := s.runAll(ctx, calls); err != nil {
			return nil, err
		}
	}
	var taken []push.Push
	for i, c := range calls {
		if n, err := c.result.Int(); err == nil && n == 1 { // else somebody else has it
			taken = append(taken, after[i])
			spent[heldRef(after[i])] = notes[heldRef(after[i])]
		}
	}
	c := newCommit()
	for ref, note := range spent {
		c.removeIf(me.held(), ref, note)
	}
	if _, err := s.commit(ctx, c); err != nil {
		s.log.Warn("notes of told pushes stay until they are next looked at", "err", err)
	}
	return taken, nil
}

// readNotes reads the pushes that a person's list names: those that are held, and the notes of those that ended or are gone. A push that
// is neither may yet become held, so its note stays.
func (s *Store) readNotes(ctx context.Context, user string, notes map[string]string) (held []kept, spent map[string]string, err error) {
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
	spent = make(map[string]string)
	for ref, cmd := range cmds {
		if cmd.Err() != nil {
			spent[ref] = notes[ref]
			continue
		}
		p, err := readPush(cmd.Val())
		switch {
		case err != nil:
			return nil, nil, err
		case p.State == push.Held && p.User == user:
			held = append(held, p)
		case p.State.Final():
			spent[ref] = notes[ref]
		}
	}
	return held, spent, nil
}
