package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// delivery makes a delivery that arrives when it was sent.
func delivery(key, user string, at time.Time, opens chat.Window) chat.Delivery {
	return chat.Delivery{Key: key, User: user, At: at, SentAt: at, Opens: opens, Lease: 5 * time.Second, Keep: time.Minute}
}

func testReplies(t *testing.T, open Open) {
	b := newBench(t, open)
	r := b.s.Replies()
	claim := func(key, user string, after time.Duration) chat.Claim {
		t.Helper()
		c, err := r.Claim(b.ctx, delivery(key, user, Start.Add(after), chat.WindowNone))
		b.ok(err)
		return c
	}
	settle := func(key, user string, after time.Duration, reply, memory []byte) {
		t.Helper()
		b.ok(r.Settle(b.ctx, delivery(key, user, Start.Add(after), chat.WindowNone), chat.Answer{Reply: reply, Memory: memory}))
	}
	first, busy := chat.Claim{State: chat.ClaimFirst}, chat.Claim{State: chat.ClaimBusy}
	b.same(claim("1", "u", 0), first)
	b.same(claim("1", "u", time.Second), busy)
	b.same(claim("1", "v", time.Second), first) // another person's delivery, whatever its key
	b.same(claim("1", "u", 5*time.Second-time.Millisecond), busy)
	b.same(claim("1", "u", 5*time.Second), first) // its holder died
	b.same(claim("1", "u", 6*time.Second), busy)
	body := []byte("<xml>\x00\xff 回复</xml>")
	settle("1", "u", 7*time.Second, body, []byte("m1"))
	done := chat.Claim{State: chat.ClaimDone, Reply: body}
	b.same(claim("1", "u", 8*time.Second), done)
	settle("1", "u", 9*time.Second, []byte("another"), []byte("m2")) // the one thought dead comes late: the first word stands
	b.same(claim("1", "u", 67*time.Second-time.Millisecond), done)
	c := claim("2", "u", 10*time.Second)
	b.same(c, chat.Claim{State: chat.ClaimFirst, Memory: []byte("m1")})
	settle("2", "u", 10*time.Second, nil, nil) // nothing said, nothing new to remember
	c = claim("2", "u", 11*time.Second)
	if c.State != chat.ClaimDone || len(c.Reply) != 0 {
		t.Fatalf("%+v", c)
	}
	b.same(claim("3", "u", 12*time.Second).Memory, []byte("m1"))
	settle("3", "u", 12*time.Second, []byte("x"), []byte{}) // empty is not nil: it forgets
	if m := claim("4", "u", 13*time.Second).Memory; len(m) != 0 {
		t.Fatalf("memory %q", m)
	}
	settle("4", "u", 13*time.Second, nil, []byte("m4"))
	b.same(claim("1", "u", 67*time.Second).State, chat.ClaimFirst) // kept for a minute after it was settled
	b.same(claim("5", "u", 13*time.Second+chat.MemoryTTL-time.Millisecond).Memory, []byte("m4"))
	b.same(claim("6", "u", 13*time.Second+chat.MemoryTTL), first)

	t.Run("bad input", func(t *testing.T) {
		good := delivery("k", "u", Start, chat.WindowNone)
		for name, spoil := range map[string]func(*chat.Delivery){
			"no key": func(d *chat.Delivery) { d.Key = "" }, "no user": func(d *chat.Delivery) { d.User = "" },
			"long user": func(d *chat.Delivery) { d.User = strings.Repeat("u", 200) },
			"no lease":  func(d *chat.Delivery) { d.Lease = 0 }, "no keep": func(d *chat.Delivery) { d.Keep = 0 },
		} {
			d := good
			spoil(&d)
			_, err := r.Claim(b.ctx, d)
			if errs.CodeOf(err) != errs.CodeInvalid {
				t.Errorf("%s: claim: %v", name, err)
			}
			if err := r.Settle(b.ctx, d, chat.Answer{}); errs.CodeOf(err) != errs.CodeInvalid {
				t.Errorf("%s: settle: %v", name, err)
			}
		}
		b.code(r.Settle(b.ctx, good, chat.Answer{Reply: make([]byte, 1<<20)}), errs.CodeInvalid)
		b.code(r.Settle(b.ctx, good, chat.Answer{Told: make([]string, 1000)}), errs.CodeInvalid)
		b.code(r.Told(b.ctx, "u", []string{"no-filing"}, Start), errs.CodeInvalid)
		b.code(r.Told(b.ctx, "", []string{"a p"}, Start), errs.CodeInvalid)
		b.ok(r.Told(b.ctx, "u", []string{"a nobody"}, Start)) // forgotten meanwhile
	})

	t.Run("settled without a claim", func(t *testing.T) { // the store was away when it was claimed
		settle("late", "u", time.Hour, []byte("late"), nil)
		b.same(string(claim("late", "u", time.Hour+time.Second).Reply), "late")
	})

	t.Run("waiting", func(t *testing.T) {
		b.report("a", vocab.StageNotFiled)
		b.follow("a", "w", filing.NotifyAll)
		b.report("a", vocab.StagePlatformReview)
		b.same(claim("1", "w", 0).Waiting, false)
		b.finish(b.leaseOne(), push.Held, vocab.ReasonNoRoute)
		b.same(claim("2", "w", 0).Waiting, true)
		b.same(claim("2", "w", 0), busy)
		b.same(claim("2", "u", 2*time.Hour).Waiting, false)
		b.tell("w", "2", 5)
		b.same(claim("3", "w", 0).Waiting, false)
	})

	t.Run("following", func(t *testing.T) {
		b.report("f", vocab.StageNotFiled)
		b.report("g", vocab.StageNotFiled)
		b.same(claim("1", "x", 0).Tracks, false)
		b.follow("f", "x", filing.NotifyNone)
		b.same(claim("1", "x", 0), busy)
		b.same(claim("2", "x", 0), chat.Claim{State: chat.ClaimFirst, Tracks: true})
		settle("2", "x", 0, body, nil)
		b.same(claim("2", "x", 0), done) // a repetition is not answered anew: nobody has to know
		b.same(claim("1", "xx", 0).Tracks, false)
		b.follow("g", "x", filing.NotifyAll)
		b.ok(b.s.Untrack(b.ctx, "x", "f", b.now()))
		b.same(claim("3", "x", 0).Tracks, true)
		b.ok(b.s.Untrack(b.ctx, "x", "g", b.now()))
		b.same(claim("4", "x", 0).Tracks, false)
		b.same(claim("3", "x", 5*time.Second), first) // its handler died: as things stand now
		b.follow("f", "x", filing.NotifyNone)
		b.same(claim("4", "x", 5*time.Second).Tracks, true)
		b.ok(b.s.Forget(b.ctx, "x", b.now()))
		b.same(claim("5", "x", 5*time.Second).Tracks, false)
	})

	t.Run("many expired ones", func(t *testing.T) {
		for i := range 40 {
			claim(fmt.Sprint("old", i), "u", 3*time.Hour)
		}
		for i := range 40 {
			b.same(claim(fmt.Sprint("old", i), "u", 3*time.Hour+5*time.Second), first)
		}
	})
}

