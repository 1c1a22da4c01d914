package store

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
)

// Guesses is what is remembered of one person's wrong codes.
type Guesses struct {
	Wrong int       `json:"wrong"`
	Last  time.Time `json:"last"`
}

// Guessed returns g with one more wrong code at now.
func (g Guesses) Guessed(now time.Time) Guesses {
	if g.forgotten(now) {
		g.Wrong = 0
	}
	g.Wrong++
	g.Last = Stamp(now)
	return g
}

// Wait returns how long the person has to wait at now before he may try a code.
func (g Guesses) Wait(now time.Time) time.Duration {
	if g.forgotten(now) {
		return 0
	}
	return max(0, g.Last.Add(filing.GuessWait(g.Wrong)).Sub(Stamp(now)))
}

func (g Guesses) forgotten(now time.Time) bool { return now.Sub(g.Last) >= filing.GuessMemory }

// HourWait returns how long everybody has to wait at now, after this many wrong codes in the hour that now is in.
func HourWait(wrong int64, now time.Time) time.Duration {
	if wrong < filing.GuessesPerHour {
		return 0
	}
	return Hour(now).Add(time.Hour).Sub(Stamp(now))
}

// Hour returns the beginning of the hour that now is in.
func Hour(now time.Time) time.Time { return now.UTC().Truncate(time.Hour) }
