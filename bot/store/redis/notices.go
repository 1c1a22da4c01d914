package redis

import (
	"context"
	"errors"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

func (s *Store) messageKey(id string) string { return s.prefix + "message:" + id }

// Undelivered is part of push.Outbox. The word is written first and the push is looked at then; Finish notes the push first and looks for
// the word last. So whichever comes first, one of them sees both, and the rule changes nothing the second time.
func (s *Store) Undelivered(ctx context.Context, messageID, status string, now time.Time) error {
	if err := store.CheckKey("message", messageID); err != nil {
		return err
	}
	k := s.messageKey(messageID)
	var ref *goredis.StringCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		p.HSet(ctx, k, "fate", status)
		p.PExpire(ctx, k, store.FateKeep)
		ref = p.HGet(ctx, k, "push")
	})
	if err != nil || ref.Err() != nil {
		return err
	}
	id, pushID, _ := cutSpace(ref.Val())
	return s.undelivered(ctx, id, pushID, status, now)
}

// UndeliveredTo is part of push.Outbox. What was sent lately is found in the shards of the filings that the person follows or ever
// followed.
func (s *Store) UndeliveredTo(ctx context.Context, user string, by vocab.Channel, since time.Time, status string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	mine, err := s.client.SMembers(ctx, s.person(user).ever()).Result()
	if err != nil {
		return failure(ctx, err)
	}
	var looked []shard
	for _, id := range mine {
		k := s.shardFor(id)
		if slices.Contains(looked, k) {
			continue
		}
		looked = append(looked, k)
		ended, err := s.client.ZRangeArgs(ctx, goredis.ZRangeArgs{Key: k.ended(), ByScore: true, Start: millis(since), Stop: "+inf"}).Result()
		if err != nil {
			return failure(ctx, err)
		}
		ps, err := s.pushesByID(ctx, k, ended)
		if err != nil {
			return err
		}
		for _, p := range ps {
			if !store.SentTo(p.Push, user, by, since) {
				continue
			}
			if err := s.undelivered(ctx, p.Filing, p.ID, status, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// errSame ends a turn that changes nothing.
var errSame = errors.New("store: nothing changes")

// undelivered writes onto a push what the platform said of it. Where it then waits for its person, it is noted with him twice: before, as
// always, and once more after, because Waiting takes the note of a push that is still sent for one in vain and may have removed it in
// between. Where that fails, the same word, said once more, notes it again.
func (s *Store) undelivered(ctx context.Context, id, pushID, status string, now time.Time) error {
	_, after, err := s.turn(ctx, func() (kept, error) { return s.at(ctx, pushID, id) }, func(was kept) (push.Push, error) {
		if was.State != push.Sent {
			return was.Push, errSame
		}
		f, err := s.Filing(ctx, id)
		if err != nil && !errors.Is(err, errs.ErrNotFound) {
			return push.Push{}, err
		}
		follows, err := s.client.HExists(ctx, s.shardFor(id).followers(id), userHash(was.User)).Result()
		if err != nil {
			return push.Push{}, failure(ctx, err)
		}
		after, ok := store.Undelivered(was.Push, status, f, follows, store.Stamp(now))
		if !ok {
			return push.Push{}, errSame
		}
		if after.Waits() {
			err = s.note(ctx, after)
		}
		return after, err
	})
	switch {
	case errors.Is(err, errs.ErrNotFound):
		return nil
	case err != nil && !errors.Is(err, errSame):
		return err
	case after.Waits():
		return s.note(ctx, after)
	}
	return nil
}

// noteMessage makes a push that is being recorded as sent findable by the platform's id.
func (s *Store) noteMessage(ctx context.Context, p push.Push) error {
	if p.State != push.Sent || p.MessageID == "" {
		return nil
	}
	k := s.messageKey(p.MessageID)
	return s.pipe(ctx, func(pipe goredis.Pipeliner) {
		pipe.HSet(ctx, k, "push", p.Filing+" "+p.ID)
		pipe.PExpire(ctx, k, store.FateKeep)
	})
}

// sealFate writes onto a push that was recorded what the platform has already said of it. A failure is only logged: the push is recorded.
func (s *Store) sealFate(ctx context.Context, p push.Push) {
	if p.State != push.Sent || p.MessageID == "" {
		return
	}
	status, err := s.client.HGet(ctx, s.messageKey(p.MessageID), "fate").Result()
	if err == nil {
		err = s.undelivered(ctx, p.Filing, p.ID, status, s.now())
	}
	if err != nil && !errors.Is(err, goredis.Nil) {
		s.log.Warn("what the platform said of a message was not looked up", "push", p.ID, "err", err)
	}
}

// Paused is part of push.Switch.
func (s *Store) Paused(ctx context.Context) (push.Pause, error) {
	text, err := s.client.Get(ctx, s.pausedKey()).Result()
	if err != nil && !errors.Is(err, goredis.Nil) {
		return push.Pause{}, failure(ctx, err)
	}
	return readPause(text)
}

func (s *Store) pausedKey() string { return s.prefix + "paused" }

// readPause reads what is kept of a pause; nothing is none.
func readPause(text string) (p push.Pause, err error) {
	if text == "" {
		return p, nil
	}
	return p, decode("pause", text, &p)
}

// SetPaused is part of push.Switch.
func (s *Store) SetPaused(ctx context.Context, p push.Pause) error {
	key := s.pausedKey()
	if !p.On() {
		err := failure(ctx, s.client.Del(ctx, key).Err())
		if err == nil {
			s.wake()
		}
		return err
	}
	p.Since = store.Stamp(p.Since)
	return failure(ctx, s.client.Set(ctx, key, encode(p), 0).Err())
}
