package service_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/kb"
)

// talk is one conversation under way: the whole bot over the real knowledge and a real store, with a clock of its own.
type talk struct {
	t      *testing.T
	out    *strings.Builder
	store  *bolt.Store
	bot    *handlers.Bot
	now    time.Time
	memory chat.Memory
	seen   *kb.Result
	n      int
}

func newTalk(t *testing.T, know *kb.Knowledge, cal *filing.Calendar, out *strings.Builder) *talk {
	k := &talk{t: t, out: out, now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return k.now }
	var err error
	if k.store, err = bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "c.db"), Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.store.Close() })
	k.bot = handlers.New(handlers.Options{
		Knowledge: know, Filings: k.store, Guesses: k.store, Recipients: k.store, Kept: k.store, Proactive: true, Now: clock,
		Guide:   func(f filing.Filing, now time.Time) filing.Guide { return filing.GuideTo(f, now, cal) },
		Observe: func(r kb.Result) { k.seen = &r }, Log: slog.New(slog.DiscardHandler),
	})
	return k
}

// says sends a message and writes down what it was taken for, the beginning of the reply, and what it offers.
func (k *talk) says(shown, text string) {
	k.n++
	k.seen = nil
	tracked, err := k.store.Tracked(k.t.Context(), "me")
	if err != nil {
		k.t.Fatal(err)
	}
	turn := &chat.Turn{Message: chat.Message{Key: fmt.Sprint(k.n), User: "me", Kind: chat.KindText, Text: text, At: k.now}, Memory: k.memory, Tracks: len(tracked) > 0}
	reply, err := k.bot.Handle(k.t.Context(), turn)
	if err != nil {
		k.t.Fatalf("%s: %v", shown, err)
	}
	k.memory = turn.Memory
	k.now = k.now.Add(20 * time.Second)
	fmt.Fprintf(k.out, "我：%s\n", shown)
	if r := k.seen; r != nil {
		fmt.Fprintf(k.out, "  [%s", r.Kind)
		for _, s := range []string{r.Topic, string(r.Command), r.Aside} {
			if s != "" {
				k.out.WriteString(" " + s)
			}
		}
		if r.FollowUp {
			k.out.WriteString(" 承上")
		}
		k.out.WriteString("]\n")
	}
	lines := strings.Split(strings.TrimSpace(reply.Text), "\n")
	for i, l := range lines {
		if i == 3 {
			fmt.Fprintf(k.out, "  ……共 %d 行\n", len(lines))
			break
		}
		fmt.Fprintf(k.out, "  %s\n", l)
	}
	for i, c := range reply.Choices {
		fmt.Fprintf(k.out, "  %d. %s\n", i+1, c.Label)
	}
	var actions []string
	for _, c := range reply.Actions {
		actions = append(actions, c.Label)
	}
	if len(actions) > 0 {
		fmt.Fprintf(k.out, "  <%s>\n", strings.Join(actions, "> <"))
	}
}

// report carries out "! ID name=… stage=… province=… number=… reason=…".
func (k *talk) report(line string) {
	fields := strings.Fields(line)
	r := filing.Report{ID: fields[0], Platform: vocab.PlatformWeChat, Source: filing.FromAPI, At: k.now}
	for _, f := range fields[1:] {
		key, v, _ := strings.Cut(f, "=")
		switch key {
		case "name":
			r.Name = v
		case "stage":
			r.Stage = vocab.Stage(v)
		case "province":
			r.Province = vocab.Province(v)
		case "number":
			r.Number = v
		case "reason":
			r.Reasons = []filing.Reason{{Error: v}}
		default:
			k.t.Fatalf("no field %q", key)
		}
	}
	if _, err := k.store.Apply(k.t.Context(), r); err != nil {
		k.t.Fatal(err)
	}
	fmt.Fprintf(k.out, "（%s）\n", line)
}

// claim sends a fresh code of a filing.
func (k *talk) claim(id string) {
	code := filing.NewCode()
	plain, _ := filing.ParseCode(code)
	if err := k.store.IssueCode(k.t.Context(), id, filing.HashCode(plain), k.now.Add(time.Hour)); err != nil {
		k.t.Fatal(err)
	}
	k.says("〔"+id+" 的备案码〕", code)
}

// Whole conversations, as people have them, over the real knowledge: what is asked, how it is understood, what is said. Whoever changes the
// knowledge or the understanding sees here what becomes of forty of them.
func TestConversations(t *testing.T) {
	know, err := service.OpenKnowledge(config.Default())
	if err != nil {
		t.Fatal(err)
	}
	cal, err := filing.LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open("testdata/conversations.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out strings.Builder
	var k *talk
	count := 0
	for sc := bufio.NewScanner(in); sc.Scan(); {
		line := strings.TrimRight(sc.Text(), " ")
		switch {
		case strings.HasPrefix(line, "== "):
			count++
			fmt.Fprintf(&out, "\n%s\n", line)
			k = newTalk(t, know, cal, &out)
		case k == nil || line == "":
		case strings.HasPrefix(line, "> "):
			k.says(line[2:], line[2:])
		case strings.HasPrefix(line, "~ "):
			d, err := time.ParseDuration(line[2:])
			if err != nil {
				t.Fatal(err)
			}
			k.now = k.now.Add(d)
			fmt.Fprintf(&out, "（过了 %s）\n", d)
		case strings.HasPrefix(line, "! "):
			k.report(line[2:])
		case strings.HasPrefix(line, "code "):
			k.claim(line[5:])
		default:
			t.Fatalf("not understood: %s", line)
		}
	}
	if count != 40 {
		t.Errorf("%d conversations, want 40", count)
	}
	golden.Equal(t, "conversations.golden", out.String())
}
