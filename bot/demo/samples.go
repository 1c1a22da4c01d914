package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Samples are the reports by which the sample filings came to where they stand at now, oldest first for each of them. The names are invented.
func Samples(now time.Time) []filing.Report {
	const (
		flower = "demo-1"
		books  = "demo-2"
		repair = "demo-3"
	)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	const day = 24 * time.Hour
	first := func(id, name, subject string, province vocab.Province, at time.Time) filing.Report {
		return filing.Report{
			ID: id, Name: name, Platform: vocab.PlatformWeChat, Subject: subject, Province: province, Stage: vocab.StageNotFiled, At: at,
			Source: filing.FromConsole, By: "demo",
		}
	}
	then := func(id string, stage vocab.Stage, at time.Time) filing.Report {
		return filing.Report{ID: id, Stage: stage, At: at, Source: filing.FromConsole, By: "demo"}
	}
	return []filing.Report{
		first(flower, "小鹿花店", "小鹿花艺工作室", "上海", ago(day)),
		then(flower, vocab.StageFaceVerify, ago(20*time.Hour)),
		then(flower, vocab.StagePlatformReview, ago(19*time.Hour)),
		first(books, "青禾书屋", "青禾文化用品店", "广东", ago(3*day)),
		then(books, vocab.StagePlatformReview, ago(3*day-time.Hour)),
		then(books, vocab.StageSMSPending, ago(2*time.Hour)),
		first(repair, "南山修车", "南山汽车维修服务部", "四川", ago(9*day)),
		then(repair, vocab.StagePlatformReview, ago(9*day-2*time.Hour)),
		then(repair, vocab.StageSMSPending, ago(8*day)),
		then(repair, vocab.StageAuthorityReview, ago(8*day-3*time.Hour)),
	}
}

// Seed puts the sample filings into a store that does not have them. It may be called again on the same store: what is there stays.
func Seed(ctx context.Context, store Filings, now time.Time) error {
	page, err := store.Filings(ctx, filing.Query{Limit: 500})
	if err != nil {
		return fmt.Errorf("demo: seed: %w", err)
	}
	have := map[string]bool{}
	for _, f := range page.Filings {
		have[f.ID] = true
	}
	for _, r := range Samples(now) {
		if have[r.ID] {
			continue
		}
		if _, err := store.Apply(ctx, r); err != nil {
			return fmt.Errorf("demo: seed: %w", err)
		}
	}
	return nil
}

// sampleNumber is an invented number for a filing that is about to get one; nothing where its province has no sample.
func sampleNumber(f filing.Filing) string {
	if f.Number != "" {
		return f.Number
	}
	return sampleNumbers[f.Province]
}

var sampleNumbers = map[vocab.Province]string{
	vocab.ProvinceShanghai:  "沪ICP备2026000001号-1X",
	vocab.ProvinceGuangdong: "粤ICP备2026000002号-1X",
	vocab.ProvinceSichuan:   "蜀ICP备2026000003号-1X",
}
