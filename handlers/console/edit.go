package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/kb"
	"github.com/beianbot/beianbot/kb/entity"
)

type editPage struct {
	Form          partForm
	Groups        []string
	Kinds         []kb.AsideKind
	Wrong, Detail string
	Effect        *effect
}

// editPage is the page of a form.
func (c *Console) editPage(form partForm) editPage {
	p := editPage{Form: form, Kinds: []kb.AsideKind{kb.AsideOutside, kb.AsideSmallTalk}}
	for _, g := range c.Knowledge.Snapshot().Groups() {
		p.Groups = append(p.Groups, g.ID)
	}
	return p
}

// Name names what is edited.
func (f partForm) Name() string {
	if f.Kind != "" {
		return partTitle(kb.Part{Kind: f.Kind, Aside: &kb.Aside{ID: f.ID}})
	}
	return f.Title
}

func (c *Console) editTopicPage(w http.ResponseWriter, v *visit) error {
	p, d, err := c.readPart(v)
	if err != nil {
		return err
	}
	return c.show(w, v, "edit", partTitle(p), c.editPage(partFormOf(p, d.Rev)))
}

func (c *Console) newTopicPage(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	form := partForm{New: true, Group: "basics", Variants: strings.Join(q["variant"], "\n"), Kind: kb.AsideKind(q.Get("kind"))}
	if !slices.Contains(kb.AsideKinds(), form.Kind) || form.Kind == kb.AsideCommand {
		form.Kind = ""
	}
	if len(q["variant"]) > 0 && form.Kind == "" {
		form.Title = q["variant"][0]
	}
	return c.show(w, v, "edit", "新话题", c.editPage(form))
}

