package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// The short form is for every run of the tests. The long one: go test ./bot -run TestCrash -v -timeout 60m -kills 50 -changes 2000.
var (
	kills   = flag.Int("kills", 4, "how often the crash tests kill the program or Redis")
	changes = flag.Int("changes", 160, "how many changes the crash tests fan out")
)

// TestCrash kills the program (SIGKILL), or Redis, again and again while changes fan out to people, over a platform that is slow, loses
// answers and refuses some calls. In the end every change must be told, or replaced by a later one that was; none twice; all in order.
func TestCrash(t *testing.T) {
	skipLong(t)
	for _, tt := range []struct {
		name     string
		redis    bool
		replicas int
		// killRedis kills Redis instead of the program.
		killRedis bool
	}{
		{"embedded", false, 1, false},
		{"redis", true, 1, false},
		{"redis itself", true, 1, true},
		{"two replicas on one redis", true, 2, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHarness(t, *changes)
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
			h.spoil()
			begun := time.Now()
			done := make(chan struct{})
			go func() { h.fanOut(t.Context()); close(done) }()
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
			<-done
			h.settle()
			h.check(fmt.Sprintf("%s: %d kills, %v", tt.name, killed, time.Since(begun).Round(time.Second)))
		})
	}
}

// perPerson is how many filings a person follows.
const perPerson = 8

// stagesInTurn are what a filing goes through in these tests: every step is one that all who follow it are told.
var stagesInTurn = []vocab.Stage{vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageAuthorityRejected, vocab.StagePlatformReview}

// harness is a platform, the program on it, and people who follow filings.
type harness struct {
	t        *testing.T
	platform *wechattest.Platform
	env      []string
	redis    *redistest.Server
	filings  []string
	rounds   int
	lost     int // answers that the platform was told to lose

	mu       sync.Mutex
	people   []string // by openid
	programs []*program
	next     atomic.Int64
}

func newHarness(t *testing.T, changes int) *harness {
	platform, env := account(t)
	h := &harness{t: t, platform: platform, rounds: 4}
	h.env = append(env, "BEIANBOT_PUSH_LEASE=5s", "BEIANBOT_PUSH_PER_SECOND=400", "BEIANBOT_PUSH_PARALLEL=8",
		"BEIANBOT_LIMITS_MESSAGES_PER_MINUTE=10000", "BEIANBOT_LOG_LEVEL=info")
	for i := range max(changes/h.rounds, perPerson) {
		h.filings = append(h.filings, fmt.Sprintf("order-%04d", i))
	}
	return h
}

// prepare has people follow the filings.
func (h *harness) prepare() {
	t := h.t
	webhook := "http://" + h.programs[0].public + "/wechat"
	var wg sync.WaitGroup
	for group := range slices.Chunk(h.filings, perPerson) {
		wg.Go(func() {
			me := person{h.platform.Phone(webhook, ""), t}
			h.mu.Lock()
			h.people = append(h.people, me.OpenID())
			h.mu.Unlock()
			for _, id := range group {
				if !h.report(t.Context(), id, vocab.StagePlatformReview) {
					t.Errorf("%s is not reported", id)
				}
				status, out := h.call(t.Context(), http.MethodPost, "/api/v1/filings/"+id+"/code", nil)
				code, _ := out["code"].(string)
				if status != http.StatusOK {
					t.Errorf("no code for %s: %d %v", id, status, out)
				}
				wants(t, "the code", me.says(code), "绑定好了")
			}
			wants(t, "订阅通知", me.says("全部通知"), "会告诉您")
		})
	}
	wg.Wait()
}

// spoil lets the platform go bad.
func (h *harness) spoil() {
	const send = "/cgi-bin/message/template/send"
	for range 4 * len(h.filings) * h.rounds {
		f := wechattest.Fault{Path: send, Delay: rand.N(40 * time.Millisecond)}
		switch rand.N(20) {
		case 0, 1:
			f.DropAfter = true
			h.lost++
		case 2:
			f.DropBefore = true
		case 3:
			f.Code = -1
		case 4:
			f.Status = http.StatusBadGateway
		}
		h.platform.Script(f)
	}
}

// fanOut reports all changes, those of a filing in order, over about as long as the killing takes. What gets no answer is reported again.
func (h *harness) fanOut(ctx context.Context) {
	const reporters = 4
	pause := time.Duration(*kills) * 1500 * time.Millisecond * reporters / time.Duration(len(h.filings)*h.rounds)
	var wg sync.WaitGroup
	for n := range reporters {
		wg.Go(func() {
			for r := range h.rounds {
				for i := n; i < len(h.filings); i += reporters {
					for !h.report(ctx, h.filings[i], stagesInTurn[r%len(stagesInTurn)]) && ctx.Err() == nil {
						<-time.After(50 * time.Millisecond)
					}
					<-time.After(pause)
				}
			}
		})
	}
	wg.Wait()
}

