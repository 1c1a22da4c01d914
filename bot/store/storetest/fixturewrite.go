package storetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Claim codes of a fixture, as ParseCode returns them.
const (
	goodCode    = "7K3MQ9XD"
	expiredCode = "22223333"
	revokedCode = "44445555"
)

// People of a fixture. Those who are in the middle of a conversation come from Talk.
const (
	fixtureImportant = "oFixtureImportant"
	fixtureNone      = "oFixtureNone"
	fixtureTold      = "oFixtureTold"
	fixtureLeft      = "oFixtureLeft"
	fixtureFresh     = "oFixtureFresh"
	fixtureShared    = "oFixtureShared"
	fixtureKnown     = "oFixtureKnown"
	fixtureStranger  = "oFixtureStranger" // of whom nothing is kept
)

// fixtureUser names the people who follow the filings of a fixture.
func fixtureUser(n int) string { return fmt.Sprint("oFixture", n) }

// fixtureID names the filings of a fixture: one for each stage.
func fixtureID(s vocab.Stage) string { return "order-" + string(s) }

// fixtureWriter writes everything that is kept, once of every kind.
type fixtureWriter struct {
	*bench
	all   Whole
	plan  *givenPlanner
	talks []Talk
	facts Facts
}

func newFixtureWriter(t testing.TB, saved Saved, clock *Clock, name string) *fixtureWriter {
	w := &fixtureWriter{plan: &givenPlanner{}}
	w.all = saved.Open(t, Options{Planner: w.plan, Now: clock.Now})
	w.bench = &bench{t: t, s: w.all, clock: clock, ctx: t.Context()}
	w.facts.Secrets, w.facts.Cursors = make(map[string]string), make(map[string]string)
	w.talks = ReadTalks(t, shared, name)
	return w
}

func (w *fixtureWriter) writeAll() {
	w.filings()
	w.codes()
	w.pushes()
	w.guesses()
	w.counts()
	w.people()
	w.conversations()
	w.desk()
	w.leasedPush()
	w.cursors()
	w.ok(w.s.SetPaused(w.ctx, push.Pause{Since: w.now(), Why: "模板有误，先停一停"}))
	w.facts.At = w.now()
	for n := range 12 {
		w.facts.Users = append(w.facts.Users, fixtureUser(n+1))
	}
	w.facts.Users = append(w.facts.Users, fixtureImportant, fixtureNone, fixtureTold, fixtureLeft, fixtureFresh,
		fixtureShared, fixtureKnown,
		fixtureStranger)
	for _, x := range w.talks {
		w.facts.Users = append(w.facts.Users, x.User)
	}
}

// givenPlanner plans what it is given, and drops what a later state replaces.
type givenPlanner struct{ next []push.Push }

// Plan is part of store.Planner.
func (g *givenPlanner) Plan(s push.Situation) (add []push.Push, drop map[string]vocab.Reason) {
	for _, p := range g.next {
		p.ID = push.NewID(s.Filing.ID, fmt.Sprint(p.Kind, p.Step, s.Filing.StageSeq), p.User)
		p.Filing, p.Seq, p.Stage, p.Filed = s.Filing.ID, s.Filing.StageSeq, s.Filing.Stage, s.Filing
		p.CreatedAt, p.UpdatedAt = s.Now, s.Now
		add = append(add, p)
	}
	following := make(map[string]bool)
	for _, f := range s.Followers {
		following[f.User] = true
	}
	drop = make(map[string]vocab.Reason)
	for _, p := range s.Open {
		switch {
		case !following[p.User]:
			drop[p.ID] = vocab.ReasonNotTracking
		case p.Seq < s.Filing.StageSeq:
			drop[p.ID] = vocab.ReasonSuperseded
		}
	}
	return add, drop
}

// before is the stage from which the filing of a stage came there.
var before = map[vocab.Stage]vocab.Stage{
	vocab.StageNotReady: vocab.StageNotFiled, vocab.StageNotFiled: vocab.StageWithdrawn, vocab.StageEntranceClosed: vocab.StageNotFiled,
	vocab.StageFaceVerify:     vocab.StageNotFiled,
	vocab.StagePlatformReview: vocab.StageFaceVerify, vocab.StagePlatformRejected: vocab.StagePlatformReview,
	vocab.StageSMSPending: vocab.StagePlatformReview,
	vocab.StageSMSExpired: vocab.StageSMSPending, vocab.StageAuthorityReview: vocab.StageNotFiled, // which skips some
	vocab.StageAuthorityRejected: vocab.StageAuthorityReview, vocab.StageFiled: vocab.StageAuthorityReview,
	vocab.StageChanging:   vocab.StageFiled,
	vocab.StageCancelling: vocab.StageFiled, vocab.StageCancelled: vocab.StageCancelling, vocab.StageWithdrawn: vocab.StagePlatformReview,
	vocab.StageUnknown: vocab.StagePlatformReview,
}