func testWindows(t *testing.T, open Open) {
	type opening struct {
		after time.Duration // when it arrives
		ago   time.Duration // how long before that it was sent
		opens chat.Window
	}
	message, tap := chat.WindowMessage, chat.WindowTap
	const hour = time.Hour
	for _, c := range []struct {
		name string
		in   []opening
		use  int // customer messages sent after all that
		then []opening
		want push.Window
	}{
		{"nothing", []opening{{0, 0, chat.WindowNone}}, 0, nil, push.Window{}},
		{"message", []opening{{0, 0, message}}, 0, nil, push.Window{Until: Start.Add(48 * hour), Left: 5}},
		{"tap", []opening{{0, 0, tap}}, 0, nil, push.Window{Until: Start.Add(time.Minute), Left: 3}},
		{"a tap does not shrink 48 hours", []opening{{0, 0, message}, {hour, 0, tap}}, 0, nil, push.Window{Until: Start.Add(48 * hour), Left: 5}},
		{"nor does it refill them", []opening{{0, 0, message}}, 2, []opening{{hour, 0, tap}}, push.Window{Until: Start.Add(48 * hour), Left: 3}},
		{"a message refills", []opening{{0, 0, message}}, 2, []opening{{hour, 0, message}}, push.Window{Until: Start.Add(49 * hour), Left: 5}},
		{"a tap after all is used up", []opening{{0, 0, message}}, 5, []opening{{hour, 0, tap}}, push.Window{Until: Start.Add(hour + time.Minute), Left: 3}},
		{"a tap at the very end", []opening{{0, 0, message}, {48*hour - 10*time.Second, 0, tap}}, 0, nil, push.Window{Until: Start.Add(48*hour + 50*time.Second), Left: 3}},
		{"a message after a tap", []opening{{0, 0, tap}, {time.Second, 0, message}}, 0, nil, push.Window{Until: Start.Add(48*hour + time.Second), Left: 5}},
		{"counted from the sending", []opening{{hour, hour, message}}, 0, nil, push.Window{Until: Start.Add(48 * hour), Left: 5}},
		{"over when it arrives", []opening{{hour, 2 * time.Minute, tap}}, 0, nil, push.Window{}},
		{"an older message arrives later", []opening{{hour, 0, message}, {hour + time.Second, hour, message}}, 0, nil, push.Window{Until: Start.Add(49 * hour), Left: 5}},
		{"sent in the future", []opening{{0, -hour, message}}, 0, nil, push.Window{Until: Start.Add(48 * hour), Left: 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, open)
			n := 0
			claim := func(all []opening) {
				for _, o := range all {
					n++
					d := delivery(fmt.Sprint(n), "u", Start.Add(o.after), o.opens)
					d.SentAt = d.At.Add(-o.ago)
					for range 2 { // the repetition opens nothing
						_, err := b.s.Replies().Claim(b.ctx, d)
						b.ok(err)
					}
				}
			}
			claim(c.in)
			for range c.use {
				ok, err := b.s.UseWindow(b.ctx, "u", Start.Add(time.Second))
				b.ok(err)
				b.same(ok, true)
			}
			claim(c.then)
			u, err := b.s.User(b.ctx, "u")
			b.ok(err)
			b.same(u.Window, c.want)
		})
	}
}

