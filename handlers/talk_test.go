package handlers

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/wechat"
)

// start is when every test begins: a Monday morning, 10:20 in China.
var start = time.Date(2026, time.November, 23, 2, 20, 0, 0, time.UTC)

// me is the person who talks. His id must never be seen in a reply or a log.
const me = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"

// talk is a conversation of one person with the bot, on a real store.
type talk struct {
	t     testing.TB
	bot   *Bot
	store store.Store
	now   time.Time
	know  *knowledge
	log   *strings.Builder // what was logged
	notes *notes           // what the journal wrote

	user   string
	memory []byte
	keep   time.Time // until when the memory is kept
	seq    int
	last   chat.Reply
	lost   bool // replies do not go out

	script strings.Builder
}

func newTalk(t testing.TB, change ...func(o *Options)) *talk {
	t.Helper()
	c := &talk{t: t, now: start, user: me, know: newKnowledge(), log: &strings.Builder{}, notes: &notes{}}
	s, err := bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "store"), Now: c.clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c.store = s
	calendar, err := filing.LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(c.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o := Options{
		Knowledge: c.know, Filings: s, Guesses: s, Recipients: s, Kept: s, Proactive: true, Now: c.clock, Log: log,
		Journal: NewJournal(JournalOptions{Questions: c.notes, Tallies: c.notes, Now: c.clock, Log: log}),
		Guide:   func(f filing.Filing, now time.Time) filing.Guide { return filing.GuideTo(f, now, calendar) },
	}
	for _, f := range change {
		f(&o)
	}
	c.bot = New(o)
	return c
}

func (c *talk) clock() time.Time { return c.now }

// wait lets time pass.
func (c *talk) wait(d time.Duration) {
	c.now = c.now.Add(d)
	fmt.Fprintf(&c.script, "（过了 %s）\n\n", d)
}

// as goes on as another person, of whom nothing is remembered.
func (c *talk) as(user string) {
	c.user, c.memory = user, nil
}

// say sends a text and returns the reply.
func (c *talk) say(text string) chat.Reply {
	c.t.Helper()
	c.seq++
	return c.deliver(chat.Message{Key: fmt.Sprint("m", c.seq), Kind: chat.KindText, Text: text})
}

// again delivers the last message once more, to a replica that knows nothing of the first delivery.
func (c *talk) again(text string, memory []byte) chat.Reply {
	c.t.Helper()
	c.memory, c.keep = memory, c.now.Add(chat.MemoryTTL)
	return c.deliver(chat.Message{Key: fmt.Sprint("m", c.seq), Kind: chat.KindText, Text: text})
}

// tap taps the choice or action with the label in the last reply.
func (c *talk) tap(label string) chat.Reply {
	c.t.Helper()
	for _, x := range append(append([]chat.Choice{}, c.last.Choices...), c.last.Actions...) {
		if x.Label == label {
			return c.say(x.Words())
		}
	}
	c.t.Fatalf("the last reply offers no %q:\n%s", label, show(c.last))
	return chat.Reply{}
}

func (c *talk) event(ev chat.Event) chat.Reply {
	c.t.Helper()
	c.seq++
	return c.deliver(chat.Message{Key: fmt.Sprint("m", c.seq), Kind: chat.KindEvent, Event: ev})
}

func (c *talk) deliver(m chat.Message) chat.Reply {
	c.t.Helper()
	m.User, m.Account, m.At = c.user, "gh_account", c.now
	turn := chat.Turn{Message: m}
	if len(c.memory) > 0 && c.now.Before(c.keep) {
		if err := json.Unmarshal(c.memory, &turn.Memory); err != nil {
			c.t.Fatal(err)
		}
	}
	mine, err := c.store.Tracked(c.t.Context(), c.user)
	if err != nil {
		c.t.Fatal(err)
	}
	turn.Tracks = len(mine) > 0
	turn.Waiting = true
	r, err := c.bot.Handle(c.t.Context(), &turn)
	if err != nil {
		c.t.Fatalf("%q: %v", m.Text, err)
	}
	if c.memory, err = json.Marshal(turn.Memory); err != nil {
		c.t.Fatal(err)
	}
	c.keep = c.now.Add(chat.MemoryTTL)
	c.last = r
	if !c.lost {
		if err := c.store.Replies().Told(c.t.Context(), c.user, r.Told, c.now); err != nil {
			c.t.Fatal(err)
		}
	}
	if content := wechat.Content(r); len(content) > wechat.MaxContent || strings.Contains(content, "……") && !strings.Contains(r.Text, "……") {
		c.t.Errorf("does not fit one reply:\n%s", content)
	}
	what := m.Text
	if m.Kind == chat.KindEvent {
		what = "（" + string(m.Event.Kind) + " " + m.Event.Key + "）"
	}
	fmt.Fprintf(&c.script, "我：%s\n\n%s\n", what, show(r))
	return r
}

// remembered is what the conversation remembers now.
func (c *talk) remembered() chat.Memory {
	var m chat.Memory
	if len(c.memory) > 0 && c.now.Before(c.keep) {
		if err := json.Unmarshal(c.memory, &m); err != nil {
			c.t.Fatal(err)
		}
	}
	return m
}

// mine are the filings that the person follows.
func (c *talk) mine() []filing.Tracking {
	c.t.Helper()
	mine, err := c.store.Tracked(c.t.Context(), c.user)
	if err != nil {
		c.t.Fatal(err)
	}
	return mine
}

// report reports as an operator.
func (c *talk) report(r filing.Report) {
	c.t.Helper()
	if r.Source == "" {
		r.Source = filing.FromAPI
	}
	if _, err := c.store.Apply(c.t.Context(), r); err != nil {
		c.t.Fatal(err)
	}
}

// code issues a claim code for a filing.
func (c *talk) code(id, code string) {
	c.t.Helper()
	eight, ok := filing.ParseCode(code)
	if !ok {
		c.t.Fatalf("%s is no code", code)
	}
	if err := c.store.IssueCode(c.t.Context(), id, filing.HashCode(eight), c.now.Add(30*24*time.Hour)); err != nil {
		c.t.Fatal(err)
	}
}

// show writes a reply as a person sees it.
func show(r chat.Reply) string {
	var b strings.Builder
	if r.Empty() {
		return "    （不回复）\n"
	}
	for line := range strings.SplitSeq(r.Text, "\n") {
		b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
	}
	for i, c := range r.Choices {
		fmt.Fprintf(&b, "    %d. %s%s\n", i+1, c.Label, sends(c))
	}
	for i, a := range r.Actions {
		if i == 0 {
			b.WriteString("   ")
		}
		b.WriteString(" <" + a.Label + sends(a) + ">")
	}
	if len(r.Actions) > 0 {
		b.WriteString("\n")
	}
	return b.String()
}

func sends(c chat.Choice) string {
	if c.Send == "" || c.Send == c.Label {
		return ""
	}
	return " → " + c.Send
}

// contains fails where a reply lacks one of the words.
func contains(t testing.TB, r chat.Reply, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(show(r), w) {
			t.Errorf("the reply lacks %q:\n%s", w, show(r))
		}
	}
}

// lacks fails where a reply has one of the words.
func lacks(t testing.TB, r chat.Reply, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(show(r), w) {
			t.Errorf("the reply has %q:\n%s", w, show(r))
		}
	}
}
