package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/kb"
)

// listedQuestions bounds the questions that are grouped for a page, the most asked first.
const listedQuestions = 500

// askedGroup is what several people asked in like words.
type askedGroup struct {
	Questions []chat.Question
	Count     int
	Last      time.Time
	// Nearest is the topic that is nearest to the first question.
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
	Topics []*kb.Entry
	Total  int
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
	l.Total, l.Topics, l.Groups = len(qs), s.Entries(), grouped(qs)
	if len(l.Groups) > pageSize {
		l.Groups = l.Groups[:pageSize]
	}
	for i := range l.Groups {
		r := s.Understand(kb.Query{Text: l.Groups[i].Questions[0].Text})
		if len(r.Candidates) > 0 {
			l.Groups[i].Nearest = r.Candidates[0].Topic
		}
	}
	return c.show(w, v, "questions", "问题", l)
}

// alike is from which share of common pairs of characters on two questions count as alike.
const alike = 0.45

// grouped puts together questions that share most of their pairs of characters. It takes them most asked first, so a group is named by
// what is asked most.
func grouped(qs []chat.Question) []askedGroup {
	var out []askedGroup
	var heads []map[string]bool
	for _, q := range qs {
		p := pairs(q.Text)
		best, most := -1, alike
		for i, h := range heads {
			if s := shared(p, h); s >= most {
				best, most = i, s
			}
		}
		if best < 0 {
			best = len(out)
			out, heads = append(out, askedGroup{}), append(heads, p)
		}
		g := &out[best]
		g.Questions = append(g.Questions, q)
		g.Count += q.Count
		if q.Last.After(g.Last) {
			g.Last = q.Last
		}
	}
	slices.SortStableFunc(out, func(a, b askedGroup) int { return b.Count - a.Count })
	return out
}

// pairs are the pairs of neighbouring characters of a text, without what carries no meaning.
func pairs(s string) map[string]bool {
	var rs []rune
	for _, r := range fold(s) {
		if !strings.ContainsRune(" \t,，.。?？!！、的了吗呢啊吧呀么", r) {
			rs = append(rs, r)
		}
	}
	out := map[string]bool{}
	for i := range rs {
		out[string(rs[i:min(i+2, len(rs))])] = true
	}
	return out
}

// shared is the share of common members: twice the common ones by all of both.
func shared(a, b map[string]bool) float64 {
	n := 0
	for k := range a {
		if b[k] {
			n++
		}
	}
	if len(a)+len(b) == 0 {
		return 1
	}
	return 2 * float64(n) / float64(len(a)+len(b))
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

// extended is a topic with more wordings, as a form.
func (c *Console) extended(v *visit, topic string, texts []string) (entryForm, error) {
	e, ok := c.Knowledge.Snapshot().Entry(topic)
	if !ok {
		return entryForm{}, bad("请选择话题")
	}
	d, err := c.Desk.Draft(v.Context(), topic)
	if err != nil {
		return entryForm{}, err
	}
	own := *e
	own.Variants = slices.Clone(e.Variants)
	for _, t := range texts {
		if !slices.Contains(own.Variants, t) {
			own.Variants = append(own.Variants, t)
		}
	}
	return entryFormOf(&own, d.Rev), nil
}

type givePage struct {
	Topic, Title string
	Refs, Texts  []string
	Effect       effect
}

// giveEffect shows what it does to give questions to a topic.
func (c *Console) giveEffect(w http.ResponseWriter, v *visit) error {
	topic, refs, texts, err := c.given(v)
	if err != nil {
		return err
	}
	form, err := c.extended(v, topic, texts)
	if err != nil {
		return err
	}
	e, next, err := c.tried(v, form)
	if err != nil {
		return err
	}
	out, err := c.effectOf(v, e, next)
	if err != nil {
		return err
	}
	return c.show(w, v, "give", "归入话题", givePage{topic, e.Title, refs, texts, out})
}

// give gives questions to a topic as new wordings.
func (c *Console) give(w http.ResponseWriter, v *visit) error {
	topic, refs, texts, err := c.given(v)
	if err != nil {
		return err
	}
	form, err := c.extended(v, topic, texts)
	if err != nil {
		return err
	}
	e, next, err := c.tried(v, form)
	if err != nil {
		return err
	}
	if must, _ := findings(next, e.ID, c.Now()); len(must) > 0 {
		return &trouble{http.StatusUnprocessableEntity, "和别的话题的问法冲突，请到“知识”里处理后再试"}
	}
	if err := c.lay(v, e, form.Rev, "＋"+texts[0], "question.give"); err != nil {
		return err
	}
	c.forget(v, refs)
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

// forgetAnswered takes the questions from the list that are now wordings of an entry.
func (c *Console) forgetAnswered(v *visit, e *kb.Entry) {
	qs, err := c.Questions.Questions(v.Context(), "", listedQuestions)
	if err != nil {
		return
	}
	var refs []string
	for _, q := range qs {
		if slices.Contains(e.Variants, q.Text) {
			refs = append(refs, ref(q))
		}
	}
	c.forget(v, refs)
}