func testUsers(t *testing.T, open Open) {
	t.Run("windows are used up, shut, over", func(t *testing.T) {
		b := newBench(t, open)
		use := func(at time.Time, want bool) {
			t.Helper()
			ok, err := b.s.UseWindow(b.ctx, "u", at)
			b.ok(err)
			b.same(ok, want)
		}
		use(b.now(), false)
		_, err := b.s.Replies().Claim(b.ctx, delivery("1", "u", b.now(), chat.WindowTap))
		b.ok(err)
		use(b.now(), true)
		use(b.now().Add(time.Minute), false)
		use(b.now().Add(time.Minute-time.Millisecond), true)
		use(b.now(), true)
		use(b.now(), false)
		_, err = b.s.Replies().Claim(b.ctx, delivery("2", "u", b.now(), chat.WindowMessage))
		b.ok(err)
		b.ok(b.s.CloseWindow(b.ctx, "u"))
		use(b.now(), false)
		u, err := b.s.User(b.ctx, "u")
		b.ok(err)
		b.same(u, push.User{Following: true})
	})

	t.Run("credits", func(t *testing.T) {
		b := newBench(t, open)
		for _, c := range []struct {
			add  int
			use  bool
			want map[string]int
		}{
			{add: 2, want: map[string]int{"x": 2}},
			{use: true, want: map[string]int{"x": 1}},
			{add: -5, want: nil},
			{use: false, want: nil},
			{add: 3, want: map[string]int{"x": 3}},
			{add: push.CreditNone, want: nil},
		} {
			if c.add != 0 {
				b.ok(b.s.AddCredit(b.ctx, "u", "x", c.add))
			} else {
				used, err := b.s.UseCredit(b.ctx, "u", "x")
				b.ok(err)
				b.same(used, c.use)
			}
			u, err := b.s.User(b.ctx, "u")
			b.ok(err)
			if len(u.Credits) != len(c.want) || u.Credits["x"] != c.want["x"] {
				t.Fatalf("%+v: %v", c, u.Credits)
			}
		}
		b.ok(b.s.AddCredit(b.ctx, "u", "x", 1))
		b.ok(b.s.AddCredit(b.ctx, "u", "y:z", 2))
		u, err := b.s.User(b.ctx, "u")
		b.ok(err)
		b.same(u.Credits, map[string]int{"x": 1, "y:z": 2})
		b.code(b.s.AddCredit(b.ctx, "u", "", 1), errs.CodeInvalid)
	})

	t.Run("coming and going", func(t *testing.T) {
		b := newBench(t, open)
		at := func(s int) time.Time { return Start.Add(time.Duration(s) * time.Second) }
		set := func(user string, following bool, s int) {
			t.Helper()
			b.ok(b.s.SetFollowing(b.ctx, user, following, at(s)))
		}
		u, err := b.s.User(b.ctx, "u")
		b.ok(err)
		b.same(u, push.User{Following: true})
		set("w", false, 30)
		set("u", false, 10)
		set("v", false, 20)
		set("v", true, 25)
		set("x", true, 50)
		set("x", false, 40) // older news
		u, err = b.s.User(b.ctx, "u")
		b.ok(err)
		b.same(u, push.User{LeftAt: at(10)})
		left := func(before time.Time, limit int) []string {
			t.Helper()
			got, err := b.s.Left(b.ctx, before, limit)
			b.ok(err)
			return got
		}
		b.same(left(at(100), 10), []string{"u", "w"})
		b.same(left(at(30), 10), []string{"u"})
		b.same(left(at(100), 1), []string{"u"})
		b.ok(b.s.Forget(b.ctx, "u", at(100)))
		b.same(left(at(100), 10), []string{"w"})
		set("w", false, 60) // said again: it counts from then
		b.same(left(at(60), 10), []string(nil))
		b.code(b.s.SetFollowing(b.ctx, "", true, at(0)), errs.CodeInvalid)
	})
}

