package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb"
	"github.com/beianbot/beianbot/kb/entity"
)

type topicGroup struct {
	ID     string
	Topics []topicLine
}

type topicLine struct {
	ID, Title string
	Variants  int
	Edited    bool
}

type topicList struct {
	Q      string
	Groups []topicGroup
	Shown  int
	Edited int
	HasSet bool
}

func (c *Console) listTopics(w http.ResponseWriter, v *visit) error {
	drafts, err := c.Desk.Drafts(v.Context())
	if err != nil {
		return err
	}
	set, err := c.Desk.QuestionSet(v.Context())
	if err != nil {
		return err
	}
	l := topicList{Q: strings.TrimSpace(v.URL.Query().Get("q")), HasSet: len(set) > 0}
	needle := fold(l.Q)
	for _, g := range c.Knowledge.Snapshot().Groups() {
		group := topicGroup{ID: g.ID}
		for _, e := range g.Topics {
			edited := drafts[e.ID].Entry != nil
			if edited {
				l.Edited++
			}
			if needle != "" && !holds(e, needle) {
				continue
			}
			group.Topics = append(group.Topics, topicLine{e.ID, e.Title, len(e.Variants), edited})
			l.Shown++
		}
		if len(group.Topics) > 0 {
			l.Groups = append(l.Groups, group)
		}
	}
	return c.show(w, v, "kb", "知识", l)
}

// holds reports whether a text stands anywhere in an entry.
func holds(e *kb.Entry, needle string) bool {
	for _, s := range []string{e.ID, e.Title, e.Answer, e.Detail} {
		if strings.Contains(fold(s), needle) {
			return true
		}
	}
	for _, s := range e.Variants {
		if strings.Contains(fold(s), needle) {
			return true
		}
	}
	return false
}

type topicPage struct {
	Entry    *kb.Entry
	Text     kb.Text
	Bytes    int
	Draft    desk.Draft
	Original bool
}

func (c *Console) showTopic(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	e, ok := c.Knowledge.Snapshot().Entry(id)
	if !ok {
		return filing.ErrNotFound
	}
	d, err := c.Desk.Draft(v.Context(), id)
	if err != nil {
		return err
	}
	text := e.For(entity.Set{})
	_, original := c.Knowledge.Original(id)
	return c.show(w, v, "topic", e.Title, topicPage{e, text, len(text.Answer), d, original})
}

type editPage struct {
	Form          entryForm
	Groups        []string
	Wrong, Detail string
	Effect        *effect
}

func (c *Console) groups() (out []string) {
	for _, g := range c.Knowledge.Snapshot().Groups() {
		out = append(out, g.ID)
	}
	return out
}

func (c *Console) editTopicPage(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	e, ok := c.Knowledge.Snapshot().Entry(id)
	if !ok {
		return filing.ErrNotFound
	}
	d, err := c.Desk.Draft(v.Context(), id)
	if err != nil {
		return err
	}
	return c.show(w, v, "edit", e.Title, editPage{Form: entryFormOf(e, d.Rev), Groups: c.groups()})
}

func (c *Console) newTopicPage(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	form := entryForm{New: true, Group: "basics", Variants: strings.Join(q["variant"], "\n")}
	if len(q["variant"]) > 0 {
		form.Title = q["variant"][0]
	}
	return c.show(w, v, "edit", "新话题", editPage{Form: form, Groups: c.groups()})
}

// previewEntry tells what a person would get of an entry as it is typed, and how long it is. It builds nothing, so it is quick.
func (c *Console) previewEntry(w http.ResponseWriter, v *visit) error {
	form := entryFormIn(v)
	out := struct {
		Title    string   `json:"title"`
		Answer   string   `json:"answer"`
		Detail   string   `json:"detail"`
		Count    string   `json:"count"`
		Over     bool     `json:"over"`
		Problems []string `json:"problems"`
	}{Title: form.Title, Answer: form.Answer, Detail: form.Detail, Problems: []string{}}
	if form.ID == "" {
		form.ID = "new-topic"
	}
	if e, err := form.entry(c.today()); err != nil {
		var t *trouble
		if errors.As(err, &t) {
			out.Problems = append(out.Problems, c.pages.word(v.lang, t.text))
		}
	} else {
		text := e.For(entity.Set{})
		out.Title, out.Answer, out.Detail = text.Title, text.Answer, text.Detail
	}
	n := len(out.Answer)
	out.Over = n > bubbleBytes || len(out.Detail) > detailBytes
	out.Count = c.pages.word(v.lang, "回答 %d / %d 字节，详细 %d / %d 字节", n, bubbleBytes, len(out.Detail), detailBytes)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(out)
}

// How long a text may be, in bytes; kb.Lint refuses what is longer.
const (
	bubbleBytes = 900
	detailBytes = 1500
)

