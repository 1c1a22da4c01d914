package filing

import (
	"context"
	"time"
)

// Guesses limits the guessing of claim codes, by one person and by all together.
//
// A try is counted before its code is looked at, so that many at once cannot slip through, and taken back where the code was right. A right
// code takes back its own try and nothing else: who holds one code cannot use it to try others for free.
type Guesses interface {
	// Guess counts a try. Where wait is not zero, the person has to wait that long, the code must not be looked at, and nothing was counted.
	Guess(ctx context.Context, user string, now time.Time) (wait time.Duration, err error)
	// RightGuess takes back the person's newest try, whose code was right, and remembers for GuessTrust that he held a right one.
	RightGuess(ctx context.Context, user string, now time.Time) error
	// TakeBack takes back the person's newest try, whose code made him follow nothing and was not wrong either: the filing or he is at a limit, or
	// the store did not say. It makes nobody known.
	TakeBack(ctx context.Context, user string, now time.Time) error
}

// GuessMemory is how long a person's wrong codes are remembered, from the last one. They outlive Store.Forget: else who erases himself could
// guess on.
const GuessMemory = 24 * time.Hour

// GuessTrust is how long somebody who sent a right code is known for it.
const GuessTrust = 90 * 24 * time.Hour

// FreeGuesses is how many wrong codes a person may send without waiting, and outside the bound for those who send more: it covers mistyping.
const FreeGuesses = 5

// GuessWait says how long somebody waits after the n-th wrong code: nothing below FreeGuesses; then a minute, doubled each time, up to a day.
func GuessWait(n int) time.Duration {
	if n < FreeGuesses {
		return 0
	}
	if n > 15 {
		return GuessMemory
	}
	return min(time.Minute<<(n-FreeGuesses), GuessMemory)
}

// GuessLane is the bound that a try counts against.
type GuessLane string

// The lanes. Each has a bound of its own for every hour, so that no lane can be filled from another.
const (
	// KnownLane is for the first FreeGuesses of somebody who sent a right code before. Its bound is so high that others hardly close it to him.
	KnownLane GuessLane = "known"
	// FreshLane is for the first FreeGuesses of everybody else.
	FreshLane GuessLane = "fresh"
	// SharedLane is for whatever goes beyond a person's first FreeGuesses.
	SharedLane GuessLane = "shared"
)

// PerHour returns how many wrong codes a lane takes in an hour; beyond it the lane is closed until the hour is over.
//
// The arithmetic. There are 30^8 = 6.6e11 codes; let 10,000 be valid. 500 tries an hour hit one in 15 years on average, whatever number of
// accounts guesses, as long as none of them has held a right code. 1,000 accounts that guess for 28 hours get at most 5 free tries each,
// twice (the memory ends once in that time), and 29 times 100 shared ones: 12,900, a chance of 0.020 %. Somebody who knows a right code can
// make known any number of accounts by it, one after the other, for each that unfollows makes room for the next. Each of them adds 5 tries a
// day; all together they add no more than KnownLane takes, and 2,500 tries an hour hit one in 3 years on average, with 9,600 such accounts.
//
// To close FreshLane for an hour takes 80 accounts that were silent for a day, and 1,920 to keep it closed all day; to close KnownLane takes
// 400, and 9,600, that were all made known before; to close SharedLane takes ten or so, and closes it only to those who have sent 5 wrong codes
// themselves.
func (l GuessLane) PerHour() int64 {
	switch l {
	case KnownLane:
		return 2000
	case FreshLane:
		return 400
	case SharedLane:
		return 100
	}
	return 0
}
