package console

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/kb"
)

type historyPage struct {
	ID, Title string
	Versions  []versionLine
	Rev       int
	// Came tells that there is a version that came with the program; without one, taking the edits off deletes the part.
	Came bool
}

type versionLine struct {
	desk.Draft
	Removed, Now bool
	Diff         []diffLine
}

func (c *Console) topicHistory(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	drafts, err := c.Desk.DraftHistory(v.Context(), id)
	if err != nil {
		return err
	}
	p := historyPage{ID: id, Title: id}
	if part, ok := c.Knowledge.Snapshot().Part(id); ok {
		p.Title = partTitle(part)
	}
	original := ""
	if part, ok := c.Knowledge.Original(id); ok {
		original, p.Came = partYAML(part), true
	}
	text := func(d desk.Draft) string {
		if d.Entry == nil {
			return original
		}
		part, err := kb.ReadPart(id, d.Entry)
		if err != nil {
			return string(d.Entry)
		}
		return partYAML(part)
	}
	for i, d := range drafts {
		before := original
		if i+1 < len(drafts) {
			before = text(drafts[i+1])
		}
		p.Versions = append(p.Versions, versionLine{Draft: d, Removed: d.Entry == nil, Now: i == 0, Diff: diff(before, text(d))})
	}
	cur, err := c.Desk.Draft(v.Context(), id)
	if err != nil {
		return err
	}
	p.Rev = cur.Rev
	return c.show(w, v, "history", "版本历史", p)
}

// fits reports whether an earlier version, or where entry is nil what came with the program, can be in force beside what was edited since.
func (c *Console) fits(v *visit, key string, entry json.RawMessage) error {
	now := c.Knowledge.Snapshot()
	part, _ := now.Part(key)
	var back *kb.Part
	if entry != nil {
		p, err := kb.ReadPart(key, entry)
		if err != nil {
			return &trouble{http.StatusUnprocessableEntity, "这个版本现在不能用了"}
		}
		part, back = p, &p
	}
	next, err := c.Knowledge.Try(v.Context(), key, back)
	if err != nil {
		return &trouble{http.StatusUnprocessableEntity, "这个版本现在不能用了"}
	}
	if part.Entry == nil && part.Aside == nil {
		return nil
	}
	if must, _ := kb.LintChange(now, next, part, kb.LintOptions{Today: c.today()}); len(must) > 0 {
		return &trouble{http.StatusUnprocessableEntity, "这个版本和现在的其他内容冲突，请先处理那些内容，或编辑后再保存"}
	}
	return nil
}

// undoTopic puts an earlier version in force again, or what came with the program.
func (c *Console) undoTopic(w http.ResponseWriter, v *visit) error {
	id, to := v.PathValue("id"), v.PostFormValue("to")
	cur, err := c.Desk.Draft(v.Context(), id)
	if err != nil {
		return err
	}
	if fmt.Sprint(cur.Rev) != v.PostFormValue("rev") {
		return &trouble{http.StatusConflict, "别人刚改过，请看过最新的内容再试"}
	}
	var entry json.RawMessage
	if to != "original" {
		drafts, err := c.Desk.DraftHistory(v.Context(), id)
		if err != nil {
			return err
		}
		known := false
		for _, d := range drafts {
			if fmt.Sprint(d.Rev) == to {
				entry, known = d.Entry, true
			}
		}
		if !known {
			return errs.ErrNotFound
		}
	}
	if err := c.fits(v, id, entry); err != nil {
		return err
	}
	if _, err := c.Desk.PutDraft(v.Context(), id, cur.Rev, v.who.Name, "→ "+to, entry); err != nil {
		return err
	}
	c.did(v, "kb.undo", id, to)
	if err := c.Knowledge.Refresh(v.Context()); err != nil {
		return err
	}
	if _, ok := c.Knowledge.Snapshot().Part(id); !ok { // a new topic that was taken off
		return back(w, v, "/kb", "undone")
	}
	return back(w, v, "/kb/topic/"+id+"/history", "undone")
}
