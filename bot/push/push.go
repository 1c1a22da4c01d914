// Package push decides who is told what, when, and over which channel, and keeps at it until it is told or known to be impossible.
//
// A change of a filing and the pushes that follow from it are written in one transaction by the store (Planner.Plan says what follows); a
// Worker then leases them from the Outbox, takes each through the stages eligible, limit, route, send, and records the end. What cannot be
// sent is kept until the person writes, and told with the reply to that (Push.Waits): a push is Dead only where the platform says that
// there is no such follower, and Dropped only where it is no longer worth telling or he left.
package push

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// State is where a push stands in its life.
type State string

// The states of a push. Sent, Dead and Dropped are final.
const (
	Pending State = "pending" // waits until Due
	Leased  State = "leased"  // a worker has it until LeasedUntil
	Held    State = "held"    // kept for the person's next message
	Sent    State = "sent"    // told
	Dead    State = "dead"    // cannot be told: the platform knows no such follower; an operator may retry it
	Dropped State = "dropped" // no longer worth telling
)

// States lists the closed set.
func States() []State { return []State{Pending, Leased, Held, Sent, Dead, Dropped} }

// Final reports whether nothing more happens to a push in state s by itself.
func (s State) Final() bool { return s == Sent || s == Dead || s == Dropped }

// Push is one notice to one person about one filing.
type Push struct {
	// ID is made of the filing, the event, the kind, the step and the person, so the same cause never makes a second push. It is also the
	// platform's idempotency key (client_msg_id), the same on every attempt. See NewID.
	ID string `json:"id"`
	// Filing and User say about what and to whom.
	Filing string     `json:"filing"`
	User   string     `json:"user"`
	Kind   vocab.Kind `json:"kind"`
	// Step counts the reminders of one kind for one stay in a stage, from 1; 0 for KindChange.
	Step int `json:"step,omitempty"`
	// Seq is the event by which the filing came to Stage (filing.Filing.StageSeq). What a push says is made from the filing as it was then:
	Seq   int64         `json:"seq"`
	Stage vocab.Stage   `json:"stage"`
	Filed filing.Filing `json:"snapshot"`
	// Deadline is the moment the push speaks of, if it speaks of one.
	Deadline time.Time `json:"deadline,omitzero"`
	// Until is when the next reminder of the same matter takes this one's place; zero where there is none. So whoever was away for long
	// catches up with one reminder of a matter, not with all of them.
	Until time.Time `json:"until,omitzero"`

	State State `json:"state"`
	// Reason says why it is in this state, for Held, Dead, Dropped and for a Pending one that was tried before. See Reason.
	Reason vocab.Reason `json:"reason,omitempty"`
	// Due is when it may be tried next.
	Due time.Time `json:"due"`
	// LeasedUntil and Lease belong to the worker that has it or, in a push that is still Pending or Held, to the reply that is just telling
	// it: see Outbox.Take.
	LeasedUntil time.Time `json:"leased_until,omitzero"`
	Lease       string    `json:"lease,omitempty"`
	// Attempts counts the tries that reached for the platform, and those that broke on the way there by a mistake of ours.
	Attempts int `json:"attempts,omitempty"`
	// FirstTry is when the first attempt that may have got through was made; it is zero where every attempt so far certainly failed.
	FirstTry time.Time `json:"first_try,omitzero"`
	// Code and Detail are the platform's last error: its number and its own words, without secrets.
	Code   int    `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
	// Channel is how it was told or, while FirstTry is set, how it was tried; MessageID is the platform's id of it.
	Channel   vocab.Channel `json:"channel,omitempty"`
	MessageID string        `json:"message_id,omitempty"`
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
	// Trail is what happened to it since, oldest first, for operators; nothing is decided by it.
	Trail []Moment `json:"trail,omitempty"`
}
