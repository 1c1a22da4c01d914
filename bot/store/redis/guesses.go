package redis

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// guessField is the field of a person's tries.
const guessField = "json"

func (s *Store) laneKey(hour time.Time, l filing.GuessLane) string {
	return s.prefix + "guesses:" + string(l) + ":" + hour.Format("2006010215")
}

// Guess is part of filing.Guesses. The lane counts first and the person second: what is interrupted in between closes the lane one too early.
func (s *Store) Guess(ctx context.Context, user string, now time.Time) (wait time.Duration, err error) {
	if err := store.CheckUser(user); err != nil {
		return 0, err
	}
	hour := store.Hour(now)
	err = again(ctx, func() (bool, error) {
		seen := map[filing.GuessLane]int64{}
		g, text, err := s.guesses(ctx, user, func(p goredis.Pipeliner) func() {
			counts := make(map[filing.GuessLane]*goredis.StringCmd)
			for _, l := range []filing.GuessLane{filing.KnownLane, filing.FreshLane, filing.SharedLane} {
				counts[l] = p.Get(ctx, s.laneKey(hour, l))
			}
			return func() {
				for l, n := range counts {
					seen[l], _ = strconv.ParseInt(n.Val(), 10, 64)
				}
			}
		})
		if err != nil {
			return false, err
		}
		in := func(l filing.GuessLane) int64 { return seen[l] }
		if wait = g.Wait(now, in); wait > 0 {
			return true, nil
		}
		tried := g.Tried(now)
		n, err := s.countLane(ctx, hour, tried.Lane, 1)
		if err != nil {
			return false, err
		}
		if most := tried.Lane.PerHour(); most > 0 && n > most { // others were quicker
			seen[tried.Lane] = n
			wait = g.Wait(now, in)
			_, err := s.countLane(ctx, hour, tried.Lane, -1)
			return true, err
		}
		done, err := s.putGuesses(ctx, user, text, tried, now)
		if err == nil && !done {
			_, err = s.countLane(ctx, hour, tried.Lane, -1)
		}
		return done, err
	})
	return wait, err
}

// RightGuess is part of filing.Guesses.
func (s *Store) RightGuess(ctx context.Context, user string, now time.Time) error {
	return s.takeBack(ctx, user, true, now)
}

// TakeBack is part of filing.Guesses.
func (s *Store) TakeBack(ctx context.Context, user string, now time.Time) error {
	return s.takeBack(ctx, user, false, now)
}

func (s *Store) takeBack(ctx context.Context, user string, known bool, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	var lane filing.GuessLane
	var hour time.Time
	err := again(ctx, func() (bool, error) {
		g, text, err := s.guesses(ctx, user, nil)
		if err != nil {
			return false, err
		}
		g, lane, hour = g.TakenBack(known, now)
		return s.putGuesses(ctx, user, text, g, now)
	})
	if err != nil || lane == "" {
		return err
	}
	_, err = s.countLane(ctx, hour, lane, -1)
	return err
}

// forgetGuesses leaves of a person's tries that he guesses, where he does.
func (s *Store) forgetGuesses(ctx context.Context, user string, now time.Time) error {
	return again(ctx, func() (bool, error) {
		g, text, err := s.guesses(ctx, user, nil)
		if err != nil || text == "" {
			return true, err
		}
		return s.putGuesses(ctx, user, text, g.Forgotten(now), now)
	})
}

// guesses reads a person's tries, and what more adds to the same round trip. text is the record as it was read, empty without one.
func (s *Store) guesses(ctx context.Context, user string, more func(p goredis.Pipeliner) (read func())) (g store.Guesses, text string, err error) {
	var mine *goredis.StringCmd
	read := func() {}
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		mine = p.HGet(ctx, s.person(user).guesses(), guessField)
		if more != nil {
			read = more(p)
		}
	})
	if err != nil {
		return g, "", err
	}
	read()
	if text = mine.Val(); text != "" {
		err = json.Unmarshal([]byte(text), &g)
	}
	return g, text, err
}

// putGuesses writes a person's tries where they are still as they were read; zero ones are removed.
func (s *Store) putGuesses(ctx context.Context, user, read string, g store.Guesses, now time.Time) (bool, error) {
	c, k := newCommit(), s.person(user).guesses()
	if read == "" {
		c.absent(k, guessField)
	} else {
		c.record(k, guessField, read)
	}
	c.do("DEL", k)
	if g != (store.Guesses{}) {
		c.do("HSET", k, guessField, encode(g))
		c.do("PEXPIRE", k, max(1, g.Until().Sub(now).Milliseconds()))
	}
	return s.commit(ctx, c)
}

// countLane counts tries in an hour and returns how many there are. Lanes without a bound are not counted.
func (s *Store) countLane(ctx context.Context, hour time.Time, l filing.GuessLane, by int64) (int64, error) {
	if l.PerHour() == 0 {
		return 0, nil
	}
	var n *goredis.IntCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		n = p.IncrBy(ctx, s.laneKey(hour, l), by)
		p.Expire(ctx, s.laneKey(hour, l), 2*time.Hour)
	})
	if err != nil {
		return 0, err
	}
	return n.Val(), nil
}
