package push

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
)

// Planner says what follows from the state of a filing. Stores call Plan inside the transaction that changes it.
type Planner struct{}

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
func (pl *Planner) Plan(s Situation) (add []Push, drop map[string]Reason) {
	wants := make(map[string]filing.Follower, len(s.Followers))
	for _, f := range s.Followers {
		wants[f.User] = f
	}
	if s.Event != nil && s.Event.Moved() && s.Event.Seq > 1 {
		for _, f := range s.Followers {
			if Wants(f.Notify, s.Filing.Stage) {
				add = append(add, newPush(s, f.User, KindChange, 0, s.Now))
			}
		}
	}
	drop = make(map[string]Reason)
	for _, p := range s.Open {
		f, tracks := wants[p.User]
		switch {
		case !tracks:
			drop[p.ID] = ReasonNotTracking
		case !Wants(f.Notify, p.Stage):
			drop[p.ID] = ReasonNotWanted
		case p.Seq < s.Filing.StageSeq:
			drop[p.ID] = ReasonSuperseded
		}
	}
	return add, drop
}

// Wants reports whether somebody with the wish n is told about a filing's coming to stage.
func Wants(n filing.Notify, stage filing.Stage) bool {
	return n == filing.NotifyAll || n == filing.NotifyImportant && Important(stage)
}

// Important reports whether a stage asks something of the person, or ends the matter.
func Important(s filing.Stage) bool {
	switch s {
	case filing.NotReady, filing.FaceVerify, filing.PlatformRejected, filing.SMSPending, filing.SMSExpired, filing.AuthorityRejected,
		filing.Filed, filing.Cancelling, filing.Cancelled:
		return true
	}
	return false
}

func newPush(s Situation, user string, kind Kind, step int, due time.Time) Push {
	return Push{
		ID: NewID(s.Filing.ID, s.Filing.StageSeq, kind, step, user), Filing: s.Filing.ID, User: user, Kind: kind, Step: step,
		Seq: s.Filing.StageSeq, Stage: s.Filing.Stage, Filed: s.Filing,
		State: Pending, Due: due, CreatedAt: s.Now, UpdatedAt: s.Now,
	}
}

// NewID makes the id of a push from its cause. It tells nothing about the person to somebody who does not know him, and fits the
// platform's client_msg_id (at most 32 characters).
func NewID(filingID string, seq int64, kind Kind, step int, user string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s\x00%d\x00%s", filingID, seq, kind, step, user))
	return base64.RawURLEncoding.EncodeToString(sum[:18])
}
