package console

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb"
)

// entryForm is the form of an entry, as text, so that what was typed is shown again.
type entryForm struct {
	ID, Group, Title, Answer, Detail, Variants, Related, Facets, Facts, Note string
	// Rev is the draft that the form began from.
	Rev int
	New bool
}

func entryFormOf(e *kb.Entry, rev int) entryForm {
	f := entryForm{
		ID: e.ID, Group: e.Group, Title: e.Title, Answer: strings.TrimSpace(e.Answer), Detail: strings.TrimSpace(e.Detail),
		Variants: strings.Join(e.Variants, "\n"), Related: strings.Join(e.Related, " "), Rev: rev,
	}
	if len(e.Facets) > 0 {
		f.Facets = yamlOf(e.Facets)
	}
	if len(e.Facts) > 0 {
		f.Facts = yamlOf(e.Facts)
	}
	return f
}

// yamlOf writes a value as an editor would.
func yamlOf(v any) string {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	_ = enc.Close()
	return b.String()
}

// Bounds of an entry that is typed in.
const (
	maxVariants = 600
	maxYAML     = 64 << 10
)

func entryFormIn(v *visit) entryForm {
	get := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(v.PostFormValue(name), "\r\n", "\n"))
	}
	f := entryForm{
		ID: get("id"), Group: get("group"), Title: get("title"), Answer: get("answer"), Detail: get("detail"), Variants: get("variants"),
		Related: get("related"), Facets: get("facets"), Facts: get("facts"), Note: get("note"), New: get("new") != "",
	}
	for _, c := range get("rev") {
		if c < '0' || c > '9' || f.Rev > 1<<20 {
			break
		}
		f.Rev = f.Rev*10 + int(c-'0')
	}
	return f
}

