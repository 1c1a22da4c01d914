package filing

import (
	"context"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Sample is one finished stay in a stage: what estimates are made of.
type Sample struct {
	// ID is the filing's id and the event's number; the same stay never counts twice.
	ID       string         `json:"id"`
	Stage    vocab.Stage    `json:"stage"`
	Platform vocab.Platform `json:"platform,omitempty"`
	Province vocab.Province `json:"province,omitempty"`
	// Entered and Left bound the stay.
	Entered time.Time `json:"entered"`
	Left    time.Time `json:"left"`
}

// SampleKeep is how long a sample counts; MaxSamples is how many are kept for one stage, platform and province.
const (
	SampleKeep = 180 * 24 * time.Hour
	MaxSamples = 1000
)

// Samples keeps finished stays. The store adds them in Apply (SampleOf).
type Samples interface {
	// Samples returns the stays in a stage that ended since the given time, newest first, at most MaxSamples for each platform and
	// province. An empty platform or province stands for all of them.
	Samples(ctx context.Context, stage vocab.Stage, platform vocab.Platform, province vocab.Province, since time.Time) ([]Sample, error)
}

// SampleOf returns the stay that an event ended. Only reviews that ran to their end count: a step that was skipped over tells no duration,
// and what a person reports of himself is not known to the hour. A filing that was with the authority already when it was first reported,
// without a time, tells nothing either: it may have been there for weeks, and counting from the report would make the authority look fast.
func SampleOf(before Filing, ev Event) (Sample, bool) {
	if !ev.Moved() || ev.Skipped || before.SelfReported {
		return Sample{}, false
	}
	switch {
	case before.Stage == vocab.StagePlatformReview && (ev.To == vocab.StageSMSPending || ev.To == vocab.StagePlatformRejected):
	case before.Stage == vocab.StageAuthorityReview && (ev.To == vocab.StageFiled || ev.To == vocab.StageAuthorityRejected):
		if before.StageSeq == 1 && before.Since.Equal(before.CreatedAt) {
			return Sample{}, false
		}
	default:
		return Sample{}, false
	}
	return Sample{
		ID: before.ID + "#" + strconv.FormatInt(ev.Seq, 10), Stage: before.Stage, Platform: before.Platform, Province: before.Province,
		Entered: before.Since, Left: ev.At,
	}, true
}
