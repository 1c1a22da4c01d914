package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/kb"
)

// listedQuestions bounds the questions that are grouped for a page, the most asked first.
const listedQuestions = 500

// askedGroup is what several people asked in like words.
type askedGroup struct {
	Questions []chat.Question
	Count     int
	Last      time.Time
	// Nearest is the key of the part that is nearest to the first question.
	Nearest string
}

// Refs name the questions in a form.
func (g askedGroup) Refs() []string {
	var out []string
	for _, q := range g.Questions {
		out = append(out, ref(q))
	}
	return out
}

// NewTopic is the query of the page of a new topic with these wordings.
func (g askedGroup) NewTopic() string {
	q := url.Values{}
	for _, x := range g.Questions[:min(10, len(g.Questions))] {
		q.Add("variant", x.Text)
	}
	return "?" + q.Encode()
}

// ref names a question in a form; readRef reads it.
func ref(q chat.Question) string { return string(q.Kind) + ":" + q.Text }

func readRef(s string) (chat.QuestionKind, string, bool) {
	kind, text, ok := strings.Cut(s, ":")
	switch k := chat.QuestionKind(kind); k {
	case chat.QuestionUnknown, chat.QuestionChoice, chat.QuestionDisliked:
		return k, text, ok && text != "" && len(text) <= 4*chat.MaxQuestion
	}
	return "", "", false
}

type questionList struct {
	Kind   chat.QuestionKind
	Kinds  []chat.QuestionKind
	Groups []askedGroup
	// Choices are the parts a question can be given to, by group or kind.
	Choices []topicGroup
	Total   int
}

func (c *Console) listQuestions(w http.ResponseWriter, v *visit) error {
	l := questionList{Kind: chat.QuestionKind(v.URL.Query().Get("kind")), Kinds: []chat.QuestionKind{chat.QuestionUnknown, chat.QuestionChoice, chat.QuestionDisliked}}
	if !slices.Contains(l.Kinds, l.Kind) {
		l.Kind = chat.QuestionUnknown
	}
	qs, err := c.Questions.Questions(v.Context(), l.Kind, listedQuestions)
	if err != nil {
		return err
	}
	s := c.Knowledge.Snapshot()
	l.Total, l.Choices, l.Groups = len(qs), choices(s), grouped(qs)
	if len(l.Groups) > pageSize {
		l.Groups = l.Groups[:pageSize]
	}
	for i := range l.Groups {
		r := s.Understand(kb.Query{Text: l.Groups[i].Questions[0].Text})
		if r.Aside != "" {
			l.Groups[i].Nearest = kb.Part{Kind: kb.AsideOutside, Aside: &kb.Aside{ID: r.Aside}}.Key()
		} else if len(r.Candidates) > 0 {
			l.Groups[i].Nearest = r.Candidates[0].Topic
		}
	}
	return c.show(w, v, "questions", "问题", l)
}

// grouped puts together the questions that seem to ask the same, most asked groups first.
func grouped(qs []chat.Question) []askedGroup {
	texts := make([]string, len(qs))
	for i, q := range qs {
		texts[i] = q.Text
	}
	var out []askedGroup
	for _, members := range kb.Alike(texts) {
		var g askedGroup
		for _, i := range members {
			g.Questions = append(g.Questions, qs[i])
			g.Count += qs[i].Count
			if qs[i].Last.After(g.Last) {
				g.Last = qs[i].Last
			}
		}
		out = append(out, g)
	}
	slices.SortStableFunc(out, func(a, b askedGroup) int { return b.Count - a.Count })
	return out
}

// given reads which questions are given to which topic.
func (c *Console) given(v *visit) (topic string, refs, texts []string, err error) {
	if err := v.ParseForm(); err != nil {
		return "", nil, nil, err
	}
	for _, r := range v.PostForm["q"] {
		if _, text, ok := readRef(r); ok && len(refs) < 100 {
			refs, texts = append(refs, r), append(texts, text)
		}
	}
	if len(refs) == 0 {
		return "", nil, nil, bad("请先勾选问题")
	}
	return v.PostFormValue("topic"), refs, texts, nil
}

