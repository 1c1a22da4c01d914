package storetest

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Benchmark measures what a user waits for, what a change costs, and how fast the outbox empties.
func Benchmark(b *testing.B, open Open) {
	b.Run("question", func(b *testing.B) { benchQuestion(b, open, false) })
	b.Run("questions at once", func(b *testing.B) { benchQuestion(b, open, true) })
	for _, n := range []int{0, 1, 20, 200} {
		b.Run(fmt.Sprintf("change with %d followers", n), func(b *testing.B) { benchChange(b, open, n) })
	}
	b.Run("push", func(b *testing.B) { benchPush(b, open) })
	b.Run("many filings", func(b *testing.B) { benchMany(b, open) })
}

// benchQuestion is what every message costs: a claim and a settled reply.
func benchQuestion(b *testing.B, open Open, parallel bool) {
	s := open(b, Options{Planner: Planner{}})
	ctx := b.Context()
	var n atomic.Int64
	reply, memory := make([]byte, 1500), make([]byte, 400)
	one := func() {
		i := n.Add(1)
		d := chat.Delivery{
			Key: strconv.FormatInt(i, 10), User: "u" + strconv.FormatInt(i%500, 10), At: time.Now(), SentAt: time.Now(),
			Opens: chat.WindowMessage, Lease: 5 * time.Second, Keep: time.Minute,
		}
		if c, err := s.Replies().Claim(ctx, d); err != nil || c.State != chat.ClaimFirst {
			b.Errorf("%+v %v", c, err)
		}
		if err := s.Replies().Settle(ctx, d, chat.Answer{Reply: reply, Memory: memory}); err != nil {
			b.Error(err)
		}
	}
	b.ResetTimer()
	if !parallel {
		for b.Loop() {
			one()
		}
		return
	}
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			one()
		}
	})
}

// benchChange is a change of stage of a filing that n people follow.
func benchChange(b *testing.B, open Open, n int) {
	s := open(b, Options{Planner: Planner{}})
	ctx := b.Context()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	apply := func(stage vocab.Stage) {
		_, err := s.Apply(ctx, filing.Report{ID: "a", Name: "小鹿花店", Stage: stage, Source: filing.FromAPI})
		must(err)
	}
	apply(vocab.StageNotFiled)
	for i := range n {
		must(s.Adopt(ctx, "a", fmt.Sprint("u", i), time.Now()))
		must(s.SetNotify(ctx, fmt.Sprint("u", i), "a", filing.NotifyAll, time.Now()))
	}
	stages := []vocab.Stage{vocab.StagePlatformReview, vocab.StageAuthorityReview}
	i := 0
	for b.Loop() {
		apply(stages[i%2])
		i++
	}
}

// benchPush leases, tries and finishes pushes out of many that wait.
func benchPush(b *testing.B, open Open) {
	s := open(b, Options{Planner: Planner{}})
	ctx := b.Context()
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	made := 0
	refill := func() {
		for range 5 {
			id := fmt.Sprint("f", made)
			made++
			_, err := s.Apply(ctx, filing.Report{ID: id, Name: id, Stage: vocab.StageNotFiled})
			must(err)
			for i := range 100 {
				user := fmt.Sprint("u", made, "-", i)
				must(s.Adopt(ctx, id, user, time.Now()))
				must(s.SetNotify(ctx, user, id, filing.NotifyAll, time.Now()))
			}
			_, err = s.Apply(ctx, filing.Report{ID: id, Stage: vocab.StagePlatformReview})
			must(err)
		}
	}
	var batch []push.Push
	for b.Loop() {
		if len(batch) == 0 {
			var err error
			batch, err = s.Lease(ctx, time.Now(), 16, time.Minute)
			must(err)
			if len(batch) == 0 {
				b.StopTimer()
				refill()
				b.StartTimer()
				continue
			}
		}
		p := batch[0]
		batch = batch[1:]
		must(s.Attempt(ctx, p, time.Now()))
		p.State, p.UpdatedAt = push.Sent, time.Now()
		must(s.Finish(ctx, p))
	}
}

// benchMany imports 100,000 filings once and then measures what a list costs.
func benchMany(b *testing.B, open Open) {
	s := open(b, Options{Planner: Planner{}})
	ctx := b.Context()
	const total = 100_000
	provinces := vocab.Provinces()
	rs := make([]filing.Report, total)
	for i := range rs {
		rs[i] = filing.Report{
			ID: fmt.Sprint("order-", i), Name: fmt.Sprint("小鹿花店", i), AppID: fmt.Sprintf("wx%016x", i), Subject: "小鹿（上海）贸易有限公司",
			Province: provinces[i%len(provinces)], Stage: vocab.Stages()[i%len(vocab.Stages())], Source: filing.FromCSV,
		}
	}
	begin := time.Now()
	results, err := s.ApplyBatch(ctx, rs)
	if err != nil || !results[total-1].Changed {
		b.Fatalf("%+v %v", results[total-1], err)
	}
	imported := time.Since(begin)
	for name, q := range map[string]filing.Query{
		"first page":         {},
		"stage and province": {Stage: vocab.StageAuthorityReview, Province: "上海"},
		"text that is there": {Text: "花店4711"},
		"text that is not":   {Text: "鲸鱼"},
	} {
		b.Run(name, func(b *testing.B) {
			benchList(b, s, q)
			b.ReportMetric(imported.Seconds(), "s/import")
		})
	}
	b.Run("next page", func(b *testing.B) {
		page, err := s.Filings(ctx, filing.Query{Limit: 500})
		if err != nil {
			b.Fatal(err)
		}
		benchList(b, s, filing.Query{Cursor: page.Next})
	})
}

func benchList(b *testing.B, s store.Store, q filing.Query) {
	for b.Loop() {
		if _, err := s.Filings(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
}
