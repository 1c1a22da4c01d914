package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Model compares a store with the model over random histories of reports, claims, unbinding, wishes, leases, sends, messages, erasure and
// time. Every answer is compared as it is given, and everything that is kept now and then and at the end.
func Model(t *testing.T, open Open) {
	rapid.Check(t, func(rt *rapid.T) {
		m := &machine{rt: rt, ctx: t.Context(), clock: NewClock(), model: newModel()}
		m.s = open(t, Options{Planner: Planner{}, Now: m.clock.Now})
		defer func() { _ = m.s.Close() }()
		actions := map[string]func(*rapid.T){
			"report": m.report, "report more": m.report, "batch": m.batch, "pass time": m.passTime, "delete": m.deleteFiling,
			"code": m.code, "claim": m.claim, "adopt": m.adopt, "untrack": m.untrack, "notify": m.notify, "notify more": m.notify,
			"lease": m.lease, "lease more": m.lease, "attempt": m.attempt, "finish": m.finish, "finish more": m.finish, "take": m.take, "told": m.told, "pause": m.pause,
			"operate": m.operate, "sweep": m.sweep, "forget": m.forget, "message": m.message, "person": m.person, "guess": m.guess,
			"list": m.list,
		}
		for range 4 { // long enough that most of what can meet does
			rt.Repeat(actions)
			m.compare()
		}
	})
}

// machine drives a store and the model side by side.
type machine struct {
	rt    *rapid.T
	ctx   context.Context
	s     store.Store
	model *model
	clock *Clock
	out   []push.Push // what was ever leased: some of it was lost since
	taken []push.Push // what a reply took last
}

var (
	someFilings = []string{"f1", "f2", "f3"}
	someUsers   = []string{"u1", "u2", "u3"}
	someCodes   = []filing.CodeHash{"h1", "h2"}
	someStages  = []vocab.Stage{vocab.StageNotFiled, vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageFiled, ""}
)

func pick[T any](rt *rapid.T, name string, from ...T) T {
	return rapid.SampledFrom(from).Draw(rt, name)
}

func (m *machine) now() time.Time { return m.clock.Now() }

// same ends the run where two values differ. Empty and missing lists are the same.
func (m *machine) same(what string, got, want any) {
	if d := gocmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateErrors(), cmpopts.IgnoreFields(push.Push{}, "Trail")); d != "" {
		m.rt.Fatalf("%s: difference (-model +store):\n%s", what, d)
	}
}

// errs ends the run where the store's error is not the model's.
func (m *machine) errs(what string, got, want error) {
	if !errors.Is(got, want) || (want == nil) != (got == nil) {
		m.rt.Fatalf("%s: the store says %v, the model %v", what, got, want)
	}
}

func (m *machine) ok(what string, err error) { m.errs(what, err, nil) }

func (m *machine) draw(rt *rapid.T) filing.Report {
	r := filing.Report{
		ID: pick(rt, "filing", someFilings...), Stage: pick(rt, "stage", someStages...), Name: pick(rt, "name", "甲店", "甲店", "乙店", ""),
		Province: pick(rt, "province", "", vocab.ProvinceShanghai, vocab.ProvinceGuangdong), Platform: pick(rt, "platform", "", vocab.PlatformWeChat), Source: filing.FromAPI,
		SelfReported: rapid.Bool().Draw(rt, "self"),
	}
	if ago := pick(rt, "ago", 0, 0, 0, time.Minute, time.Hour, -time.Minute, -time.Hour); ago != 0 {
		r.At = m.now().Add(-ago)
	}
	return r
}

func (m *machine) report(rt *rapid.T) {
	r := m.draw(rt)
	got, err := m.s.Apply(m.ctx, r)
	want, wantErr := m.model.apply(r, m.now())
	m.errs("Apply", err, wantErr)
	m.same("Apply", got, want)
	m.compareFiling(r.ID)
}

func (m *machine) batch(rt *rapid.T) {
	var rs []filing.Report
	for range rapid.IntRange(1, 5).Draw(rt, "n") {
		rs = append(rs, m.draw(rt))
	}
	got, err := m.s.ApplyBatch(m.ctx, rs)
	m.ok("ApplyBatch", err)
	for i, r := range rs {
		want, wantErr := m.model.apply(r, m.now())
		m.errs("ApplyBatch", got[i].Err, wantErr)
		m.same("ApplyBatch", got[i].Outcome, want)
		m.same("ApplyBatch", got[i].ID, r.ID)
	}
}

