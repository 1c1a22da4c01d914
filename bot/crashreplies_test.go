package main_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// TestCrashReplies kills the program (SIGKILL), or Redis, again and again while changes are told with the replies to people's own messages, to
// an account that cannot write by itself. The platform repeats what got no answer. In the end every change must have come in a reply that
// was received, or be replaced by a later one. A kill between the writing of a reply and the record of it tells its notices once more.
func TestCrashReplies(t *testing.T) {
	skipLong(t)
	for _, tt := range []struct {
		name      string
		redis     bool
		replicas  int
		killRedis bool
		// long tells that it is left out in the short form.
		long bool
	}{
		{"embedded", false, 1, false, false},
		{"redis", true, 1, false, true},
		{"redis itself", true, 1, true, true},
		{"two replicas on one redis", true, 2, false, false},
	} {
		if tt.long && *kills < 10 {
			continue
		}
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t, *changes)
			h.env = append(h.env, "BEIANBOT_WECHAT_STATUS_TEMPLATE=", "BEIANBOT_WECHAT_CUSTOMER_MESSAGES=false", "BEIANBOT_LIMITS_REPLY_BUDGET=2s")
			if tt.redis {
				h.redis = redistest.Start(t)
				h.env = append(h.env, "BEIANBOT_REDIS_URL="+h.redis.URL)
			} else {
				h.env = append(h.env, "BEIANBOT_DATA_DIR="+t.TempDir())
			}
			for range tt.replicas {
				h.programs = append(h.programs, start(t, h.env...))
			}
			h.prepare()
			begun := time.Now()
			changed := make(chan struct{})
			go func() { h.fanOut(t.Context()); close(changed) }()
			r := &readers{h: h, seen: map[string]int{}}
			ctx, stop := context.WithCancel(t.Context())
			var talking sync.WaitGroup
			for _, me := range h.people {
				talking.Go(func() {
					for ctx.Err() == nil {
						r.asks(t.Context(), me)
						<-time.After(rand.N(100 * time.Millisecond))
					}
				})
			}
			killed := 0
			for ; killed < *kills; killed++ {
				<-time.After(100*time.Millisecond + rand.N(900*time.Millisecond))
				if tt.killRedis {
					h.redis.Kill()
					<-time.After(rand.N(500 * time.Millisecond))
					if err := h.redis.Restart(); err != nil {
						t.Fatal(err)
					}
				} else {
					h.kill(rand.N(tt.replicas))
				}
			}
			<-changed
			stop()
			talking.Wait()
			h.settle()
			r.finish()
			r.check(fmt.Sprintf("%s: %d kills, %v", tt.name, killed, time.Since(begun).Round(time.Second)), killed)
		})
	}
}

// readers are the people who write, and what they read.
type readers struct {
	h *harness

	mu       sync.Mutex
	messages int
	cut      int            // connections that broke before the answer
	lost     int            // messages that never got an answer
	seen     map[string]int // notices read, by filing and stage
}

var toldInReply = regexp.MustCompile(`「小鹿花店 (order-\d+)」[^\n]* 起：(\S+)`)

// asks has somebody ask for what was kept for him. The platform delivers his message up to three times, until it gets an answer; now and then
// its connection breaks first.
func (r *readers) asks(ctx context.Context, me string) {
	h := r.h
	c := written(h.t, h.platform.Account(), me, "看通知")
	r.mu.Lock()
	r.messages++
	r.mu.Unlock()
	for try := range 3 {
		if try > 0 {
			<-time.After(2500 * time.Millisecond)
		}
		wait := 5 * time.Second
		if try == 0 && rand.N(8) == 0 {
			wait = rand.N(30 * time.Millisecond)
		}
		a, err := r.delivers(ctx, c, me, wait)
		r.mu.Lock()
		if err == nil && a.Status == 200 {
			for _, m := range toldInReply.FindAllStringSubmatch(a.Text, -1) {
				r.seen[m[1]+" "+m[2]]++
			}
			r.mu.Unlock()
			return
		}
		r.cut++
		r.mu.Unlock()
	}
	r.mu.Lock()
	r.lost++
	r.mu.Unlock()
}

// delivers delivers a message to one of the programs.
func (r *readers) delivers(ctx context.Context, c wechattest.Callback, me string, wait time.Duration) (*wechattest.Answer, error) {
	h := r.h
	h.mu.Lock()
	p := h.programs[int(h.next.Add(1))%len(h.programs)]
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return h.platform.Phone("http://"+p.public+"/wechat", me).Redeliver(ctx, c)
}

// finish has everybody read until nothing waits any more. What a reply that was lost had taken comes back after half a minute.
func (r *readers) finish() {
	h := r.h
	for end := time.Now().Add(3 * time.Minute); time.Now().Before(end); {
		if len(h.pushes("&state=held")) == 0 {
			return
		}
		for _, me := range h.people {
			r.asks(h.t.Context(), me)
		}
		<-time.After(500 * time.Millisecond)
	}
	h.t.Errorf("still kept: %+v", h.pushes("&state=held"))
}

// check holds what the program says against what people read, and prints the figures.
func (r *readers) check(title string, killed int) {
	h, t := r.h, r.h.t
	t.Helper()
	all := h.pushes("")
	newest := map[string]push.Push{}
	for _, p := range all {
		if p.Seq > newest[p.Filing].Seq {
			newest[p.Filing] = p
		}
	}
	lost, twice := len(h.filings)*h.rounds-len(all), 0
	states := map[string]int{}
	for _, p := range all {
		states[string(p.State)+" "+string(p.Reason)]++
		n := r.seen[p.Filing+" "+p.Stage.Chinese()]
		twice += max(0, n-1)
		switch {
		case p.State == push.Sent && p.Channel == vocab.ChannelReply && n > 0:
		case p.State == push.Dropped && p.Reason == vocab.ReasonSuperseded && p.Seq < newest[p.Filing].Seq:
		default:
			lost++
			t.Logf("read %d times: %+v", n, p)
		}
	}
	t.Logf("%s; %d changes, %d notices (%v), %d read in replies to %d messages (%d connections cut, %d never answered); lost %d, told twice %d",
		title, len(h.filings)*h.rounds, len(all), states, len(r.seen), r.messages, r.cut, r.lost, lost, twice)
	if lost != 0 || twice > 2*killed {
		t.Error("see the figures")
	}
}