func testQuestions(t *testing.T, open Open) {
	b := newBench(t, open)
	note := func(kind chat.QuestionKind, text, topic string) {
		t.Helper()
		b.clock.Add(time.Second)
		b.ok(b.s.NoteQuestion(b.ctx, chat.Question{Kind: kind, Text: text, Topic: topic, Last: b.now()}))
	}
	note(chat.QuestionUnknown, "鲸鱼怎么养", "")
	note(chat.QuestionUnknown, "备案:多久\x1f好", "total-time")
	note(chat.QuestionUnknown, "鲸鱼怎么养", "whales")
	note(chat.QuestionDisliked, "鲸鱼怎么养", "")
	note(chat.QuestionUnknown, "第三个", "")
	b.clock.Add(time.Second)
	b.ok(b.s.NoteQuestion(b.ctx, chat.Question{Kind: chat.QuestionUnknown, Text: "鲸鱼怎么养"})) // the store's own clock

	got, err := b.s.Questions(b.ctx, chat.QuestionUnknown, 2)
	b.ok(err)
	b.same(got, []chat.Question{
		{Text: "鲸鱼怎么养", Kind: chat.QuestionUnknown, Topic: "whales", Count: 3, First: Start.Add(time.Second), Last: b.now()},
		{Text: "第三个", Kind: chat.QuestionUnknown, Count: 1, First: Start.Add(5 * time.Second), Last: Start.Add(5 * time.Second)},
	})
	all, err := b.s.Questions(b.ctx, "", 100)
	b.ok(err)
	b.same(len(all), 4)
	b.ok(b.s.ForgetQuestion(b.ctx, chat.QuestionUnknown, "鲸鱼怎么养"))
	b.ok(b.s.ForgetQuestion(b.ctx, chat.QuestionUnknown, "never asked"))
	all, err = b.s.Questions(b.ctx, "", 100)
	b.ok(err)
	b.same(len(all), 3)
	none, err := b.s.Questions(b.ctx, "", 0)
	b.ok(err)
	b.same(len(none), 0)

	long := strings.Repeat("长", 300)
	note(chat.QuestionChoice, long, "")
	got, err = b.s.Questions(b.ctx, chat.QuestionChoice, 1)
	b.ok(err)
	b.same(got[0].Text, string([]rune(long)[:chat.MaxQuestion]))
	crowd(64, func(i int) { // the newest MaxQuestions of a kind stay, in whatever order they come
		for n := i; n < chat.MaxQuestions+10; n += 64 {
			q := chat.Question{Kind: chat.QuestionDisliked, Text: fmt.Sprint("问题", n), Last: Start.Add(time.Duration(n) * time.Minute)}
			if err := b.s.NoteQuestion(b.ctx, q); err != nil {
				t.Error(err)
			}
		}
	})
	got, err = b.s.Questions(b.ctx, chat.QuestionDisliked, 2*chat.MaxQuestions)
	b.ok(err)
	b.same(len(got), chat.MaxQuestions)
	b.same(got[len(got)-1].Last, Start.Add(10*time.Minute))
	b.code(b.s.NoteQuestion(b.ctx, chat.Question{Kind: "odd", Text: "x"}), errs.CodeInvalid)
	b.code(b.s.NoteQuestion(b.ctx, chat.Question{Kind: chat.QuestionUnknown, Text: " "}), errs.CodeInvalid)
}