func (m *machine) passTime(rt *rapid.T) {
	m.clock.Add(pick(rt, "for", time.Millisecond, time.Second, 20*time.Second, time.Minute, 20*time.Minute, 5*time.Hour, 13*time.Hour, 50*time.Hour))
}

func (m *machine) deleteFiling(rt *rapid.T) {
	if pick(rt, "really", true, false, false) {
		id := pick(rt, "filing", someFilings...)
		m.errs("Delete", m.s.Delete(m.ctx, id), m.model.delete(id))
	}
}

func (m *machine) code(rt *rapid.T) {
	id := pick(rt, "filing", someFilings...)
	if pick(rt, "revoke", true, false, false, false) {
		m.errs("RevokeCodes", m.s.RevokeCodes(m.ctx, id), m.model.revoke(id))
		return
	}
	// A hash stands for one code, which is drawn anew each time: it is never issued for two filings.
	h := someCodes[0] + filing.CodeHash("-"+id)
	expires := m.now().Add(pick(rt, "for", time.Minute, time.Hour, 100*time.Hour))
	m.errs("IssueCode", m.s.IssueCode(m.ctx, id, h, expires), m.model.issue(id, h, expires))
}

func (m *machine) claim(rt *rapid.T) {
	h, user := someCodes[0]+filing.CodeHash("-"+pick(rt, "filing", someFilings...)), pick(rt, "user", someUsers...)
	f, known, err := m.s.Claim(m.ctx, h, user, m.now())
	id, wantKnown, wantErr := m.model.claim(h, user, m.now())
	m.errs("Claim", err, wantErr)
	m.same("Claim", f, m.model.filings[id])
	m.same("Claim", known, wantKnown)
}

func (m *machine) adopt(rt *rapid.T) {
	id, user := pick(rt, "filing", someFilings...), pick(rt, "user", someUsers...)
	m.errs("Adopt", m.s.Adopt(m.ctx, id, user, m.now()), m.model.adopt(id, user, m.now()))
}

func (m *machine) untrack(rt *rapid.T) {
	id, user := pick(rt, "filing", someFilings...), pick(rt, "user", someUsers...)
	m.errs("Untrack", m.s.Untrack(m.ctx, user, id, m.now()), m.model.untrack(user, id, m.now()))
}

func (m *machine) notify(rt *rapid.T) {
	id, user := pick(rt, "filing", someFilings...), pick(rt, "user", someUsers...)
	want := pick(rt, "wish", filing.NotifyAll, filing.NotifyAll, filing.NotifyImportant, filing.NotifyNone)
	m.errs("SetNotify", m.s.SetNotify(m.ctx, user, id, want, m.now()), m.model.notify(user, id, want, m.now()))
}

func (m *machine) lease(rt *rapid.T) {
	limit := pick(rt, "limit", 1, 2, 5, 50)
	got, err := m.s.Lease(m.ctx, m.now(), limit, time.Minute)
	m.ok("Lease", err)
	want := m.model.lease(m.now(), limit)
	m.same("Lease", ids(got), ids(want))
	for i, p := range got {
		want[i].State, want[i].Lease, want[i].LeasedUntil = push.Leased, p.Lease, m.now().Add(time.Minute)
		m.same("Lease", p, want[i])
		m.model.pushes[p.ID] = p
	}
	m.out = append(m.out, got...)
}

func (m *machine) attempt(rt *rapid.T) {
	if len(m.out) == 0 {
		return
	}
	i := rapid.IntRange(0, len(m.out)-1).Draw(rt, "which")
	p := m.out[i]
	p.Channel = pick(rt, "channel", vocab.ChannelTemplate, vocab.ChannelCustomer)
	err, wantErr := m.s.Attempt(m.ctx, p, m.now()), m.model.attempt(p, m.now())
	m.errs("Attempt", err, wantErr)
	if err == nil {
		m.out[i] = m.model.pushes[p.ID]
	}
}

