// Package storetest is the contract of a store: every implementation is held to the same behaviour by the same tests.
//
// Run holds the tests that read like a description, table by table; Races those in which many act at once; Model compares a store with a
// model so simple that it is obviously right, over random histories. A store's own tests call all three.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Options are what a test wants of the store it is given.
type Options struct {
	Planner store.Planner
	Now     func() time.Time
	Wake    func()
}

// Open makes a new, empty store that is closed when the test ends.
type Open func(t testing.TB, o Options) store.Store

// Run runs the contract.
func Run(t *testing.T, open Open) {
	for _, group := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"Reports", testReports},
		{"Batches", testBatches},
		{"Lists", testLists},
		{"Samples", testSamples},
		{"Codes", testCodes},
		{"Following", testFollowing},
		{"Planning", testPlanning},
		{"Corrections", testCorrections},
		{"Forget", testForget},
		{"Lease", testLease},
		{"Finish", testFinish},
		{"Held", testHeld},
		{"Trail", testTrail},
		{"Telling", testTelling},
		{"Resting", testResting},
		{"Operator", testOperator},
		{"Undelivered", testUndelivered},
		{"Undelivered without an id", testUndeliveredTo},
		{"Pause", testPause},
		{"Quiet", testQuiet},
		{"Outbox lists", testOutboxLists},
		{"Users", testUsers},
		{"Replies", testReplies},
		{"Windows", testWindows},
		{"Guesses", testGuesses},
		{"Questions", testQuestions},
		{"Tallies", testTallies},
		{"Tokens", testTokens},
		{"Contexts", testContexts},
	} {
		t.Run(group.name, func(t *testing.T) { group.run(t, open) })
	}
}

// Start is when every test begins: a Monday morning in China.
var Start = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// Clock is a clock that a test moves.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock makes a clock that stands at Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now returns where it stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves it on.
func (c *Clock) Add(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}

// Planner is the planner of these tests: one push for a change, and two reminders while the SMS is awaited. It is the rule of the push
// package in a form that does not change when the product's reminders do.
type Planner struct{}

// Plan is part of store.Planner.
func (Planner) Plan(s push.Situation) (add []push.Push, drop map[string]vocab.Reason) {
	drop = make(map[string]vocab.Reason)
	wish := make(map[string]filing.Notify)
	for _, f := range s.Followers {
		wish[f.User] = f.Notify
		if !push.Wants(f.Notify, vocab.KindChange, s.Filing.Stage) {
			continue
		}
		if s.Event != nil && s.Event.Moved() && s.Event.Seq > 1 {
			add = append(add, planned(s, f.User, vocab.KindChange, 0, s.Now))
		}
		if s.Filing.Stage == vocab.StageSMSPending {
			add = append(add, planned(s, f.User, vocab.KindSMS, 1, s.Filing.Since.Add(12*time.Hour)),
				planned(s, f.User, vocab.KindSMS, 2, s.Filing.Since.Add(22*time.Hour)))
		}
	}
	for _, p := range s.Open {
		n, tracks := wish[p.User]
		switch {
		case !tracks:
			drop[p.ID] = vocab.ReasonNotTracking
		case !push.Wants(n, vocab.KindChange, p.Stage):
			drop[p.ID] = vocab.ReasonNotWanted
		case p.Seq < s.Filing.StageSeq:
			drop[p.ID] = vocab.ReasonSuperseded
		}
	}
	return add, drop
}

func planned(s push.Situation, user string, kind vocab.Kind, n int, due time.Time) push.Push {
	return push.Push{
		ID: push.NewID(s.Filing.ID, fmt.Sprint(kind, n, s.Filing.StageSeq), user), Filing: s.Filing.ID, User: user, Kind: kind, Step: n,
		Seq: s.Filing.StageSeq, Stage: s.Filing.Stage, Filed: s.Filing, State: push.Pending, Due: due, CreatedAt: s.Now, UpdatedAt: s.Now,
	}
}

// bench is a store under test with what a test needs around it.
type bench struct {
	t     testing.TB
	s     store.Store
	clock *Clock
	woken int
	ctx   context.Context
}

func newBench(t testing.TB, open Open) *bench {
	b := &bench{t: t, clock: NewClock(), ctx: t.Context()}
	b.s = open(t, Options{Planner: Planner{}, Now: b.clock.Now, Wake: func() { b.woken++ }})
	return b
}

func (b *bench) now() time.Time { return b.clock.Now() }

// ok ends the test where there is an error.
func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("unexpected error: %v", err)
	}
}

