package filing_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

func drawReport(t *rapid.T, now time.Time) filing.Report {
	r := filing.Report{
		ID:       "a",
		Name:     rapid.SampledFrom([]string{"", "甲", "乙"}).Draw(t, "name"),
		Platform: rapid.SampledFrom(append(vocab.Platforms(), "")).Draw(t, "platform"),
		Province: rapid.SampledFrom([]vocab.Province{"", "上海", "广东"}).Draw(t, "province"),
		Stage:    rapid.SampledFrom(append(vocab.Stages(), "")).Draw(t, "stage"),
		Number:   rapid.SampledFrom([]string{"", "", "沪ICP备2026012345号-3X", "粤ICP备2026054321号-1X"}).Draw(t, "number"),
		Source:   rapid.SampledFrom(filing.Sources()).Draw(t, "source"),
	}
	for range rapid.IntRange(0, 2).Draw(t, "reasons") {
		r.Reasons = append(r.Reasons, filing.Reason{Error: rapid.SampledFrom([]string{"一", "二"}).Draw(t, "error")})
	}
	if rapid.Bool().Draw(t, "timed") {
		r.At = now.Add(time.Duration(rapid.IntRange(-7200, 660).Draw(t, "offset")) * time.Second)
	}
	if rapid.Bool().Draw(t, "dated") {
		r.Since = now.Add(-time.Duration(rapid.IntRange(0, 30).Draw(t, "days")) * 24 * time.Hour)
	}
	r.SelfReported = r.Source == filing.FromSelf
	return r
}

// Whatever is reported in whatever order, these hold after every step.
func TestMergeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := t0
		var cur *filing.Filing
		var history []filing.Event
		sinceTold := map[int64]time.Time{} // by the report that moved it
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, "wait")) * time.Second)
			r := drawReport(t, now)
			var before filing.Filing
			if cur != nil {
				before = *cur
			}
			out, err := filing.Merge(cur, r, now)
			if cur != nil && !cmp.Equal(before, *cur) {
				t.Fatalf("Merge changed its argument: %s", cmp.Diff(before, *cur))
			}
			if err != nil {
				if !errors.Is(err, errs.ErrInvalid) && !errors.Is(err, filing.ErrFutureReport) && !errors.Is(err, filing.ErrStaleReport) {
					t.Fatalf("an error of another kind: %v", err)
				}
				if out.Changed {
					t.Fatal("refused and changed")
				}
				continue
			}
			f := out.Filing
			if f.Name == "" || !f.Stage.Valid() || f.StageSeq < 1 || f.StageSeq > f.Seq || f.Since.After(f.ReportedAt) {
				t.Fatalf("not a filing: %+v", f)
			}
			if len(f.Reasons) > 0 && !f.Stage.HasReasons() {
				t.Fatalf("reasons at %s", f.Stage)
			}
			if f.ReportedAt.After(now.Add(filing.MaxAhead)) {
				t.Fatalf("reported %s, now %s", f.ReportedAt, now)
			}
			if cur != nil {
				if f.ReportedAt.Before(cur.ReportedAt) || f.Seq < cur.Seq || f.Seq > cur.Seq+1 || f.CreatedAt != cur.CreatedAt {
					t.Fatalf("went back: %+v after %+v", f, *cur)
				}
				if out.Changed != (f.Seq == cur.Seq+1) {
					t.Fatalf("changed %v, seq %d after %d", out.Changed, f.Seq, cur.Seq)
				}
				if moved := f.Stage != cur.Stage; moved != (f.StageSeq != cur.StageSeq) || moved != (out.Changed && out.Event.Moved()) {
					t.Fatalf("moved %v, event %+v", moved, out.Event)
				}
				corrected := f.Stage == cur.Stage && f.Since != cur.Since
				if corrected && !(f.SelfReported && r.Source == filing.FromSelf && r.Stage == f.Stage) {
					t.Fatal("since moved without the stage, and nobody may have corrected it")
				}
				if corrected != !out.Event.Since.IsZero() || corrected != slices.Contains(out.Event.Changed, "since") {
					t.Fatalf("corrected %v, event %+v", corrected, out.Event)
				}
			}
			if out.Changed {
				history = append(history, out.Event)
				if out.Event.Moved() && !r.Since.IsZero() {
					sinceTold[out.Event.Seq] = r.Since
				}
				if out.Event.Seq != int64(len(history)) {
					t.Fatalf("event %d has number %d", len(history), out.Event.Seq)
				}
				if n := len(history); n > 1 && (history[n-2].To != out.Event.From || history[n-2].At.After(out.Event.At)) {
					t.Fatalf("the history has a gap: %+v %+v", history[n-2], out.Event)
				}
			}
			// The same report once more, at the time it was taken for, changes nothing.
			r.At = f.ReportedAt
			again, err := filing.Merge(&f, r, now)
			if err != nil || again.Changed || !cmp.Equal(again.Filing, f) {
				t.Fatalf("not idempotent: %v %+v", err, again.Event)
			}
			// What is written as JSON reads back the same.
			b, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			var back filing.Filing
			if err := json.Unmarshal(b, &back); err != nil || !cmp.Equal(back, f) {
				t.Fatalf("JSON: %v %s", err, cmp.Diff(f, back))
			}
			cur = &f
		}
		if cur != nil && !slices.ContainsFunc(history, func(e filing.Event) bool {
			return e.To == cur.Stage && (e.Since.Equal(cur.Since) || e.Seq == cur.StageSeq && (e.At.Equal(cur.Since) || sinceTold[e.Seq].Equal(cur.Since)))
		}) {
			t.Fatalf("no event tells of %s since %s", cur.Stage, cur.Since)
		}
	})
}
