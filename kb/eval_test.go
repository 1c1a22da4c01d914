package kb

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// scripted answers from a list.
type scripted map[string]Result

func (s scripted) Understand(q Query) Result { return s[q.Text] }

func TestEvalCounts(t *testing.T) {
	u := scripted{
		"right":  {Kind: KindAnswer, Topic: "fees", Confidence: 0.9},
		"also":   {Kind: KindAnswer, Topic: "agent", Confidence: 0.9},
		"wrong":  {Kind: KindAnswer, Topic: "entry", Confidence: 0.6},
		"shown":  {Kind: KindChoice, Candidates: []Candidate{{Topic: "entry"}, {Topic: "fees"}, {Topic: "agent"}}},
		"fourth": {Kind: KindChoice, Candidates: []Candidate{{Topic: "entry"}, {Topic: "agent"}, {Topic: "withdraw"}, {Topic: "fees"}}},
		"none":   {Kind: KindUnknown},
		"nope":   {Kind: KindAnswer, Topic: "fees", Confidence: 0.6},
		"status": {Kind: KindCommand, Command: CommandStatus},
		"human":  {Kind: KindCommand, Command: CommandHelp},
		"hello":  {Kind: KindSmallTalk},
	}
	lines := `{"q":"right","topic":"fees"}
{"q":"also","topic":"fees","also":["agent"]}
{"q":"wrong","topic":"fees"}
{"q":"shown","topic":"fees"}

{"q":"fourth","topic":"fees"}
{"q":"none","topic":"none"}
{"q":"nope","topic":"none"}
{"q":"status","topic":"cmd-status"}
{"q":"human","topic":"cmd-human"}
{"q":"hello","topic":"smalltalk"}
`
	rep, err := Eval(u, strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	if rep.InScope != 5 || rep.Right != 0.4 || rep.Shown != 0.6 || rep.Wrong != 0.2 || rep.None != 2 || rep.Refused != 0.5 ||
		rep.CommandsRight != 0.5 || rep.SmallTalkRight != 1 || rep.Answers != 4 || rep.Precision != 0.5 {
		t.Errorf("%+v", rep)
	}
	if c := rep.Confusions[0]; c.Count != 2 || c.Want != "fees" || c.Got != "choice" {
		t.Errorf("confusions %+v", rep.Confusions)
	}
	var text, js bytes.Buffer
	if err := rep.WriteText(&text); err != nil || !strings.Contains(text.String(), "40.0%") {
		t.Errorf("%v:\n%s", err, text.String())
	}
	if err := rep.WriteJSON(&js); err != nil {
		t.Fatal(err)
	}
	old, err := ReadReport(&js)
	if err != nil {
		t.Fatal(err)
	}
	u["right"] = Result{Kind: KindUnknown}
	u["nope"] = Result{Kind: KindUnknown}
	now, err := Eval(u, strings.NewReader(lines))
	if err != nil {
		t.Fatal(err)
	}
	if c := now.Against(old); len(c.Lost) != 1 || c.Lost[0].Q != "right" || len(c.Won) != 1 || c.Won[0].Q != "nope" {
		t.Errorf("change %+v", c)
	}
	for _, bad := range []string{"{", `{"q":"x"}`} {
		if _, err := Eval(u, strings.NewReader(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestFloors holds understanding just below what it reached on questions that
// nobody tuned it to. Raise a floor when a figure rises; never bend the
// knowledge to a single line.
func TestFloors(t *testing.T) {
	f, err := os.Open("testdata/questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rep, err := Eval(embedded(t), f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		got   float64
		floor float64
	}{
		{"right at once", rep.Right, 0.79},
		{"shown", rep.Shown, 0.85},
		{"not wrong", 1 - rep.Wrong, 0.92},
		{"refused of none", rep.Refused, 0.90},
		{"commands right", rep.CommandsRight, 0.88},
		{"small talk right", rep.SmallTalkRight, 0.85},
		{"calibrated", 1 - rep.Calibration, 0.94},
	} {
		if c.got < c.floor {
			t.Errorf("%s: %.3f, floor %.3f", c.name, c.got, c.floor)
		}
	}
	if t.Failed() {
		var b strings.Builder
		if err := rep.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		t.Log(b.String())
	}
}

// nearCopy is from which likeness on, in characters, a wording counts as copied
// from a labelled question; ownLength is how short one may be by chance: two
// people write 查进度 without knowing of each other.
const (
	nearCopy  = 0.85
	ownLength = 6
)

// TestQuestionsAreNotTaught holds the labelled questions apart from the
// wordings: what was taught measures nothing.
func TestQuestionsAreNotTaught(t *testing.T) {
	f, err := os.Open("testdata/questions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	questions, err := ReadQuestions(f)
	if err != nil {
		t.Fatal(err)
	}
	type wording struct {
		plain []rune
		id    string
	}
	byLength := map[int][]wording{}
	for _, c := range embedded(t).Snapshot().corpus.classes {
		for _, v := range c.variants {
			rs := []rune(plain(v))
			byLength[len(rs)] = append(byLength[len(rs)], wording{rs, c.id})
		}
	}
	for _, q := range questions {
		rs := []rune(plain(q.Q))
		has := map[rune]bool{}
		for _, r := range rs {
			has[r] = true
		}
		for n := max(ownLength, len(rs)*17/20); n <= len(rs)*20/17; n++ {
			longest := max(n, len(rs))
			for _, w := range byLength[n] {
				strange := 0
				for _, r := range w.plain {
					strange += count(!has[r])
				}
				if float64(strange) >= (1-nearCopy)*float64(longest) {
					continue
				}
				if like := 1 - float64(edits(rs, w.plain))/float64(longest); like > nearCopy && !mayBeNear[q.Q] {
					t.Errorf("%q of %s is %q of the labelled questions (%.2f)", string(w.plain), w.id, q.Q, like)
				}
			}
		}
	}
}

// mayBeNear are questions that a wording is near to in characters, not in
// meaning.
var mayBeNear = map[string]bool{"小程序怎么注册账号": true}

// edits is the number of characters to insert, drop or replace.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		before := row[0]
		row[0] = i + 1
		for j, y := range b {
			here := min(row[j+1]+1, row[j]+1, before+count(x != y))
			before, row[j+1] = row[j+1], here
		}
	}
	return row[len(b)]
}

func TestBaseline(t *testing.T) {
	b, err := Baseline(toy(t))
	if err != nil {
		t.Fatal(err)
	}
	if r := b.Understand(Query{Text: "备案入口"}); r.Kind != KindAnswer || r.Topic != "entry" {
		t.Errorf("%+v", r)
	}
	if r := b.Understand(Query{Text: "xyz"}); r.Kind != KindUnknown {
		t.Errorf("%+v", r)
	}
}
