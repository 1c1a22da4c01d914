package bolt

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// fate is what the platform said of a message that no push was known of yet.
type fate struct {
	Status string    `json:"status"`
	Until  time.Time `json:"until"`
}

// Undelivered is part of push.Outbox.
func (s *Store) Undelivered(ctx context.Context, messageID, status string, now time.Time) error {
	if err := store.CheckKey("message", messageID); err != nil {
		return err
	}
	now = store.Stamp(now)
	return s.update(ctx, func(t *tx) error {
		ids := t.keysOf(bucketPushesMessage, under(messageID), everything)
		for _, id := range ids {
			p, ok := t.push(string(id))
			if !ok {
				continue
			}
			if after, ok := t.undelivered(p, status, now); ok {
				t.putPush(&p, &after)
			}
		}
		if len(ids) == 0 {
			k := []byte(messageID)
			t.delFate(k)
			f := fate{Status: status, Until: now.Add(store.FateKeep)}
			t.putJSON(bucketFates, k, f)
			t.put(bucketExpiries, expiryKey(f.Until, expireFate, k), nil)
		}
		return nil
	})
}

// UndeliveredTo is part of push.Outbox.
func (s *Store) UndeliveredTo(ctx context.Context, user string, by vocab.Channel, since time.Time, status string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		for _, id := range t.keysOf(bucketPushesUser, under(user), everything) {
			p, ok := t.push(string(id))
			if !ok || !store.SentTo(p, user, by, since) {
				continue
			}
			if after, ok := t.undelivered(p, status, store.Stamp(now)); ok {
				t.putPush(&p, &after)
			}
		}
		return nil
	})
}

func (t *tx) undelivered(p push.Push, status string, now time.Time) (push.Push, bool) {
	var f filing.Filing
	if kept := t.filing(p.Filing); kept != nil {
		f = *kept
	}
	follows := t.get(bucketFollowers, key(p.Filing, p.User)) != nil
	return store.Undelivered(p, status, f, follows, now)
}

// sealFate writes onto a push that is being recorded what the platform has already said of it.
func (t *tx) sealFate(p push.Push, now time.Time) push.Push {
	if p.State != push.Sent || p.MessageID == "" {
		return p
	}
	k := []byte(p.MessageID)
	var f fate
	if !t.getJSON(bucketFates, k, &f) {
		return p
	}
	t.delFate(k)
	if now.After(f.Until) {
		return p
	}
	after, _ := t.undelivered(p, f.Status, now)
	return after
}

func (t *tx) delFate(k []byte) {
	var f fate
	if t.getJSON(bucketFates, k, &f) {
		t.del(bucketExpiries, expiryKey(f.Until, expireFate, k))
		t.del(bucketFates, k)
	}
}

var pausedKey = []byte("paused")

// Paused is part of push.Switch.
func (s *Store) Paused(ctx context.Context) (push.Pause, error) {
	var p push.Pause
	err := s.view(ctx, func(t *tx) error {
		t.getJSON(bucketMeta, pausedKey, &p)
		return nil
	})
	return p, err
}

// SetPaused is part of push.Switch.
func (s *Store) SetPaused(ctx context.Context, p push.Pause) error {
	err := s.update(ctx, func(t *tx) error {
		if !p.On() {
			t.del(bucketMeta, pausedKey)
			return nil
		}
		p.Since = store.Stamp(p.Since)
		t.putJSON(bucketMeta, pausedKey, p)
		return nil
	})
	if err == nil {
		s.wake()
	}
	return err
}
