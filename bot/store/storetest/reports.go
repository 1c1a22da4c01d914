package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func testReports(t *testing.T, open Open) {
	t.Run("first, moved, same, stale, ahead", func(t *testing.T) {
		b := newBench(t, open)
		out := b.report("a", vocab.StagePlatformReview)
		if !out.Changed || out.Filing.Seq != 1 || out.Filing.Stage != vocab.StagePlatformReview {
			t.Fatalf("first report: %+v", out)
		}
		b.clock.Add(time.Hour)
		out = b.report("a", vocab.StageSMSPending)
		if !out.Changed || out.Event.From != vocab.StagePlatformReview || out.Event.To != vocab.StageSMSPending || out.Pushes != 0 {
			t.Fatalf("second report: %+v", out)
		}
		f, err := b.s.Filing(b.ctx, "a")
		b.ok(err)
		b.same(f, out.Filing)

		b.clock.Add(time.Hour)
		again := b.report("a", vocab.StageSMSPending)
		if again.Changed {
			t.Fatalf("the same again changed something: %+v", again)
		}
		f, err = b.s.Filing(b.ctx, "a")
		b.ok(err)
		if !f.ReportedAt.Equal(b.now()) || !f.UpdatedAt.Equal(out.Filing.UpdatedAt) {
			t.Fatalf("the same again must move ReportedAt only: %+v", f)
		}

		for _, c := range []struct {
			name string
			at   time.Time
			want error
		}{
			{"older than the newest", b.now().Add(-time.Minute), filing.ErrStaleReport},
			{"far ahead", b.now().Add(time.Hour), filing.ErrFutureReport},
		} {
			_, err := b.s.Apply(b.ctx, filing.Report{ID: "a", Stage: vocab.StageFiled, At: c.at})
			if b.is(err, c.want); c.want == nil {
				t.Fatal(c.name)
			}
		}
		_, err = b.s.Apply(b.ctx, filing.Report{ID: "new", Stage: vocab.StageFiled})
		b.code(err, errs.CodeInvalid)
		_, err = b.s.Filing(b.ctx, "new")
		b.is(err, errs.ErrNotFound)

		events, err := b.s.History(b.ctx, "a")
		b.ok(err)
		if len(events) != 2 || events[0].Seq != 1 || events[1].Seq != 2 {
			t.Fatalf("history: %+v", events)
		}
		b.same(events[1], out.Event)
	})

	t.Run("history is bounded", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		rs := make([]filing.Report, 0, filing.MaxHistory+20)
		for i := range filing.MaxHistory + 20 {
			rs = append(rs, filing.Report{ID: "a", Number: fmt.Sprint("沪ICP备", i), Source: filing.FromCSV})
		}
		_, err := b.s.ApplyBatch(b.ctx, rs)
		b.ok(err)
		events, err := b.s.History(b.ctx, "a")
		b.ok(err)
		if len(events) != filing.MaxHistory || events[0].Seq != 22 || events[len(events)-1].Seq != filing.MaxHistory+21 {
			t.Fatalf("%d events from %d to %d", len(events), events[0].Seq, events[len(events)-1].Seq)
		}
	})

	t.Run("nothing known", func(t *testing.T) {
		b := newBench(t, open)
		_, err := b.s.Filing(b.ctx, "nobody")
		b.is(err, errs.ErrNotFound)
		_, err = b.s.History(b.ctx, "nobody")
		b.is(err, errs.ErrNotFound)
		_, err = b.s.Followers(b.ctx, "nobody")
		b.is(err, errs.ErrNotFound)
		b.is(b.s.Delete(b.ctx, "nobody"), errs.ErrNotFound)
		b.is(b.s.IssueCode(b.ctx, "nobody", "h", b.now().Add(time.Hour)), errs.ErrNotFound)
		b.is(b.s.RevokeCodes(b.ctx, "nobody"), errs.ErrNotFound)
		b.is(b.s.Adopt(b.ctx, "nobody", "u", b.now()), errs.ErrNotFound)
		b.is(b.s.Untrack(b.ctx, "u", "nobody", b.now()), errs.ErrNotFound)
		b.is(b.s.SetNotify(b.ctx, "u", "nobody", filing.NotifyAll, b.now()), errs.ErrNotFound)
		_, err = b.s.Tracking(b.ctx, "u", "nobody")
		b.is(err, errs.ErrNotFound)
	})

	t.Run("delete takes everything with it", func(t *testing.T) {
		b := newBench(t, open)
		b.report("a", vocab.StagePlatformReview)
		b.report("b", vocab.StagePlatformReview)
		b.follow("a", "u", filing.NotifyAll)
		b.follow("b", "u", filing.NotifyAll)
		b.ok(b.s.IssueCode(b.ctx, "a", "hash", b.now().Add(time.Hour)))
		b.report("a", vocab.StageSMSPending)
		b.report("b", vocab.StageSMSPending)
		b.ok(b.s.Delete(b.ctx, "a"))

		_, err := b.s.Filing(b.ctx, "a")
		b.is(err, errs.ErrNotFound)
		_, _, err = b.s.Claim(b.ctx, "hash", "v", b.now())
		b.is(err, filing.ErrBadCode)
		tracked, err := b.s.Tracked(b.ctx, "u")
		b.ok(err)
		if len(tracked) != 1 || tracked[0].Filing.ID != "b" {
			t.Fatalf("tracked: %+v", tracked)
		}
		b.same(len(b.pushes(push.Query{Filing: "a"})), 0)
		b.same(len(b.pushes(push.Query{})), 3)
		for _, p := range b.lease(10) {
			b.same(p.Filing, "b")
		}
		counts, err := b.s.StageCounts(b.ctx)
		b.ok(err)
		b.same(counts[vocab.StageSMSPending], 1)

		b.report("a", vocab.StageNotFiled) // the id may be used again, from the start
		events, err := b.s.History(b.ctx, "a")
		b.ok(err)
		b.same(len(events), 1)
	})
}

