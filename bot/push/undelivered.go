package push

import (
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
)

// Undelivered returns what becomes of a push that the platform had taken and of which it says later that the person did not get it. f is
// the filing as it is now, follows whether the person still follows it. ok is false where the push is not one that it could be said of.
//
// A person who refuses messages of the account is not written to again for this; everything else is kept for his next message, unless
// something newer replaces it. Source of the words: the platform's page on template messages, event TEMPLATESENDJOBFINISH.
func (p Push) Undelivered(status string, f filing.Filing, follows bool, now time.Time) (after Push, ok bool) {
	if p.State != Sent || p.Channel == ByReply {
		return p, false
	}
	p.State, p.Reason, p.Detail, p.UpdatedAt = Held, ReasonUndelivered, status, now
	switch {
	case strings.Contains(strings.ToLower(status), "block"):
		p.State = Dead
	case !follows:
		p.State, p.Reason = Dropped, ReasonNotTracking
	case f.StageSeq > p.Seq && !p.Kind.byDate():
		p.State, p.Reason = Dropped, ReasonSuperseded
	}
	return p, true
}
