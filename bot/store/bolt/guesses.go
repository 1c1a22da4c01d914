package bolt

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// Guess is part of filing.Guesses.
func (s *Store) Guess(ctx context.Context, user string, now time.Time) (wait time.Duration, err error) {
	if err := store.CheckUser(user); err != nil {
		return 0, err
	}
	look := func(t *tx) error {
		wait = t.guesses(user).Wait(now, func(l filing.GuessLane) int64 {
			return int64(uint64Of(t.get(bucketGuessesHour, hourKey(store.Hour(now), l))))
		})
		return nil
	}
	if err := s.view(ctx, look); err != nil || wait > 0 { // what is refused costs no sync
		return wait, err
	}
	err = s.update(ctx, func(t *tx) error {
		if _ = look(t); wait > 0 {
			return nil
		}
		g := t.guesses(user).Tried(now)
		t.putGuesses(user, g)
		t.count(bucketGuessesHour, hourKey(store.Hour(now), g.Lane), 1)
		hour := millis(store.Hour(now))
		for _, k := range t.keysOf(bucketGuessesHour, nil, 8) { // hours gone by; the newest stays
			if string(k[:min(len(k), len(hour))]) < string(hour) {
				t.del(bucketGuessesHour, k)
			}
		}
		return nil
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
	return s.update(ctx, func(t *tx) error {
		g, lane, hour := t.guesses(user).TakenBack(known, now)
		t.putGuesses(user, g)
		if k := hourKey(hour, lane); lane != "" && t.get(bucketGuessesHour, k) != nil {
			t.count(bucketGuessesHour, k, -1)
		}
		return nil
	})
}

// guessesKey is the key of a person's tries. It is a hash, because his wrong codes outlive everything else that is known of him.
func guessesKey(user string) []byte {
	sum := sha256.Sum256([]byte("beianbot guesses\x00" + user))
	return sum[:16]
}

func hourKey(hour time.Time, l filing.GuessLane) []byte { return append(millis(hour), l...) }

func (t *tx) guesses(user string) (g store.Guesses) {
	t.getJSON(bucketGuesses, guessesKey(user), &g)
	return g
}

// putGuesses writes a person's tries; zero ones are removed.
func (t *tx) putGuesses(user string, g store.Guesses) {
	k := guessesKey(user)
	var old store.Guesses
	if t.getJSON(bucketGuesses, k, &old) {
		t.del(bucketExpiries, expiryKey(old.Until(), expireGuesses, k))
		t.del(bucketGuesses, k)
	}
	if g != (store.Guesses{}) {
		t.putJSON(bucketGuesses, k, g)
		t.put(bucketExpiries, expiryKey(g.Until(), expireGuesses, k), nil)
	}
}