func (m *machine) finish(rt *rapid.T) {
	if len(m.out) == 0 {
		return
	}
	p := m.out[rapid.IntRange(0, len(m.out)-1).Draw(rt, "which")]
	p.State = pick(rt, "state", push.Sent, push.Held, push.Pending, push.Dead, push.Dropped)
	p.Reason, p.UpdatedAt, p.Detail, p.Code = vocab.ReasonBusy, m.now(), "busy", -1
	p.Due = m.now().Add(pick(rt, "due", 0, time.Second, time.Hour))
	m.errs("Finish", m.s.Finish(m.ctx, p), m.model.finish(p))
}

// take has a reply tell what waits for somebody: it goes out at once, later, or never.
func (m *machine) take(rt *rapid.T) {
	user, key := pick(rt, "user", someUsers...), pick(rt, "key", "k1", "k2")
	ps, err := m.s.Waiting(m.ctx, user, key, m.now())
	m.ok("Waiting", err)
	m.same("Waiting", ps, m.model.waiting(user, key, m.now()))
	if len(ps) == 0 || pick(rt, "as before", false, true, false) { // what others know of, or knew of once
		ps = m.taken
	}
	if len(ps) == 0 {
		return
	}
	ps = ps[:rapid.IntRange(1, len(ps)).Draw(rt, "n")]
	got, err := m.s.Take(m.ctx, key, ps, m.now(), 30*time.Second)
	m.ok("Take", err)
	var want []string
	for _, p := range ps {
		if m.model.take(p, key, m.now()) {
			want = append(want, p.ID)
		}
	}
	m.same("Take", ids(got), want)
	for _, p := range got {
		q := m.model.pushes[p.ID]
		if q.Lease, q.LeasedUntil = p.Lease, m.now().Add(30*time.Second); p.Lease == "" {
			m.rt.Fatal("taken without a lease")
		}
		m.same("Take", p, q)
		m.model.pushes[p.ID], m.model.takenBy[p.ID] = p, key
	}
	if m.taken = got; rapid.Bool().Draw(rt, "goes out") {
		m.told(rt)
	}
}

func (m *machine) told(rt *rapid.T) {
	user := pick(rt, "user", someUsers...)
	if len(m.taken) > 0 && pick(rt, "his", true, true, false) {
		user = m.taken[0].User
	}
	m.ok("Told", m.s.Replies().Told(m.ctx, user, refs(m.taken), m.now()))
	for _, p := range m.taken {
		m.model.told(p.ID, user, m.now())
	}
}

func (m *machine) pause(rt *rapid.T) {
	m.model.paused = pick(rt, "on", true, false, false)
	p := push.Pause{}
	if m.model.paused {
		p.Since = m.now()
	}
	m.ok("SetPaused", m.s.SetPaused(m.ctx, p))
}

func (m *machine) operate(rt *rapid.T) {
	all := m.known()
	if len(all) == 0 {
		return
	}
	id := pick(rt, "push", all...)
	if rapid.Bool().Draw(rt, "retry") {
		_, err := m.s.Retry(m.ctx, id, m.now())
		m.errs("Retry", err, m.model.retry(id, m.now()))
	} else {
		_, err := m.s.Drop(m.ctx, id, m.now())
		m.errs("Drop", err, m.model.drop(id, m.now()))
	}
}

