package storetest

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// testFilings reports on each filing, refuses an old report, and erases.
func (x *fixture) testFilings(t *testing.T) {
	b, _ := x.load(t)
	page, err := b.s.Filings(b.ctx, filing.Query{Limit: 500})
	b.ok(err)
	for _, f := range page.Filings {
		was, err := b.s.History(b.ctx, f.ID)
		b.ok(err)
		_, err = b.s.Apply(b.ctx, filing.Report{
			ID: f.ID, Stage: vocab.StageEntranceClosed,
			At: f.ReportedAt.Add(-time.Second),
		})
		b.code(err, filing.CodeStaleReport)
		to := vocab.StageAuthorityReview
		if f.Stage == to {
			to = vocab.StageFiled
		}
		out, err := b.s.Apply(b.ctx, filing.Report{ID: f.ID, Stage: to, Source: filing.FromAPI})
		b.ok(err)
		want := f
		want.Stage, want.Since, want.SinceSeq, want.Seq, want.StageSeq = to, out.Filing.ReportedAt, 0, f.Seq+1, f.Seq+1
		want.UpdatedAt, want.ReportedAt, want.Source = b.now(), out.Filing.ReportedAt, filing.FromAPI
		want.Reasons, want.Number, want.FiledAt = nil, out.Filing.Number, out.Filing.FiledAt
		b.same(out.Filing, want)
		history, err := b.s.History(b.ctx, f.ID)
		b.ok(err)
		b.same(history[:len(was)], was)
		b.same(len(history), len(was)+1)
	}
	counts, err := b.s.StageCounts(b.ctx)
	b.ok(err)
	b.same(counts[vocab.StageAuthorityReview]+counts[vocab.StageFiled], len(page.Filings))
	samples, err := b.s.Samples(b.ctx, vocab.StageAuthorityReview, "", "", time.Time{})
	b.ok(err)
	if len(samples) == 0 {
		t.Error("no stays are left")
	}
	for _, f := range page.Filings {
		b.ok(b.s.Delete(b.ctx, f.ID))
	}
	page, err = b.s.Filings(b.ctx, filing.Query{})
	b.ok(err)
	b.same(len(page.Filings), 0)
	b.same(len(b.pushes(push.Query{})), 0)
}

// testFollowers binds by codes, changes wishes, ends following and forgets everybody.
func (x *fixture) testFollowers(t *testing.T) {
	b, _ := x.load(t)
	id := fixtureID(vocab.StageSMSPending)
	f, known, err := b.s.Claim(b.ctx, filing.HashCode(goodCode), fixtureStranger, b.now())
	b.ok(err)
	b.same([]any{f.ID, known}, []any{id, false})
	_, known, err = b.s.Claim(b.ctx, filing.HashCode(goodCode), fixtureUser(7), b.now())
	b.ok(err)
	b.same(known, true)
	for _, code := range []string{expiredCode, revokedCode} {
		_, _, err = b.s.Claim(b.ctx, filing.HashCode(code), fixtureStranger, b.now())
		b.is(err, filing.ErrBadCode)
	}
	b.ok(b.s.RevokeCodes(b.ctx, id))
	_, _, err = b.s.Claim(b.ctx, filing.HashCode(goodCode), fixtureUser(8), b.now())
	b.is(err, filing.ErrBadCode)

	b.ok(b.s.SetNotify(b.ctx, fixtureImportant, fixtureID(vocab.StageFiled), filing.NotifyAll, b.now()))
	tr, err := b.s.Tracking(b.ctx, fixtureImportant, fixtureID(vocab.StageFiled))
	b.ok(err)
	b.same(tr.Follower.Notify, filing.NotifyAll)
	b.ok(b.s.Untrack(b.ctx, fixtureUser(9), fixtureID(vocab.StageAuthorityReview), b.now()))
	b.same(b.states(fixtureID(vocab.StageAuthorityReview)),
		[]string{"change authority_review oFixture9: dropped not_tracking"})

	for _, user := range x.facts.Users {
		b.ok(b.s.Forget(b.ctx, user, b.now()))
		tracked, err := b.s.Tracked(b.ctx, user)
		b.ok(err)
		b.same(len(tracked), 0)
		u, err := b.s.User(b.ctx, user)
		b.ok(err)
		b.same(u, push.User{Following: true})
		c, err := b.s.Replies().Claim(b.ctx, fixtureDelivery(user, "next", b.now()))
		b.ok(err)
		b.same(c, chat.Claim{State: chat.ClaimFirst})
	}
	for _, p := range b.pushes(push.Query{}) {
		if p.State != push.Leased { // which its worker ends
			t.Errorf("left of a forgotten person: %+v", p)
		}
	}
}

