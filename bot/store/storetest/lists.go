package storetest

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// list returns the ids of all pages.
func (b *bench) list(q filing.Query) []string {
	b.t.Helper()
	var out []string
	for range 1000 {
		page, err := b.s.Filings(b.ctx, q)
		b.ok(err)
		for _, f := range page.Filings {
			out = append(out, f.ID)
		}
		if page.Next == "" {
			return out
		}
		q.Cursor = page.Next
	}
	b.t.Fatal("the pages do not end")
	return nil
}

func testLists(t *testing.T, open Open) {
	b := newBench(t, open)
	stages := []vocab.Stage{vocab.StagePlatformReview, vocab.StageAuthorityReview, vocab.StageFiled}
	provinces := []vocab.Province{vocab.ProvinceShanghai, vocab.ProvinceGuangdong, ""}
	var all []filing.Filing
	for i := range 60 {
		if i%4 == 0 { // several share a moment
			b.clock.Add(time.Second)
		}
		out, err := b.s.Apply(b.ctx, filing.Report{
			ID: fmt.Sprintf("id-%02d", i*37%60), Name: fmt.Sprint("小鹿花店", i), AppID: fmt.Sprintf("wxABC%02d", i), Stage: stages[i%3],
			Province: provinces[i%2], Number: fmt.Sprintf("沪ICP备%02d号", i), Subject: "ＡＢＣ公司",
		})
		b.ok(err)
		all = append(all, out.Filing)
	}
	slices.SortFunc(all, func(x, y filing.Filing) int {
		if c := y.UpdatedAt.Compare(x.UpdatedAt); c != 0 {
			return c
		}
		return -cmpString(x.ID, y.ID)
	})
	pick := func(fits func(filing.Filing) bool) []string {
		var out []string
		for _, f := range all {
			if fits(f) {
				out = append(out, f.ID)
			}
		}
		return out
	}
	for _, c := range []struct {
		name string
		q    filing.Query
		fits func(filing.Filing) bool
	}{
		{"all", filing.Query{}, func(filing.Filing) bool { return true }},
		{"stage", filing.Query{Stage: vocab.StageFiled}, func(f filing.Filing) bool { return f.Stage == vocab.StageFiled }},
		{"province", filing.Query{Province: "广东"}, func(f filing.Filing) bool { return f.Province == "广东" }},
		{"both", filing.Query{Stage: vocab.StageFiled, Province: "上海"}, func(f filing.Filing) bool {
			return f.Stage == vocab.StageFiled && f.Province == "上海"
		}},
		{"name", filing.Query{Text: " 花店1 "}, func(f filing.Filing) bool { return f.Name == "小鹿花店1" }},
		{"app id in other case", filing.Query{Text: "WXabc1"}, func(f filing.Filing) bool { return f.AppID[:6] == "wxABC1" }},
		{"subject in other width", filing.Query{Text: "abc公司", Province: "上海"}, func(f filing.Filing) bool { return f.Province == "上海" }},
		{"number", filing.Query{Text: "备07号"}, func(f filing.Filing) bool { return f.Number == "沪ICP备07号" }},
		{"id", filing.Query{Text: "id-05"}, func(f filing.Filing) bool { return f.ID == "id-05" }},
		{"nothing", filing.Query{Text: "鲸鱼"}, func(filing.Filing) bool { return false }},
		{"no such stage", filing.Query{Stage: "x"}, func(filing.Filing) bool { return false }},
	} {
		for _, limit := range []int{0, 1, 4, 500} {
			q := c.q
			q.Limit = limit
			if c.name == "name" {
				c.fits = func(f filing.Filing) bool {
					return len(f.Name) >= len("小鹿花店1") && f.Name[:len("小鹿花店1")] == "小鹿花店1"
				}
			}
			if got, want := b.list(q), pick(c.fits); !slices.Equal(got, want) {
				t.Fatalf("%s by %d:\n got %v\nwant %v", c.name, limit, got, want)
			}
		}
	}

	t.Run("a page holds its place", func(t *testing.T) {
		first, err := b.s.Filings(b.ctx, filing.Query{Limit: 10})
		b.ok(err)
		b.clock.Add(time.Second)
		b.report(all[30].ID, vocab.StageCancelled) // moves to the front, off the page on which it would have come
		second, err := b.s.Filings(b.ctx, filing.Query{Limit: 500, Cursor: first.Next})
		b.ok(err)
		var got []string
		for _, f := range second.Filings {
			got = append(got, f.ID)
		}
		want := pick(func(f filing.Filing) bool { return f.ID != all[30].ID })[10:]
		b.same(got, want)
	})

	t.Run("bad input", func(t *testing.T) {
		long := base64.RawURLEncoding.EncodeToString(make([]byte, 300))
		for _, cursor := range []string{"x", "!!!!", "AAAAAAAAAAAAAAAA", long, "ZgAAAAAAAAAAAA==", "cAAAAZq0kQAAYWJj"} {
			_, err := b.s.Filings(b.ctx, filing.Query{Cursor: cursor})
			b.code(err, errs.CodeInvalid)
		}
		for _, limit := range []int{-1, 501} {
			_, err := b.s.Filings(b.ctx, filing.Query{Limit: limit})
			b.code(err, errs.CodeInvalid)
		}
	})

	counts, err := b.s.StageCounts(b.ctx)
	b.ok(err)
	total := 0
	for _, n := range counts {
		total += n
	}
	b.same(total, 60)
	b.same(counts[vocab.StageCancelled], 1)
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func testSamples(t *testing.T, open Open) {
	b := newBench(t, open)
	type stay struct {
		id       string
		province vocab.Province
	}
	for i, s := range []stay{{"a", "上海"}, {"b", "上海"}, {"c", "广东"}, {"d", ""}} {
		apply := func(stage vocab.Stage, after time.Duration) {
			b.clock.Add(after)
			_, err := b.s.Apply(b.ctx, filing.Report{ID: s.id, Name: s.id, Province: s.province, Platform: vocab.PlatformWeChat, Stage: stage})
			b.ok(err)
		}
		apply(vocab.StagePlatformReview, time.Minute)
		apply(vocab.StageSMSPending, time.Duration(i+1)*time.Hour)
	}
	b.report("skipped", vocab.StageNotFiled)
	b.report("skipped", vocab.StageFiled)
	names := func(platform vocab.Platform, province vocab.Province, since time.Time) []string {
		t.Helper()
		all, err := b.s.Samples(b.ctx, vocab.StagePlatformReview, platform, province, since)
		b.ok(err)
		var out []string
		for _, s := range all {
			if s.Left.Sub(s.Entered) < time.Hour {
				t.Fatalf("stay too short: %+v", s)
			}
			out = append(out, s.ID)
		}
		return out
	}
	b.same(names("", "", time.Time{}), []string{"d#2", "c#2", "b#2", "a#2"})
	b.same(names(vocab.PlatformWeChat, "", time.Time{}), []string{"d#2", "c#2", "b#2", "a#2"})
	b.same(names(vocab.PlatformWeChat, "上海", time.Time{}), []string{"b#2", "a#2"})
	b.same(names("", "广东", time.Time{}), []string{"c#2"})
	b.same(len(names(vocab.PlatformDouyin, "", time.Time{})), 0)
	b.same(names("", "", Start.Add(5*time.Hour)), []string{"d#2", "c#2"})
	none, err := b.s.Samples(b.ctx, vocab.StageAuthorityReview, "", "", time.Time{})
	b.ok(err)
	b.same(len(none), 0)
}
