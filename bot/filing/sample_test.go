package filing_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestSampleOf(t *testing.T) {
	at := func(s vocab.Stage) filing.Filing {
		return filing.Filing{ID: "a", Stage: s, Since: t0, Seq: 3, StageSeq: 3, Platform: vocab.PlatformWeChat, Province: "上海", CreatedAt: hours(-9)}
	}
	step := func(from, to vocab.Stage) filing.Event {
		return filing.Event{Seq: 4, At: hours(30), From: from, To: to, Skipped: !filing.CanFollow(from, to)}
	}
	counted := map[[2]vocab.Stage]bool{
		{vocab.StagePlatformReview, vocab.StageSMSPending}:         true,
		{vocab.StagePlatformReview, vocab.StagePlatformRejected}:   true,
		{vocab.StageAuthorityReview, vocab.StageFiled}:             true,
		{vocab.StageAuthorityReview, vocab.StageAuthorityRejected}: true,
	}
	for _, from := range vocab.Stages() {
		for _, to := range vocab.Stages() {
			got, ok := filing.SampleOf(at(from), step(from, to))
			if ok != counted[[2]vocab.Stage{from, to}] {
				t.Errorf("%s to %s: %v", from, to, ok)
			}
			want := filing.Sample{ID: "a#4", Stage: from, Platform: vocab.PlatformWeChat, Province: "上海", Entered: t0, Left: hours(30)}
			if d := cmp.Diff(want, got); ok && d != "" {
				t.Errorf("%s to %s (-want +got):\n%s", from, to, d)
			}
		}
	}
	done := step(vocab.StageAuthorityReview, vocab.StageFiled)
	self := at(vocab.StageAuthorityReview)
	self.SelfReported = true
	if _, ok := filing.SampleOf(self, done); ok {
		t.Error("a self-reported stay counts")
	}
	found := at(vocab.StageAuthorityReview) // first seen there, nobody says since when
	found.StageSeq, found.CreatedAt = 1, t0
	if _, ok := filing.SampleOf(found, done); ok {
		t.Error("a stay whose beginning nobody saw counts")
	}
	found.CreatedAt = hours(1) // first seen there, with the day on which it came there
	if _, ok := filing.SampleOf(found, done); !ok {
		t.Error("a stay whose beginning was told does not count")
	}
}
