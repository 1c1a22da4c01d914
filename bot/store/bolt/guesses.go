package bolt

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// MayGuess is part of filing.Guesses.
func (s *Store) MayGuess(ctx context.Context, user string, now time.Time) (time.Duration, error) {
	if err := store.CheckUser(user); err != nil {
		return 0, err
	}
	var wait time.Duration
	err := s.view(ctx, func(t *tx) error {
		var g store.Guesses
		t.getJSON(bucketGuesses, []byte(user), &g)
		all := int64(uint64Of(t.get(bucketGuessesHour, millis(store.Hour(now)))))
		wait = max(g.Wait(now), store.HourWait(all, now))
		return nil
	})
	return wait, err
}

// WrongGuess is part of filing.Guesses.
func (s *Store) WrongGuess(ctx context.Context, user string, now time.Time) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		var g store.Guesses
		t.getJSON(bucketGuesses, []byte(user), &g)
		t.delGuesses(user)
		g = g.Guessed(now)
		t.putJSON(bucketGuesses, []byte(user), g)
		t.put(bucketExpiries, expiryKey(g.Last.Add(filing.GuessMemory), expireGuesses, []byte(user)), nil)

		hour := millis(store.Hour(now))
		t.count(bucketGuessesHour, hour, 1)
		for _, k := range t.keysOf(bucketGuessesHour, nil, 4) { // hours gone by; the newest stays
			if string(k) < string(hour) {
				t.del(bucketGuessesHour, k)
			}
		}
		return nil
	})
}

// RightGuess is part of filing.Guesses.
func (s *Store) RightGuess(ctx context.Context, user string) error {
	if err := store.CheckUser(user); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		t.delGuesses(user)
		return nil
	})
}

func (t *tx) delGuesses(user string) {
	var g store.Guesses
	if t.getJSON(bucketGuesses, []byte(user), &g) {
		t.del(bucketExpiries, expiryKey(g.Last.Add(filing.GuessMemory), expireGuesses, []byte(user)))
		t.del(bucketGuesses, []byte(user))
	}
}