func (h *harness) report(ctx context.Context, id string, s vocab.Stage) bool {
	status, _ := h.call(ctx, http.MethodPut, "/api/v1/filings/"+id, map[string]any{"name": "小鹿花店 " + id, "platform": "wechat", "stage": s})
	return status == http.StatusOK
}

// call calls the API of one of the programs; the status is 0 where it does not answer.
func (h *harness) call(ctx context.Context, method, path string, body any) (int, map[string]any) {
	h.mu.Lock()
	p := h.programs[int(h.next.Add(1))%len(h.programs)]
	h.mu.Unlock()
	data, err := json.Marshal(body)
	if err != nil {
		h.t.Error(err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+p.admin+path, bytes.NewReader(data))
	if err != nil {
		return 0, nil
	}
	req.Header.Set("Authorization", "Bearer "+adminToken)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	out := map[string]any{}
	if data, err = io.ReadAll(res.Body); err != nil || json.Unmarshal(data, &out) != nil {
		return 0, nil
	}
	return res.StatusCode, out
}

// kill ends a program at once and starts it again.
func (h *harness) kill(i int) {
	h.mu.Lock()
	p := h.programs[i]
	h.mu.Unlock()
	if err := p.cmd.Process.Kill(); err != nil {
		h.t.Fatal(err)
	}
	<-p.exited
	p = start(h.t, h.env...)
	h.mu.Lock()
	h.programs[i] = p
	h.mu.Unlock()
}

// pushes lists all changes that were to be told.
func (h *harness) pushes(query string) (all []push.Push) {
	h.t.Helper()
	cursor := ""
	for {
		status, out := h.call(h.t.Context(), http.MethodGet, "/api/v1/pushes?limit=500&cursor="+cursor+query, nil)
		if status != http.StatusOK {
			h.t.Fatalf("pushes: %d %v", status, out)
		}
		data, err := json.Marshal(out["pushes"])
		if err != nil {
			h.t.Fatal(err)
		}
		var page []push.Push
		if err := json.Unmarshal(data, &page); err != nil {
			h.t.Fatal(err)
		}
		for _, p := range page {
			if p.Kind == vocab.KindChange {
				all = append(all, p)
			}
		}
		if cursor, _ = out["next"].(string); cursor == "" {
			return all
		}
	}
}

// settle waits until nothing is under way any more.
func (h *harness) settle() {
	h.t.Helper()
	var open []push.Push
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); {
		// One list of all: asked for state by state, one that is being tried and put off again could be missed by both.
		open = slices.DeleteFunc(h.pushes(""), func(p push.Push) bool { return p.State != push.Pending && p.State != push.Leased })
		if len(open) == 0 {
			return
		}
		<-time.After(200 * time.Millisecond)
	}
	for _, p := range open {
		h.t.Logf("%+v", p)
	}
	h.t.Fatal("it does not come to an end")
}

// check holds what the program says against what the platform delivered, and prints the figures.
func (h *harness) check(title string) {
	t := h.t
	t.Helper()
	all := h.pushes("")
	byID := map[string]push.Push{}
	states := map[string]int{}
	newest := map[string]push.Push{} // of each filing, which is one person's
	for _, p := range all {
		byID[p.ID] = p
		states[string(p.State)+" "+string(p.Reason)]++
		if p.Seq > newest[p.Filing].Seq {
			newest[p.Filing] = p
		}
	}
	delivered := map[string]int{}
	last := map[string]int64{}
	duplicates, disorder, lost := 0, 0, 0
	for _, d := range h.platform.Delivered("") {
		p, ok := byID[d.ClientMsgID]
		if !ok {
			continue // a reminder
		}
		if delivered[p.ID]++; delivered[p.ID] > 1 {
			duplicates++
		}
		if p.Seq <= last[p.Filing] {
			disorder++
		}
		last[p.Filing] = p.Seq
	}
	for _, p := range all {
		switch p.State {
		case push.Sent:
			if delivered[p.ID] == 0 {
				lost++
				t.Logf("not delivered: %+v", p)
			}
		case push.Held: // told with the next message
		case push.Dropped:
			if p.Reason != vocab.ReasonSuperseded || p.Seq == newest[p.Filing].Seq {
				lost++
				t.Logf("dropped: %+v", p)
			}
		default:
			lost++
			t.Logf("%s: %+v", p.State, p)
		}
	}
	lost += len(h.filings)*h.rounds - len(all)
	calls := h.platform.Calls("/cgi-bin/message/template/send")
	t.Logf("%s; %d changes, %d notices (%v), %d delivered in %d calls; lost %d, duplicates %d, out of order %d",
		title, len(h.filings)*h.rounds, len(all), states, len(delivered), calls, lost, duplicates, disorder)
	if lost != 0 || duplicates != 0 || disorder != 0 {
		t.Error("see the figures")
	}
}
