package push

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Undelivered returns what becomes of a push that the platform had taken and of which it says later that the person did not get it. f is
// the filing as it is now, follows whether the person still follows it. ok is false where the push is not one that it could be said of.
//
// It is kept for his next message, unless something newer replaces it: also for a person who refuses messages of the account ("user
// block"), who is not written to again for this, but may still write himself. Source of the words: the platform's page on template
// messages, event TEMPLATESENDJOBFINISH.
func (p Push) Undelivered(status string, f filing.Filing, follows bool, now time.Time) (after Push, ok bool) {
	if p.State != Sent || p.Channel == vocab.ChannelReply {
		return p, false
	}
	p.State, p.Reason, p.Detail, p.UpdatedAt = Held, vocab.ReasonUndelivered, status, now
	switch {
	case !follows:
		p.State, p.Reason = Dropped, vocab.ReasonNotTracking
	case p.superseded(f):
		p.State, p.Reason = Dropped, vocab.ReasonSuperseded
	}
	return p, true
}
