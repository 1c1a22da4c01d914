package push

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Planner says what follows from the state of a filing. Stores call Plan inside the transaction that changes it.
type Planner struct {
	// Calendar tells working days for the reminders that count them; without one those are left out.
	Calendar *filing.Calendar
}

// Situation is a filing at the moment of a change.
type Situation struct {
	Filing    filing.Filing
	Followers []filing.Follower
	// Open are the filing's pushes that are Pending or Held. A Leased one is left to its worker.
	Open []Push
	// Event is the change that has just been made; nil where only the followers or their wishes changed.
	Event *filing.Event
	Now   time.Time
}

// Plan says which pushes to add and which of the open ones to drop, by ID. The store leaves out additions whose ID it has ever had,
// whatever became of that push, so that planning again does not tell anything again.
func (pl *Planner) Plan(s Situation) (add []Push, drop map[string]vocab.Reason) {
	wants := make(map[string]filing.Notify, len(s.Followers))
	for _, f := range s.Followers {
		wants[f.User] = f.Notify
	}
	// Who moved his own filing knows that he did.
	moved := s.Event != nil && s.Event.Moved() && s.Event.Seq > 1 && s.Event.Source != filing.FromSelf
	due := make(map[string]bool) // reminders that follow from how things stand, by push id
	reminders := filing.Reminders(s.Filing, pl.Calendar)
	for i, r := range reminders {
		until := replacedAt(r, reminders[i+1:])
		for _, f := range s.Followers {
			p := s.push(f, r.Kind, r.Step, r.Key, r.At)
			p.Deadline, p.Until = r.Deadline.UTC(), until
			due[p.ID] = true
			if f.Notify != filing.NotifyNone && r.At.After(s.Now) {
				add = append(add, p)
			}
		}
	}
	if moved {
		for _, f := range s.Followers {
			if Wants(f.Notify, vocab.KindChange, s.Filing.Stage) {
				p := s.push(f, vocab.KindChange, 0, "change/"+strconv.FormatInt(s.Filing.StageSeq, 10), s.Now)
				if _, at, _, ok := filing.Deadline(s.Filing); ok {
					p.Deadline = at.UTC()
				}
				add = append(add, p)
			}
		}
	}
	drop = make(map[string]vocab.Reason)
	for _, p := range s.Open {
		n, tracks := wants[p.User]
		switch {
		case !tracks:
			drop[p.ID] = vocab.ReasonNotTracking
		case due[p.ID] && p.State == Pending && p.Due.After(s.Now):
			// A reminder still to come stays, even for somebody who wants none just now: the worker asks again when it is due. Were it
			// dropped, he would miss it after a change of mind, because the same reminder is never made twice.
		case !Wants(n, p.Kind, p.Stage):
			drop[p.ID] = vocab.ReasonNotWanted
		case p.Kind == vocab.KindChange && p.Seq < s.Filing.StageSeq, p.Kind != vocab.KindChange && !due[p.ID]:
			drop[p.ID] = vocab.ReasonSuperseded
		}
	}
	return add, drop
}

// replacedAt returns when the next reminder of the same matter comes, of those that come after r; the zero time where there is none.
func replacedAt(r filing.Reminder, after []filing.Reminder) time.Time {
	for _, a := range after {
		if a.Kind == r.Kind {
			return a.At.UTC()
		}
	}
	return time.Time{}
}

// Wants reports whether somebody with the wish n is told of a filing's coming to stage, or reminded. A reminder always asks something of
// the person, so only NotifyNone keeps it away.
func Wants(n filing.Notify, kind vocab.Kind, stage vocab.Stage) bool {
	switch n {
	case filing.NotifyAll:
		return true
	case filing.NotifyImportant:
		return kind.Important() || stage.Important()
	case filing.NotifyNone:
	}
	return false
}

func (s Situation) push(f filing.Follower, kind vocab.Kind, step int, cause string, due time.Time) Push {
	return Push{
		// Who follows anew, after he had ended it, is told anew.
		ID:     NewID(s.Filing.ID, cause+"/"+strconv.FormatInt(f.Since.UnixMilli(), 10), f.User),
		Filing: s.Filing.ID, User: f.User, Kind: kind, Step: step,
		Seq: s.Filing.StageSeq, Stage: s.Filing.Stage, Filed: s.Filing,
		State: Pending, Due: due.UTC(), CreatedAt: s.Now, UpdatedAt: s.Now,
	}
}

// NewID makes the id of a push from its cause. It tells nothing about the person to somebody who does not know him, and fits the
// platform's client_msg_id (at most 32 characters).
func NewID(filingID, cause, user string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", filingID, cause, user))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}
