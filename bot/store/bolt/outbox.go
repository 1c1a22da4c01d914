package bolt

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// push reads one push.
func (t *tx) push(id string) (push.Push, bool) {
	var p push.Push
	ok := t.getJSON(bucketPushes, []byte(id), &p)
	return p, ok
}

// changePush writes a new form of a push that is known.
func (t *tx) changePush(after push.Push) {
	before, ok := t.push(after.ID)
	if !ok {
		return
	}
	t.putPush(&before, &after)
}

// putPush writes a push with its indexes; nil stands for none, before or after.
func (t *tx) putPush(before, after *push.Push) {
	if before != nil {
		t.indexPush(before, false)
		if before.State == push.Leased {
			if lane := key(before.Filing, before.User); string(t.get(bucketLanes, lane)) == before.ID {
				t.del(bucketLanes, lane)
			}
		}
	}
	if after == nil {
		t.del(bucketPushes, []byte(before.ID))
		return
	}
	t.putJSON(bucketPushes, []byte(after.ID), after)
	t.indexPush(after, true)
	if after.State == push.Leased {
		t.put(bucketLanes, key(after.Filing, after.User), []byte(after.ID))
	}
}

// indexPush adds or removes all index entries of one form of a push.
func (t *tx) indexPush(p *push.Push, add bool) {
	set := t.del
	delta := int64(-1)
	if add {
		set = func(bucket string, k []byte) { t.put(bucket, k, nil) }
		delta = 1
	}
	t.count(bucketCounts, []byte("push."+string(p.State)), delta)
	set(bucketPushesAll, with(nil, p.CreatedAt, p.ID))
	set(bucketPushesState, with(under(string(p.State)), p.CreatedAt, p.ID))
	set(bucketPushesFiling, with(under(p.Filing), p.CreatedAt, p.ID))
	set(bucketPushesUser, key(p.User, p.ID))
	if p.State == push.Pending || p.State == push.Held {
		set(bucketPushesOpen, key(p.Filing, p.ID))
	}
	if _, ok := store.DueAt(*p); ok {
		set(bucketPushesDue, dueKey(*p))
	}
	if p.Waits() {
		set(bucketPushesHeld, with(under(p.User), p.CreatedAt, p.ID))
	}
	if p.State.Final() {
		set(bucketPushesEnded, with(nil, p.UpdatedAt, p.ID))
	}
	if p.MessageID != "" {
		set(bucketPushesMessage, key(p.MessageID, p.ID))
	}
}

// dueKey sorts pushes for Lease: the longest due first; of those due at the same moment, in the order in which they
// came about.
func dueKey(p push.Push) []byte {
	at, _ := store.DueAt(p)
	b := slices.Concat(millis(at), number(uint64(p.Seq)), number(uint64(p.Step)))
	return append(b, p.ID...)
}

const dueHead = 24 // bytes before the id in a dueKey

