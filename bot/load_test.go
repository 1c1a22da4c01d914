package main_test

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The long form: go test ./bot -run TestLoad -v -timeout 30m -pending 100000 -window 20s.
var (
	pending = flag.Int("pending", 2000, "how many notices wait in the load test")
	window  = flag.Duration("window", 3*time.Second, "how long each phase of the load test lasts")
)

// loadRate is how many notices a second the load test is configured to send.
const loadRate = 50

// TestLoad has very many notices wait. The worker must keep the configured rate and its memory, and people who ask something must not feel
// it. Phases with the worker paused and at work take turns, so that a busy machine weighs on both alike.
func TestLoad(t *testing.T) {
	skipLong(t)
	for _, tt := range []struct {
		name string
		open func(t *testing.T) (env string, open func() (store.Store, error))
	}{
		{"embedded", func(t *testing.T) (string, func() (store.Store, error)) {
			dir := t.TempDir()
			return "BEIANBOT_DATA_DIR=" + dir, func() (store.Store, error) {
				return bolt.Open(bolt.Options{Path: filepath.Join(dir, service.BoltFile)})
			}
		}},
		{"redis", func(t *testing.T) (string, func() (store.Store, error)) {
			url := redistest.Start(t).URL
			return "BEIANBOT_REDIS_URL=" + url, func() (store.Store, error) { return redis.Open(t.Context(), redis.Options{URL: url}) }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			env, open := tt.open(t)
			s, err := open()
			if err != nil {
				t.Fatal(err)
			}
			seed(t, s, *pending)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			platform, base := account(t)
			p := start(t, append(base, env, fmt.Sprint("BEIANBOT_PUSH_PER_SECOND=", loadRate), "BEIANBOT_LIMITS_MESSAGES_PER_MINUTE=10000", "BEIANBOT_LOG_LEVEL=info")...)
			me := person{platform.Phone("http://"+p.public+"/wechat", ""), t}
			setPaused := func(on bool) {
				path := "/api/v1/pushes/resume"
				if on {
					path = "/api/v1/pushes/pause"
				}
				if status, out := p.api(http.MethodPost, path, nil); status != http.StatusOK {
					t.Fatalf("%d %v", status, out)
				}
				<-time.After(1500 * time.Millisecond) // by then every worker knows
			}
			setPaused(true)
			me.asks(t, *window/2) // warm up
			var idle, busy []time.Duration
			var heaps []float64
			told, worked := 0, time.Duration(0)
			for range 3 {
				idle = append(idle, me.asks(t, *window)...)
				heaps = append(heaps, p.gauge("go_memstats_heap_inuse_bytes"))
				setPaused(false)
				before, begun := len(platform.Delivered("")), time.Now()
				busy = append(busy, me.asks(t, *window)...)
				told, worked = told+len(platform.Delivered(""))-before, worked+time.Since(begun)
				heaps = append(heaps, p.gauge("go_memstats_heap_inuse_bytes"))
				setPaused(true)
			}
			rate := float64(told) / worked.Seconds()
			i99, b99 := quantile(idle, .99), quantile(busy, .99)
			t.Logf("%s: %d notices waiting; %d told in %v: %.1f a second (configured: %d); answers with the worker paused p50 %v p99 %v, at work p50 %v p99 %v (%.2f times); heap %s MiB, resident %.0f MiB",
				tt.name, *pending, told, worked.Round(time.Second), rate, loadRate, quantile(idle, .5), i99, quantile(busy, .5), b99, float64(b99)/float64(i99), inMiB(heaps),
				p.gauge("process_resident_memory_bytes")/(1<<20))
			if rate > loadRate*1.2 || rate < loadRate*.4 {
				t.Errorf("%.1f a second, want about %d", rate, loadRate)
			}
			// The ratio is what is claimed, in a quiet run. A machine that runs other tests beside this one is held to a fifth of the budget.
			if most := max(2*i99, time.Second); b99 > most {
				t.Errorf("answers take %v at the 99th percentile while the worker is busy, want at most %v", b99, most)
			}
			if first, last := heaps[0], heaps[len(heaps)-1]; last > 2*first+32<<20 {
				t.Errorf("the heap grows from %.0f to %.0f bytes", first, last)
			}
		})
	}
}

// seed has n people-and-filings to whom a change is to be told, due now, and one change each.
func seed(t *testing.T, s store.Store, n int) {
	t.Helper()
	const followers = 20
	filings := max(1, n/followers)
	ctx, now := t.Context(), time.Now()
	work := make(chan int)
	var wg sync.WaitGroup
	for range 128 {
		wg.Go(func() {
			for i := range work {
				id := fmt.Sprintf("order-%05d", i)
				report := func(stage vocab.Stage) error {
					_, err := s.Apply(ctx, filing.Report{ID: id, Name: "小鹿花店 " + id, Platform: vocab.PlatformWeChat, Stage: stage})
					return err
				}
				err := report(vocab.StageNotFiled)
				for f := 0; f < followers && err == nil; f++ {
					user := fmt.Sprintf("person-%05d-%02d", i, f)
					if err = s.Adopt(ctx, id, user, now); err == nil {
						err = s.SetNotify(ctx, user, id, filing.NotifyAll, now)
					}
				}
				if err := cmp.Or(err, report(vocab.StageAuthorityRejected)); err != nil {
					t.Errorf("%s: %v", id, err)
				}
			}
		})
	}
	for i := range filings {
		work <- i
	}
	close(work)
	wg.Wait()
}

// asks lets a person ask for as long as d, one question after the other, and returns how long each answer took.
func (p person) asks(t *testing.T, d time.Duration) (took []time.Duration) {
	t.Helper()
	for i, end := 0, time.Now().Add(d); time.Now().Before(end); i++ {
		text := "上海管局要审多久"
		if i%2 == 1 {
			text = "查进度"
		}
		a, err := p.Say(t.Context(), text)
		if err != nil || a.Silent() {
			t.Fatalf("%s: %v", text, err)
		}
		took = append(took, a.Took)
		<-time.After(5 * time.Millisecond)
	}
	return took
}

// gauge reads one metric without labels.
func (p *program) gauge(name string) float64 {
	p.t.Helper()
	res, err := http.Get("http://" + p.admin + "/metrics")
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	for in := bufio.NewScanner(res.Body); in.Scan(); {
		if text, ok := strings.CutPrefix(in.Text(), name+" "); ok {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				p.t.Fatal(err)
			}
			return v
		}
	}
	p.t.Fatalf("no metric %s", name)
	return 0
}

func quantile(ds []time.Duration, q float64) time.Duration {
	s := slices.Sorted(slices.Values(ds))
	return s[min(len(s)-1, int(q*float64(len(s))))].Round(10 * time.Microsecond)
}

func inMiB(bytes []float64) string {
	var out []string
	for _, b := range bytes {
		out = append(out, strconv.Itoa(int(b/(1<<20))))
	}
	return strings.Join(out, " ")
}