// previewEntry tells what a person would get of a part as it is typed, and how long it is. It builds nothing, so it is quick.
func (c *Console) previewEntry(w http.ResponseWriter, v *visit) error {
	form := partFormIn(v)
	out := struct {
		Title    string   `json:"title"`
		Answer   string   `json:"answer"`
		Detail   string   `json:"detail"`
		Count    string   `json:"count"`
		Over     bool     `json:"over"`
		Problems []string `json:"problems"`
	}{Title: c.pages.word(v.lang, form.Name()), Answer: form.Answer, Detail: form.Detail, Problems: []string{}}
	if form.ID == "" {
		form.ID = "new-topic"
	}
	p, err := form.part(c.today())
	var t *trouble
	switch {
	case errors.As(err, &t):
		out.Problems = append(out.Problems, c.pages.word(v.lang, t.text))
	case err == nil && p.Entry != nil:
		text := p.Entry.For(entity.Set{})
		out.Title, out.Answer, out.Detail = text.Title, text.Answer, text.Detail
	}
	n := len(out.Answer)
	out.Over = n > bubbleBytes || len(out.Detail) > detailBytes
	out.Count = c.pages.word(v.lang, "回答 %d / %d 字节，详细 %d / %d 字节", n, bubbleBytes, len(out.Detail), detailBytes)
	if form.Kind != "" {
		out.Count = c.pages.word(v.lang, "回答 %d / %d 字节", n, bubbleBytes)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(out)
}

// How long a text may be, in bytes; kb.Lint refuses what is longer.
const (
	bubbleBytes = 900
	detailBytes = 1500
)

// editAgain shows the form as it was filled in with what is wrong with it.
func (c *Console) editAgain(w http.ResponseWriter, v *visit, form partForm, err error, e *effect) error {
	p := c.editPage(form)
	p.Effect = e
	status := http.StatusUnprocessableEntity
	if err != nil {
		t, detail := tell(err)
		if t.status >= 500 {
			return err
		}
		p.Wrong, p.Detail, status = t.text, detail, t.status
	}
	c.render(w, v, status, "edit", "编辑话题", p)
	return nil
}

// tried builds what a form would lead to.
func (c *Console) tried(v *visit, form partForm) (kb.Part, *kb.Snapshot, error) {
	p, err := form.part(c.today())
	if err != nil {
		return p, nil, err
	}
	old, there := c.Knowledge.Snapshot().Part(p.Key())
	switch {
	case there && form.New:
		return p, nil, &trouble{http.StatusConflict, "这个编号已经有了"}
	case !there && !form.New:
		return p, nil, errs.ErrNotFound
	case there && sameTexts(old, p): // nobody held the texts against the facts
		p.Entry.Reviewed = old.Entry.Reviewed
	}
	s, err := c.Knowledge.Try(v.Context(), p.Key(), &p)
	return p, s, err
}

// sameTexts reports whether two versions of a topic say the same, with the same facts behind it.
func sameTexts(a, b kb.Part) bool {
	texts := func(p kb.Part) kb.Entry {
		return kb.Entry{Answer: strings.TrimSpace(p.Entry.Answer), Detail: strings.TrimSpace(p.Entry.Detail), Title: p.Entry.Title, Facets: p.Entry.Facets, Facts: p.Entry.Facts}
	}
	return a.Entry != nil && b.Entry != nil && yamlOf(texts(a)) == yamlOf(texts(b))
}

// editIn reads the form of the part that the path names; the path of a new one names none.
func editIn(v *visit) partForm {
	form := partFormIn(v)
	if !form.New {
		form.Kind, form.ID = kb.SplitKey(v.PathValue("id"))
	}
	return form
}

// topicEffect shows what a change would do before it is saved.
func (c *Console) topicEffect(w http.ResponseWriter, v *visit) error {
	form := editIn(v)
	if v.PostFormValue("again") != "" {
		return c.show(w, v, "edit", "编辑话题", c.editPage(form))
	}
	p, next, err := c.tried(v, form)
	if err != nil {
		return c.editAgain(w, v, form, err, nil)
	}
	out, err := c.effectOf(v, p, next)
	if err != nil {
		return err
	}
	if len(out.Must) > 0 {
		return c.editAgain(w, v, form, nil, &out)
	}
	return c.show(w, v, "effect", "保存之前", editPage{Form: form, Effect: &out})
}

// effectOf gathers what a change does, with what Lint says and what differs.
func (c *Console) effectOf(v *visit, p kb.Part, next *kb.Snapshot) (effect, error) {
	now := c.Knowledge.Snapshot()
	out, err := c.weigh(v.Context(), p.Key(), now, next)
	if err != nil {
		return out, err
	}
	out.Must, out.May = kb.LintChange(now, next, p, kb.LintOptions{Today: c.today()})
	before := ""
	if old, ok := now.Part(p.Key()); ok {
		before = partYAML(old)
	}
	out.Diff = diff(before, partYAML(p))
	return out, nil
}

// saveTopic puts a change in force. What Lint calls an error is refused, and the old stays.
func (c *Console) saveTopic(w http.ResponseWriter, v *visit) error {
	form := editIn(v)
	p, next, err := c.tried(v, form)
	if err != nil {
		return c.editAgain(w, v, form, err, nil)
	}
	if must, may := kb.LintChange(c.Knowledge.Snapshot(), next, p, kb.LintOptions{Today: c.today()}); len(must) > 0 {
		return c.editAgain(w, v, form, nil, &effect{Must: must, May: may})
	}
	if form.New { // one with this id may have been taken off
		d, err := c.Desk.Draft(v.Context(), p.Key())
		if err != nil {
			return err
		}
		if d.Entry == nil {
			form.Rev = d.Rev
		}
	}
	if err := c.lay(v, p, form.Rev, form.Note, "kb.save"); err != nil {
		return c.editAgain(w, v, form, err, nil)
	}
	return back(w, v, "/kb/topic/"+p.Key(), "live")
}

// lay keeps a part as the newest draft, puts it in force, and takes the questions it answers from the list.
func (c *Console) lay(v *visit, p kb.Part, rev int, note, deed string) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	note = truncate.Bytes(note, 200)
	if _, err := c.Desk.PutDraft(v.Context(), p.Key(), rev, v.who.Name, note, data); err != nil {
		return err
	}
	c.did(v, deed, p.Key(), note)
	if err := c.Knowledge.Refresh(v.Context()); err != nil {
		return fmt.Errorf("put the change in force: %w", err)
	}
	c.forgetAnswered(v, p)
	return nil
}
