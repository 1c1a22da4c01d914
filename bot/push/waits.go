package push

import (
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// LongRest is from how long a rest on a push waits for the person's own message too. In a shorter one the worker is quicker than he.
const LongRest = 2 * time.Minute

// Waits reports whether p may be told with the reply to the person's own message: it is kept for that (Held), or a worker put it off for
// LongRest or more (his night, a quota that is used up, an account that may not send, a platform that has been busy for long) and he need
// not wait so long where he writes himself. His night is no reason against it, for he is awake. A push whose attempt may have got through
// stays with the worker, who knows for how long it may be repeated.
func (p Push) Waits() bool {
	switch p.State {
	case Held:
		return true
	case Pending:
		return p.Reason != vocab.ReasonNone && p.FirstTry.IsZero() && p.Due.Sub(p.UpdatedAt) >= LongRest
	case Leased, Sent, Dead, Dropped:
	}
	return false
}

// Telling reports whether a reply has taken p at now and is not yet known to have gone out. See Outbox.Take.
func (p Push) Telling(now time.Time) bool {
	return (p.State == Pending || p.State == Held) && p.Lease != "" && now.Before(p.LeasedUntil)
}

// Ref names p together with its filing, by which a store finds it without looking everywhere: chat.Reply.Told is made of these.
func (p Push) Ref() string { return p.Filing + " " + p.ID }
