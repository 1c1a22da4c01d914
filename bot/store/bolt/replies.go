package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/store"
)

// replies is the store as chat.Replies.
type replies struct{ s *Store }

// delivery is a claim, or the reply once it is settled.
type delivery struct {
	Settled bool   `json:"settled,omitempty"`
	Reply   []byte `json:"reply,omitempty"`
	// Told are the notices that the reply tells.
	Told []string `json:"told,omitempty"`
	// Until is when the lease ends or, settled, when the reply is forgotten; Gone is when the record may be removed.
	Until time.Time `json:"until"`
	Gone  time.Time `json:"gone"`
}

// memory is what is remembered of a conversation.
type memory struct {
	Data  []byte    `json:"data"`
	Until time.Time `json:"until"`
}

func deliveryKey(d chat.Delivery) []byte {
	sum := sha256.Sum256(key(d.User, d.Key))
	return sum[:16]
}

// Claim is part of chat.Replies.
func (r replies) Claim(ctx context.Context, d chat.Delivery) (chat.Claim, error) {
	if err := store.CheckDelivery(d); err != nil {
		return chat.Claim{}, err
	}
	now := store.Stamp(d.At)
	// A repetition needs no transaction that writes, and must not wait behind those that do.
	var c chat.Claim
	if err := r.s.view(ctx, func(t *tx) error { c = t.claimed(d, now); return nil }); err != nil {
		return chat.Claim{}, err
	}
	if c.State != chat.ClaimFirst {
		return c, nil
	}
	err := r.s.update(ctx, func(t *tx) error {
		t.expire(now)
		if c = t.claimed(d, now); c.State != chat.ClaimFirst {
			return nil
		}
		t.putDelivery(deliveryKey(d), delivery{Until: now.Add(d.Lease), Gone: now.Add(d.Lease + d.Keep)})
		if w := store.NewWindow(d.Opens, d.SentAt, now); w.Open(now) {
			u := t.recipient(d.User)
			if better := store.BetterWindow(u.window(), w, now); better != u.window() {
				u.setWindow(better)
				t.putJSON(bucketUsers, []byte(d.User), u)
			}
		}
		var m memory
		if t.getJSON(bucketMemories, []byte(d.User), &m) && now.Before(m.Until) {
			c.Memory = m.Data
		}
		c.Waiting = len(t.keysOf(bucketPushesHeld, under(d.User), 1)) > 0
		t.prefixed(bucketTracked, under(d.User), func(_, v []byte) bool {
			c.Tracks = string(v) == "1"
			return !c.Tracks
		})
		return nil
	})
	if err != nil {
		return chat.Claim{}, err
	}
	return c, nil
}

// claimed says what a claim of d finds.
func (t *tx) claimed(d chat.Delivery, now time.Time) chat.Claim {
	var kept delivery
	switch {
	case !t.getJSON(bucketDeliveries, deliveryKey(d), &kept), !now.Before(kept.Until):
		return chat.Claim{State: chat.ClaimFirst}
	case kept.Settled:
		return chat.Claim{State: chat.ClaimDone, Reply: kept.Reply, Told: kept.Told}
	}
	return chat.Claim{State: chat.ClaimBusy}
}

// Settle is part of chat.Replies. Where somebody has settled the delivery already, his reply stays, and so does what he remembered.
func (r replies) Settle(ctx context.Context, d chat.Delivery, a chat.Answer) error {
	if err := store.CheckDelivery(d); err != nil {
		return err
	}
	if err := store.CheckAnswer(a); err != nil {
		return err
	}
	now := store.Stamp(d.At)
	return r.s.update(ctx, func(t *tx) error {
		if t.claimed(d, now).State == chat.ClaimDone {
			return nil
		}
		until := now.Add(d.Keep)
		t.putDelivery(deliveryKey(d), delivery{Settled: true, Reply: bytes.Clone(a.Reply), Told: a.Told, Until: until, Gone: until})
		if a.Memory != nil {
			t.putMemory(d.User, memory{Data: bytes.Clone(a.Memory), Until: now.Add(chat.MemoryTTL)})
		}
		return nil
	})
}

// The kinds of records in bucketExpiries.
const (
	expireDelivery = 'd'
	expireMemory   = 'm'
	expireGuesses  = 'g'
	expireFate     = 'f'
)

func expiryKey(at time.Time, kind byte, k []byte) []byte {
	return append(append(millis(at), kind), k...)
}

func (t *tx) putDelivery(k []byte, d delivery) {
	var old delivery
	if t.getJSON(bucketDeliveries, k, &old) {
		t.del(bucketExpiries, expiryKey(old.Gone, expireDelivery, k))
	}
	t.putJSON(bucketDeliveries, k, d)
	t.put(bucketExpiries, expiryKey(d.Gone, expireDelivery, k), nil)
}

func (t *tx) putMemory(user string, m memory) {
	t.delMemory(user)
	t.putJSON(bucketMemories, []byte(user), m)
	t.put(bucketExpiries, expiryKey(m.Until, expireMemory, []byte(user)), nil)
}

func (t *tx) delMemory(user string) {
	var old memory
	if t.getJSON(bucketMemories, []byte(user), &old) {
		t.del(bucketExpiries, expiryKey(old.Until, expireMemory, []byte(user)))
		t.del(bucketMemories, []byte(user))
	}
}

// mostExpired is how many expired records one claim removes: more than it adds, so that they cannot pile up, and few enough not to be felt.
const mostExpired = 16

// expire removes some records whose time has come. Nothing depends on it but the size of the file: who reads looks at the time himself.
func (t *tx) expire(now time.Time) {
	end := millis(now)
	var gone [][]byte
	c := t.bucket(bucketExpiries).Cursor()
	for k, _ := c.First(); k != nil && bytes.Compare(k[:8], end) <= 0 && len(gone) < mostExpired; k, _ = c.Next() {
		gone = append(gone, bytes.Clone(k))
	}
	for _, k := range gone {
		t.del(bucketExpiries, k)
		switch k[8] {
		case expireDelivery:
			t.del(bucketDeliveries, k[9:])
		case expireMemory:
			t.del(bucketMemories, k[9:])
		case expireGuesses:
			t.del(bucketGuesses, k[9:])
		case expireFate:
			t.del(bucketFates, k[9:])
		}
	}
}