func (m *machine) known() (all []string) {
	for id := range m.model.pushes {
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}

func (m *machine) sweep(rt *rapid.T) {
	before := m.now().Add(-pick(rt, "ago", 0, time.Minute, 24*time.Hour))
	n, err := m.s.Sweep(m.ctx, before)
	m.ok("Sweep", err)
	m.same("Sweep", n, m.model.sweep(before))
}

func (m *machine) forget(rt *rapid.T) {
	if pick(rt, "really", true, false) {
		user := pick(rt, "user", someUsers...)
		m.ok("Forget", m.s.Forget(m.ctx, user, m.now()))
		m.model.forget(user)
		m.compare()
	}
}

func (m *machine) message(rt *rapid.T) {
	d := chat.Delivery{
		Key: pick(rt, "key", "k1", "k2", "k3"), User: pick(rt, "user", someUsers...), At: m.now(),
		SentAt: m.now().Add(-pick(rt, "sent", 0, time.Second, 2*time.Hour)), Opens: pick(rt, "opens", chat.WindowNone, chat.WindowTap, chat.WindowMessage),
		Lease: 5 * time.Second, Keep: time.Minute,
	}
	got, err := m.s.Replies().Claim(m.ctx, d)
	m.ok("Replies.Claim", err)
	want := m.model.claimDelivery(d)
	if got.Waiting && !want.Waiting && m.model.rested[d.User] { // may be wrong for a moment
		want.Waiting = true
	}
	m.same("Replies.Claim", got, want)
	if rapid.Bool().Draw(rt, "settle") {
		var memory []byte
		if rapid.Bool().Draw(rt, "remember") {
			memory = []byte(fmt.Sprint("memory ", m.now().UnixMilli()))
		}
		reply := fmt.Sprint("reply ", m.now().UnixMilli())
		m.ok("Settle", m.s.Replies().Settle(m.ctx, d, chat.Answer{Reply: []byte(reply), Memory: memory, Told: refs(m.taken)}))
		m.model.settle(d, reply, memory, refs(m.taken))
	}
}

func (m *machine) person(rt *rapid.T) {
	user := pick(rt, "user", someUsers...)
	p := m.model.people[user]
	switch pick(rt, "what", "come", "go", "window", "shut", "add", "use", "none") {
	case "come", "go":
		at, following := m.now().Add(-pick(rt, "ago", 0, time.Hour)), rapid.Bool().Draw(rt, "following")
		m.ok("SetFollowing", m.s.SetFollowing(m.ctx, user, following, at))
		if !at.Before(p.moved) {
			p.left, p.moved = !following, at
		}
	case "window":
		got, err := m.s.UseWindow(m.ctx, user, m.now())
		m.ok("UseWindow", err)
		m.same("UseWindow", got, p.window.Open(m.now()))
		if got {
			p.window.Left--
		}
	case "shut":
		m.ok("CloseWindow", m.s.CloseWindow(m.ctx, user))
		p.window = push.Window{}
	case "add":
		n := pick(rt, "n", 1, 2, -1)
		m.ok("AddCredit", m.s.AddCredit(m.ctx, user, "template", n))
		p.credits = max(0, p.credits+n)
	case "use":
		got, err := m.s.UseCredit(m.ctx, user, "template")
		m.ok("UseCredit", err)
		m.same("UseCredit", got, p.credits > 0)
		p.credits = max(0, p.credits-1)
	case "none":
		m.ok("AddCredit", m.s.AddCredit(m.ctx, user, "template", push.CreditNone))
		p.credits = 0
	}
	m.model.people[user] = p
}

func (m *machine) guess(rt *rapid.T) {
	user := pick(rt, "user", someUsers...)
	if pick(rt, "right", true, false, false, false) {
		if known := rapid.Bool().Draw(rt, "known"); known {
			m.ok("RightGuess", m.s.RightGuess(m.ctx, user, m.now()))
			m.model.takeBack(user, known, m.now())
		} else {
			m.ok("TakeBack", m.s.TakeBack(m.ctx, user, m.now()))
			m.model.takeBack(user, known, m.now())
		}
	}
	for range rapid.IntRange(1, 8).Draw(rt, "n") {
		wait, err := m.s.Guess(m.ctx, user, m.now())
		m.ok("Guess", err)
		m.same("Guess", wait, m.model.guess(user, m.now()))
	}
}

// list compares a list of filings, page by page.
func (m *machine) list(rt *rapid.T) {
	q := filing.Query{
		Stage: pick(rt, "stage", "", vocab.StagePlatformReview, vocab.StageSMSPending), Province: pick(rt, "province", "", vocab.ProvinceShanghai),
		Text: pick(rt, "text", "", "乙", "F1"), Limit: pick(rt, "limit", 1, 2, 10),
	}
	var got []filing.Filing
	for {
		page, err := m.s.Filings(m.ctx, q)
		m.ok("Filings", err)
		if got = append(got, page.Filings...); page.Next == "" {
			break
		}
		q.Cursor = page.Next
	}
	var want []filing.Filing
	for _, f := range m.model.filings {
		text := strings.ToLower(f.ID + "\n" + f.Name + "\n" + f.AppID + "\n" + f.Subject + "\n" + f.Number)
		if (q.Stage == "" || f.Stage == q.Stage) && (q.Province == "" || f.Province == q.Province) && strings.Contains(text, strings.ToLower(q.Text)) {
			want = append(want, f)
		}
	}
	slices.SortFunc(want, func(a, b filing.Filing) int {
		return cmp.Or(b.UpdatedAt.Compare(a.UpdatedAt), strings.Compare(b.ID, a.ID))
	})
	m.same("Filings", got, want)
}
