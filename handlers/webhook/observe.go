package webhook

import (
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
)

// Outcome is what became of one request. The values are a closed set, fit for a metric label.
type Outcome string

// What can become of a request.
const (
	OutcomeEcho       Outcome = "echo"       // the platform checked our address
	OutcomeAnswered   Outcome = "answered"   // the handler's reply went out
	OutcomeSilent     Outcome = "silent"     // handled, nothing to say
	OutcomeRepeated   Outcome = "repeated"   // a further delivery got what was decided before
	OutcomeBusy       Outcome = "busy"       // no reply in time, BusyReply went out
	OutcomeFailed     Outcome = "failed"     // the handler failed, ErrorReply went out
	OutcomePanicked   Outcome = "panicked"   // the handler panicked, ErrorReply went out
	OutcomeUndecided  Outcome = "undecided"  // another replica decided nothing in time, success went out
	OutcomeGone       Outcome = "gone"       // the platform hung up before anything was decided
	OutcomeOverloaded Outcome = "overloaded" // too many messages at once, BusyReply went out
	OutcomeRefused    Outcome = "refused"    // 403
	OutcomeUnreadable Outcome = "unreadable" // signed, but not readable: success went out
	OutcomeTooLarge   Outcome = "too_large"  // 413
	OutcomeBadRequest Outcome = "bad_request"
	OutcomeBadMethod  Outcome = "bad_method"
)

// Outcomes returns every Outcome there is.
func Outcomes() []Outcome {
	return []Outcome{
		OutcomeEcho, OutcomeAnswered, OutcomeSilent, OutcomeRepeated, OutcomeBusy, OutcomeFailed, OutcomePanicked, OutcomeUndecided,
		OutcomeGone, OutcomeOverloaded, OutcomeRefused, OutcomeUnreadable, OutcomeTooLarge, OutcomeBadRequest, OutcomeBadMethod,
	}
}

// Observation is what can be counted about one request. It holds nothing personal.
type Observation struct {
	Outcome Outcome
	// Refusal is set for OutcomeRefused and OutcomeUnreadable.
	Refusal wechat.Refusal
	// Kind and Event are set once the message was read.
	Kind  chat.Kind
	Event chat.EventKind
	// Took is the time from arrival to the end of writing.
	Took time.Duration
	// Degraded tells that the store could not be asked.
	Degraded bool
}
