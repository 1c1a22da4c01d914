package filing_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// stay makes a sample that took days working days and ended on the given day.
func stay(t testing.TB, c *filing.Calendar, id, left string, days int) filing.Sample {
	t.Helper()
	for d := date(left); ; d = d.AddDate(0, 0, -1) {
		n, ok := c.WorkingDaysBetween(d, date(left))
		if !ok {
			t.Fatalf("%s is too early", left)
		}
		if n == days {
			return filing.Sample{
				ID: id, Stage: vocab.StageAuthorityReview, Platform: vocab.PlatformWeChat, Province: "上海",
				Entered: d.Add(10 * time.Hour), Left: date(left).Add(16 * time.Hour),
			}
		}
	}
}

func TestEstimate(t *testing.T) {
	c := loadCalendar(t, nil)
	now := date("2026-11-23")
	samples := func(days ...int) (s []filing.Sample) {
		for i, d := range days {
			s = append(s, stay(t, c, fmt.Sprint(i), "2026-11-20", d))
		}
		return s
	}
	for name, tc := range map[string]struct {
		in   []filing.Sample
		want filing.Estimate
	}{
		"none":             {},
		"seven":            {in: samples(1, 2, 3, 4, 5, 6, 7)},
		"eight":            {in: samples(8, 1, 7, 2, 6, 3, 5, 4), want: filing.Estimate{Count: 8, MedianDays: 4, P90Days: 8}},
		"ten":              {in: samples(1, 2, 3, 4, 5, 6, 7, 8, 9, 20), want: filing.Estimate{Count: 10, MedianDays: 5, P90Days: 9}},
		"eleven":           {in: samples(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20), want: filing.Estimate{Count: 11, MedianDays: 6, P90Days: 10}},
		"all on one day":   {in: samples(0, 0, 0, 0, 0, 0, 0, 0), want: filing.Estimate{Count: 8}},
		"over the holiday": {in: slices.Repeat([]filing.Sample{{Entered: date("2026-09-30"), Left: date("2026-10-10")}}, 8), want: filing.Estimate{Count: 8, MedianDays: 3, P90Days: 3}},
		"too old":          {in: append(samples(1, 2, 3, 4, 5, 6, 7), stay(t, c, "old", "2026-05-20", 3))},
		"just not too old": {in: append(samples(1, 2, 3, 4, 5, 6, 7), stay(t, c, "old", "2026-05-27", 3)), want: filing.Estimate{Count: 8, MedianDays: 3, P90Days: 7}},
		"nonsense":         {in: append(samples(1, 2, 3, 4, 5, 6, 7), filing.Sample{Entered: now, Left: now.Add(-time.Hour)})},
		"not covered":      {in: append(samples(1, 2, 3, 4, 5, 6, 7), filing.Sample{Entered: date("2024-10-01"), Left: now})},
		"half a year":      {in: append(samples(1, 2, 3, 4, 5, 6, 7), filing.Sample{Entered: date("2026-01-05"), Left: now})},
	} {
		got, ok := estimateOf(tc.in, c, now)
		if got != tc.want || ok != (tc.want.Count > 0) {
			t.Errorf("%s: %+v, %v, want %+v", name, got, ok, tc.want)
		}
	}
	if _, ok := estimateOf(samples(1, 2, 3, 4, 5, 6, 7, 8), nil, now); ok {
		t.Error("estimates without a calendar")
	}
}

// estimateOf answers from samples at once, all taken for one kind.
func estimateOf(samples []filing.Sample, cal *filing.Calendar, now time.Time) (filing.Estimate, bool) {
	e := filing.NewEstimator(cal)
	for i, s := range samples {
		s.ID, s.Stage, s.Platform, s.Province = fmt.Sprint(i), "", "", ""
		e.Add(s)
	}
	return e.Estimate("", "", "", now)
}

func TestEstimatorKeys(t *testing.T) {
	c := loadCalendar(t, nil)
	now := date("2026-11-23")
	e := filing.NewEstimator(c)
	for i := range 24 {
		s := stay(t, c, fmt.Sprint(i), "2026-11-20", i%5)
		switch i % 3 {
		case 1:
			s.Province = "广东"
		case 2:
			s.Platform, s.Province = vocab.PlatformDouyin, ""
		}
		e.Add(s)
		e.Add(s) // the same stay again
	}
	for _, tc := range []struct {
		stage    vocab.Stage
		platform vocab.Platform
		province vocab.Province
		count    int
	}{
		{vocab.StageAuthorityReview, "", "", 24},
		{vocab.StageAuthorityReview, vocab.PlatformWeChat, "", 16},
		{vocab.StageAuthorityReview, vocab.PlatformDouyin, "", 8},
		{vocab.StageAuthorityReview, vocab.PlatformWeChat, "上海", 8},
		{vocab.StageAuthorityReview, "", "广东", 8},
		{vocab.StageAuthorityReview, vocab.PlatformDouyin, "上海", 0},
		{vocab.StageAuthorityReview, vocab.PlatformAlipay, "", 0},
		{vocab.StagePlatformReview, "", "", 0},
	} {
		got, ok := e.Estimate(tc.stage, tc.platform, tc.province, now)
		if got.Count != tc.count || ok != (tc.count > 0) {
			t.Errorf("%s %s %s: %+v, want %d", tc.stage, tc.platform, tc.province, got, tc.count)
		}
	}
	for _, tc := range []struct {
		platform vocab.Platform
		province vocab.Province
		count    int
		exact    bool
	}{{vocab.PlatformWeChat, "上海", 8, true}, {vocab.PlatformWeChat, "北京", 16, false}, {vocab.PlatformWeChat, "", 16, false}, {"", "广东", 8, true}, {vocab.PlatformKuaishou, "上海", 0, false}} {
		got, exact, ok := e.Best(filing.Filing{Stage: vocab.StageAuthorityReview, Platform: tc.platform, Province: tc.province}, now)
		if got.Count != tc.count || exact != tc.exact || ok != (tc.count > 0) {
			t.Errorf("%s %s: %+v %v", tc.platform, tc.province, got, exact)
		}
	}
	// A hundred and eighty days later nothing of it is left.
	if got, ok := e.Estimate(vocab.StageAuthorityReview, "", "", now.AddDate(0, 0, 181)); ok {
		t.Errorf("half a year later: %+v", got)
	}
}

