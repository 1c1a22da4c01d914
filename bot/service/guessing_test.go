package service_test

import (
	"fmt"
	"math"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store/bolt"
)

// What somebody gets who guesses claim codes 100,000 times with 1,000 accounts, as fast as one guess a second. The figure stands in the
// README's notes on security; this test prints it.
func TestGuessingCodes(t *testing.T) {
	const (
		guesses  = 100_000
		accounts = 1000
		atOnce   = 50
		codes    = 10_000 // valid at the same time
	)
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s, err := bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "g.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var looked, failed atomic.Int64
	for i := 0; i < guesses; i += atOnce {
		var wg sync.WaitGroup
		for k := range atOnce {
			wg.Go(func() {
				user := fmt.Sprint("o-attacker-", (i+k)%accounts)
				wait, err := s.MayGuess(t.Context(), user, now)
				if err != nil {
					failed.Add(1)
					return
				}
				if wait > 0 {
					return
				}
				looked.Add(1)
				if err := s.WrongGuess(t.Context(), user, now); err != nil {
					failed.Add(1)
				}
			})
		}
		wg.Wait()
		now = now.Add(atOnce * time.Second)
	}
	if failed.Load() > 0 {
		t.Fatalf("%d calls failed", failed.Load())
	}
	hours := float64(guesses) / 3600
	space := math.Pow(30, 8)
	chance := float64(looked.Load()) * codes / space
	t.Logf("%d guesses by %d accounts in %.1f hours: %d were looked at (%.0f an hour); chance to hit any of %d valid codes: %.5f%%",
		guesses, accounts, hours, looked.Load(), float64(looked.Load())/hours, codes, chance*100)
	// A burst may pass together before it is counted, so an hour may see a little more than its bound.
	if most := (hours + 1) * (filing.GuessesPerHour + atOnce); float64(looked.Load()) > most {
		t.Errorf("%d guesses were looked at, want at most %.0f", looked.Load(), most)
	}
	if chance > 0.001 {
		t.Errorf("the chance is %f", chance)
	}
}
