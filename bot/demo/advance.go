package demo

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/push"
)

// Outbox is what moving the clock asks of the outbox, so that nothing is passed over that comes due on the way.
type Outbox interface {
	// NextDue returns when the next notice is due, the zero time where none is to come. It may lie in the past while
	// sending is paused.
	NextDue(ctx context.Context) (time.Time, error)
	// Settle works off what is due by now and returns when that is done.
	Settle(ctx context.Context) error
}

// recordTime bounds for how long, by real time, the clock waits for the record of what a reply told.
const recordTime = 2 * time.Second

// advanceTimeout bounds how long the person at the page waits for the clock. A year passes in a second or two.
const advanceTimeout = time.Minute

func (s *Server) doAdvance(ctx context.Context, a action) error {
	if a.Hours < 1 || a.Hours > maxHours {
		return refuse(http.StatusUnprocessableEntity, "bad_hours", "快进的时间不对。")
	}
	s.advancing.Lock() // two pages may be open: one after the other
	defer s.advancing.Unlock()
	// It goes on when the page is closed meanwhile: nobody expects a clock that stopped half way.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), advanceTimeout)
	defer cancel()
	if err := s.advance(ctx, time.Duration(a.Hours)*time.Hour); err != nil {
		return fmt.Errorf("advance: %w", err)
	}
	s.note(move{At: s.o.Clock.Now(), Text: "时间快进了 " + hours(a.Hours)})
	return nil
}

// advance moves the clock forward by d. It stops at each moment at which a notice is due in between, the end of a
// quiet night included, and goes on when the worker is done with it: so each comes in its order and with the words of
// its moment, as if the time had passed by itself.
func (s *Server) advance(ctx context.Context, d time.Duration) error {
	if s.o.Outbox == nil {
		s.moveClock(d)
		return nil
	}
	if err := s.recorded(ctx); err != nil {
		return err
	}
	var passed time.Time // the moment in the past at which the outbox was settled last
	for d > 0 {
		if err := s.o.Outbox.Settle(ctx); err != nil {
			return err
		}
		due, err := s.o.Outbox.NextDue(ctx)
		if err != nil {
			return err
		}
		step := d
		if wait := due.Sub(s.o.Clock.Now()); !due.IsZero() && wait < d {
			switch {
			case wait > 0:
				step = wait
			case !due.Equal(passed): // it came due just now
				passed = due
				continue
			default: // it stays due, because sending is paused: nothing else is sent on the way either
			}
		}
		s.moveClock(step)
		d -= step
	}
	return s.o.Outbox.Settle(ctx)
}

// recorded waits until what the last reply told is recorded, which happens behind the reply, or recordTime is over. A
// clock that jumped in between would end the reply's hold on those notices, and they would be told again.
func (s *Server) recorded(ctx context.Context) error {
	if s.o.Pushes == nil {
		return nil
	}
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for waited := time.After(recordTime); ; {
		page, err := s.o.Pushes.Pushes(ctx, push.Query{Limit: maxSeenPushes})
		if err != nil {
			return err
		}
		now := s.o.Clock.Now()
		if !slices.ContainsFunc(page.Pushes, func(p push.Push) bool { return p.Telling(now) }) {
			return nil
		}
		select {
		case <-tick.C:
		case <-waited:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Server) moveClock(d time.Duration) {
	s.o.Clock.Advance(d)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ahead += d
}
