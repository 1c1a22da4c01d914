package filing

import (
	"context"
	"time"
)

// Guesses limits the guessing of claim codes, by one person and by all together.
type Guesses interface {
	// MayGuess returns how long the person has to wait before he may try a code; zero means now.
	MayGuess(ctx context.Context, user string, now time.Time) (wait time.Duration, err error)
	// WrongGuess counts a wrong code. A person's count is forgotten GuessMemory after the last one, and by RightGuess.
	WrongGuess(ctx context.Context, user string, now time.Time) error
	RightGuess(ctx context.Context, user string) error
}

// GuessMemory is how long wrong codes are remembered.
const GuessMemory = 24 * time.Hour

// GuessWait says how long somebody waits after the n-th wrong code in a row: nothing up to the fifth, which covers mistyping; then a
// minute, doubled each time, up to a day.
func GuessWait(n int) time.Duration {
	if n < 5 {
		return 0
	}
	if n > 15 {
		return GuessMemory
	}
	return min(time.Minute<<(n-5), GuessMemory)
}

// GuessesPerHour is how many wrong codes all people together may send in an hour; beyond it codes are refused until the hour is over.
// With 6.6e11 codes and 10,000 of them valid, this many guesses hit one in 16 years on average, whatever number of accounts guesses.
const GuessesPerHour = 500
