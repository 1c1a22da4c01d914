package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

// replies is a chat.Replies in memory, shared by the replicas of a test, with faults.
type replies struct {
	mu     sync.Mutex
	claims map[string]*claimed
	memory map[string][]byte

	down        bool          // every call fails
	claimDelay  time.Duration // and ignores its context
	settleDelay time.Duration
	settleFails int // how many settlements fail
	claimed     int
	settled     int
	tellFails   int      // how many records of what was told fail
	told        []string // what went out, as often as it was recorded
}

type claimed struct {
	lease time.Time
	done  bool
	reply []byte
	told  []string
}

func newReplies() *replies {
	return &replies{claims: map[string]*claimed{}, memory: map[string][]byte{}}
}

var errDown = errors.New("store is down")

func (r *replies) Claim(_ context.Context, d chat.Delivery) (chat.Claim, error) {
	r.mu.Lock()
	delay := r.claimDelay
	r.mu.Unlock()
	time.Sleep(delay)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.claimed++
	if r.down {
		return chat.Claim{}, errDown
	}
	now := time.Now()
	c, ok := r.claims[d.Key]
	switch {
	case ok && c.done:
		return chat.Claim{State: chat.ClaimDone, Reply: bytes.Clone(c.reply), Told: c.told}, nil
	case ok && now.Before(c.lease):
		return chat.Claim{State: chat.ClaimBusy}, nil
	}
	r.claims[d.Key] = &claimed{lease: now.Add(d.Lease)}
	return chat.Claim{State: chat.ClaimFirst, Memory: bytes.Clone(r.memory[d.User])}, nil
}

func (r *replies) Settle(_ context.Context, d chat.Delivery, a chat.Answer) error {
	r.mu.Lock()
	delay := r.settleDelay
	r.mu.Unlock()
	time.Sleep(delay)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return errDown
	}
	if r.settleFails > 0 {
		r.settleFails--
		return errDown
	}
	c, ok := r.claims[d.Key]
	if !ok {
		c = &claimed{}
		r.claims[d.Key] = c
	}
	if c.done {
		return nil // what was settled first stays
	}
	c.done, c.reply, c.told = true, bytes.Clone(a.Reply), a.Told
	if a.Memory != nil {
		r.memory[d.User] = bytes.Clone(a.Memory)
	}
	r.settled++
	return nil
}

func (r *replies) Told(_ context.Context, user string, told []string, _ time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.down {
		return errDown
	}
	if r.tellFails > 0 {
		r.tellFails--
		return errDown
	}
	for _, ref := range told {
		r.told = append(r.told, user+" "+ref)
	}
	return nil
}

func (r *replies) set(f func(*replies)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(r)
}
