package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Races runs the tests in which many act at once. They are worth running with the race detector.
func Races(t *testing.T, open Open) {
	for name, run := range map[string]func(*testing.T, Open){
		"deliveries": raceDeliveries, "reports": raceReports, "leases": raceLeases, "limits": raceLimits,
		"takes": raceTakes, "windows": raceWindows, "tracking": raceTracking, "counts": raceCounts,
	} {
		t.Run(name, func(t *testing.T) { run(t, open) })
	}
}

// crowd runs fn n times at once and waits.
func crowd(n int, fn func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { fn(i) })
	}
	wg.Wait()
}

// quiet is a bench whose wake function may be called by many.
func quiet(t *testing.T, open Open) *bench {
	b := &bench{t: t, clock: NewClock(), ctx: t.Context()}
	b.s = open(t, Options{Planner: Planner{}, Now: b.clock.Now})
	return b
}

func raceDeliveries(t *testing.T, open Open) {
	b := quiet(t, open)
	r := b.s.Replies()
	var firsts atomic.Int64
	crowd(40, func(i int) {
		key := fmt.Sprint("k", i%5)
		c, err := r.Claim(b.ctx, delivery(key, "u", Start, chat.WindowMessage))
		if err != nil {
			t.Error(err)
			return
		}
		if c.State == chat.ClaimFirst {
			firsts.Add(1)
			if err := r.Settle(b.ctx, delivery(key, "u", Start, chat.WindowMessage), chat.Answer{Reply: []byte("reply to " + key), Memory: []byte("m")}); err != nil {
				t.Error(err)
			}
		} else if c.State == chat.ClaimDone && string(c.Reply) != "reply to "+key {
			t.Errorf("%s got %q", key, c.Reply)
		}
	})
	b.same(firsts.Load(), int64(5))
}

func raceReports(t *testing.T, open Open) {
	b := quiet(t, open)
	b.report("a", vocab.StageNotFiled)
	for i := range 5 {
		b.follow("a", fmt.Sprint("u", i), filing.NotifyAll)
	}
	stages := vocab.Stages()
	var changed, pushes atomic.Int64
	crowd(30, func(i int) {
		out, err := b.s.Apply(b.ctx, filing.Report{ID: "a", Stage: stages[i%len(stages)], Source: filing.FromAPI})
		if errors.Is(err, &errs.Error{Code: errs.CodeConflict}) {
			return // refused after many tries, and nothing was written
		}
		if err != nil {
			t.Error(err)
			return
		}
		if out.Changed {
			changed.Add(1)
			pushes.Add(int64(out.Pushes))
		}
	})
	events, err := b.s.History(b.ctx, "a")
	b.ok(err)
	b.same(int64(len(events)), 1+changed.Load())
	for i, ev := range events {
		b.same(ev.Seq, int64(i+1))
		if i > 0 {
			b.same(ev.From, events[i-1].To)
		}
	}
	f, err := b.s.Filing(b.ctx, "a")
	b.ok(err)
	b.same(f.Stage, events[len(events)-1].To)
	all := b.pushes(push.Query{Filing: "a"})
	b.same(int64(len(all)), pushes.Load())
	for _, p := range all {
		if p.State == push.Pending && p.Seq != f.StageSeq {
			t.Errorf("a superseded push is pending: %+v", p)
		}
	}
}

func raceLeases(t *testing.T, open Open) {
	b := quiet(t, open)
	const filings, followers = 20, 10
	for i := range filings {
		id := fmt.Sprint("f", i)
		b.report(id, vocab.StagePlatformReview)
		for j := range followers {
			b.follow(id, fmt.Sprint("u", j), filing.NotifyAll)
		}
		b.report(id, vocab.StageSMSPending)
	}
	b.clock.Add(24 * time.Hour) // a change and two reminders for each person and filing
	const total = filings * followers * 3
	var mu sync.Mutex
	sent := make(map[string]int)
	out := make(map[string]bool) // lanes
	order := make(map[string][]int)
	deadline := time.Now().Add(time.Minute)
	crowd(8, func(int) {
		for time.Now().Before(deadline) {
			mu.Lock()
			done := len(sent) == total
			mu.Unlock()
			if done {
				return
			}
			ps, err := b.s.Lease(b.ctx, b.now(), 7, time.Minute)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			for _, p := range ps {
				lane := p.Filing + " " + p.User
				if out[lane] {
					t.Errorf("%s is out twice", lane)
				}
				out[lane] = true
			}
			mu.Unlock()
			for _, p := range ps {
				mu.Lock()
				sent[p.ID]++
				lane := p.Filing + " " + p.User
				order[lane] = append(order[lane], p.Step)
				out[lane] = false
				mu.Unlock()
				p.State, p.UpdatedAt = push.Sent, b.now()
				if err := b.s.Finish(b.ctx, p); err != nil {
					t.Error(err)
				}
			}
		}
	})
	b.same(len(sent), total)
	for id, n := range sent {
		if n != 1 {
			t.Errorf("%s was sent %d times", id, n)
		}
	}
	for lane, steps := range order {
		b.same(fmt.Sprint(lane, steps), fmt.Sprint(lane, []int{0, 1, 2}))
	}
	counts, err := b.s.Counts(b.ctx)
	b.ok(err)
	b.same(counts[push.Sent], total)
}

