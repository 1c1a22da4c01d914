package storetest

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// soon is after everything that happens while a fixture is written and gone on from.
const soon = 24 * time.Hour

// notice has the planner add a push for a follower of a filing, and returns it.
func (w *fixtureWriter) notice(id, user string, p push.Push) push.Push {
	w.t.Helper()
	p.User = user
	w.plan.next = []push.Push{p}
	tr, err := w.s.Tracking(w.ctx, user, id)
	w.ok(err)
	w.ok(w.s.SetNotify(w.ctx, user, id, tr.Follower.Notify, w.now()))
	w.plan.next = nil
	page, err := w.s.Pushes(w.ctx, push.Query{Filing: id, Limit: 1})
	w.ok(err)
	w.same(len(page.Pushes), 1)
	w.clock.Add(time.Second)
	return page.Pushes[0]
}

// attempt leases the one push that is due and has it tried by a channel.
func (w *fixtureWriter) attempt(by vocab.Channel) push.Push {
	w.t.Helper()
	p := w.leaseOne()
	p.Channel = by
	w.ok(w.s.Attempt(w.ctx, p, w.now()))
	p.Attempts, p.FirstTry = p.Attempts+1, w.now()
	return p
}

// end finishes a leased push and lets a second pass.
func (w *fixtureWriter) end(p push.Push, s push.State, why vocab.Reason) {
	w.t.Helper()
	w.finish(p, s, why)
	w.clock.Add(time.Second)
}

// pushes leaves pushes in every state but that of the worker, each of another filing.
func (w *fixtureWriter) pushes() {
	now := push.Push{Kind: vocab.KindChange, Due: w.now()}

	w.notice(fixtureID(vocab.StageNotReady), fixtureUser(1), now)
	p := w.attempt(vocab.ChannelTemplate)
	p.MessageID = "4000000001"
	w.end(p, push.Sent, "")

	w.notice(fixtureID(vocab.StageNotFiled), fixtureUser(2), now)
	p = w.attempt(vocab.ChannelSubscription)
	p.MessageID = "4000000002"
	w.end(p, push.Sent, "")

	w.notice(fixtureID(vocab.StageEntranceClosed), fixtureUser(3), now)
	w.end(w.attempt(vocab.ChannelCustomer), push.Sent, "")

	// Sent, and undelivered: it waits for the person.
	w.notice(fixtureID(vocab.StagePlatformReview), fixtureUser(5), now)
	p = w.attempt(vocab.ChannelTemplate)
	p.MessageID = "4000000003"
	w.end(p, push.Sent, "")
	w.ok(w.s.Undelivered(w.ctx, "4000000003", "failed:user block", w.now()))
	w.ok(w.s.Undelivered(w.ctx, "4000000009", "failed: system failed", w.now())) // of a message that nobody knows yet

	// Put off: after an attempt that may have got through, by a quota, by the night.
	w.notice(fixtureID(vocab.StagePlatformRejected), fixtureUser(6), now)
	p = w.attempt(vocab.ChannelTemplate)
	p.Due, p.Code, p.Detail = w.now().Add(soon), -1, "system error"
	w.end(p, push.Pending, vocab.ReasonBusy)
	w.notice(fixtureID(vocab.StageSMSPending), fixtureUser(7), push.Push{
		Kind: vocab.KindSMS, Step: 2, Due: w.now(), Deadline: w.now().Add(20 * time.Hour),
		Until: w.now().Add(18 * time.Hour),
	})
	p = w.attempt(vocab.ChannelTemplate)
	p.Due, p.FirstTry, p.Code, p.Detail = w.now().Add(soon), time.Time{}, 45009, "reach max api daily quota limit"
	w.end(p, push.Pending, vocab.ReasonQuota)
	w.notice(fixtureID(vocab.StageSMSExpired), fixtureUser(8), now)
	p = w.leaseOne()
	p.Due = w.now().Add(soon)
	w.end(p, push.Pending, vocab.ReasonQuiet)

	// Held: for the next message, by a refusal, and just being told by a reply.
	w.notice(fixtureID(vocab.StageAuthorityReview), fixtureUser(9), now)
	w.end(w.leaseOne(), push.Held, vocab.ReasonNoRoute)
	w.notice(fixtureID(vocab.StageAuthorityRejected), fixtureUser(10), now)
	p = w.attempt(vocab.ChannelCustomer)
	p.FirstTry, p.Code, p.Detail = time.Time{}, 48001, "api unauthorized"
	w.end(p, push.Held, vocab.ReasonForbidden)
	w.notice(fixtureID(vocab.StageFiled), fixtureUser(11), now)
	w.end(w.leaseOne(), push.Held, vocab.ReasonNoRoute)
	ps := w.waitingFor(fixtureUser(11), "m-telling")
	ps, err := w.s.Take(w.ctx, "m-telling", ps, w.now(), time.Hour)
	w.ok(err)
	w.same(len(ps), 1)

	// Told with a reply.
	w.notice(fixtureID(vocab.StagePlatformRejected), fixtureTold, now)
	w.end(w.leaseOne(), push.Held, vocab.ReasonNoRoute)
	w.same(len(w.tell(fixtureTold, "m-tells", 5)), 1)
	w.clock.Add(time.Second)

	// Ended without being told.
	w.notice(fixtureID(vocab.StageChanging), fixtureUser(12), now)
	p = w.attempt(vocab.ChannelTemplate)
	p.FirstTry, p.Code, p.Detail = time.Time{}, 43004, "require subscribe"
	w.end(p, push.Dead, vocab.ReasonUserGone)
	p = w.notice(fixtureID(vocab.StageCancelling), fixtureUser(1), now)
	_, err = w.s.Drop(w.ctx, p.ID, w.now())
	w.ok(err)
	w.notice(fixtureID(vocab.StageUnknown), fixtureUser(4), now)
	for _, to := range []vocab.Stage{vocab.StagePlatformReview, vocab.StageUnknown} { // which replaces it
		_, err = w.s.Apply(w.ctx, filing.Report{ID: fixtureID(vocab.StageUnknown), Stage: to, Source: filing.FromAPI})
		w.ok(err)
	}

	// Still to come, of each kind.
	for _, k := range []vocab.Kind{
		vocab.KindFace, vocab.KindOverdue, vocab.KindPSBFiling, vocab.KindCertificate,
		vocab.KindStalled,
	} {
		later := push.Push{Kind: k, Step: 1, Due: w.now().Add(soon)}
		if k == vocab.KindFace || k == vocab.KindPSBFiling {
			later.Deadline, later.Until = later.Due.Add(2*time.Hour), later.Due.Add(time.Hour)
		}
		w.notice(fixtureID(vocab.StageFaceVerify), fixtureUser(4), later)
	}
}

