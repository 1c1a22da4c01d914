package filing_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// t0 is a Monday morning in Beijing.
var t0 = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

func hours(n int) time.Time { return t0.Add(time.Duration(n) * time.Hour) }

// merge applies reports one after the other; the clock stands at each report's own time, or where it stood before for one without.
func merge(t *testing.T, reports ...filing.Report) filing.Outcome {
	t.Helper()
	var cur *filing.Filing
	var out filing.Outcome
	now := t0
	for i, r := range reports {
		r.ID = "order-1"
		if r.At.After(now) {
			now = r.At
		}
		var err error
		if out, err = filing.Merge(cur, r, now); err != nil {
			t.Fatalf("report %d: %v", i, err)
		}
		f := out.Filing
		cur = &f
	}
	return out
}

func TestMergeFirst(t *testing.T) {
	why := []filing.Reason{{Field: "名称", Error: "与主体无关"}}
	for name, tc := range map[string]struct {
		in   filing.Report
		want filing.Filing
	}{
		"least": {
			in:   filing.Report{Name: "小鹿花店"},
			want: filing.Filing{Name: "小鹿花店", Stage: vocab.StageNotFiled, Since: t0, ReportedAt: t0},
		},
		"all": {
			in: filing.Report{
				Name: " 小鹿花店 ", Platform: vocab.PlatformWeChat, AppID: "wx1", Subject: "小鹿公司", Province: "上海", Stage: vocab.StagePlatformRejected,
				Reasons: why, Number: "沪ICP备2026012345号－3x", At: hours(-30), Source: filing.FromAPI, SelfReported: true,
				CertificateExpires: time.Date(2027, 3, 1, 0, 0, 0, 0, chinatime.Zone()),
			},
			want: filing.Filing{
				Name: "小鹿花店", Platform: vocab.PlatformWeChat, AppID: "wx1", Subject: "小鹿公司", Province: "上海", Stage: vocab.StagePlatformRejected,
				Reasons: why, Number: "沪ICP备2026012345号-3X", Since: hours(-30), ReportedAt: hours(-30), Source: filing.FromAPI, SelfReported: true,
				CertificateExpires: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC),
			},
		},
		"reasons only where they belong": {
			in:   filing.Report{Name: "甲", Stage: vocab.StagePlatformReview, Reasons: why},
			want: filing.Filing{Name: "甲", Stage: vocab.StagePlatformReview, Since: t0, ReportedAt: t0},
		},
		"filed, nobody says when": {
			in:   filing.Report{Name: "甲", Stage: vocab.StageFiled},
			want: filing.Filing{Name: "甲", Stage: vocab.StageFiled, Since: t0, ReportedAt: t0},
		},
		"filed some day": {
			in:   filing.Report{Name: "甲", Stage: vocab.StageFiled, At: hours(-72)},
			want: filing.Filing{Name: "甲", Stage: vocab.StageFiled, Since: hours(-72), ReportedAt: hours(-72), FiledAt: hours(-72)},
		},
		"filed since a day that the source knows": {
			in:   filing.Report{Name: "甲", Stage: vocab.StageFiled, Since: hours(-48)},
			want: filing.Filing{Name: "甲", Stage: vocab.StageFiled, Since: hours(-48), ReportedAt: t0, FiledAt: hours(-48)},
		},
		"changed since it was filed": {
			in:   filing.Report{Name: "甲", Stage: vocab.StageFiled, Since: hours(-48), FiledAt: hours(-4800)},
			want: filing.Filing{Name: "甲", Stage: vocab.StageFiled, Since: hours(-48), ReportedAt: t0, FiledAt: hours(-4800)},
		},
		"what cannot be seen is dropped": {
			in:   filing.Report{Name: "\ufeff小\u200b鹿\u202e花\n店", Reasons: []filing.Reason{{}, {Error: " \r\n"}}, Stage: vocab.StageNotReady},
			want: filing.Filing{Name: "小鹿花 店", Stage: vocab.StageNotReady, Since: t0, ReportedAt: t0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.in.ID, tc.want.ID = "order-1", "order-1"
			tc.want.Seq, tc.want.StageSeq, tc.want.UpdatedAt, tc.want.CreatedAt = 1, 1, t0, t0
			out, err := filing.Merge(nil, tc.in, t0)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, out.Filing); d != "" {
				t.Errorf("filing (-want +got):\n%s", d)
			}
			want := filing.Event{
				Seq: 1, At: tc.want.ReportedAt, RecordedAt: t0, To: tc.want.Stage, Reasons: tc.want.Reasons, Number: tc.want.Number, Source: tc.want.Source,
			}
			if d := cmp.Diff(want, out.Event); d != "" || !out.Changed || !out.Event.Moved() {
				t.Errorf("event (-want +got):\n%s", d)
			}
		})
	}
}