func raceLimits(t *testing.T, open Open) {
	b := quiet(t, open)
	b.report("full", vocab.StagePlatformReview)
	for i := range filing.MaxFollowers - 5 {
		b.ok(b.s.Adopt(b.ctx, "full", fmt.Sprint("u", i), b.now()))
	}
	var in atomic.Int64
	note := func(err error) {
		if err == nil {
			in.Add(1)
		} else if !errors.Is(err, errs.ErrLimit) && errs.CodeOf(err) != errs.CodeConflict {
			t.Error(err)
		}
	}
	crowd(20, func(i int) { note(b.s.Adopt(b.ctx, "full", fmt.Sprint("late", i), b.now())) })
	fs, err := b.s.Followers(b.ctx, "full")
	b.ok(err)
	b.same(int64(len(fs)), filing.MaxFollowers-5+in.Load())
	if len(fs) > filing.MaxFollowers {
		t.Fatalf("%d followers", len(fs))
	}

	in.Store(0)
	for i := range filing.MaxTracked + 10 {
		b.report(fmt.Sprint("f", i), vocab.StagePlatformReview)
	}
	crowd(filing.MaxTracked+10, func(i int) { note(b.s.Adopt(b.ctx, fmt.Sprint("f", i), "keen", b.now())) })
	tracked, err := b.s.Tracked(b.ctx, "keen")
	b.ok(err)
	b.same(int64(len(tracked)), in.Load())
	b.same(len(tracked), filing.MaxTracked)
}

func raceTakes(t *testing.T, open Open) {
	b := quiet(t, open)
	for i := range 30 {
		id := fmt.Sprint("f", i)
		b.report(id, vocab.StageNotFiled)
		b.follow(id, "u", filing.NotifyAll)
		b.report(id, vocab.StagePlatformReview)
	}
	var taken sync.Map
	var n atomic.Int64
	var key atomic.Int64
	take := func() {
		k := fmt.Sprint(key.Add(1))
		ps, err := b.s.Waiting(b.ctx, "u", k, b.now())
		if err != nil {
			t.Error(err)
		}
		ps, err = b.s.Take(b.ctx, k, ps[:min(3, len(ps))], b.now(), time.Minute)
		if err != nil {
			t.Error(err)
		}
		for _, p := range ps {
			if _, twice := taken.LoadOrStore(p.ID, true); twice {
				t.Errorf("%s was taken twice", p.ID)
			}
			n.Add(1)
		}
		if err := b.s.Replies().Told(b.ctx, "u", refs(ps), b.now()); err != nil {
			t.Error(err)
		}
	}
	leased := b.lease(50)
	b.same(len(leased), 30)
	crowd(40, func(i int) { // while some are being put there, others take
		if i < 30 {
			p := leased[i]
			p.State, p.Reason, p.UpdatedAt = push.Held, vocab.ReasonNoRoute, b.now()
			if err := b.s.Finish(b.ctx, p); err != nil {
				t.Error(err)
			}
		}
		take()
	})
	for range 30 {
		take()
	}
	b.same(n.Load(), int64(30))
	counts, err := b.s.Counts(b.ctx)
	b.ok(err)
	b.same(counts[push.Sent], 30)
}

func raceWindows(t *testing.T, open Open) {
	b := quiet(t, open)
	_, err := b.s.Replies().Claim(b.ctx, delivery("k", "u", Start, chat.WindowMessage))
	b.ok(err)
	b.ok(b.s.AddCredit(b.ctx, "u", "x", 3))
	var windows, credits atomic.Int64
	crowd(20, func(int) {
		if ok, err := b.s.UseWindow(b.ctx, "u", Start); err != nil {
			t.Error(err)
		} else if ok {
			windows.Add(1)
		}
		if ok, err := b.s.UseCredit(b.ctx, "u", "x"); err != nil {
			t.Error(err)
		} else if ok {
			credits.Add(1)
		}
	})
	b.same(windows.Load(), int64(5))
	b.same(credits.Load(), int64(3))
}

// raceTracking has one person bind and unbind the same filing from many sides. Whatever wins, his list and the filing's agree.
func raceTracking(t *testing.T, open Open) {
	b := quiet(t, open)
	b.report("a", vocab.StagePlatformReview)
	for range 10 {
		crowd(12, func(i int) {
			var err error
			if i%2 == 0 {
				err = b.s.Adopt(b.ctx, "a", "u", b.now())
			} else {
				err = b.s.Untrack(b.ctx, "u", "a", b.now())
			}
			if err != nil && !errors.Is(err, errs.ErrNotFound) && errs.CodeOf(err) != errs.CodeConflict {
				t.Error(err)
			}
		})
		fs, err := b.s.Followers(b.ctx, "a")
		b.ok(err)
		tracked, err := b.s.Tracked(b.ctx, "u")
		b.ok(err)
		b.same(len(tracked), len(fs))
	}
}

func raceCounts(t *testing.T, open Open) {
	b := quiet(t, open)
	var looked atomic.Int64
	crowd(30, func(i int) {
		if err := b.s.NoteQuestion(b.ctx, chat.Question{Kind: chat.QuestionUnknown, Text: "鲸鱼怎么养"}); err != nil {
			t.Error(err)
		}
		if err := b.s.AddTallies(b.ctx, "2026-11-23", map[string]int64{"text": 2}); err != nil {
			t.Error(err)
		}
		switch wait, err := b.s.Guess(b.ctx, "u", Start); {
		case err != nil:
			t.Error(err)
		case wait == 0:
			looked.Add(1)
		}
	})
	qs, err := b.s.Questions(b.ctx, chat.QuestionUnknown, 5)
	b.ok(err)
	b.same(qs[0].Count, 30)
	tallies, err := b.s.Tallies(b.ctx, "2026-11-23", "2026-11-23")
	b.ok(err)
	b.same(tallies["2026-11-23"]["text"], int64(60))
	b.same(looked.Load(), int64(filing.FreeGuesses)) // however many come at once
}
