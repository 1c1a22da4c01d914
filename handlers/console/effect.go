package console

import (
	"bytes"
	"cmp"
	"context"
	"strings"

	"github.com/beianbot/beianbot/kb"
)

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
	aside := func(word, id string) string {
		if id == "" {
			return word
		}
		return word + "：" + cmp.Or(asideWords[id], id)
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
		return aside("指令", string(r.Command))
	case kb.KindSmallTalk:
		return aside("寒暄", r.Aside)
	case kb.KindUnknown:
	}
	if r.Aside != "" {
		return aside("别的事", r.Aside)
	}
	return "没答上"
}

// weigh measures a change of the part with a key: on the questions that wait, on known wordings of the other topics, and on the labelled
// questions.
func (c *Console) weigh(ctx context.Context, key string, now, next *kb.Snapshot) (effect, error) {
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
		if x.ID == key {
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
