package push

import (
	"math/rand/v2"
	"time"
)

// Policy says how hard a push is tried. The zero Policy means the defaults.
type Policy struct {
	// FirstDelay is the wait after the first failure (default 5 s); it doubles with each further one up to MostDelay (default 30 min).
	FirstDelay, MostDelay time.Duration
	// MostAttempts and GiveUpAfter end it (defaults 20 attempts, 72 h): the push is then kept for the person's next message, with
	// ReasonGaveUp.
	MostAttempts int
	GiveUpAfter  time.Duration
}

func (p Policy) withDefaults() Policy {
	if p.FirstDelay <= 0 {
		p.FirstDelay = 5 * time.Second
	}
	if p.MostDelay <= 0 {
		p.MostDelay = 30 * time.Minute
	}
	if p.MostAttempts <= 0 {
		p.MostAttempts = 20
	}
	if p.GiveUpAfter <= 0 {
		p.GiveUpAfter = 72 * time.Hour
	}
	return p
}

// delay returns the wait after the given number of attempts, with up to a fifth of it at random so that failures do not come in step.
func (p Policy) delay(attempts int) time.Duration {
	d := p.MostDelay
	if attempts < 20 {
		d = min(p.FirstDelay<<max(attempts-1, 0), p.MostDelay)
	}
	return d + rand.N(d/5+1)
}
