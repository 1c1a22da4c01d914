package storetest

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// fixture is a fixture under test.
type fixture struct {
	name  string
	path  string
	saved Saved
	facts Facts
	talks []Talk
}

// load opens a copy of the fixture at the moment at which it was written.
func (x *fixture) load(t testing.TB) (*bench, Whole) {
	t.Helper()
	b := &bench{t: t, clock: NewClock(), ctx: t.Context()}
	b.clock.Add(x.facts.At.Sub(Start))
	s := x.saved.Load(t, x.path, Options{Planner: Planner{}, Now: b.clock.Now, Wake: func() { b.woken++ }})
	b.s = s
	return b, s
}

// testRead compares all that is read, as it is encoded, with a golden that the stores share.
func (x *fixture) testRead(t *testing.T) {
	b, s := x.load(t)
	all := map[string]any{
		"filings": x.filingsSnapshot(b), "pushes": x.pushesSnapshot(b), "people": x.peopleSnapshot(b),
		"desk":   x.deskSnapshot(b, s),
		"counts": x.countsSnapshot(b), "conversations": x.talkSnapshot(b),
	}
	got := x.facts.veil(pretty(t, all))
	path := filepath.Join(shared, "fixture-"+x.name+".golden")
	if *updateFixture {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := gocmp.Diff(string(want), got); d != "" {
		t.Errorf("read otherwise than by the version that wrote it (-want +got):\n%s", d)
	}
}

func (x *fixture) filingsSnapshot(b *bench) (out []map[string]any) {
	b.t.Helper()
	page, err := b.s.Filings(b.ctx, filing.Query{Limit: 500})
	b.ok(err)
	for _, f := range page.Filings {
		one, err := b.s.Filing(b.ctx, f.ID)
		b.ok(err)
		b.same(one, f)
		history, err := b.s.History(b.ctx, f.ID)
		b.ok(err)
		followers, err := b.s.Followers(b.ctx, f.ID)
		b.ok(err)
		out = append(out, map[string]any{"filing": f, "history": history, "followers": followers})
	}
	return out
}

func (x *fixture) pushesSnapshot(b *bench) map[string]any {
	b.t.Helper()
	counts, err := b.s.Counts(b.ctx)
	b.ok(err)
	next, err := b.s.NextDue(b.ctx)
	b.ok(err)
	pause, err := b.s.Paused(b.ctx)
	b.ok(err)
	return map[string]any{"all": b.pushes(push.Query{}), "counts": counts, "next due": next, "pause": pause}
}

func (x *fixture) peopleSnapshot(b *bench) map[string]any {
	b.t.Helper()
	out := make(map[string]any)
	for _, user := range x.facts.Users {
		u, err := b.s.User(b.ctx, user)
		b.ok(err)
		tracked, err := b.s.Tracked(b.ctx, user)
		b.ok(err)
		var follows []string
		for _, tr := range tracked {
			follows = append(follows, tr.Filing.ID+" "+string(tr.Follower.Notify))
		}
		out[user] = map[string]any{
			"following": u.Following, "left at": u.LeftAt, "window until": u.Window.Until,
			"window left": u.Window.Left, "credits": u.Credits,
			"quiet": u.Quiet, "follows": follows,
		}
	}
	left, err := b.s.Left(b.ctx, b.now(), 10)
	b.ok(err)
	out["left"] = left
	return out
}

func (x *fixture) countsSnapshot(b *bench) map[string]any {
	b.t.Helper()
	stages, err := b.s.StageCounts(b.ctx)
	b.ok(err)
	questions, err := b.s.Questions(b.ctx, "", 100)
	b.ok(err)
	tallies, err := b.s.Tallies(b.ctx, "2026-11-01", "2026-11-30")
	b.ok(err)
	value, expires, err := b.s.Token(b.ctx, "wx0123456789abcdef")
	b.ok(err)
	out := map[string]any{
		"stages": stages, "questions": questions, "tallies": tallies, "token": map[string]any{
			"value":   value,
			"expires": expires,
		},
	}
	for _, s := range []vocab.Stage{vocab.StagePlatformReview, vocab.StageAuthorityReview} {
		samples, err := b.s.Samples(b.ctx, s, "", "", time.Time{})
		b.ok(err)
		slices.SortFunc(samples, func(a, b filing.Sample) int { return a.Left.Compare(b.Left) })
		out["stays at "+string(s)] = samples
	}
	return out
}

// talkSnapshot is what deliveries find: those that were claimed or answered before, and the next message of each
// person.
func (x *fixture) talkSnapshot(b *bench) map[string]any {
	b.t.Helper()
	out := make(map[string]any)
	claim := func(user, key string) {
		b.t.Helper()
		c, err := b.s.Replies().Claim(b.ctx, fixtureDelivery(user, key, b.now()))
		b.ok(err)
		out[user+" "+key] = map[string]any{
			"state": c.State, "reply": base64.StdEncoding.EncodeToString(c.Reply), "told": c.Told,
			"memory":  string(c.Memory),
			"waiting": c.Waiting, "tracks": c.Tracks,
		}
	}
	for _, talk := range x.talks {
		claim(talk.User, "m-"+talk.Name)
	}
	claim(fixtureUser(1), "m-told")
	claim(fixtureUser(2), "m-silent")
	claim(fixtureUser(3), "m-claimed")
	for _, user := range x.facts.Users {
		claim(user, "next")
	}
	return out
}

// testCursors turns the page in lists of which the first page was read by the version that wrote the fixture.
func (x *fixture) testCursors(t *testing.T) {
	b, _ := x.load(t)
	for _, l := range fixtureLists {
		cursor, ok := x.facts.Cursors[l.name]
		if !ok {
			continue // a list that an older fixture does not have
		}
		first, next := b.page(l.filings, l.pushes)
		if next != cursor {
			t.Errorf("%s: the cursor is %q, and was %q", l.name, next, cursor)
		}
		all, f, p := first, l.filings, l.pushes
		for f.Cursor, p.Cursor = cursor, cursor; f.Cursor != ""; {
			var more []string
			more, f.Cursor = b.page(f, p)
			p.Cursor = f.Cursor
			all = append(all, more...)
		}
		f, p = l.filings, l.pushes
		if f.Limit > 0 {
			f.Limit = 500
		} else {
			p.Limit = 500
		}
		want, _ := b.page(f, p)
		if d := gocmp.Diff(want, all); d != "" || len(all) <= len(first) {
			t.Errorf("%s: pages by an old cursor (-want +got):\n%s", l.name, d)
		}
	}
}

// testTalks takes up conversations: each goes on from what was remembered, and an answer is given once.
func (x *fixture) testTalks(t *testing.T) {
	b, _ := x.load(t)
	for _, talk := range x.talks {
		d := fixtureDelivery(talk.User, "next", b.now())
		c, err := b.s.Replies().Claim(b.ctx, d)
		b.ok(err)
		b.same(c.State, chat.ClaimFirst)
		if len(c.Memory) == 0 || c.Tracks != (len(talk.Own) > 0) {
			t.Errorf("%s: %+v", talk.Name, c)
		}
		b.ok(b.s.Replies().Settle(b.ctx, d, chat.Answer{Reply: []byte("reply"), Memory: []byte(`{"t":"next"}`)}))
		c, err = b.s.Replies().Claim(b.ctx, d)
		b.ok(err)
		b.same(c, chat.Claim{State: chat.ClaimDone, Reply: []byte("reply")})
		d.Key = "the one after"
		c, err = b.s.Replies().Claim(b.ctx, d)
		b.ok(err)
		b.same(string(c.Memory), `{"t":"next"}`)
	}
	d := fixtureDelivery(fixtureUser(3), "m-claimed", b.now())
	c, err := b.s.Replies().Claim(b.ctx, d)
	b.ok(err)
	b.same(c.State, chat.ClaimBusy)
	b.ok(b.s.Replies().Settle(b.ctx, d, chat.Answer{Reply: []byte("late")})) // by the process that claimed it
	c, err = b.s.Replies().Claim(b.ctx, d)
	b.ok(err)
	b.same(string(c.Reply), "late")
}
