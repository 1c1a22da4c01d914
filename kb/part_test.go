package kb_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/kb"
)

// parts are all parts of a snapshot.
func parts(s *kb.Snapshot) []kb.Part {
	var out []kb.Part
	for _, e := range s.Entries() {
		out = append(out, kb.Part{Entry: e})
	}
	for _, kind := range kb.AsideKinds() {
		for _, a := range s.Asides(kind) {
			out = append(out, kb.Part{Kind: kind, Aside: a})
		}
	}
	return out
}

func TestPartsGoThroughJSON(t *testing.T) {
	k, err := kb.Open(kb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := k.Snapshot()
	all := parts(s)
	if len(all) < 140 {
		t.Errorf("only %d parts", len(all))
	}
	seen := map[string]bool{}
	for _, p := range all {
		key := p.Key()
		if seen[key] {
			t.Errorf("%s stands twice", key)
		}
		seen[key] = true
		data, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		back, err := kb.ReadPart(key, data)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		again, _ := json.Marshal(back)
		if d := cmp.Diff(string(data), string(again)); d != "" || back.Key() != key {
			t.Errorf("%s as %s: %s", key, back.Key(), d)
		}
		if got, ok := s.Part(key); !ok || got.Title() != p.Title() {
			t.Errorf("%s is not found", key)
		}
	}
}

func TestPartsThatCannotBe(t *testing.T) {
	for key, data := range map[string]string{
		"outside.x":        `{"id":"x","variants":["a"]}`,
		"outside.y":        `{"id":"x","answer":"b","variants":["a"]}`,
		"outside.":         `{"answer":"b","variants":["a"]}`,
		"smalltalk.x":      `{"id":"x","answer":"b"}`,
		"command.dance":    `{"id":"dance","variants":["a"]}`,
		"total-time":       `{"id":"total-time","title":"a","answer":"b"}`,
		"other":            `{"id":"outside.x","title":"a","answer":"b","variants":["c"]}`,
		"no json":          `{`,
		"smalltalk.number": `7`,
	} {
		if p, err := kb.ReadPart(key, []byte(data)); err == nil {
			t.Errorf("%s: %+v", key, p)
		}
	}
	if _, err := kb.ReadPart("command.help", []byte(`{"id":"help","variants":["a"]}`)); err != nil {
		t.Errorf("a command has no answer of its own: %v", err)
	}
}

func TestOverlayOfAsides(t *testing.T) {
	k, err := kb.Open(kb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := kb.NewOverlay(k)
	lay := func(ps ...kb.Part) {
		t.Helper()
		if err := o.Lay(ps); err != nil {
			t.Fatal(err)
		}
	}
	hello, _ := k.Snapshot().Part("smalltalk.hello")
	own := *hello.Aside
	own.Answer = "您好，这里是新的问候。"
	fresh := kb.Part{Kind: kb.AsideOutside, Aside: &kb.Aside{
		ID: "balloon", Answer: "热气球不归我们管。", Variants: []string{"热气球升空要登记吗", "热气球飞行许可去哪里办", "热气球驾驶员怎么考"},
	}}
	help, _ := k.Snapshot().Part("command.help")
	spoken := help.WithVariants(append([]string{"芝麻开门把本事亮出来"}, help.Variants()...))
	lay(kb.Part{Kind: hello.Kind, Aside: &own}, fresh, spoken)
	say := func(q string) (kb.Result, string) {
		r := k.Understand(kb.Query{Text: q})
		text, _ := k.Text(r)
		return r, text.Answer
	}
	if _, got := say("你好"); got != own.Answer {
		t.Errorf("你好: %q", got)
	}
	if r, got := say("热气球升空要登记吗"); r.Kind != kb.KindUnknown || got != fresh.Aside.Answer {
		t.Errorf("a new matter: %+v %q", r, got)
	}
	if r, _ := say("芝麻开门把本事亮出来"); r.Command != kb.CommandHelp {
		t.Errorf("a new wording of a command: %+v", r)
	}
	lay()
	if _, got := say("你好"); got != hello.Aside.Answer {
		t.Errorf("taken off: %q", got)
	}
}
