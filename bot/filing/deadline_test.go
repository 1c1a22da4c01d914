package filing_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestDeadline(t *testing.T) {
	since := at(vocab.StageSMSPending, vocab.PlatformWeChat).Since
	for _, tc := range []struct {
		f    filing.Filing
		kind filing.DeadlineKind
		at   time.Time
	}{
		{at(vocab.StageSMSPending, vocab.PlatformWeChat), filing.DeadlineSMS, since.Add(24 * time.Hour)},
		{at(vocab.StageSMSPending, ""), filing.DeadlineSMS, since.Add(24 * time.Hour)},
		{at(vocab.StageFaceVerify, vocab.PlatformWeChat), filing.DeadlineFace, since.Add(24 * time.Hour)},
		{at(vocab.StageFaceVerify, vocab.PlatformDouyin), filing.DeadlineFace, since.Add(2 * time.Hour)},
		{at(vocab.StageFaceVerify, vocab.PlatformAlipay), "", time.Time{}},
		{at(vocab.StageFaceVerify, ""), "", time.Time{}},
		// Filed on November 23: the thirtieth day after it, December 23, is the last.
		{at(vocab.StageFiled, vocab.PlatformWeChat), filing.DeadlinePolice, date("2026-12-24")},
		{filing.Filing{Stage: vocab.StageFiled, Since: since}, "", time.Time{}},
		// A change that ended in November does not make a filing of last year young again.
		{filing.Filing{Stage: vocab.StageFiled, Since: since, FiledAt: since.AddDate(-1, 0, 0)}, filing.DeadlinePolice, date("2025-12-24")},
		{at(vocab.StageCancelling, vocab.PlatformWeChat), "", time.Time{}},
	} {
		kind, got, approximate, ok := filing.Deadline(tc.f)
		if kind != tc.kind || !got.Equal(tc.at) || ok != (tc.kind != "") || approximate != ok {
			t.Errorf("%s %s: %s %s %v %v, want %s %s", tc.f.Stage, tc.f.Platform, kind, got, approximate, ok, tc.kind, tc.at)
		}
	}
	for _, s := range vocab.Stages() {
		if s == vocab.StageSMSPending || s == vocab.StageFaceVerify || s == vocab.StageFiled {
			continue
		}
		if _, _, _, ok := filing.Deadline(at(s, vocab.PlatformWeChat)); ok {
			t.Errorf("%s has a deadline", s)
		}
	}
}

func TestReviewWindow(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, tc := range []struct {
		stage             vocab.Stage
		platform          vocab.Platform
		since             string
		min, usual, max   int
		from, to, last    string // empty where no dates may be told
		notYet, pastSince string
	}{
		{vocab.StagePlatformReview, vocab.PlatformWeChat, "2026-11-23", 1, 2, 3, "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-26", "2026-11-27"},
		{vocab.StagePlatformReview, vocab.PlatformWeChat, "2026-02-13", 1, 2, 3, "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-25", "2026-02-26"},
		{vocab.StagePlatformReview, vocab.PlatformDouyin, "2026-11-23", 1, 3, 3, "2026-11-24", "2026-11-26", "2026-11-26", "2026-11-26", "2026-11-27"},
		{vocab.StageAuthorityReview, vocab.PlatformWeChat, "2026-09-30", 1, 20, 20, "2026-10-08", "2026-11-03", "2026-11-03", "2026-11-03", "2026-11-04"},
		{vocab.StageAuthorityReview, "", "2026-11-23", 1, 20, 20, "2026-11-24", "2026-12-21", "2026-12-21", "2026-12-21", "2026-12-22"},
		{vocab.StageAuthorityReview, vocab.PlatformWeChat, "2026-12-07", 1, 20, 20, "", "", "", "2027-12-01", ""},
	} {
		w, ok := filing.ReviewWindow(filing.Filing{Stage: tc.stage, Platform: tc.platform, Since: date(tc.since).Add(15 * time.Hour)}, c)
		if !ok || w.Min != tc.min || w.Usual != tc.usual || w.Max != tc.max || w.Dated != (tc.from != "") {
			t.Errorf("%s %s since %s: %+v", tc.stage, tc.platform, tc.since, w)
			continue
		}
		if w.Past(date(tc.notYet).Add(24*time.Hour - time.Second)) {
			t.Errorf("%s since %s is past on %s", tc.stage, tc.since, tc.notYet)
		}
		if !w.Dated {
			continue
		}
		if !w.From.Equal(date(tc.from)) || !w.To.Equal(date(tc.to)) || !w.Last.Equal(date(tc.last)) {
			t.Errorf("%s %s since %s: %+v", tc.stage, tc.platform, tc.since, w)
		}
		if !w.Past(date(tc.pastSince)) {
			t.Errorf("%s since %s is not past on %s", tc.stage, tc.since, tc.pastSince)
		}
	}
	for _, s := range vocab.Stages() {
		if _, ok := filing.ReviewWindow(at(s, vocab.PlatformWeChat), c); ok != s.Review() {
			t.Errorf("%s: window %v", s, ok)
		}
	}
}
