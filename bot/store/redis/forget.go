package redis

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/store"
)

// Forget is part of filing.Store. What filings know of him goes first and his own records last, so that what is interrupted can be done
// again. The replies to his last deliveries stay until they expire, so that the platform's repetition of the very message that asked for
// this does not ask again.
func (s *Store) Forget(ctx context.Context, user string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	me := s.person(user)
	var ever *goredis.StringSliceCmd
	var tracked, held *goredis.MapStringStringCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		ever, tracked, held = p.SMembers(ctx, me.ever()), p.HGetAll(ctx, me.tracked()), p.HGetAll(ctx, me.held())
	})
	if err != nil {
		return err
	}
	ids := slices.AppendSeq(ever.Val(), maps.Keys(tracked.Val()))
	slices.Sort(ids)
	var args []any
	for _, id := range slices.Compact(ids) {
		if err := s.forgetAt(ctx, id, user); err != nil {
			return err
		}
		args = append(args, "filing", id, tracked.Val()[id])
	}
	for ref, note := range held.Val() {
		args = append(args, "push", ref, note)
	}
	keys := []string{me.tracked(), me.ever(), me.held(), me.memory(), me.user()}
	if err := s.run(ctx, scriptForget, keys, args...).Err(); err != nil {
		return failure(ctx, err)
	}
	if err := s.forgetGuesses(ctx, user, now); err != nil {
		return err
	}
	return failure(ctx, s.client.ZRem(ctx, s.prefix+"left", user).Err())
}

// forgetAt erases what one filing knows of a person. A filing that he registered himself and that nobody else follows goes with him.
func (s *Store) forgetAt(ctx context.Context, id, user string) error {
	k := s.shardFor(id)
	var alone bool
	err := again(ctx, func() (bool, error) {
		alone = false
		a, err := s.load(ctx, id)
		if err != nil || a.Filing == nil {
			return true, err
		}
		_, follows := a.Follower(user)
		if others := len(a.Followers); a.Filing.SelfReported && (others == 0 || others == 1 && follows) {
			alone = true
			return true, nil
		}
		pushes, err := s.pushesOf(ctx, id)
		if err != nil {
			return false, err
		}
		c := newCommit()
		if follows {
			s.revise(c, id, &a)
			c.do("HDEL", k.followers(id), userHash(user))
		}
		for i := range pushes {
			if pushes[i].User == user {
				c.record(k.push(), pushes[i].ID, pushes[i].text)
				s.putPush(c, &pushes[i].Push, nil)
			}
		}
		return s.commit(ctx, c)
	})
	if err != nil || !alone {
		return err
	}
	someone := errors.New("somebody else follows it now")
	err = s.remove(ctx, id, func(a *loaded) error {
		_, follows := a.Follower(user)
		switch {
		case a.Filing == nil:
			return errs.ErrNotFound
		case len(a.Followers) > 1, len(a.Followers) == 1 && !follows:
			return someone
		}
		return nil
	})
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return nil
	case errors.Is(err, someone):
		return s.forgetAt(ctx, id, user)
	}
	return err
}