// filings makes a filing of every stage, with what belongs to it, and people who follow it.
func (w *fixtureWriter) filings() {
	apply := func(r filing.Report) {
		w.t.Helper()
		_, err := w.s.Apply(w.ctx, r)
		w.ok(err)
		w.clock.Add(time.Second)
	}
	provinces := []vocab.Province{"上海", "广东", "四川", ""}
	for i, stage := range vocab.Stages() {
		at := Start.AddDate(0, 0, -20+i)
		sources := filing.Sources()
		r := filing.Report{
			ID: fixtureID(stage), Name: fmt.Sprint("小鹿花店", i), Stage: before[stage], At: at,
			Platform: vocab.Platforms()[i%len(vocab.Platforms())], Province: provinces[i%len(provinces)],
			AppID: fmt.Sprintf("wx%016d", i), Subject: fmt.Sprint("小鹿商贸", i, "有限公司"), Source: sources[i%len(sources)],
		}
		apply(r)
		r.Stage, r.At, r.Name, r.Source, r.By = stage, at.Add(72*time.Hour+1234*time.Millisecond),
			"小鹿花店 "+string(stage), filing.FromConsole, "mei"
		if stage.HasReasons() {
			r.Reasons = []filing.Reason{
				{Field: "营业执照", Error: "证件照片不清晰，四角不完整", Suggest: "请重新上传"}, {Error: "名称不符合要求"},
			}
		}
		if stage.HasNumber() {
			r.Number = fmt.Sprintf("沪ICP备%010d号-%dX", 2026000000+i, i)
		}
		if stage == vocab.StageFiled {
			r.CertificateExpires = time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
		}
		if stage == vocab.StageChanging {
			r.FiledAt = Start.AddDate(-1, 0, 0)
		}
		apply(r)
		w.follow(r.ID, fixtureUser(i%12+1), filing.NotifyAll)
	}
	// Registered by a person, who then corrects the day.
	own := filing.Report{
		ID: "self-fixture-1", Name: "南山修车", Platform: vocab.PlatformDouyin, Province: "广东",
		Stage: vocab.StagePlatformReview, Since: Start.AddDate(0, 0, -3),
		Source: filing.FromSelf, SelfReported: true,
	}
	apply(own)
	own.Since = Start.AddDate(0, 0, -4)
	apply(own)
	w.follow(own.ID, fixtureNone, filing.NotifyNone)
	w.follow(fixtureID(vocab.StageFiled), fixtureImportant, filing.NotifyImportant)
	w.follow(fixtureID(vocab.StageFiled), fixtureNone, filing.NotifyNone)
	w.follow(fixtureID(vocab.StagePlatformRejected), fixtureTold, filing.NotifyAll)
	w.follow(fixtureID(vocab.StageUnknown), fixtureTold, filing.NotifyAll)
	w.ok(w.s.Untrack(w.ctx, fixtureTold, fixtureID(vocab.StageUnknown), w.now()))
	for _, talk := range w.talks {
		for _, f := range talk.Own {
			apply(filing.Report{
				ID: f.ID, Name: f.Name, Platform: f.Platform, Province: f.Province, Stage: f.Stage,
				Number: f.Number, Reasons: f.Reasons, Since: f.Since,
				Source: filing.FromSelf, SelfReported: true,
			})
			w.follow(f.ID, talk.User, filing.NotifyNone)
		}
	}
}

func (w *fixtureWriter) codes() {
	id := fixtureID(vocab.StageSMSPending)
	issue := func(id, code string, until time.Time) {
		w.t.Helper()
		w.ok(w.s.IssueCode(w.ctx, id, filing.HashCode(code), until))
	}
	issue(fixtureID(vocab.StageWithdrawn), revokedCode, Start.AddDate(0, 1, 0))
	w.ok(w.s.RevokeCodes(w.ctx, fixtureID(vocab.StageWithdrawn)))
	issue(id, goodCode, Start.AddDate(0, 1, 0))
	issue(id, expiredCode, Start.Add(10*time.Minute))
}

// guesses leaves wrong codes in each lane.
func (w *fixtureWriter) guesses() {
	guess := func(user string, after time.Duration) { w.t.Helper(); w.guess(user, Start.Add(after), 0) }
	guess(fixtureFresh, 0)
	guess(fixtureFresh, time.Minute)
	for range filing.FreeGuesses {
		guess(fixtureShared, 0)
	}
	for _, after := range []time.Duration{1, 3, 7, 15} {
		guess(fixtureShared, after*time.Minute)
	}
	guess(fixtureKnown, -time.Hour)
	w.ok(w.s.RightGuess(w.ctx, fixtureKnown, Start.Add(-time.Hour)))
	guess(fixtureKnown, time.Minute)
}

// counts leaves questions, counts of days and tokens.
func (w *fixtureWriter) counts() {
	for i, kind := range store.QuestionKinds() {
		for n := range i + 1 {
			at := Start.Add(time.Duration(n) * time.Minute)
			w.ok(w.s.NoteQuestion(w.ctx, chat.Question{Kind: kind, Text: "备案要不要钱", Topic: "filing-cost", Last: at}))
		}
		w.ok(w.s.NoteQuestion(w.ctx, chat.Question{Kind: kind, Text: fmt.Sprint("没见过的问题", i), Last: Start}))
	}
	w.ok(w.s.AddTallies(w.ctx, "2026-11-22", map[string]int64{"message:text": 12, "topic:filing-cost": 3}))
	w.ok(w.s.AddTallies(w.ctx, "2026-11-23", map[string]int64{"message:text": 5}))
	w.ok(w.s.AddTallies(w.ctx, "2026-11-23", map[string]int64{"message:text": 2, "thumb:up": 1}))
	w.ok(w.s.PutToken(w.ctx, "wx0123456789abcdef", "invented-access-token", Start.Add(2*time.Hour)))
}