// testPushes finishes what a worker had, tells what waits, sends what is put off, and lets an operator act.
func (x *fixture) testPushes(t *testing.T) {
	b, _ := x.load(t)
	b.same(len(b.waiting(fixtureUser(9))), 0) // while sending is paused
	b.ok(b.s.SetPaused(b.ctx, push.Pause{}))
	b.same(len(b.waiting(fixtureUser(11))), 0) // another reply is telling it
	b.same(len(b.waitingFor(fixtureUser(11), "m-telling")), 1)
	for _, user := range []string{fixtureUser(5), fixtureUser(7), fixtureUser(8), fixtureUser(9), fixtureUser(10)} {
		told := b.tell(user, "m-now", 5)
		b.same(len(told), 1)
		b.same([]any{told[0].State, told[0].Channel}, []any{push.Sent, vocab.ChannelReply})
		if n := len(told[0].Trail); n < 2 {
			t.Errorf("%s: %d moments in the trail", user, n)
		}
	}

	leased := b.pushes(push.Query{State: push.Leased})
	b.same(len(leased), 1)
	p := leased[0]
	wrong := p
	wrong.Lease, wrong.State = "another", push.Sent
	b.is(b.s.Finish(b.ctx, wrong), push.ErrLeaseLost)
	p.Lease, p.MessageID = x.facts.Secrets["lease"], "4000000009" // of which the platform has spoken already
	b.finish(p, push.Sent, "")
	p = b.push(p.ID)
	b.same([]any{p.State, p.Reason, p.Detail}, []any{push.Held, vocab.ReasonUndelivered, "failed: system failed"})
	b.ok(b.s.Undelivered(b.ctx, "4000000001", "failed:user block", b.now()))
	b.same(b.pushes(push.Query{Filing: fixtureID(vocab.StageNotReady)})[0].Reason, vocab.ReasonUndelivered)
	b.ok(b.s.UndeliveredTo(b.ctx, fixtureUser(3), vocab.ChannelCustomer, Start, "failed", b.now()))
	b.same(b.pushes(push.Query{Filing: fixtureID(vocab.StageEntranceClosed)})[0].Reason, vocab.ReasonUndelivered)

	dead := b.pushes(push.Query{State: push.Dead})
	b.same(len(dead), 1)
	_, err := b.s.Retry(b.ctx, dead[0].ID, b.now())
	b.ok(err)
	b.clock.Add(2 * soon)
	sent := 0
	for ps := b.lease(10); len(ps) > 0; ps = b.lease(10) { // one of a filing and a person at a time
		for _, p := range ps {
			p.Channel = vocab.ChannelTemplate
			b.ok(b.s.Attempt(b.ctx, p, b.now()))
			b.finish(p, push.Sent, "")
			sent++
		}
	}
	if sent < 5 {
		t.Errorf("%d pushes were put off", sent)
	}
	for _, p := range b.pushes(push.Query{State: push.Held}) {
		_, err := b.s.Drop(b.ctx, p.ID, b.now())
		b.ok(err)
	}
	all := len(b.pushes(push.Query{}))
	n, err := b.s.Sweep(b.ctx, b.now().Add(time.Hour))
	b.ok(err)
	b.same(n, all)
}

// testPeople uses up windows and credits, adds to counts, and forgets tokens and questions.
func (x *fixture) testPeople(t *testing.T) {
	b, _ := x.load(t)
	user := fixtureUser(1)
	for _, want := range []bool{true, true, false} {
		used, err := b.s.UseCredit(b.ctx, user, "template-a")
		b.ok(err)
		b.same(used, want)
	}
	for i := range store.MessageRoom { // one was used before
		used, err := b.s.UseWindow(b.ctx, fixtureUser(3), b.now())
		b.ok(err)
		b.same(used, i < store.MessageRoom-1)
	}
	b.ok(b.s.SetQuiet(b.ctx, user, nil))
	b.ok(b.s.SetFollowing(b.ctx, fixtureLeft, true, Start)) // before he left
	left, err := b.s.Left(b.ctx, b.now(), 10)
	b.ok(err)
	b.same(left, []string{fixtureLeft})
	b.ok(b.s.SetFollowing(b.ctx, fixtureLeft, true, b.now()))
	left, err = b.s.Left(b.ctx, b.now(), 10)
	b.ok(err)
	b.same(len(left), 0)

	b.ok(b.s.AddTallies(b.ctx, "2026-11-23", map[string]int64{"message:text": 3}))
	tallies, err := b.s.Tallies(b.ctx, "2026-11-23", "2026-11-23")
	b.ok(err)
	b.same(tallies["2026-11-23"]["message:text"], int64(10))
	for i, kind := range store.QuestionKinds() {
		b.ok(b.s.NoteQuestion(b.ctx, chat.Question{Kind: kind, Text: "备案要不要钱", Last: b.now()}))
		qs, err := b.s.Questions(b.ctx, kind, 10)
		b.ok(err)
		want := chat.Question{
			Kind: kind, Text: "备案要不要钱", Topic: "filing-cost", Count: i + 2, First: Start,
			Last: b.now(),
		}
		b.same(qs[0], want)
		b.ok(b.s.ForgetQuestion(b.ctx, kind, qs[0].Text))
		qs, err = b.s.Questions(b.ctx, kind, 10)
		b.ok(err)
		b.same(len(qs), 1)
	}
	b.ok(b.s.PutToken(b.ctx, "wx0123456789abcdef", "", time.Time{}))
	value, _, err := b.s.Token(b.ctx, "wx0123456789abcdef")
	b.ok(err)
	b.same(value, "")
}