func testTallies(t *testing.T, open Open) {
	b := newBench(t, open)
	add := func(day string, counts map[string]int64) { t.Helper(); b.ok(b.s.AddTallies(b.ctx, day, counts)) }
	add("2026-11-21", map[string]int64{"text": 2, "topic.a": 1})
	add("2026-11-21", map[string]int64{"text": 3})
	add("2026-11-23", map[string]int64{"voice": 1})
	got, err := b.s.Tallies(b.ctx, "2026-11-21", "2026-11-23")
	b.ok(err)
	b.same(got, map[string]map[string]int64{"2026-11-21": {"text": 5, "topic.a": 1}, "2026-11-23": {"voice": 1}})
	got, err = b.s.Tallies(b.ctx, "2026-11-22", "2026-11-22")
	b.ok(err)
	b.same(len(got), 0)
	add("2027-12-27", map[string]int64{"text": 1}) // 401 and 399 days later
	got, err = b.s.Tallies(b.ctx, "2020-01-01", "2030-01-01")
	b.ok(err)
	b.same(got, map[string]map[string]int64{"2026-11-23": {"voice": 1}, "2027-12-27": {"text": 1}})
	b.code(b.s.AddTallies(b.ctx, "yesterday", nil), errs.CodeInvalid)
	_, err = b.s.Tallies(b.ctx, "x", "2026-11-23")
	b.code(err, errs.CodeInvalid)
}

func testTokens(t *testing.T, open Open) {
	b := newBench(t, open)
	value, expires, err := b.s.Token(b.ctx, "access")
	b.ok(err)
	if value != "" || !expires.IsZero() {
		t.Fatalf("%q %v", value, expires)
	}
	b.ok(b.s.PutToken(b.ctx, "access", "secret", b.now().Add(2*time.Hour)))
	value, expires, err = b.s.Token(b.ctx, "access")
	b.ok(err)
	b.same(value, "secret")
	b.same(expires, b.now().Add(2*time.Hour))
	b.ok(b.s.PutToken(b.ctx, "access", "", time.Time{}))
	value, _, err = b.s.Token(b.ctx, "access")
	b.ok(err)
	b.same(value, "")
	b.code(b.s.PutToken(b.ctx, "", "secret", b.now()), errs.CodeInvalid)
}
