package demo

import (
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// Clock tells the time that everything in the demo lives by, and can be moved forward.
type Clock interface {
	Now() time.Time
	// Advance moves the clock forward by d and lets whoever waits for a time look again.
	Advance(d time.Duration)
}

// dayBegins is the hour in China at which the demo begins. By then nobody is asleep, and what follows after twelve
// hours still comes before the night.
const dayBegins = 9

// Morning is the moment at which a demo of now's day in China begins: nine o'clock, whatever hour it is.
func Morning(now time.Time) time.Time {
	day := now.In(chinatime.Zone())
	return time.Date(day.Year(), day.Month(), day.Day(), dayBegins, 0, 0, 0, chinatime.Zone())
}

// WarpClock begins at a given moment, runs as fast as real time does, and can be moved forward. What the machine's
// own clock says has no part in it. Make it with NewClock.
type WarpClock struct {
	start, began time.Time // began is when it was made, by the machine: only what has passed since is asked of it

	mu     sync.Mutex
	offset time.Duration
	wake   []func()
}

// NewClock returns a WarpClock that shows start now.
func NewClock(start time.Time) *WarpClock { return &WarpClock{start: start, began: time.Now()} }

// Now returns the start moved forward by the real time since and by all advances so far.
func (c *WarpClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.start.Add(time.Since(c.began) + c.offset)
}

// Advance moves the clock forward by d, then calls what OnAdvance was given, in order. A d of zero or less does
// nothing.
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
