package console

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/kb"
	"github.com/beianbot/beianbot/kb/entity"
)

type topicGroup struct {
	// ID is the group's, or the kind of asides.
	ID     string
	Topics []topicLine
}

// topicLine is a topic, or a wording class that is none, in the list.
type topicLine struct {
	Key, Title string
	Variants   int
	Edited     bool
}

type topicList struct {
	Q string
	// Groups are the topics by group, Asides the rest by kind.
	Groups, Asides []topicGroup
	Shown, Edited  int
	// Gone are the keys of parts that were made here and deleted.
	Gone []string
	// Set are the labelled questions, as they were put.
	Set string
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
	l := topicList{Q: strings.TrimSpace(v.URL.Query().Get("q")), Set: string(set)}
	needle := fold(l.Q)
	s := c.Knowledge.Snapshot()
	for _, parts := range grouping(s) {
		group := topicGroup{ID: parts.id}
		for _, p := range parts.parts {
			edited := drafts[p.Key()].Entry != nil
			if edited {
				l.Edited++
			}
			if needle == "" || holds(p, needle) {
				group.Topics = append(group.Topics, topicLine{p.Key(), partTitle(p), len(p.Variants()), edited})
				l.Shown++
			}
		}
		switch {
		case len(group.Topics) == 0:
		case parts.aside:
			l.Asides = append(l.Asides, group)
		default:
			l.Groups = append(l.Groups, group)
		}
	}
	for key, d := range drafts {
		if _, there := s.Part(key); d.Entry == nil && !there {
			l.Gone = append(l.Gone, key)
		}
	}
	slices.Sort(l.Gone)
	return c.show(w, v, "kb", "知识", l)
}

// partGroup are the parts of one group of topics, or of one kind of asides.
type partGroup struct {
	id    string
	aside bool
	parts []kb.Part
}

// grouping lists all parts, the topics first.
func grouping(s *kb.Snapshot) []partGroup {
	var out []partGroup
	for _, g := range s.Groups() {
		group := partGroup{id: g.ID}
		for _, e := range g.Topics {
			group.parts = append(group.parts, kb.Part{Entry: e})
		}
		out = append(out, group)
	}
	for _, kind := range kb.AsideKinds() {
		group := partGroup{id: string(kind), aside: true}
		for _, a := range s.Asides(kind) {
			group.parts = append(group.parts, kb.Part{Kind: kind, Aside: a})
		}
		out = append(out, group)
	}
	return out
}

// partTitle names a part to the people at the desk.
func partTitle(p kb.Part) string {
	if p.Aside != nil {
		return cmp.Or(asideWords[p.Aside.ID], p.Aside.ID)
	}
	return p.Title()
}

// holds reports whether a text stands anywhere in a part.
func holds(p kb.Part, needle string) bool {
	texts := []string{p.ID(), partTitle(p)}
	if p.Entry != nil {
		texts = append(texts, p.Entry.Answer, p.Entry.Detail)
	} else {
		texts = append(texts, p.Aside.Answer)
	}
	for _, s := range append(texts, p.Variants()...) {
		if strings.Contains(fold(s), needle) {
			return true
		}
	}
	return false
}

type topicPage struct {
	Key, Title string
	Kind       kb.AsideKind
	// Entry is nil for a wording class that is no topic.
	Entry    *kb.Entry
	Text     kb.Text
	Variants []string
	Bytes    int
	Draft    desk.Draft
}

func (c *Console) showTopic(w http.ResponseWriter, v *visit) error {
	p, d, err := c.readPart(v)
	if err != nil {
		return err
	}
	page := topicPage{Key: p.Key(), Title: partTitle(p), Kind: p.Kind, Entry: p.Entry, Variants: p.Variants(), Draft: d}
	if p.Entry != nil {
		page.Text = p.Entry.For(entity.Set{})
	} else {
		page.Text.Answer = strings.TrimSpace(p.Aside.Answer)
	}
	page.Bytes = len(page.Text.Answer)
	return c.show(w, v, "topic", page.Title, page)
}

// readPart finds the part that the path names, and its newest draft.
func (c *Console) readPart(v *visit) (kb.Part, desk.Draft, error) {
	return c.partNow(v, v.PathValue("id"))
}

// partNow is a part with its newest draft, also where that was made at another replica a moment ago: who edits must begin from what he would
// replace.
func (c *Console) partNow(v *visit, key string) (kb.Part, desk.Draft, error) {
	d, err := c.Desk.Draft(v.Context(), key)
	if err != nil {
		return kb.Part{}, d, err
	}
	if d.Entry != nil {
		if p, err := kb.ReadPart(key, d.Entry); err == nil {
			return p, d, nil
		}
	}
	if err := c.Knowledge.Refresh(v.Context()); err != nil { // one that was taken off may still be in force here
		return kb.Part{}, d, err
	}
	p, ok := c.Knowledge.Snapshot().Part(key)
	if !ok {
		return p, d, errs.ErrNotFound
	}
	return p, d, nil
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
	remove := v.PostFormValue("remove") != ""
	switch {
	case remove:
		set = ""
	case set == "":
		return bad("请先粘贴评测问题")
	}
	if len(set) > desk.MaxRecord {
		return bad("评测问题太多，最多 256 KB")
	}
	if _, err := kb.ReadQuestions(strings.NewReader(set)); err != nil {
		return &trouble{http.StatusUnprocessableEntity, "评测问题要一行一个 JSON：" + err.Error()}
	}
	if err := c.Desk.PutQuestionSet(v.Context(), []byte(set)); err != nil {
		return err
	}
	count := strings.Count(set, "\n") + 1
	if remove {
		count = 0
	}
	c.did(v, "kb.set", "", fmt.Sprint(count))
	return back(w, v, "/kb", "saved")
}
