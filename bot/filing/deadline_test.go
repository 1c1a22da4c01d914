package filing_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
)

func TestDeadline(t *testing.T) {
	since := at(filing.SMSPending, filing.WeChat).Since
	for _, tc := range []struct {
		f    filing.Filing
		kind filing.DeadlineKind
		at   time.Time
	}{
		{at(filing.SMSPending, filing.WeChat), filing.DeadlineSMS, since.Add(24 * time.Hour)},
		{at(filing.SMSPending, ""), filing.DeadlineSMS, since.Add(24 * time.Hour)},
		{at(filing.FaceVerify, filing.WeChat), filing.DeadlineFace, since.Add(24 * time.Hour)},
		{at(filing.FaceVerify, filing.Douyin), filing.DeadlineFace, since.Add(2 * time.Hour)},
		{at(filing.FaceVerify, filing.Alipay), "", time.Time{}},
		{at(filing.FaceVerify, ""), "", time.Time{}},
		// Filed on November 23: the thirtieth day after it, December 23, is the last.
		{at(filing.Filed, filing.WeChat), filing.DeadlinePolice, date("2026-12-24")},
		{filing.Filing{Stage: filing.Filed, Since: since}, "", time.Time{}},
		// A change that ended in November does not make a filing of last year young again.
		{filing.Filing{Stage: filing.Filed, Since: since, FiledAt: since.AddDate(-1, 0, 0)}, filing.DeadlinePolice, date("2025-12-24")},
		{at(filing.Cancelling, filing.WeChat), "", time.Time{}},
	} {
		kind, got, approximate, ok := filing.Deadline(tc.f)
		if kind != tc.kind || !got.Equal(tc.at) || ok != (tc.kind != "") || approximate != ok {
			t.Errorf("%s %s: %s %s %v %v, want %s %s", tc.f.Stage, tc.f.Platform, kind, got, approximate, ok, tc.kind, tc.at)
		}
	}
	for _, s := range filing.Stages() {
		switch s {
		case filing.SMSPending, filing.FaceVerify, filing.Filed:
			continue
		}
		if _, _, _, ok := filing.Deadline(at(s, filing.WeChat)); ok {
			t.Errorf("%s has a deadline", s)
		}
	}
}

func TestReviewWindow(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, tc := range []struct {
		stage             filing.Stage
		platform          filing.Platform
		since             string
		min, usual, max   int
		from, to, last    string // empty where no dates may be told
		notYet, pastSince string
	}{
		{filing.PlatformReview, filing.WeChat, "2026-11-23", 1, 2, 3, "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-26", "2026-11-27"},
		{filing.PlatformReview, filing.WeChat, "2026-02-13", 1, 2, 3, "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-25", "2026-02-26"},
		{filing.PlatformReview, filing.Douyin, "2026-11-23", 1, 3, 3, "2026-11-24", "2026-11-26", "2026-11-26", "2026-11-26", "2026-11-27"},
		{filing.AuthorityReview, filing.WeChat, "2026-09-30", 1, 20, 20, "2026-10-08", "2026-11-03", "2026-11-03", "2026-11-03", "2026-11-04"},
		{filing.AuthorityReview, "", "2026-11-23", 1, 20, 20, "2026-11-24", "2026-12-21", "2026-12-21", "2026-12-21", "2026-12-22"},
		{filing.AuthorityReview, filing.WeChat, "2026-12-07", 1, 20, 20, "", "", "", "2027-12-01", ""},
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
	for _, s := range filing.Stages() {
		if _, ok := filing.ReviewWindow(at(s, filing.WeChat), c); ok != s.Review() {
			t.Errorf("%s: window %v", s, ok)
		}
	}
}