// today is the day in China, at midnight UTC, as the knowledge writes days.
func (c *Console) today() time.Time {
	y, m, d := c.Now().In(filing.Zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// entry makes an entry of the form. What it cannot make one of is told in Chinese.
func (f entryForm) entry(today time.Time) (*kb.Entry, error) {
	if !filing.ValidID(f.ID) || f.ID != strings.ToLower(f.ID) {
		return nil, bad("话题编号只能用小写字母、数字和横线")
	}
	e := &kb.Entry{ID: f.ID, Group: f.Group, Title: f.Title, Answer: f.Answer, Detail: f.Detail, Related: strings.Fields(f.Related)}
	e.Reviewed.Time = today
	for line := range strings.Lines(f.Variants) {
		if line = strings.TrimSpace(line); line != "" {
			e.Variants = append(e.Variants, line)
		}
	}
	if len(e.Variants) > maxVariants {
		return nil, bad("问法太多，最多 600 条")
	}
	if err := readYAML(f.Facets, &e.Facets); err != nil {
		return nil, &trouble{422, "“按情况区分”的写法不对：" + err.Error()}
	}
	if err := readYAML(f.Facts, &e.Facts); err != nil {
		return nil, &trouble{422, "“依据”的写法不对：" + err.Error()}
	}
	if err := kb.CheckEntry(e); err != nil {
		return nil, &trouble{422, "缺少必要的内容：标题、回答、至少一条问法都要有，区分的情况要写条件"}
	}
	return e, nil
}

// readYAML reads a list strictly.
func readYAML(text string, v any) error {
	if text == "" {
		return nil
	}
	if len(text) > maxYAML {
		return errors.New("太长")
	}
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("只能有一段")
	}
	return nil
}

// findings are those of one entry that an editor must mend, and those that deserve a look.
func findings(s *kb.Snapshot, id string, today time.Time) (must, may []kb.Finding) {
	for _, f := range kb.Lint(s, kb.LintOptions{Today: today}) {
		switch {
		case f.Entry != id:
		case f.Severity == kb.SeverityError:
			must = append(must, f)
		default:
			may = append(may, f)
		}
	}
	return must, may
}

// waitingFor bounds the waiting questions that are tried against a change.
const waitingFor = 300

// knownSample bounds the known wordings that are tried against a change.
const knownSample = 600

// effect is what a change of the knowledge does to how questions are understood.
type effect struct {
	// Waiting are the questions in the list that would be understood otherwise; Asked is how many were tried.
	Waiting []turned
	Asked   int
	// Known is how many wordings of other topics were tried, KnownBefore and KnownAfter how many are found.
	Known, KnownBefore, KnownAfter int
	Lost                           []turned
	// Set is the result on the labelled questions, where there are any.
	HasSet        bool
	Before, After kb.Report
	Must, May     []kb.Finding
	Diff          []diffLine
}

// turned is a question that is understood otherwise.
type turned struct{ Text, Before, After string }

// Better reports whether the labelled questions are understood no worse.
func (e effect) Better() bool {
	return e.After.Right >= e.Before.Right && e.After.Wrong <= e.Before.Wrong
}

// meant writes in short what a question was taken for.
func meant(s *kb.Snapshot, r kb.Result) string {
	title := func(id string) string {
		if e, ok := s.Entry(id); ok {
			return e.Title
		}
		return id
	}
	switch r.Kind {
	case kb.KindAnswer:
		return title(r.Topic)
	case kb.KindChoice:
		var all []string
		for _, c := range r.Candidates[:min(3, len(r.Candidates))] {
			all = append(all, title(c.Topic))
		}
		return "反问：" + strings.Join(all, " / ")
	case kb.KindCommand:
		return "指令：" + string(r.Command)
	case kb.KindSmallTalk:
		return "寒暄"
	}
	return "没答上"
}

// weigh measures a change: on the questions that wait, on known wordings of the other topics, and on the labelled questions.
func (c *Console) weigh(ctx context.Context, id string, now, next *kb.Snapshot) (effect, error) {
	var e effect
	waiting, err := c.Questions.Questions(ctx, "", waitingFor)
	if err != nil {
		return e, err
	}
	e.Asked = len(waiting)
	for _, q := range waiting {
		a, b := meant(now, now.Understand(kb.Query{Text: q.Text})), meant(next, next.Understand(kb.Query{Text: q.Text}))
		if a != b && len(e.Waiting) < 50 {
			e.Waiting = append(e.Waiting, turned{q.Text, a, b})
		}
	}
	total := 0
	for _, x := range now.Entries() {
		total += len(x.Variants)
	}
	step, n := max(total/knownSample, 1), 0
	for _, x := range now.Entries() {
		if x.ID == id {
			continue
		}
		for _, text := range x.Variants {
			if n++; n%step != 0 {
				continue
			}
			ra, rb := now.Understand(kb.Query{Text: text}), next.Understand(kb.Query{Text: text})
			a, b := found(ra, x.ID), found(rb, x.ID)
			e.Known++
			if a {
				e.KnownBefore++
			}
			if b {
				e.KnownAfter++
			}
			if a && !b && len(e.Lost) < 20 {
				e.Lost = append(e.Lost, turned{text, meant(now, ra), meant(next, rb)})
			}
		}
	}
	set, err := c.Desk.QuestionSet(ctx)
	if err != nil || len(set) == 0 {
		return e, err
	}
	if e.Before, err = kb.Eval(now, bytes.NewReader(set)); err != nil {
		return e, nil // it was checked when it was put; an old format counts as none
	}
	e.After, err = kb.Eval(next, bytes.NewReader(set))
	e.HasSet = err == nil
	return e, nil
}

// found reports whether a topic is answered or offered.
func found(r kb.Result, id string) bool {
	if r.Kind == kb.KindAnswer {
		return r.Topic == id
	}
	for _, c := range r.Candidates {
		if r.Kind == kb.KindChoice && c.Topic == id {
			return true
		}
	}
	return false
}
