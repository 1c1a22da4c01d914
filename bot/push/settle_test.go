package push_test

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// slowRoad takes ten seconds for each message; several may be on it at once.
type slowRoad struct {
	*road
	mu sync.Mutex
}

func (s *slowRoad) Send(ctx context.Context, p *push.Push) (string, error) {
	time.Sleep(10 * time.Second)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.road.Send(ctx, p)
}

func (s *slowRoad) sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// TestSettle: it returns only when what was due is done, also what the running worker had in hand, and leaves what is
// due later.
func TestSettle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &box{pushes: map[string]*push.Push{}}
		begun := time.Now()
		add := func(n int, due time.Time) {
			for i := range n {
				id := strconv.Itoa(i) + due.String()
				b.pushes[id] = &push.Push{ID: id, Seq: 2, State: push.Pending, Due: due, CreatedAt: begun}
			}
		}
		add(40, begun)
		add(3, begun.Add(24*time.Hour))
		who := &people{
			tracking: filing.Tracking{
				Filing: filing.Filing{StageSeq: 2}, Follower: filing.Follower{Notify: filing.NotifyAll},
			},
			user: push.User{Following: true},
		}
		r := &slowRoad{road: &road{channel: vocab.ChannelTemplate, usable: true, answers: []error{nil}}}
		v := &valve{}
		w := push.NewWorker(push.Options{
			Outbox: b, Users: who, Filings: who, Routes: []push.Route{r}, Switch: v,
			Log: slog.New(slog.DiscardHandler),
		})
		count := func(s push.State) (n int) {
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, p := range b.pushes {
				if p.State == s {
					n++
				}
			}
			return n
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { w.Run(ctx); close(done) }()
		time.Sleep(time.Second)
		if count(push.Leased) == 0 {
			t.Fatal("the running worker has nothing in hand")
		}
		hasty, stop := context.WithTimeout(ctx, time.Second)
		defer stop()
		if err := w.Settle(hasty); err == nil {
			t.Error("it does not wait for the round under way")
		}
		if err := w.Settle(ctx); err != nil {
			t.Fatal(err)
		}
		if count(push.Sent) != 40 || count(push.Pending) != 3 || r.sent() != 40 {
			t.Errorf("settled with %d sent, %d pending and %d calls", count(push.Sent), count(push.Pending), r.sent())
		}
		if err := v.SetPaused(ctx, push.Pause{Since: time.Now()}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(24 * time.Hour)
		if err := w.Settle(ctx); err != nil || count(push.Pending) != 3 {
			t.Errorf("while sending is paused: %v, %d pending", err, count(push.Pending))
		}
		cancel()
		<-done
	})
}