func testBatches(t *testing.T, open Open) {
	b := newBench(t, open)
	b.report("f0", vocab.StagePlatformReview)
	b.follow("f0", "u", filing.NotifyAll)
	var rs []filing.Report
	for i := range 1203 {
		rs = append(rs, filing.Report{ID: fmt.Sprint("f", i), Name: fmt.Sprint("店", i), Stage: vocab.StageSMSPending, Source: filing.FromCSV})
	}
	rs[5].Province = "火星"
	rs[6].ID = "f7" // twice in one batch: the second one finds the first
	woken := b.woken
	results, err := b.s.ApplyBatch(b.ctx, rs)
	b.ok(err)
	b.same(len(results), len(rs))
	for i, r := range results {
		b.same(r.ID, rs[i].ID)
		switch i {
		case 0:
			if !r.Changed || r.Pushes != 3 {
				t.Fatalf("with a follower: %+v", r)
			}
		case 5:
			b.code(r.Err, errs.CodeInvalid)
		case 7:
			if r.Err != nil || r.Event.Seq != 2 || r.Event.Moved() {
				t.Fatalf("second report of one filing: %+v", r)
			}
		default:
			if r.Err != nil || !r.Changed || r.Pushes != 0 {
				t.Fatalf("result %d: %+v", i, r)
			}
		}
	}
	if b.woken == woken {
		t.Fatal("the worker was not woken")
	}
	counts, err := b.s.StageCounts(b.ctx)
	b.ok(err)
	b.same(counts[vocab.StageSMSPending], 1201)
	_, err = b.s.Filing(b.ctx, "f5")
	b.is(err, errs.ErrNotFound)
	ids := []string{"nobody", "", "f0"} // with one twice, one refused and some that cannot be
	for i := range 1203 {
		ids = append(ids, fmt.Sprint("f", i))
	}
	many, err := b.s.FilingsByID(b.ctx, ids)
	b.ok(err)
	b.same(len(many), 1201)
	f0, err := b.s.Filing(b.ctx, "f0")
	b.ok(err)
	b.same(many["f0"], f0)
	no, err := b.s.FilingsByID(b.ctx, nil)
	b.ok(err)
	b.same(len(no), 0)

	again, err := b.s.ApplyBatch(b.ctx, rs)
	b.ok(err)
	changed := 0
	for _, r := range again {
		if r.Changed {
			changed++
		}
	}
	b.same(changed, 2) // only the two reports that take turns with one filing's name
	none, err := b.s.ApplyBatch(b.ctx, nil)
	b.ok(err)
	b.same(len(none), 0)
}