// extended is a part with more wordings, as a form.
func (c *Console) extended(v *visit, key string, texts []string) (partForm, error) {
	if desk.CheckName(key) != nil {
		return partForm{}, bad("请选择话题")
	}
	p, d, err := c.partNow(v, key)
	if errors.Is(err, errs.ErrNotFound) {
		err = bad("请选择话题")
	}
	if err != nil {
		return partForm{}, err
	}
	variants := slices.Clone(p.Variants())
	for _, t := range texts {
		if !slices.Contains(variants, t) {
			variants = append(variants, t)
		}
	}
	return partFormOf(p.WithVariants(variants), d.Rev), nil
}

// choices are the parts a question can be given to.
func choices(s *kb.Snapshot) []topicGroup {
	var out []topicGroup
	for _, parts := range grouping(s) {
		group := topicGroup{ID: parts.id}
		for _, p := range parts.parts {
			group.Topics = append(group.Topics, topicLine{Key: p.Key(), Title: partTitle(p)})
		}
		out = append(out, group)
	}
	return out
}

type givePage struct {
	Topic, Title string
	Refs, Texts  []string
	Effect       effect
}

// giving is a topic with the questions that a form gives to it, not saved yet.
type giving struct {
	topic       string
	refs, texts []string
	rev         int
	part        kb.Part
	next        *kb.Snapshot
}

func (c *Console) giving(v *visit) (g giving, err error) {
	if g.topic, g.refs, g.texts, err = c.given(v); err != nil {
		return g, err
	}
	form, err := c.extended(v, g.topic, g.texts)
	if err != nil {
		return g, err
	}
	g.rev = form.Rev
	g.part, g.next, err = c.tried(v, form)
	return g, err
}

// giveEffect shows what it does to give questions to a topic.
func (c *Console) giveEffect(w http.ResponseWriter, v *visit) error {
	g, err := c.giving(v)
	if err != nil {
		return err
	}
	out, err := c.effectOf(v, g.part, g.next)
	if err != nil {
		return err
	}
	return c.show(w, v, "give", "归入话题", givePage{g.topic, partTitle(g.part), g.refs, g.texts, out})
}

// give gives questions to a topic as new wordings.
func (c *Console) give(w http.ResponseWriter, v *visit) error {
	g, err := c.giving(v)
	if err != nil {
		return err
	}
	must, _ := kb.LintChange(c.Knowledge.Snapshot(), g.next, g.part, kb.LintOptions{Today: c.today()})
	if len(must) > 0 {
		return &trouble{http.StatusUnprocessableEntity, "和别的话题的问法冲突，请到“知识”里处理后再试"}
	}
	if err := c.lay(v, g.part, g.rev, "＋"+g.texts[0], "question.give"); err != nil {
		return err
	}
	c.forget(v, g.refs)
	return back(w, v, "/questions", "given")
}

func (c *Console) ignoreQuestions(w http.ResponseWriter, v *visit) error {
	_, refs, texts, err := c.given(v)
	if err != nil {
		return err
	}
	c.forget(v, refs)
	c.did(v, "question.ignore", "", texts[0])
	kind, _, _ := strings.Cut(refs[0], ":")
	return back(w, v, "/questions?kind="+url.QueryEscape(kind), "ignored")
}

// forget takes questions from the list; what stays by a failure is dealt with again.
func (c *Console) forget(v *visit, refs []string) {
	for _, r := range refs {
		if kind, text, ok := readRef(r); ok {
			if err := c.Questions.ForgetQuestion(v.Context(), kind, text); err != nil {
				c.Log.WarnContext(v.Context(), "a question stays in the list", "err", err)
			}
		}
	}
}

// forgetAnswered takes the questions from the list that are now wordings of a part.
func (c *Console) forgetAnswered(v *visit, p kb.Part) {
	qs, err := c.Questions.Questions(v.Context(), "", listedQuestions)
	if err != nil {
		return
	}
	var refs []string
	for _, q := range qs {
		if slices.Contains(p.Variants(), q.Text) {
			refs = append(refs, ref(q))
		}
	}
	c.forget(v, refs)
}