func TestMergeRefuses(t *testing.T) {
	cur := merge(t, filing.Report{Name: "甲", Stage: vocab.StagePlatformReview, At: hours(1)}).Filing
	for name, tc := range map[string]struct {
		cur  *filing.Filing
		in   filing.Report
		now  time.Time
		want error
	}{
		"no name":                 {in: filing.Report{ID: "a"}, want: errs.ErrInvalid},
		"a name of space":         {in: filing.Report{ID: "a", Name: " \u3000"}, want: errs.ErrInvalid},
		"no id":                   {in: filing.Report{Name: "甲"}, want: errs.ErrInvalid},
		"too far ahead":           {in: filing.Report{ID: "a", Name: "甲", At: t0.Add(filing.MaxAhead + time.Second)}, want: filing.ErrFutureReport},
		"an hour older":           {cur: &cur, in: filing.Report{ID: "a", At: t0}, now: hours(2), want: filing.ErrStaleReport},
		"a millisecond older":     {cur: &cur, in: filing.Report{ID: "a", At: hours(1).Add(-time.Millisecond)}, now: hours(2), want: filing.ErrStaleReport},
		"older and the same":      {cur: &cur, in: filing.Report{ID: "a", Stage: vocab.StagePlatformReview, At: t0}, now: hours(2), want: filing.ErrStaleReport},
		"since after the report":  {in: filing.Report{ID: "a", Name: "甲", Since: hours(1)}, want: errs.ErrInvalid},
		"before there was filing": {in: filing.Report{ID: "a", Name: "甲", At: time.Unix(46000, 0)}, want: errs.ErrInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.now.IsZero() {
				tc.now = t0
			}
			out, err := filing.Merge(tc.cur, tc.in, tc.now)
			if !errors.Is(err, tc.want) {
				t.Fatalf("error %v, want %v", err, tc.want)
			}
			if out.Changed || tc.cur != nil && errors.Is(err, filing.ErrStaleReport) && !cmp.Equal(out.Filing, *tc.cur) {
				t.Errorf("a refused report left a mark: %+v", out)
			}
		})
	}
}