// testGuesses has those who guessed before guess on.
func (x *fixture) testGuesses(t *testing.T) {
	b, _ := x.load(t)
	b.guess(fixtureShared, b.now(), Start.Add(15*time.Minute+filing.GuessWait(9)).Sub(b.now()))
	for range filing.FreeGuesses - 2 {
		b.guess(fixtureFresh, b.now(), 0)
	}
	b.guess(fixtureFresh, b.now(), time.Minute)
	b.ok(b.s.TakeBack(b.ctx, fixtureFresh, b.now()))
	b.guess(fixtureFresh, b.now(), 0)

	// The way is closed to those who never held a code, once all tries of the hour are counted with those that were.
	for i := range filing.FreshLane.PerHour() {
		user := fmt.Sprint("oFixtureBot", i/filing.FreeGuesses)
		wait, err := b.s.Guess(b.ctx, user, b.now())
		b.ok(err)
		if wait == 0 {
			continue
		}
		// two and three of oFixtureFresh, five of oFixtureShared
		if took := filing.FreshLane.PerHour() - i; took != 10 {
			t.Errorf("%d tries of the hour were counted before", took)
		}
		break
	}
	b.guess(fixtureKnown, b.now(), 0)
}

// testDesk recognises people by what they had, and goes on with what they did.
func (x *fixture) testDesk(t *testing.T) {
	b, s := x.load(t)
	d, secret := deskAt(b, s), x.facts.Secrets
	b.clock.Add(time.Hour) // so that the session is written anew
	is := func(p desk.Person, err error) string {
		b.t.Helper()
		b.ok(err)
		return p.Name + " " + string(p.Role)
	}
	b.same(is(d.Session(b.ctx, secret["cookie of operator"])), "User-operator operator")
	b.same(is(d.Session(b.ctx, secret["cookie of token"])), desk.TokenName+" admin")
	b.same(is(d.Bearer(b.ctx, secret["key"])), "User-editor editor")
	b.clock.Add(desk.SessionIdle - time.Minute) // it was used since
	b.same(is(d.Session(b.ctx, secret["cookie of operator"])), "User-operator operator")
	b.clock.Add(x.facts.At.Sub(b.now()))
	_, err := d.SignIn(b.ctx, "USER-reader", fixturePassword)
	b.ok(err)
	_, err = d.SignIn(b.ctx, "blocked", fixturePassword)
	b.is(err, desk.ErrWho)
	b.ok(d.MayTry(b.ctx, "user-reader", fixtureAddress)) // the last one
	b.code(d.MayTry(b.ctx, "user-reader", fixtureAddress), filing.CodeWait)
	b.ok(d.RemoveKey(b.ctx, "user-editor", secret["key id"]))
	b.ok(d.SetPassword(b.ctx, "user-operator", "another "+fixturePassword))
	_, err = d.Session(b.ctx, secret["cookie of operator"])
	b.is(err, desk.ErrWho)

	_, err = d.PutDraft(b.ctx, "filing-cost", 1, "x", "", nil)
	b.code(err, errs.CodeConflict)
	draft, err := d.PutDraft(b.ctx, "filing-cost", 2, "x", "", nil)
	b.ok(err)
	b.same(draft.Rev, 3)
	history, err := d.DraftHistory(b.ctx, "filing-cost")
	b.ok(err)
	b.same(len(history), 3)
	b.ok(d.PutMenu(b.ctx, nil))
	b.ok(d.PutQuestionSet(b.ctx, nil))
	b.ok(d.NoteCallback(b.ctx, b.now().Add(time.Minute)))
	last, err := d.LastCallback(b.ctx)
	b.ok(err)
	b.same(last, b.now().Add(time.Minute).Truncate(time.Second))

	f, err := d.File(b.ctx, "User-operator", secret["file"])
	b.ok(err)
	r, err := d.OpenFile(b.ctx, f)
	b.ok(err)
	content, err := io.ReadAll(r)
	b.ok(err)
	b.same(string(content), fixtureFile)
	f, err = d.NoteFile(b.ctx, f, "running")
	b.ok(err)
	b.ok(d.DropFile(b.ctx, f))
	parts, err := s.Records(b.ctx, "file_part")
	b.ok(err)
	b.same(len(parts), 0)

	b.ok(d.Note(b.ctx, "x", "kb.save", "y", ""))
	deeds, err := d.Deeds(b.ctx, 0, 0)
	b.ok(err)
	b.same(deeds[0].Number, deeds[1].Number+1)
	for _, u := range slices.Backward(vocab.Roles()) {
		b.ok(d.RemoveUser(b.ctx, strings.ToLower("User-"+string(u))))
	}
}
