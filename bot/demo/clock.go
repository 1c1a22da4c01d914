package demo

import (
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/push"
)

// Clock tells the time that everything in the demo lives by, and can be moved forward.
type Clock interface {
	Now() time.Time
	// Advance moves the clock forward by d and lets whoever waits for a time look again.
	Advance(d time.Duration)
}

// WarpClock runs with the real time and an offset that only grows. The zero WarpClock is ready for use.
type WarpClock struct {
	mu     sync.Mutex
	offset time.Duration
	wake   []func()
}

// NewDayClock returns a WarpClock for trying things out at any hour: where it is night in China, when notices wait for the morning
// (push.DefaultQuiet), it starts an hour after the night's end instead of at the real time.
func NewDayClock() *WarpClock { return newDayClock(time.Now()) }

func newDayClock(now time.Time) *WarpClock {
	c := &WarpClock{}
	if morning, night := push.DefaultQuiet().Until(now); night {
		c.offset = morning.Add(time.Hour).Sub(now)
	}
	return c
}

// Now returns the real time moved forward by all advances so far.
func (c *WarpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

// Advance moves the clock forward by d, then calls what OnAdvance was given, in order. A d of zero or less does nothing.
func (c *WarpClock) Advance(d time.Duration) {
	if d <= 0 {
		return
	}
	c.mu.Lock()
	c.offset += d
	wake := c.wake
	c.mu.Unlock()
	for _, f := range wake {
		f()
	}
}

// OnAdvance has f called after every later advance: to wake a worker that sleeps until a time that has now come.
func (c *WarpClock) OnAdvance(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wake = append(c.wake[:len(c.wake):len(c.wake)], f)
}
