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

// What somebody gets who guesses claim codes 100,000 times with 1,000 accounts, as fast as one guess a second. The figures stand in the
// README's notes on security; this test prints them.
func TestGuessingCodes(t *testing.T) {
	skipLong(t)
	const (
		guesses  = 100_000
		accounts = 1000
		atOnce   = 50
		codes    = 10_000 // valid at the same time
	)
	// A person's memory of wrong codes ends at most once in 28 hours, and these touch 29 hours of the clock.
	most := 2*filing.FreeGuesses*accounts + 29*filing.SharedLane.PerHour()
	anyNumber := 29 * (filing.FreshLane.PerHour() + filing.SharedLane.PerHour())
	chance := func(looked int64) float64 { return float64(looked) * codes / math.Pow(30, 8) * 100 }
	t.Logf("at most %d of them are looked at (%.4f %% to hit any of %d valid codes); with any number of accounts %d (%.4f %%)",
		most, chance(most), codes, anyNumber, chance(anyNumber))
	if chance(most) > 0.02 || chance(anyNumber) > 0.025 {
		t.Error("the chance is higher than the README says")
	}
	for _, tt := range []struct {
		name string
		// account says which account makes the guess of the number.
		account func(n int) int
	}{
		{"in turn", func(n int) int { return n % accounts }},
		{"each for a while", func(n int) int { return n / (guesses / accounts) }},
		{"the free tries of all, then again a day later", func(n int) int { return n / filing.FreeGuesses % accounts }},
	} {
		t.Run(tt.name, func(t *testing.T) {
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
						wait, err := s.Guess(t.Context(), fmt.Sprint("o-attacker-", tt.account(i+k)), now)
						switch {
						case err != nil:
							failed.Add(1)
						case wait == 0:
							looked.Add(1)
						}
					})
				}
				wg.Wait()
				now = now.Add(atOnce * time.Second)
			}
			if failed.Load() > 0 {
				t.Fatalf("%d calls failed", failed.Load())
			}
			t.Logf("%d guesses by %d accounts in %.1f hours: %d were looked at; chance to hit any of %d valid codes: %.4f %%",
				guesses, accounts, float64(guesses)/3600, looked.Load(), codes, chance(looked.Load()))
			if looked.Load() > most {
				t.Errorf("%d guesses were looked at, want at most %d", looked.Load(), most)
			}
		})
	}
}

// Twenty accounts that flood codes for six hours, one of which holds a right code and uses it between the wrong ones, keep nobody else from binding
// his filing: neither somebody who never did, nor somebody who did and mistypes.
func TestFloodingCodes(t *testing.T) {
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	s, err := bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "g.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	try := func(user string, right bool) (looked bool) {
		t.Helper()
		wait, err := s.Guess(t.Context(), user, now)
		if err == nil && wait == 0 && right {
			err = s.RightGuess(t.Context(), user, now)
		}
		if err != nil {
			t.Fatal(err)
		}
		return wait == 0
	}
	wrong, refused := 0, 0
	for minute := range 6 * 60 {
		for n := range 20 {
			for range 3 {
				if try(fmt.Sprint("flood ", n), false) {
					wrong++
				}
				if n == 0 {
					try("flood 0", true)
				}
			}
		}
		if minute%10 == 0 {
			for _, right := range []bool{false, false, true} { // mistyped twice
				if !try(fmt.Sprint("new ", minute), right) {
					refused++
				}
			}
		}
		now = now.Add(time.Minute)
	}
	t.Logf("20 accounts flooding for six hours: %d wrong codes looked at, %d of 108 tries of others refused", wrong, refused)
	if refused > 0 {
		t.Errorf("%d tries of others were refused", refused)
	}
	if wrong > 20*16 {
		t.Errorf("%d wrong codes were looked at", wrong)
	}
}