// Lease is part of push.Outbox.
func (s *Store) Lease(ctx context.Context, now time.Time, limit int, ttl time.Duration) ([]push.Push, error) {
	now = store.Stamp(now)
	if limit <= 0 {
		return nil, ctx.Err()
	}
	// Most looks at the outbox find nothing: they need no transaction that writes.
	if next, err := s.NextDue(ctx); err != nil || next.IsZero() || next.After(now) {
		return nil, err
	}
	var leased []push.Push
	err := s.update(ctx, func(t *tx) error {
		leased = leased[:0]
		for _, p := range t.due(now, limit) {
			after := store.Lease(p, store.NewLease(), now, ttl)
			t.putPush(&p, &after)
			leased = append(leased, after)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return leased, nil
}

// due returns the pushes to lease, the longest due first, at most one of each lane and none of a lane that is out. Those that are passed
// over for their lane are few: one lane can hold up only its own.
func (t *tx) due(now time.Time, limit int) []push.Push {
	var out []push.Push
	busy := make(map[string]bool)
	end := number(uint64(now.UnixMilli() + 1))
	c := t.bucket(bucketPushesDue).Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k[:8], end) < 0 && len(out) < limit; k, _ = c.Next() {
		p, ok := t.push(string(k[dueHead:]))
		if !ok {
			continue
		}
		lane := string(key(p.Filing, p.User))
		if busy[lane] {
			continue
		}
		busy[lane] = true
		if holder := t.get(bucketLanes, []byte(lane)); holder != nil && string(holder) != p.ID {
			if h, ok := t.push(string(holder)); ok && h.State == push.Leased && now.Before(h.LeasedUntil) {
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// Attempt is part of push.Outbox.
func (s *Store) Attempt(ctx context.Context, p push.Push, now time.Time) error {
	_, err := s.turn(ctx, p.ID, func(_ *tx, kept push.Push) (push.Push, error) { return store.Attempted(kept, p, now) })
	return err
}

// Finish is part of push.Outbox.
func (s *Store) Finish(ctx context.Context, p push.Push) error {
	_, err := s.turn(ctx, p.ID, func(t *tx, kept push.Push) (push.Push, error) {
		follows := t.get(bucketFollowers, key(kept.Filing, kept.User)) != nil
		after, err := store.Finished(kept, p, follows, s.now())
		if err == nil {
			after = t.sealFate(after, s.now())
		}
		return after, err
	})
	return err
}

// Retry is part of push.Outbox.
func (s *Store) Retry(ctx context.Context, id string, now time.Time) (push.Push, error) {
	p, err := s.turn(ctx, id, func(_ *tx, kept push.Push) (push.Push, error) { return store.Retried(kept, store.Stamp(now)) })
	if err == nil {
		s.wake()
	}
	return p, err
}

// Drop is part of push.Outbox.
func (s *Store) Drop(ctx context.Context, id string, now time.Time) (push.Push, error) {
	return s.turn(ctx, id, func(_ *tx, kept push.Push) (push.Push, error) { return store.Dropped(kept, now) })
}

// turn brings one push from one form into the next.
func (s *Store) turn(ctx context.Context, id string, fn func(t *tx, kept push.Push) (push.Push, error)) (push.Push, error) {
	var after push.Push
	var refused error
	err := s.update(ctx, func(t *tx) error {
		kept, ok := t.push(id)
		if !ok {
			refused = errs.ErrNotFound
			return nil
		}
		if after, refused = fn(t, kept); refused == nil {
			t.putPush(&kept, &after)
		}
		return nil
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return push.Push{}, err
	}
	return after, nil
}

// NextDue is part of push.Outbox. It may lie in the past while the only push that is due waits for another of its lane.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next time.Time
	err := s.view(ctx, func(t *tx) error {
		if k, _ := t.bucket(bucketPushesDue).Cursor().First(); k != nil {
			next = timeOf(k)
		}
		return nil
	})
	return next, err
}

// Push is part of push.Outbox.
func (s *Store) Push(ctx context.Context, id string) (push.Push, error) {
	var p push.Push
	err := s.view(ctx, func(t *tx) error {
		var ok bool
		if p, ok = t.push(id); !ok {
			return orNotFound(t)
		}
		return nil
	})
	return p, err
}

// Pushes is part of push.Outbox.
func (s *Store) Pushes(ctx context.Context, q push.Query) (push.Page, error) {
	limit, err := store.CheckLimit(q.Limit)
	if err != nil {
		return push.Page{}, err
	}
	from, _, err := store.ParseCursor(store.PushCursor, q.Cursor)
	if err != nil {
		return push.Page{}, err
	}
	bucket, prefix := bucketPushesAll, []byte(nil)
	switch {
	case q.Filing != "":
		bucket, prefix = bucketPushesFiling, under(q.Filing)
	case q.State != "":
		bucket, prefix = bucketPushesState, under(string(q.State))
	}
	var page push.Page
	err = s.view(ctx, func(t *tx) error {
		c := t.bucket(bucket).Cursor()
		for k, _ := before(c, prefix, from); k != nil; k, _ = step(c, prefix) {
			p, ok := t.push(string(k[len(prefix)+8:]))
			if !ok || q.State != "" && p.State != q.State || q.Reason != "" && p.Reason != q.Reason {
				continue
			}
			if len(page.Pushes) == limit {
				last := page.Pushes[limit-1]
				page.Next = store.Position{At: last.CreatedAt, ID: last.ID}.Cursor(store.PushCursor)
				return nil
			}
			page.Pushes = append(page.Pushes, p)
		}
		return nil
	})
	return page, err
}

// Sweep is part of push.Outbox. It goes in small transactions so that nobody waits long.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	const portion = 500
	total := 0
	for {
		n := 0
		err := s.update(ctx, func(t *tx) error {
			n = 0
			end := millis(before)
			var ids []string
			c := t.bucket(bucketPushesEnded).Cursor()
			for k, _ := c.First(); k != nil && bytes.Compare(k[:8], end) < 0 && len(ids) < portion; k, _ = c.Next() {
				ids = append(ids, string(k[8:]))
			}
			for _, id := range ids {
				if p, ok := t.push(id); ok {
					t.putPush(&p, nil)
					n++
				}
			}
			return nil
		})
		if err != nil {
			return total, err
		}
		if total += n; n < portion {
			return total, nil
		}
	}
}

// Counts is part of push.Outbox.
func (s *Store) Counts(ctx context.Context) (map[push.State]int, error) {
	counts := make(map[push.State]int)
	err := s.view(ctx, func(t *tx) error {
		for _, st := range push.States() {
			counts[st] = int(uint64Of(t.get(bucketCounts, []byte("push."+string(st)))))
		}
		return nil
	})
	return counts, err
}