// leasedPush leaves a push with a worker, that an operator had sent once more and that is just being tried.
func (w *fixtureWriter) leasedPush() {
	p := w.notice(fixtureID(vocab.StageWithdrawn), fixtureUser(3), push.Push{Kind: vocab.KindChange, Due: w.now()})
	w.end(w.leaseOne(), push.Held, vocab.ReasonContent)
	_, err := w.s.Retry(w.ctx, p.ID, w.now())
	w.ok(err)
	p = w.attempt(vocab.ChannelTemplate)
	w.facts.Secrets["lease"] = p.Lease
}

// fixtureLists are the lists of which a fixture has cursors.
var fixtureLists = []struct {
	name    string
	filings filing.Query
	pushes  push.Query
}{
	{name: "filings", filings: filing.Query{Limit: 5}},
	{name: "filings of a province", filings: filing.Query{Province: "上海", Limit: 2}},
	{name: "filings of a stage", filings: filing.Query{Stage: vocab.StagePlatformReview, Limit: 1}},
	{name: "filings by text", filings: filing.Query{Text: "小鹿", Limit: 3}},
	{name: "pushes", pushes: push.Query{Limit: 5}},
	{name: "pushes of a state", pushes: push.Query{State: push.Pending, Limit: 2}},
	{name: "pushes of a filing", pushes: push.Query{Filing: fixtureID(vocab.StageFaceVerify), Limit: 2}},
	{name: "pushes of a reason", pushes: push.Query{Reason: vocab.ReasonNoRoute, Limit: 1}},
}

// cursors notes where the second page of each list begins.
func (w *fixtureWriter) cursors() {
	for _, x := range fixtureLists {
		_, next := w.page(x.filings, x.pushes)
		if next == "" {
			w.t.Errorf("%s: there is no second page", x.name)
		}
		w.facts.Cursors[x.name] = next
	}
}

// page reads one page of the list that is given: of filings where they have a limit, else of pushes.
func (b *bench) page(f filing.Query, p push.Query) (found []string, next string) {
	b.t.Helper()
	if f.Limit > 0 {
		page, err := b.s.Filings(b.ctx, f)
		b.ok(err)
		for _, x := range page.Filings {
			found = append(found, x.ID)
		}
		return found, page.Next
	}
	page, err := b.s.Pushes(b.ctx, p)
	b.ok(err)
	return ids(page.Pushes), page.Next
}
