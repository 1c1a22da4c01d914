package filing

import "github.com/beianbot/beianbot/bot/vocab"

// Mark is how far a step of the way is.
type Mark string

// The marks of a step.
const (
	Done    Mark = "done"
	Now     Mark = "now"
	ToCome  Mark = "to_come"
	Stopped Mark = "stopped" // it was here that the filing was sent back
)

// Sign is the mark as people see it.
func (m Mark) Sign() string {
	switch m {
	case Done:
		return "✓"
	case Now:
		return "●"
	case Stopped:
		return "✗"
	case ToCome:
	}
	return "○"
}

// Step is one step of a filing's way.
type Step struct {
	Label string `json:"label"`
	Mark  Mark   `json:"mark"`
}

// Track is which way a filing is on.
type Track string

// The ways.
const (
	NewTrack    Track = "new"
	ChangeTrack Track = "change" // it is filed, and a change of it is under review
	CancelTrack Track = "cancel"
)

// TrackOf says which way a filing is on. One that has a number and is under review is on the way of a change.
func TrackOf(f Filing) Track {
	switch f.Stage {
	case vocab.StageChanging:
		return ChangeTrack
	case vocab.StageCancelling, vocab.StageCancelled:
		return CancelTrack
	case vocab.StageFaceVerify, vocab.StagePlatformReview, vocab.StagePlatformRejected, vocab.StageSMSPending,
		vocab.StageSMSExpired, vocab.StageAuthorityReview, vocab.StageAuthorityRejected:
		if f.Number != "" {
			return ChangeTrack
		}
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFiled,
		vocab.StageWithdrawn, vocab.StageUnknown:
	}
	return NewTrack
}

// steps returns the way of a filing with its marks; none where it is not known where the filing is.
func steps(f Filing) []Step {
	begin := "资料"
	if TrackOf(f) == ChangeTrack {
		begin = "变更资料"
	}
	usual := func(at int, mark Mark) []Step { return way(at, mark, begin, "初审", "短信", "管局", "完成") }
	switch f.Stage {
	case vocab.StageUnknown:
		return nil
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageWithdrawn:
		return usual(0, Now)
	case vocab.StageFaceVerify:
		return way(1, Now, begin, "刷脸", "初审", "短信", "管局", "完成")
	case vocab.StagePlatformReview:
		return usual(1, Now)
	case vocab.StagePlatformRejected:
		return usual(1, Stopped)
	case vocab.StageSMSPending:
		return usual(2, Now)
	case vocab.StageSMSExpired:
		return usual(2, Stopped)
	case vocab.StageAuthorityReview:
		return usual(3, Now)
	case vocab.StageAuthorityRejected:
		return usual(3, Stopped)
	case vocab.StageFiled:
		return usual(5, Done)
	case vocab.StageChanging:
		return way(1, Now, "提交变更", "审核", "完成")
	case vocab.StageCancelling:
		return way(1, Now, "申请注销", "办理", "注销完成")
	case vocab.StageCancelled:
		return way(3, Done, "申请注销", "办理", "注销完成")
	}
	return usual(0, Now)
}

// way marks the steps before at as done, the one at it with mark, and the rest as to come.
func way(at int, mark Mark, labels ...string) []Step {
	s := make([]Step, len(labels))
	for i, l := range labels {
		s[i] = Step{Label: l, Mark: ToCome}
		switch {
		case i < at:
			s[i].Mark = Done
		case i == at:
			s[i].Mark = mark
		}
	}
	return s
}
