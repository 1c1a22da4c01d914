package demo_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/push"
)

// dueOutbox is an outbox with notices due at some moments, and when it worked off each of them.
type dueOutbox struct {
	now     func() time.Time
	takes   time.Duration // to work off one
	due     []time.Time
	then    map[time.Time]time.Time // what follows from one: it is put off until then
	paused  bool
	failing error
	worked  []time.Time
	most    int // moments due at one time
}

func (o *dueOutbox) NextDue(context.Context) (time.Time, error) {
	if len(o.due) == 0 {
		return time.Time{}, o.failing
	}
	return slices.MinFunc(o.due, time.Time.Compare), o.failing
}

func (o *dueOutbox) Settle(ctx context.Context) error {
	for !o.paused {
		next, _ := o.NextDue(ctx)
		if next.IsZero() || next.After(o.now()) {
			break
		}
		batch := 0
		o.due = slices.DeleteFunc(o.due, func(t time.Time) bool {
			if t.After(o.now()) {
				return false
			}
			batch++
			return true
		})
		o.most = max(o.most, batch)
		o.worked = append(o.worked, o.now())
		if later, ok := o.then[next]; ok {
			o.due = append(o.due, later)
		}
		time.Sleep(o.takes)
	}
	return nil
}

// TestAdvanceStopsAtWhatIsDue: a clock that is moved by a day, or by 400, comes by every moment at which something is
// due, one after the other, and ends where it should.
func TestAdvanceStopsAtWhatIsDue(t *testing.T) {
	const day = 24 * time.Hour
	hoursOn := func(hours ...int) (all []time.Duration) {
		for _, h := range hours {
			all = append(all, time.Duration(h)*time.Hour)
		}
		return all
	}
	daily := func(n int) (all []time.Duration) {
		for i := range n {
			all = append(all, time.Duration(i)*day+3*time.Hour)
		}
		return all
	}
	tests := map[string]struct {
		due    []time.Duration // after the start
		then   map[time.Duration]time.Duration
		takes  time.Duration
		paused bool
		hours  int
		worked []time.Duration
	}{
		"nothing is due":          {hours: 12},
		"nothing is due any more": {due: hoursOn(13), hours: 12},
		"in between":              {due: hoursOn(7, 2), hours: 12, worked: hoursOn(2, 7)},
		"at the very end":         {due: hoursOn(12), hours: 12, worked: hoursOn(12)},
		"due already":             {due: hoursOn(0, 1), hours: 12, worked: hoursOn(0, 1)},
		"put off for the night": {
			due: hoursOn(13), then: map[time.Duration]time.Duration{13 * time.Hour: 23 * time.Hour},
			hours: 24, worked: hoursOn(13, 23),
		},
		"due while another is sent": {
			due: []time.Duration{time.Hour, time.Hour + time.Second}, takes: 2 * time.Second, hours: 12,
			worked: []time.Duration{time.Hour, time.Hour + 2*time.Second},
		},
		"400 days":                    {due: daily(400), hours: 24 * 400, worked: daily(400)},
		"sending is paused":           {due: hoursOn(0, 1), paused: true, hours: 24},
		"sending is paused, long ago": {due: hoursOn(-1, 5), paused: true, hours: 24 * 400},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				out := &dueOutbox{now: w.clock.Now, takes: tt.takes, paused: tt.paused, then: map[time.Time]time.Time{}}
				for _, d := range tt.due {
					out.due = append(out.due, morning.Add(d))
				}
				for from, to := range tt.then {
					out.then[morning.Add(from)] = morning.Add(to)
				}
				begun := time.Now()
				if status, body := advance(t, w, out, tt.hours); status != http.StatusOK {
					t.Fatalf("%d %s", status, body)
				}
				passed := time.Since(begun)
				if want := morning.Add(time.Duration(tt.hours)*time.Hour + passed); !w.clock.Now().Equal(want) {
					t.Errorf("it ends at %v, want %v", w.clock.Now(), want)
				}
				var worked []time.Duration
				for _, at := range out.worked {
					worked = append(worked, at.Sub(morning))
				}
				if !slices.Equal(worked, tt.worked) {
					t.Errorf("worked at %v, want %v", worked, tt.worked)
				}
				if out.most > 1 {
					t.Errorf("%d moments at a time", out.most)
				}
			})
		})
	}
}

// TestAdvanceFails: where the outbox cannot be read the clock does not run past what may be due there.
func TestAdvanceFails(t *testing.T) {
	w := newWorld()
	status, body := advance(t, w, &dueOutbox{now: w.clock.Now, failing: errors.New("down")}, 12)
	if moved := w.clock.Now().Sub(morning); status != http.StatusInternalServerError || moved > time.Hour {
		t.Errorf("%d %s, moved by %v", status, body, moved)
	}
}

// TestAdvanceWaitsForReplies: while a reply that told a notice is not on record, the clock stands still; but not for
// good.
func TestAdvanceWaitsForReplies(t *testing.T) {
	for recordedAfter, want := range map[time.Duration]time.Duration{
		0: 0, 300 * time.Millisecond: 300 * time.Millisecond, time.Hour: 2 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.pushes = []push.Push{{
				ID: "p", State: push.Pending, Due: morning.Add(23 * time.Hour),
				Lease: "reply", LeasedUntil: morning.Add(time.Hour),
			}}
			time.AfterFunc(recordedAfter, func() {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.pushes[0].State, w.pushes[0].Lease = push.Sent, ""
			})
			synctest.Wait()
			begun := time.Now()
			if status, body := advance(t, w, &dueOutbox{now: w.clock.Now}, 12); status != http.StatusOK {
				t.Fatalf("%d %s", status, body)
			}
			if waited := time.Since(begun); waited < want || waited > want+10*time.Millisecond {
				t.Errorf("recorded after %v: the clock waits for %v, want %v", recordedAfter, waited, want)
			}
		})
	}
}

// advance has the person at a page move the clock.
func advance(t *testing.T, w *world, out demo.Outbox, hours int) (status int, body string) {
	t.Helper()
	o := w.options()
	o.Outbox = out
	d, err := demo.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/do/advance", strings.NewReader(fmt.Sprintf(`{"hours":%d}`, hours)))
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, r)
	return rec.Code, rec.Body.String()
}
