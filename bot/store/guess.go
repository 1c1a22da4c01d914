package store

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
)

// Guesses is what is remembered of one person's tries at codes.
type Guesses struct {
	// Wrong counts those that were not taken back, Last is when the newest of them was.
	Wrong int       `json:"wrong"`
	Last  time.Time `json:"last"`
	// Before is what Last was before the newest try, and Lane the bound that it was counted against: what taking it back needs. Lane is empty
	// where there is nothing to take back.
	Before time.Time        `json:"before,omitzero"`
	Lane   filing.GuessLane `json:"lane,omitempty"`
	// Right is when he last sent a right code.
	Right time.Time `json:"right,omitzero"`
}

// Tried returns g with one more try at now.
func (g Guesses) Tried(now time.Time) Guesses {
	g.Lane = g.lane(now)
	if g.forgotten(now) {
		g.Wrong = 0
	}
	g.Wrong++
	g.Before, g.Last = g.Last, Stamp(now)
	return g
}

// TakenBack returns g without its newest try, which was not wrong and, where known, makes the person known at now: its code was right. lane and
// hour are where the try was counted; lane is empty where there is none to take back.
func (g Guesses) TakenBack(known bool, now time.Time) (after Guesses, lane filing.GuessLane, hour time.Time) {
	lane, hour = g.Lane, Hour(g.Last)
	if lane != "" {
		g.Wrong, g.Last = max(0, g.Wrong-1), g.Before
	}
	g.Before, g.Lane = time.Time{}, ""
	if known {
		g.Right = Stamp(now)
	}
	return g, lane, hour
}

// Forgotten returns what is left of g when the person is forgotten: that he guesses, and nothing else. It is zero where he does not.
func (g Guesses) Forgotten(now time.Time) Guesses {
	if g.Wrong == 0 || g.forgotten(now) {
		return Guesses{}
	}
	return Guesses{Wrong: g.Wrong, Last: g.Last}
}

// Wait returns how long the person has to wait at now before he may try a code. in tells how many tries a lane has seen in the hour that
// now is in.
func (g Guesses) Wait(now time.Time, in func(filing.GuessLane) int64) time.Duration {
	wait := time.Duration(0)
	if !g.forgotten(now) {
		wait = max(0, g.Last.Add(filing.GuessWait(g.Wrong)).Sub(Stamp(now)))
	}
	if lane := g.lane(now); lane.PerHour() > 0 && in(lane) >= lane.PerHour() {
		wait = max(wait, Hour(now).Add(time.Hour).Sub(Stamp(now)))
	}
	return wait
}

// Until returns when nothing of g counts any more.
func (g Guesses) Until() time.Time {
	until := g.Last.Add(filing.GuessMemory)
	if trust := g.Right.Add(filing.GuessTrust); !g.Right.IsZero() && trust.After(until) {
		return trust
	}
	return until
}

func (g Guesses) lane(now time.Time) filing.GuessLane {
	switch {
	case g.Wrong >= filing.FreeGuesses && !g.forgotten(now):
		return filing.SharedLane
	case !g.Right.IsZero() && now.Sub(g.Right) < filing.GuessTrust:
		return filing.KnownLane
	}
	return filing.FreshLane
}

func (g Guesses) forgotten(now time.Time) bool { return now.Sub(g.Last) >= filing.GuessMemory }

// Hour returns the beginning of the hour that now is in.
func Hour(now time.Time) time.Time { return now.UTC().Truncate(time.Hour) }
