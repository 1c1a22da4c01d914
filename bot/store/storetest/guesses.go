package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// guess tries a code that is wrong, and demands how long the person has to wait instead.
func (b *bench) guess(user string, at time.Time, wait time.Duration) {
	b.t.Helper()
	got, err := b.s.Guess(b.ctx, user, at)
	b.ok(err)
	b.same(got, wait)
}

func testGuesses(t *testing.T, open Open) {
	t.Run("the waits of one person", func(t *testing.T) {
		b := newBench(t, open)
		at := b.now()
		for range 5 {
			b.guess("u", at, 0)
		}
		b.guess("u", at, time.Minute)
		b.guess("u", at.Add(20*time.Second), 40*time.Second)
		b.guess("v", at, 0)
		b.guess("u", at.Add(time.Minute), 0)
		b.guess("u", at.Add(time.Minute), 2*time.Minute)
		for n := 7; n <= 16; n++ {
			at = at.Add(filing.GuessMemory - time.Millisecond)
			b.guess("u", at, 0)
		}
		b.guess("u", at, filing.GuessMemory)
		at = at.Add(filing.GuessMemory) // forgotten: counted from one again
		for range 5 {
			b.guess("u", at, 0)
		}
		b.guess("u", at, time.Minute)
		b.code(func() error { _, err := b.s.Guess(b.ctx, "", at); return err }(), errs.CodeInvalid)
		b.code(b.s.RightGuess(b.ctx, "", at), errs.CodeInvalid)
	})
	t.Run("a right code takes back its own try only", func(t *testing.T) {
		b := newBench(t, open)
		at := b.now()
		right := func() { t.Helper(); b.guess("u", at, 0); b.ok(b.s.RightGuess(b.ctx, "u", at)) }
		for range 4 {
			right()
			b.guess("u", at, 0)
			right()
		}
		for range 3 { // sent again and again, it gives back nothing
			b.ok(b.s.RightGuess(b.ctx, "u", at))
		}
		b.guess("u", at, 0)
		b.guess("u", at, time.Minute)
		at = at.Add(time.Minute)
		right() // somebody who was wrong five times binds one after the other
		right()
		b.guess("u", at, 0)
		b.guess("u", at, 2*time.Minute)
	})
	t.Run("a try that is taken back makes nobody known", func(t *testing.T) {
		b := newBench(t, open)
		at := b.now().Truncate(time.Hour)
		for range filing.FreeGuesses {
			b.guess("u", at, 0)
			b.ok(b.s.TakeBack(b.ctx, "u", at))
		}
		b.ok(b.s.TakeBack(b.ctx, "nobody", at))
		b.code(b.s.TakeBack(b.ctx, "", at), errs.CodeInvalid)
		for i := range filing.FreshLane.PerHour() {
			b.guess(fmt.Sprint(i/filing.FreeGuesses), at, 0)
		}
		b.guess("u", at, time.Hour) // like everybody who never sent a right one
		b.ok(b.s.TakeBack(b.ctx, "0", at))
		b.guess("u", at, 0)
		for range filing.FreeGuesses - 1 { // and what is taken back counts for nothing
			b.ok(b.s.TakeBack(b.ctx, "u", at))
			b.guess("u", at, 0)
		}
	})
	t.Run("known ones do not guess without end", func(t *testing.T) {
		b := quiet(t, open)
		at := b.now().Truncate(time.Hour)
		crowd(int(filing.KnownLane.PerHour())/filing.FreeGuesses, func(i int) {
			user := fmt.Sprint("known ", i) // each unfollows, and makes room for the next
			_, err := b.s.Guess(b.ctx, user, at.Add(-time.Duration(1+i%10)*time.Hour))
			if err == nil {
				err = b.s.RightGuess(b.ctx, user, at.Add(-time.Duration(1+i%10)*time.Hour))
			}
			for range filing.FreeGuesses {
				if err != nil {
					break
				}
				_, err = b.s.Guess(b.ctx, user, at)
			}
			if err != nil {
				t.Error(err)
			}
		})
		b.guess("late", at.Add(-time.Hour), 0)
		b.ok(b.s.RightGuess(b.ctx, "late", at.Add(-time.Hour)))
		b.guess("late", at.Add(10*time.Minute), 50*time.Minute)
		b.guess("somebody", at.Add(10*time.Minute), 0)
		b.guess("late", at.Add(time.Hour), 0)
	})
	t.Run("few cannot close the way to others", func(t *testing.T) {
		b := newBench(t, open)
		at := b.now().Truncate(time.Hour)
		b.guess("known", at, 0)
		b.ok(b.s.RightGuess(b.ctx, "known", at))
		close := func(lane filing.GuessLane, so int64) { // by as many people as it takes; so many tries there were already
			for i := so; i < lane.PerHour(); {
				user := fmt.Sprint(lane, " bot ", i)
				for range filing.FreeGuesses {
					if lane == filing.FreshLane && i < lane.PerHour() {
						b.guess(user, at, 0)
						i++
					} else if lane == filing.SharedLane {
						b.guess(user, at.Add(-time.Duration(3+i/50)*time.Hour), 0)
					}
				}
				if lane == filing.SharedLane {
					b.guess(user, at, 0)
					i++
				}
			}
		}
		for range filing.FreeGuesses {
			b.guess("clumsy", at.Add(-2*time.Hour), 0)
		}
		// Those who go beyond their own first tries get in one another's way, and in nobody else's.
		close(filing.SharedLane, 0)
		b.guess("clumsy", at.Add(10*time.Minute), 50*time.Minute)
		b.guess("somebody", at.Add(10*time.Minute), 0)
		b.guess("known", at.Add(10*time.Minute), 0)
		// Many who never held a code can close the way to others like them, until the hour is over.
		close(filing.FreshLane, 1)
		b.guess("somebody", at.Add(10*time.Minute), 50*time.Minute)
		for range filing.FreeGuesses - 1 {
			b.guess("known", at.Add(10*time.Minute), 0)
		}
		b.guess("known", at.Add(10*time.Minute), 50*time.Minute) // like everybody beyond his own
		b.guess("somebody", at.Add(time.Hour), 0)
		b.guess("clumsy", at.Add(time.Hour), 0)
		at = at.Add(filing.GuessTrust)
		close(filing.FreshLane, 0)
		b.guess("known", at.Add(10*time.Minute), 50*time.Minute) // long ago
	})
}
