package push_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/vocab"
)

// life is a store with a worker in a bubble of time, and what was told.
type life struct {
	t       *testing.T
	store   *bolt.Store
	base    time.Time // the clock at the bubble's beginning
	began   time.Time
	quiet   push.Quiet
	worker  *push.Worker
	stop    func()
	mu      sync.Mutex
	told    []string
	latest  time.Duration // by how much something was told after it was due
	working sync.Mutex
}

// newLife makes a life that begins at a moment.
func newLife(t *testing.T, begin time.Time) *life {
	t.Helper()
	calendar, err := filing.LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	l := &life{t: t, base: begin, began: time.Now()}
	l.store, err = bolt.Open(bolt.Options{
		Path: filepath.Join(t.TempDir(), "year.db"), Planner: &push.Planner{Calendar: calendar}, Now: l.now, Wake: l.wake,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.store.Close() })
	return l
}

func (l *life) now() time.Time { return l.base.Add(time.Since(l.began)) }

func (l *life) wake() {
	l.working.Lock()
	defer l.working.Unlock()
	if l.worker != nil {
		l.worker.Wake()
	}
}

// work starts a worker; stop ends it, as a restart would.
func (l *life) work() {
	ctx, cancel := context.WithCancel(l.t.Context())
	w := push.NewWorker(push.Options{
		Outbox: l.store, Users: l.store, Filings: l.store, Routes: []push.Route{l}, Quiet: l.quiet, Idle: 24 * time.Hour, PerSecond: 1000, Now: l.now,
		Log: slog.New(slog.DiscardHandler),
	})
	l.working.Lock()
	l.worker = w
	l.working.Unlock()
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	l.stop = func() { cancel(); <-done }
}

func (l *life) Channel() vocab.Channel    { return vocab.ChannelTemplate }
func (l *life) Repeatable() time.Duration { return 10 * time.Minute }
func (l *life) Usable(context.Context, *push.Push, push.User, time.Time) (bool, error) {
	return true, nil
}

// Send takes down what is told, and when.
func (l *life) Send(_ context.Context, p *push.Push) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	what := string(p.Kind)
	if p.Step > 0 {
		what += fmt.Sprint(" ", p.Step)
	}
	l.told = append(l.told, fmt.Sprintf("%s  %-13s %s %s", l.now().In(chinatime.Zone()).Format("2006-01-02 15:04:05"), what, p.Filing, p.Stage))
	l.latest = max(l.latest, l.now().Sub(p.Due))
	return "1", nil
}

func (l *life) report(r filing.Report) {
	l.t.Helper()
	if _, err := l.store.Apply(l.t.Context(), r); err != nil {
		l.t.Fatal(err)
	}
}

func (l *life) follow(id string) {
	l.t.Helper()
	if err := l.store.Adopt(l.t.Context(), id, "u", l.now()); err != nil {
		l.t.Fatal(err)
	}
	if err := l.store.SetNotify(l.t.Context(), "u", id, filing.NotifyAll, l.now()); err != nil {
		l.t.Fatal(err)
	}
}

// until lets time pass.
func (l *life) until(at time.Time) {
	l.t.Helper()
	d := at.Sub(l.now())
	if d < 0 {
		l.t.Fatalf("%v is over", at)
	}
	time.Sleep(d) // the bubble's clock, not the machine's
	synctest.Wait()
}

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, chinatime.Zone())
	if err != nil {
		panic(err)
	}
	return t
}