// Fed one by one in any order, with some falling out of the time that counts, it says what a calculation over all of them says.
func TestEstimatorAgainstAll(t *testing.T) {
	c := loadCalendar(t, nil)
	rapid.Check(t, func(t *rapid.T) {
		e := filing.NewEstimator(c)
		var all []filing.Sample
		now := date("2026-06-01")
		for i := range rapid.IntRange(0, 60).Draw(t, "n") {
			if rapid.IntRange(0, 9).Draw(t, "wait") == 0 {
				now = now.AddDate(0, 0, rapid.IntRange(1, 60).Draw(t, "days"))
			}
			s := filing.Sample{
				ID:       fmt.Sprint(i),
				Stage:    vocab.StageAuthorityReview,
				Platform: rapid.SampledFrom([]vocab.Platform{"", vocab.PlatformWeChat, vocab.PlatformDouyin}).Draw(t, "platform"),
				Province: rapid.SampledFrom([]vocab.Province{"", "上海"}).Draw(t, "province"),
				Left:     now.AddDate(0, 0, -rapid.IntRange(0, 200).Draw(t, "ago")),
			}
			s.Entered = s.Left.AddDate(0, 0, -rapid.IntRange(0, 40).Draw(t, "took"))
			all = append(all, s)
			e.Add(s)
			for _, platform := range []vocab.Platform{"", vocab.PlatformWeChat} {
				for _, province := range []vocab.Province{"", "上海"} {
					var these []filing.Sample
					for _, s := range all {
						if (platform == "" || s.Platform == platform) && (province == "" || s.Province == province) {
							these = append(these, s)
						}
					}
					got, ok := e.Estimate(vocab.StageAuthorityReview, platform, province, now)
					want, wantOK := estimateOf(these, c, now)
					if got != want || ok != wantOK {
						t.Fatalf("%q %q at %s: %+v %v, want %+v %v", platform, province, now, got, ok, want, wantOK)
					}
				}
			}
			// What has been forgotten at one question must not be needed at the next: the clock does not go back.
		}
	})
}

func TestEstimateSentence(t *testing.T) {
	for want, got := range map[string]string{
		"近 180 天本号跟踪的上海 23 件，管局审核中位 4 个工作日，九成在 9 个工作日内。":       filing.Estimate{Count: 23, MedianDays: 4, P90Days: 9}.Sentence(vocab.StageAuthorityReview, "", "上海"),
		"近 180 天本号跟踪的上海微信小程序 23 件，管局审核中位 4 个工作日，九成在 9 个工作日内。":  filing.Estimate{Count: 23, MedianDays: 4, P90Days: 9}.Sentence(vocab.StageAuthorityReview, vocab.PlatformWeChat, "上海"),
		"近 180 天本号跟踪的抖音小程序 8 件，平台初审中位不到 1 个工作日，九成在 1 个工作日内。":   filing.Estimate{Count: 8, P90Days: 1}.Sentence(vocab.StagePlatformReview, vocab.PlatformDouyin, ""),
		"近 180 天本号跟踪的 120 件，平台初审中位不到 1 个工作日，九成当天就有结果。":         filing.Estimate{Count: 120}.Sentence(vocab.StagePlatformReview, "", ""),
		"近 180 天本号跟踪的北京其他平台小程序 9 件，平台初审中位 1 个工作日，九成在 2 个工作日内。": filing.Estimate{Count: 9, MedianDays: 1, P90Days: 2}.Sentence(vocab.StagePlatformReview, vocab.PlatformOther, "北京"),
		"": filing.Estimate{Count: 9}.Sentence(vocab.StageSMSPending, "", ""),
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func BenchmarkEstimate(b *testing.B) {
	c := loadCalendar(b, nil)
	e := filing.NewEstimator(c)
	for i := range 100_000 {
		e.Add(filing.Sample{
			ID: fmt.Sprint(i), Stage: vocab.StageAuthorityReview, Platform: vocab.PlatformWeChat, Province: vocab.Provinces()[i%31],
			Entered: date("2026-11-02").AddDate(0, 0, -i%20), Left: date("2026-11-20").AddDate(0, 0, -i%17),
		})
	}
	now := date("2026-11-23")
	for b.Loop() {
		e.Estimate(vocab.StageAuthorityReview, vocab.PlatformWeChat, "上海", now)
	}
}
