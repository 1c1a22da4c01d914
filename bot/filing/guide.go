package filing

import (
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Turn is whose turn it is.
type Turn string

// Who can have the turn.
const (
	YourTurn      Turn = "you"
	PlatformTurn  Turn = "platform"
	AuthorityTurn Turn = "authority"
	ReviewTurn    Turn = "review" // the platform or the authority: nobody said which
	NobodysTurn   Turn = "nobody" // it is over
)

// Guide is what a person should see of a filing: where it stands and what to do next. It is data; Text makes a message of it.
type Guide struct {
	Filing Filing
	Now    time.Time
	Track  Track
	// Steps is the way with its marks; empty where nobody knows where the filing is.
	Steps []Step
	Turn  Turn
	// Lead says in one sentence how things stand. Do are the next things to do, in order, each with where. Notes are good to know.
	Lead  string
	Do    []string
	Notes []string
	// Due is the deadline, nil without one.
	Due *Due
	// Window is the usual time of the review that is under way, nil without one. Waited counts the working days so far, where WaitedKnown.
	Window      *Window
	Waited      int
	WaitedKnown bool
	// Fixes may be filled in by whoever shows the guide: how to mend the reason of the same number, in a few words.
	Fixes []string
	// Experience may be filled in likewise: what the account's own history says of how long it takes (Estimate.Sentence).
	Experience string
}

// Due is a deadline as it stands now.
type Due struct {
	Kind DeadlineKind
	At   time.Time
	// Approximate tells that the moment is counted from the report and not from what really began the clock.
	Approximate bool
	// Left is the time that remains; negative when it is over.
	Left time.Duration
}

// Overdue reports whether a review has certainly taken longer than usual.
func (g Guide) Overdue() bool { return g.Window != nil && g.Window.Past(g.Now) }

// Late reports whether the deadline is over.
func (g Guide) Late() bool { return g.Due != nil && g.Due.Left <= 0 }

// GuideTo says what a person should see of f at now. Without a calendar, or beyond its last year, it tells numbers of working days and no dates.
func GuideTo(f Filing, now time.Time, cal *Calendar) Guide {
	g := Guide{Filing: f, Now: now, Track: TrackOf(f), Steps: steps(f), Turn: turn(f.Stage)}
	if kind, at, approximate, ok := Deadline(f); ok {
		g.Due = &Due{Kind: kind, At: at, Approximate: approximate, Left: at.Sub(now)}
	}
	if w, ok := ReviewWindow(f, cal); ok {
		g.Window = &w
		g.Waited, g.WaitedKnown = cal.WorkingDaysBetween(f.Since, now)
	}
	g.Lead, g.Do, g.Notes = words(g)
	return g
}

func turn(s vocab.Stage) Turn {
	switch s {
	case vocab.StagePlatformReview:
		return PlatformTurn
	case vocab.StageAuthorityReview:
		return AuthorityTurn
	case vocab.StageChanging:
		return ReviewTurn
	case vocab.StageFiled, vocab.StageCancelled:
		return NobodysTurn
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify,
		vocab.StagePlatformRejected, vocab.StageSMSPending, vocab.StageSMSExpired,
		vocab.StageAuthorityRejected, vocab.StageCancelling, vocab.StageWithdrawn, vocab.StageUnknown:
		return YourTurn
	}
	return YourTurn
}