// is ends the test where err is not the wanted one.
func (b *bench) is(err, want error) {
	b.t.Helper()
	if !errors.Is(err, want) {
		b.t.Fatalf("got error %v, want %v", err, want)
	}
}

// code ends the test where err does not have the code.
func (b *bench) code(err error, want errs.Code) {
	b.t.Helper()
	if errs.CodeOf(err) != want {
		b.t.Fatalf("got error %v, want code %s", err, want)
	}
}

// same ends the test where two values differ.
func (b *bench) same(got, want any) {
	b.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		b.t.Fatalf("difference (-want +got):\n%s", d)
	}
}

// report applies a report of a stage with the clock's time.
func (b *bench) report(id string, stage vocab.Stage) filing.Outcome {
	b.t.Helper()
	out, err := b.s.Apply(b.ctx, filing.Report{ID: id, Name: "小鹿花店 " + id, Province: "上海", Platform: vocab.PlatformWeChat, Stage: stage, Source: filing.FromAPI})
	b.ok(err)
	return out
}

// follow makes a user follow a filing with a wish.
func (b *bench) follow(id, user string, want filing.Notify) {
	b.t.Helper()
	b.ok(b.s.Adopt(b.ctx, id, user, b.now()))
	if want != filing.NotifyNone {
		b.ok(b.s.SetNotify(b.ctx, user, id, want, b.now()))
	}
}

// lease leases all that is due.
func (b *bench) lease(limit int) []push.Push {
	b.t.Helper()
	ps, err := b.s.Lease(b.ctx, b.now(), limit, time.Minute)
	b.ok(err)
	return ps
}

// leaseOne leases exactly one push.
func (b *bench) leaseOne() push.Push {
	b.t.Helper()
	ps := b.lease(10)
	if len(ps) != 1 {
		b.t.Fatalf("leased %d pushes, want 1", len(ps))
	}
	return ps[0]
}

// finish finishes a leased push.
func (b *bench) finish(p push.Push, s push.State, why vocab.Reason) {
	b.t.Helper()
	p.State, p.Reason, p.UpdatedAt = s, why, b.now()
	b.ok(b.s.Finish(b.ctx, p))
}

// waiting lists what waits for a person's next message.
func (b *bench) waiting(user string) []push.Push {
	b.t.Helper()
	return b.waitingFor(user, "the next")
}

// waitingFor lists what waits for the reply to a delivery.
func (b *bench) waitingFor(user, key string) []push.Push {
	b.t.Helper()
	ps, err := b.s.Waiting(b.ctx, user, key, b.now())
	b.ok(err)
	return ps
}

// take takes up to limit of what waits for a person, for the reply to a delivery.
func (b *bench) take(user, key string, limit int) []push.Push {
	b.t.Helper()
	ps := b.waitingFor(user, key)
	ps, err := b.s.Take(b.ctx, key, ps[:min(limit, len(ps))], b.now(), time.Minute)
	b.ok(err)
	return ps
}

// told records that the reply to a person that tells these went out.
func (b *bench) told(user string, ps []push.Push) {
	b.t.Helper()
	b.ok(b.s.Replies().Told(b.ctx, user, refs(ps), b.now()))
}

// tell takes up to limit of what waits for a person and has a reply with it go out. It returns how they are kept then.
func (b *bench) tell(user, key string, limit int) (out []push.Push) {
	b.t.Helper()
	ps := b.take(user, key, limit)
	b.told(user, ps)
	for _, p := range ps {
		out = append(out, b.push(p.ID))
	}
	return out
}

// push reads one push.
func (b *bench) push(id string) push.Push {
	b.t.Helper()
	p, err := b.s.Push(b.ctx, id)
	b.ok(err)
	return p
}

// pushes lists every push, newest first, in small pages.
func (b *bench) pushes(q push.Query) []push.Push {
	b.t.Helper()
	q.Limit = 7
	var all []push.Push
	for {
		page, err := b.s.Pushes(b.ctx, q)
		b.ok(err)
		all = append(all, page.Pushes...)
		if page.Next == "" {
			return all
		}
		q.Cursor = page.Next
	}
}

// states returns the state of every push of a filing, "kind step user: state reason", sorted.
func (b *bench) states(id string) []string {
	b.t.Helper()
	var out []string
	for _, p := range b.pushes(push.Query{Filing: id}) {
		line := string(p.Kind)
		if p.Step > 0 {
			line += string(rune('0' + p.Step))
		}
		line += " " + string(p.Stage) + " " + p.User + ": " + string(p.State)
		if p.Reason != "" {
			line += " " + string(p.Reason)
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func refs(ps []push.Push) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.Ref())
	}
	return out
}

func ids(ps []push.Push) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.ID)
	}
	return out
}