// TestYear lets a year of two filings pass, with a night in which people are not disturbed, and holds what was told to a golden file.
func TestYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLife(t, at("2026-01-05 10:00"))
		l.quiet = push.DefaultQuiet()
		l.report(filing.Report{ID: "shop", Name: "小鹿花店", Platform: vocab.PlatformWeChat, Stage: vocab.StageNotFiled})
		l.report(filing.Report{ID: "own", Name: "青禾书屋", Platform: vocab.PlatformWeChat, Stage: vocab.StageNotFiled, SelfReported: true})
		l.follow("shop")
		l.follow("own")
		l.work()
		for _, e := range []struct {
			at, id string
			stage  vocab.Stage
		}{
			{"2026-01-05 11:00", "shop", vocab.StagePlatformReview},
			{"2026-01-06 15:00", "shop", vocab.StageSMSPending}, // nobody answers; the first reminder would come in the night
			{"2026-01-07 15:00", "shop", vocab.StageSMSExpired},
			{"2026-01-12 23:30", "shop", vocab.StageSMSPending},      // in the night: told in the morning
			{"2026-01-13 09:30", "shop", vocab.StageAuthorityReview}, // answered: no reminder of it comes
			{"2026-02-02 09:00", "own", vocab.StagePlatformReview},   // stands still
			{"2026-03-20 10:00", "shop", vocab.StageFiled},
			{"2026-04-20 10:00", "own", vocab.StageFaceVerify},
			{"2026-04-20 21:00", "own", vocab.StageSMSPending}, // the face check was passed in time
			{"2026-06-01 14:00", "shop", vocab.StageChanging},
			{"2026-06-03 14:00", "shop", vocab.StageFiled},
		} {
			l.until(at(e.at))
			r := filing.Report{ID: e.id, Stage: e.stage}
			if e.stage == vocab.StageFiled {
				r.Number, r.CertificateExpires = "沪ICP备2026000001号-1X", time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)
			}
			l.report(r)
		}
		l.until(at("2027-01-05 10:00"))
		l.stop()
		if l.latest > time.Minute {
			t.Errorf("something was told %v after it was due", l.latest)
		}
		golden.Equal(t, "year.golden", strings.Join(l.told, "\n")+"\n")
	})
}

// TestAfterAPause: the program was away. What was due meanwhile is told within a minute, once for each matter, and what is over is not told.
func TestAfterAPause(t *testing.T) {
	sms := filing.Report{ID: "a", Stage: vocab.StageSMSPending}
	for _, tt := range []struct {
		name   string
		report filing.Report
		// away and back are how long after the report the program went and came.
		away, back time.Duration
		want       []string
	}{
		{"away while nothing was due", sms, time.Hour, 11 * time.Hour, []string{"change", "12h0m0s sms 1", "22h0m0s sms 2"}},
		{"away when the first reminder was due", sms, time.Hour, 13 * time.Hour, []string{"change", "13h0m0s sms 1", "22h0m0s sms 2"}},
		{"away when both were due", sms, time.Hour, 23 * time.Hour, []string{"change", "23h0m0s sms 2"}},
		{"away until it was over", sms, time.Hour, 25 * time.Hour, []string{"change"}},
		{"away from the beginning", sms, 0, 23 * time.Hour, []string{"23h0m0s change", "23h0m0s sms 2"}},
		{
			"away for a month in which the review took too long",
			filing.Report{ID: "a", Stage: vocab.StagePlatformReview},
			time.Hour, 30 * 24 * time.Hour,
			[]string{"change", "720h0m0s overdue 1"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLife(t, at("2026-01-05 10:00"))
				l.report(filing.Report{ID: "a", Name: "小鹿花店", Platform: vocab.PlatformWeChat, Stage: vocab.StageNotFiled})
				l.follow("a")
				begin := l.now()
				if tt.away > 0 {
					l.work()
				}
				l.report(tt.report)
				l.until(begin.Add(tt.away))
				if tt.away > 0 {
					l.stop()
				}
				l.until(begin.Add(tt.back))
				l.work()
				l.until(begin.Add(60 * 24 * time.Hour))
				l.stop()
				var got []string
				for _, line := range l.told {
					when, what, _ := strings.Cut(line, "  ")
					told, err := time.ParseInLocation("2006-01-02 15:04:05", when, chinatime.Zone())
					if err != nil {
						t.Fatal(err)
					}
					what, _, _ = strings.Cut(what, " a ")
					what = strings.TrimSpace(what)
					if since := told.Sub(begin).Truncate(time.Minute); since > 0 {
						what = since.String() + " " + what
					}
					got = append(got, what)
				}
				if d := cmp.Diff(tt.want, got); d != "" {
					t.Errorf("-want +got:\n%s", d)
				}
			})
		})
	}
}