// editAgain shows the form as it was filled in with what is wrong with it.
func (c *Console) editAgain(w http.ResponseWriter, v *visit, form entryForm, err error, e *effect) error {
	p := editPage{Form: form, Groups: c.groups(), Effect: e}
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
func (c *Console) tried(v *visit, form entryForm) (*kb.Entry, *kb.Snapshot, error) {
	e, err := form.entry(c.today())
	if err != nil {
		return nil, nil, err
	}
	if _, there := c.Knowledge.Snapshot().Entry(e.ID); there == form.New {
		if there {
			return nil, nil, &trouble{http.StatusConflict, "这个话题编号已经有了"}
		}
		return nil, nil, filing.ErrNotFound
	}
	s, err := c.Knowledge.Try(v.Context(), e.ID, e)
	return e, s, err
}

// topicEffect shows what a change would do before it is saved.
func (c *Console) topicEffect(w http.ResponseWriter, v *visit) error {
	form := entryFormIn(v)
	if !form.New {
		form.ID = v.PathValue("id")
	}
	if v.PostFormValue("again") != "" {
		return c.show(w, v, "edit", "编辑话题", editPage{Form: form, Groups: c.groups()})
	}
	e, next, err := c.tried(v, form)
	if err != nil {
		return c.editAgain(w, v, form, err, nil)
	}
	out, err := c.effectOf(v, e, next)
	if err != nil {
		return err
	}
	if len(out.Must) > 0 {
		return c.editAgain(w, v, form, nil, &out)
	}
	return c.show(w, v, "effect", "保存之前", editPage{Form: form, Effect: &out})
}

// effectOf gathers what a change does, with what Lint says and what differs.
func (c *Console) effectOf(v *visit, e *kb.Entry, next *kb.Snapshot) (effect, error) {
	now := c.Knowledge.Snapshot()
	out, err := c.weigh(v.Context(), e.ID, now, next)
	if err != nil {
		return out, err
	}
	out.Must, out.May = findings(next, e.ID, c.today())
	before := ""
	if old, ok := now.Entry(e.ID); ok {
		before = yamlOf(old)
	}
	out.Diff = diff(before, yamlOf(e))
	return out, nil
}

// saveTopic puts a change in force. What Lint calls an error is refused, and the old stays.
func (c *Console) saveTopic(w http.ResponseWriter, v *visit) error {
	form := entryFormIn(v)
	if !form.New {
		form.ID = v.PathValue("id")
	}
	e, next, err := c.tried(v, form)
	if err != nil {
		return c.editAgain(w, v, form, err, nil)
	}
	if must, may := findings(next, e.ID, c.today()); len(must) > 0 {
		return c.editAgain(w, v, form, nil, &effect{Must: must, May: may})
	}
	if err := c.lay(v, e, form.Rev, form.Note, "kb.save"); err != nil {
		return c.editAgain(w, v, form, err, nil)
	}
	return back(w, v, "/kb/topic/"+e.ID, "live")
}

// lay keeps an entry as the newest draft, puts it in force, and takes the questions it answers from the list.
func (c *Console) lay(v *visit, e *kb.Entry, rev int, note, deed string) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if len(note) > 200 {
		note = strings.ToValidUTF8(note[:200], "")
	}
	if _, err := c.Desk.PutDraft(v.Context(), e.ID, rev, v.who.Name, note, data); err != nil {
		return err
	}
	if err := c.Knowledge.Refresh(v.Context()); err != nil {
		return fmt.Errorf("put the change in force: %w", err)
	}
	c.did(v, deed, e.ID, note)
	c.forgetAnswered(v, e)
	return nil
}

// lintCache keeps what Lint found in a snapshot: it takes a moment, and a snapshot never changes.
type lintCache struct {
	mu    sync.Mutex
	of    *kb.Snapshot
	found []kb.Finding
}

func (c *Console) lintPage(w http.ResponseWriter, v *visit) error {
	s := c.Knowledge.Snapshot()
	c.lints.mu.Lock()
	defer c.lints.mu.Unlock()
	if c.lints.of != s {
		c.lints.of, c.lints.found = s, kb.Lint(s, kb.LintOptions{Today: c.today()})
	}
	return c.show(w, v, "lint", "检查", c.lints.found)
}

func (c *Console) exportKnowledge(w http.ResponseWriter, v *visit) error {
	s := c.Knowledge.Snapshot()
	var b bytes.Buffer
	name, kind := "knowledge.yaml", "application/yaml; charset=utf-8"
	write := kb.ExportYAML
	if v.URL.Query().Get("as") == "csv" {
		name, kind, write = "knowledge.csv", "text/csv; charset=utf-8", kb.ExportCSV
		b.WriteString("\ufeff")
	}
	if err := write(&b, s); err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, _ = w.Write(b.Bytes())
	return nil
}

// putQuestionSet keeps labelled questions, against which every change is measured from then on.
func (c *Console) putQuestionSet(w http.ResponseWriter, v *visit) error {
	set := strings.TrimSpace(v.PostFormValue("set"))
	if len(set) > desk.MaxRecord {
		return bad("评测问题太多，最多 256 KB")
	}
	if _, err := kb.ReadQuestions(strings.NewReader(set)); err != nil {
		return &trouble{http.StatusUnprocessableEntity, "评测问题要一行一个 JSON：" + err.Error()}
	}
	if err := c.Desk.PutQuestionSet(v.Context(), []byte(set)); err != nil {
		return err
	}
	c.did(v, "kb.set", "", fmt.Sprint(strings.Count(set, "\n")+1))
	return back(w, v, "/kb", "saved")
}
