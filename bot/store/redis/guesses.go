package redis

import (
	"context"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

func (s *Store) guessesKey(now time.Time) string {
	return s.prefix + "guesses:" + store.Hour(now).Format("2006010215")
}

// MayGuess is part of filing.Guesses.
func (s *Store) MayGuess(ctx context.Context, user string, now time.Time) (time.Duration, error) {
	if err := store.CheckUser(user); err != nil {
		return 0, err
	}
	var mine *goredis.SliceCmd
	var all *goredis.StringCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		mine, all = p.HMGet(ctx, s.person(user).guesses(), "wrong", "last"), p.Get(ctx, s.guessesKey(now))
	})
	if err != nil {
		return 0, err
	}
	var g store.Guesses
	if v := mine.Val(); len(v) == 2 {
		wrong, _ := v[0].(string)
		last, _ := v[1].(string)
		g.Wrong, _ = strconv.Atoi(wrong)
		g.Last = timeOf(last)
	}
	n, _ := strconv.ParseInt(all.Val(), 10, 64)
	return max(g.Wait(now), store.HourWait(n, now)), nil
}

// WrongGuess is part of filing.Guesses.
func (s *Store) WrongGuess(ctx context.Context, user string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	err := s.run(ctx, scriptGuess, []string{s.person(user).guesses()}, millis(now), filing.GuessMemory.Milliseconds()).Err()
	if err != nil {
		return failure(ctx, err)
	}
	return s.pipe(ctx, func(p goredis.Pipeliner) {
		p.Incr(ctx, s.guessesKey(now))
		p.Expire(ctx, s.guessesKey(now), 2*time.Hour)
	})
}

// RightGuess is part of filing.Guesses.
func (s *Store) RightGuess(ctx context.Context, user string) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return failure(ctx, s.client.Del(ctx, s.person(user).guesses()).Err())
}