func TestMergeNext(t *testing.T) {
	why := []filing.Reason{{Field: "名称", Error: "与主体无关"}}
	why2 := []filing.Reason{{Field: "备注", Error: "太简单"}}
	review := filing.Report{Name: "甲", Stage: vocab.StagePlatformReview}
	filed := filing.Report{Name: "甲", Stage: vocab.StageAuthorityReview, Number: ""}
	for name, tc := range map[string]struct {
		reports []filing.Report
		want    filing.Filing // Stage, Since, Seq, StageSeq, ReportedAt, Reasons, Number, FiledAt are looked at
		changed bool
		event   filing.Event // From, To, Skipped, Changed are looked at
	}{
		"the same again": {
			reports: []filing.Report{review, review},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: t0},
		},
		"the same an hour later moves only the newest time": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformReview, At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: hours(1)},
		},
		"empty says nothing": {
			reports: []filing.Report{review, {}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: t0},
		},
		"a step": {
			reports: []filing.Report{review, {Stage: vocab.StageSMSPending, At: hours(20)}},
			want:    filing.Filing{Stage: vocab.StageSMSPending, Since: hours(20), Seq: 2, StageSeq: 2, ReportedAt: hours(20)},
			changed: true, event: filing.Event{From: vocab.StagePlatformReview, To: vocab.StageSMSPending},
		},
		"a step some time before the report": {
			reports: []filing.Report{review, {Stage: vocab.StageSMSPending, At: hours(20), Since: hours(15)}, {Stage: vocab.StageSMSPending, At: hours(21), Since: hours(16)}},
			want:    filing.Filing{Stage: vocab.StageSMSPending, Since: hours(15), Seq: 2, StageSeq: 2, ReportedAt: hours(21)},
		},
		"the first day comes later": {
			reports: []filing.Report{{Name: "甲", Stage: vocab.StageFiled}, {FiledAt: hours(-400), At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StageFiled, Since: t0, Seq: 2, StageSeq: 1, ReportedAt: hours(1), FiledAt: hours(-400)},
			changed: true, event: filing.Event{From: vocab.StageFiled, To: vocab.StageFiled, Changed: []string{"filed_at"}},
		},
		"a step at the very time of the report before": {
			reports: []filing.Report{review, {Stage: vocab.StageSMSPending}},
			want:    filing.Filing{Stage: vocab.StageSMSPending, Since: t0, Seq: 2, StageSeq: 2, ReportedAt: t0},
			changed: true, event: filing.Event{From: vocab.StagePlatformReview, To: vocab.StageSMSPending},
		},
		"a skip is noted": {
			reports: []filing.Report{review, {Stage: vocab.StageFiled, At: hours(5)}},
			want:    filing.Filing{Stage: vocab.StageFiled, Since: hours(5), Seq: 2, StageSeq: 2, ReportedAt: hours(5), FiledAt: hours(5)},
			changed: true, event: filing.Event{From: vocab.StagePlatformReview, To: vocab.StageFiled, Skipped: true},
		},
		"a step back is no skip": {
			reports: []filing.Report{{Name: "甲", Stage: vocab.StageAuthorityReview}, {Stage: vocab.StagePlatformReview, At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: hours(1), Seq: 2, StageSeq: 2, ReportedAt: hours(1)},
			changed: true, event: filing.Event{From: vocab.StageAuthorityReview, To: vocab.StagePlatformReview},
		},
		"another field moves no stage": {
			reports: []filing.Report{review, {Province: "上海", At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 2, StageSeq: 1, ReportedAt: hours(1)},
			changed: true, event: filing.Event{From: vocab.StagePlatformReview, To: vocab.StagePlatformReview, Changed: []string{"province"}},
		},
		"rejected with reasons": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformRejected, Reasons: why, At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StagePlatformRejected, Since: hours(1), Seq: 2, StageSeq: 2, ReportedAt: hours(1), Reasons: why},
			changed: true, event: filing.Event{From: vocab.StagePlatformReview, To: vocab.StagePlatformRejected, Changed: []string{"reasons"}},
		},
		"the reasons come later": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformRejected, At: hours(1)}, {Reasons: why, At: hours(2)}},
			want:    filing.Filing{Stage: vocab.StagePlatformRejected, Since: hours(1), Seq: 3, StageSeq: 2, ReportedAt: hours(2), Reasons: why},
			changed: true, event: filing.Event{From: vocab.StagePlatformRejected, To: vocab.StagePlatformRejected, Changed: []string{"reasons"}},
		},
		"no reasons leave the known ones": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformRejected, Reasons: why, At: hours(1)}, {Stage: vocab.StagePlatformRejected, At: hours(2)}},
			want:    filing.Filing{Stage: vocab.StagePlatformRejected, Since: hours(1), Seq: 2, StageSeq: 2, ReportedAt: hours(2), Reasons: why},
		},
		"reasons go with their stage": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformRejected, Reasons: why, At: hours(1)}, {Stage: vocab.StagePlatformReview, Reasons: why2, At: hours(2)}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: hours(2), Seq: 3, StageSeq: 3, ReportedAt: hours(2)},
			changed: true, event: filing.Event{From: vocab.StagePlatformRejected, To: vocab.StagePlatformReview},
		},
		"sent back by the other one": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformRejected, Reasons: why, At: hours(1)}, {Stage: vocab.StageAuthorityRejected, At: hours(2)}},
			want:    filing.Filing{Stage: vocab.StageAuthorityRejected, Since: hours(2), Seq: 3, StageSeq: 3, ReportedAt: hours(2)},
			changed: true, event: filing.Event{From: vocab.StagePlatformRejected, To: vocab.StageAuthorityRejected, Skipped: true},
		},
		"unknown and back": {
			reports: []filing.Report{review, {Stage: vocab.StageUnknown, At: hours(1)}, {Stage: vocab.StageSMSPending, At: hours(2)}},
			want:    filing.Filing{Stage: vocab.StageSMSPending, Since: hours(2), Seq: 3, StageSeq: 3, ReportedAt: hours(2)},
			changed: true, event: filing.Event{From: vocab.StageUnknown, To: vocab.StageSMSPending},
		},
		"no time after one from a clock that runs ahead": {
			reports: []filing.Report{review, {Stage: vocab.StageSMSPending, At: t0.Add(9 * time.Minute)}, {Stage: vocab.StageAuthorityReview}},
			want:    filing.Filing{Stage: vocab.StageAuthorityReview, Since: t0.Add(9 * time.Minute), Seq: 3, StageSeq: 3, ReportedAt: t0.Add(9 * time.Minute)},
			changed: true, event: filing.Event{From: vocab.StageSMSPending, To: vocab.StageAuthorityReview},
		},
		"a number in another spelling is the same": {
			reports: []filing.Report{{Name: "甲", Stage: vocab.StageFiled, Number: "沪ICP备2026012345号-3X"}, {Number: "沪icp备２０２６０１２３４５号—3x"}},
			want:    filing.Filing{Stage: vocab.StageFiled, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: t0, Number: "沪ICP备2026012345号-3X"},
		},
		"a change keeps number and first day": {
			reports: []filing.Report{
				filed,
				{Stage: vocab.StageFiled, Number: "沪ICP备2026012345号-3X", At: hours(1)},
				{Stage: vocab.StageChanging, At: hours(48)},
				{Stage: vocab.StageFiled, At: hours(96)},
			},
			want: filing.Filing{
				Stage: vocab.StageFiled, Since: hours(96), Seq: 4, StageSeq: 4, ReportedAt: hours(96), Number: "沪ICP备2026012345号-3X", FiledAt: hours(1),
			},
			changed: true, event: filing.Event{From: vocab.StageChanging, To: vocab.StageFiled},
		},
		"a change that ends tells no first day": {
			reports: []filing.Report{{Name: "甲", Stage: vocab.StageChanging}, {Stage: vocab.StageFiled, At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StageFiled, Since: hours(1), Seq: 2, StageSeq: 2, ReportedAt: hours(1)},
			changed: true, event: filing.Event{From: vocab.StageChanging, To: vocab.StageFiled},
		},
		"cancelled, it keeps its number for the record": {
			reports: []filing.Report{
				filed,
				{Stage: vocab.StageFiled, Number: "沪ICP备2026012345号-3X", At: hours(1)},
				{Stage: vocab.StageCancelling, At: hours(2)},
				{Stage: vocab.StageCancelled, At: hours(3)},
			},
			want: filing.Filing{
				Stage: vocab.StageCancelled, Since: hours(3), Seq: 4, StageSeq: 4, ReportedAt: hours(3), Number: "沪ICP备2026012345号-3X", FiledAt: hours(1),
			},
			changed: true, event: filing.Event{From: vocab.StageCancelling, To: vocab.StageCancelled},
		},
		"anew after the cancellation, the number is void": {
			reports: []filing.Report{
				filed,
				{Stage: vocab.StageFiled, Number: "沪ICP备2026012345号-3X", At: hours(1)},
				{Stage: vocab.StageCancelled, At: hours(3)},
				{Stage: vocab.StagePlatformReview, At: hours(4)},
			},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: hours(4), Seq: 4, StageSeq: 4, ReportedAt: hours(4)},
			changed: true, event: filing.Event{From: vocab.StageCancelled, To: vocab.StagePlatformReview, Skipped: true, Changed: []string{"number"}},
		},
		"not filed any more": {
			reports: []filing.Report{
				filed, {Stage: vocab.StageFiled, Number: "沪ICP备2026012345号-3X", At: hours(1)}, {Stage: vocab.StageNotFiled, At: hours(4)},
			},
			want:    filing.Filing{Stage: vocab.StageNotFiled, Since: hours(4), Seq: 3, StageSeq: 3, ReportedAt: hours(4)},
			changed: true, event: filing.Event{From: vocab.StageFiled, To: vocab.StageNotFiled, Skipped: true, Changed: []string{"number"}},
		},
		"a person corrects since when his own is there": {
			reports: []filing.Report{
				{Name: "甲", Stage: vocab.StagePlatformReview, Source: filing.FromSelf, SelfReported: true},
				{Stage: vocab.StagePlatformReview, Source: filing.FromSelf, Since: hours(-72), At: hours(1)},
			},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: hours(-72), Seq: 2, StageSeq: 1, SinceSeq: 2, ReportedAt: hours(1), Source: filing.FromSelf, SelfReported: true},
			changed: true, event: filing.Event{From: vocab.StagePlatformReview, To: vocab.StagePlatformReview, Changed: []string{"since"}, Since: hours(-72)},
		},
		"the same time corrects nothing": {
			reports: []filing.Report{
				{Name: "甲", Stage: vocab.StagePlatformReview, Source: filing.FromSelf, SelfReported: true, Since: hours(-24)},
				{Stage: vocab.StagePlatformReview, Source: filing.FromSelf, Since: hours(-24), At: hours(1)},
			},
			want: filing.Filing{Stage: vocab.StagePlatformReview, Since: hours(-24), Seq: 1, StageSeq: 1, ReportedAt: hours(1), Source: filing.FromSelf, SelfReported: true},
		},
		"nor does a time without the stage": {
			reports: []filing.Report{
				{Name: "甲", Stage: vocab.StagePlatformReview, Source: filing.FromSelf, SelfReported: true},
				{Source: filing.FromSelf, Since: hours(-24), At: hours(1)},
			},
			want: filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: hours(1), Source: filing.FromSelf, SelfReported: true},
		},
		"the first day moves with it": {
			reports: []filing.Report{
				{Name: "甲", Stage: vocab.StageFiled, Source: filing.FromSelf, SelfReported: true, Since: hours(-24)},
				{Stage: vocab.StageFiled, Source: filing.FromSelf, Since: hours(-48), At: hours(1)},
			},
			want: filing.Filing{
				Stage: vocab.StageFiled, Since: hours(-48), FiledAt: hours(-48), Seq: 2, StageSeq: 1, SinceSeq: 2, ReportedAt: hours(1), Source: filing.FromSelf, SelfReported: true,
			},
			changed: true, event: filing.Event{From: vocab.StageFiled, To: vocab.StageFiled, Changed: []string{"since"}, Since: hours(-48)},
		},
		"a first day that was told stays": {
			reports: []filing.Report{
				{Name: "甲", Stage: vocab.StageFiled, Source: filing.FromSelf, SelfReported: true, Since: hours(-24), FiledAt: hours(-400)},
				{Stage: vocab.StageFiled, Source: filing.FromSelf, Since: hours(-48), At: hours(1)},
			},
			want: filing.Filing{
				Stage: vocab.StageFiled, Since: hours(-48), FiledAt: hours(-400), Seq: 2, StageSeq: 1, SinceSeq: 2, ReportedAt: hours(1), Source: filing.FromSelf, SelfReported: true,
			},
			changed: true, event: filing.Event{From: vocab.StageFiled, To: vocab.StageFiled, Changed: []string{"since"}, Since: hours(-48)},
		},
		"nobody else corrects it": {
			reports: []filing.Report{
				{Name: "甲", Stage: vocab.StagePlatformReview, Source: filing.FromSelf, SelfReported: true},
				{Stage: vocab.StagePlatformReview, Source: filing.FromAPI, Since: hours(-72), At: hours(1)},
			},
			want: filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: hours(1), Source: filing.FromSelf, SelfReported: true},
		},
		"nor he of another's": {
			reports: []filing.Report{review, {Stage: vocab.StagePlatformReview, Source: filing.FromSelf, Since: hours(-72), At: hours(1)}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: hours(1)},
		},
		"self-reported is said once": {
			reports: []filing.Report{review, {SelfReported: true}},
			want:    filing.Filing{Stage: vocab.StagePlatformReview, Since: t0, Seq: 1, StageSeq: 1, ReportedAt: t0},
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := merge(t, tc.reports...)
			tc.want.ID, tc.want.Name = "order-1", "甲"
			ignore := cmpopts.IgnoreFields(filing.Filing{}, "UpdatedAt", "CreatedAt", "Province")
			if d := cmp.Diff(tc.want, out.Filing, ignore); d != "" {
				t.Errorf("filing (-want +got):\n%s", d)
			}
			if out.Changed != tc.changed {
				t.Fatalf("changed %v, want %v", out.Changed, tc.changed)
			}
			if !tc.changed {
				if !cmp.Equal(out.Event, filing.Event{}) {
					t.Errorf("nothing changed, but there is an event: %+v", out.Event)
				}
				return
			}
			got := filing.Event{From: out.Event.From, To: out.Event.To, Skipped: out.Event.Skipped, Changed: out.Event.Changed, Since: out.Event.Since}
			if d := cmp.Diff(tc.event, got); d != "" {
				t.Errorf("event (-want +got):\n%s", d)
			}
			if out.Event.Seq != out.Filing.Seq || out.Event.At != out.Filing.ReportedAt || out.Event.Number != out.Filing.Number {
				t.Errorf("event and filing disagree: %+v %+v", out.Event, out.Filing)
			}
		})
	}
}

// What comes out shares no memory with what went in: stores keep both.
func TestMergeCopies(t *testing.T) {
	reasons := []filing.Reason{{Error: "一"}}
	out, err := filing.Merge(nil, filing.Report{ID: "a", Name: "甲", Stage: vocab.StagePlatformRejected, Reasons: reasons}, t0)
	if err != nil {
		t.Fatal(err)
	}
	reasons[0].Error = "二"
	if out.Filing.Reasons[0].Error != "一" || out.Event.Reasons[0].Error != "一" {
		t.Error("the report's reasons are shared")
	}
	out.Event.Reasons[0].Error = "三"
	if out.Filing.Reasons[0].Error != "一" {
		t.Error("event and filing share their reasons")
	}
}
