package bolt

import (
	"context"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// Waiting is part of push.Outbox.
func (s *Store) Waiting(ctx context.Context, user, key string, now time.Time) ([]push.Push, error) {
	if err := store.CheckUser(user); err != nil {
		return nil, err
	}
	var waiting []push.Push
	err := s.view(ctx, func(t *tx) error {
		var paused push.Pause
		if t.getJSON(bucketMeta, pausedKey, &paused) && paused.On() {
			return nil
		}
		t.prefixed(bucketPushesHeld, under(user), func(rest, _ []byte) bool {
			if p, ok := t.push(string(rest[8:])); ok && store.Waiting(p, user, store.ReplyLease(key), now) {
				waiting = append(waiting, p)
			}
			return true
		})
		return nil
	})
	slices.SortFunc(waiting, store.CompareAge)
	return waiting, err
}

// Take is part of push.Outbox.
func (s *Store) Take(ctx context.Context, key string, ps []push.Push, now time.Time, ttl time.Duration) ([]push.Push, error) {
	if len(ps) == 0 {
		return nil, ctx.Err()
	}
	var taken []push.Push
	err := s.update(ctx, func(t *tx) error {
		taken = nil
		for _, p := range ps {
			kept, ok := t.push(p.ID)
			if !ok {
				continue
			}
			if after, ok := store.Taken(kept, p, store.ReplyLease(key), now, ttl); ok {
				t.putPush(&kept, &after)
				if after.State != push.Dropped {
					taken = append(taken, after)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

// Told is part of chat.Replies.
func (r replies) Told(ctx context.Context, user string, told []string, now time.Time) error {
	ps, err := store.CheckTold(user, told)
	if err != nil || len(ps) == 0 {
		return err
	}
	return r.s.update(ctx, func(t *tx) error {
		for _, p := range ps {
			kept, ok := t.push(p.ID)
			if !ok || kept.User != user {
				continue
			}
			if after, ok := store.Told(kept, now); ok {
				t.putPush(&kept, &after)
			}
		}
		return nil
	})
}