// people leaves what is known of people as recipients.
func (w *fixtureWriter) people() {
	w.ok(w.s.AddCredit(w.ctx, fixtureUser(1), "template-a", 2))
	w.ok(w.s.AddCredit(w.ctx, fixtureUser(1), "template-b", 1))
	w.ok(w.s.SetQuiet(w.ctx, fixtureUser(1), &push.Quiet{From: 23 * 60, To: 7 * 60}))
	w.ok(w.s.SetQuiet(w.ctx, fixtureUser(2), &push.Quiet{}))
	w.ok(w.s.SetFollowing(w.ctx, fixtureLeft, false, Start.Add(time.Minute)))
	w.ok(w.s.SetFollowing(w.ctx, fixtureUser(3), true, Start.Add(2*time.Minute)))
}

// conversations begin at the minute at which the handlers' tests wrote them, and leave claims and replies.
func (w *fixtureWriter) conversations() {
	w.clock.Add(Start.Add(20 * time.Minute).Sub(w.now()))
	for _, x := range w.talks {
		memory, err := json.Marshal(x.Memory) // in one line, as it is kept
		w.ok(err)
		d := fixtureDelivery(x.User, "m-"+x.Name, w.now())
		c, err := w.s.Replies().Claim(w.ctx, d)
		w.ok(err)
		w.same(c.State, chat.ClaimFirst)
		w.ok(w.s.Replies().Settle(w.ctx, d, chat.Answer{Reply: []byte("<xml>" + x.Name + "</xml>"), Memory: memory}))
	}
	w.clock.Add(time.Minute)
	d := fixtureDelivery(fixtureUser(1), "m-told", w.now())
	_, err := w.s.Replies().Claim(w.ctx, d)
	w.ok(err)
	told := refs(w.pushes1(push.Query{Filing: fixtureID(vocab.StageNotReady)}))
	w.ok(w.s.Replies().Settle(w.ctx, d, chat.Answer{Reply: []byte{0x1f, 0x8b, 0xff, 0}, Told: append(told,
		"order-x other")}))
	d = fixtureDelivery(fixtureUser(2), "m-silent", w.now())
	_, err = w.s.Replies().Claim(w.ctx, d)
	w.ok(err)
	w.ok(w.s.Replies().Settle(w.ctx, d, chat.Answer{}))
	_, err = w.s.Replies().Claim(w.ctx, fixtureDelivery(fixtureUser(3), "m-claimed", w.now()))
	w.ok(err)
	d = fixtureDelivery(fixtureUser(4), "m-tap", w.now())
	d.Opens = chat.WindowTap
	_, err = w.s.Replies().Claim(w.ctx, d)
	w.ok(err)
	used, err := w.s.UseWindow(w.ctx, fixtureUser(3), w.now())
	w.ok(err)
	w.same(used, true)
}

// pushes1 lists what a page takes.
func (w *fixtureWriter) pushes1(q push.Query) []push.Push {
	w.t.Helper()
	page, err := w.s.Pushes(w.ctx, q)
	w.ok(err)
	return page.Pushes
}

// fixtureDelivery names a message that opens the window of a message.
func fixtureDelivery(user, key string, at time.Time) chat.Delivery {
	return chat.Delivery{
		Key: key, User: user, At: at, SentAt: at.Add(-time.Second), Opens: chat.WindowMessage,
		Lease: 10 * time.Minute, Keep: 20 * time.Minute,
	}
}

// complete demands that nothing is missing of what there is to keep.
func (w *fixtureWriter) complete() {
	w.t.Helper()
	stages, err := w.s.StageCounts(w.ctx)
	w.ok(err)
	for _, s := range vocab.Stages() {
		if stages[s] == 0 {
			w.t.Errorf("no filing at %s", s)
		}
	}
	all := w.bench.pushes(push.Query{})
	for _, s := range push.States() {
		if !slices.ContainsFunc(all, func(p push.Push) bool { return p.State == s }) {
			w.t.Errorf("no push is %s", s)
		}
	}
	for _, k := range vocab.Kinds() {
		if !slices.ContainsFunc(all, func(p push.Push) bool { return p.Kind == k }) {
			w.t.Errorf("no push of kind %s", k)
		}
	}
	for _, c := range []vocab.Channel{vocab.ChannelTemplate, vocab.ChannelSubscription, vocab.ChannelCustomer, vocab.ChannelReply} {
		if !slices.ContainsFunc(all, func(p push.Push) bool { return p.State == push.Sent && p.Channel == c }) {
			w.t.Errorf("no push was sent by %s", c)
		}
	}
}
