package push

import (
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Moment is one thing that happened to a push: what it was from then on, and why.
type Moment struct {
	At    time.Time `json:"at"`
	State State     `json:"state"` // Leased: a worker is about to try it by Channel
	// Reason, Channel and Code are those of the push at that moment.
	Reason  vocab.Reason  `json:"reason,omitempty"`
	Channel vocab.Channel `json:"channel,omitempty"`
	Code    int           `json:"code,omitempty"`
}

// Bounds of a trail: of a longer one the first and the last moments are kept.
const (
	trailFirst = 4
	MaxTrail   = 24
)

// Noted is the push with what it is now at the end of its trail.
func (p Push) Noted(at time.Time) Push {
	trail := p.Trail
	if over := len(trail) - MaxTrail + 1; over > 0 {
		trail = append(trail[:trailFirst:trailFirst], trail[trailFirst+over:]...)
	}
	p.Trail = append(trail[:len(trail):len(trail)], Moment{At: at, State: p.State, Reason: p.Reason, Channel: p.Channel, Code: p.Code})
	return p
}
