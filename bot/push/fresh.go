package push

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Fresh returns p as it is to be told at now to somebody who follows its filing as tr says. Where it is not worth telling, or not any more,
// why says so.
//
// A later state of the same filing replaces a push that was not yet told. Planning drops such pushes, but not one that was out with a
// worker just then. That holds also for one that may have got through already: if it did, nothing is missing, and if it did not, telling it
// now would tell things in the wrong order. The same holds of a reminder where it was corrected since when the filing has been at its
// stage: it speaks of the old deadline, and another one was planned. Reminders that go by a date and not by the stage outlast both. A
// reminder that waited so long that the next one of its matter is due makes way for that, and a reminder of something that is over would
// only confuse: the change that made it so has its own push.
func (p Push) Fresh(tr filing.Tracking, now time.Time) (fresh Push, why vocab.Reason) {
	switch {
	case !Wants(tr.Follower.Notify, p.Kind, p.Stage):
		return p, vocab.ReasonNotWanted
	case p.superseded(tr.Filing), !p.Until.IsZero() && !now.Before(p.Until):
		return p, vocab.ReasonSuperseded
	case p.Kind != vocab.KindChange && !p.Deadline.IsZero() && !now.Before(p.Deadline):
		return p, vocab.ReasonLate
	}
	if p.Kind != vocab.KindChange { // it speaks of how things stand now; a name may have changed since it was planned
		p.Filed, p.Stage = tr.Filing, tr.Filing.Stage
	}
	return p, vocab.ReasonNone
}

// superseded reports whether something newer of its filing, which is f now, replaces p.
func (p Push) superseded(f filing.Filing) bool {
	if p.Kind.ByDate() {
		return false
	}
	return f.StageSeq > p.Seq || p.Kind != vocab.KindChange && f.SinceSeq != p.Filed.SinceSeq
}
