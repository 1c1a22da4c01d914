package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/kb"
)

// listedTopic is a topic as the list has it.
type listedTopic struct {
	ID     string `json:"id"`
	Group  string `json:"group"`
	Title  string `json:"title"`
	Edited bool   `json:"edited"`
}

// drafts are the desk's changes by topic; none where there is no desk.
func (s *server) drafts(r *http.Request) (map[string]desk.Draft, error) {
	if s.Desk == nil {
		return nil, nil
	}
	return s.Desk.Drafts(r.Context())
}

func (s *server) listTopics(w http.ResponseWriter, r *http.Request) error {
	drafts, err := s.drafts(r)
	if err != nil {
		return err
	}
	out := []listedTopic{}
	for _, e := range s.Knowledge.Entries() {
		out = append(out, listedTopic{e.ID, e.Group, e.Title, drafts[e.ID].Entry != nil})
	}
	write(w, http.StatusOK, map[string]any{"topics": out})
	return nil
}

// getEntry answers an entry with the number of its newest change, which putEntry takes back.
func (s *server) getEntry(w http.ResponseWriter, r *http.Request) error {
	e, ok := s.Knowledge.Entry(r.PathValue("topic"))
	if !ok {
		return &problem{http.StatusNotFound, "not_found", "there is no such topic"}
	}
	drafts, err := s.drafts(r)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, map[string]any{"entry": e, "rev": drafts[e.ID].Rev, "edited": drafts[e.ID].Entry != nil})
	return nil
}

// entryBody is what PUT /api/v1/kb/{topic} takes: what GET answers, changed.
type entryBody struct {
	Entry *kb.Entry `json:"entry"`
	// Rev is the change that was looked at; without it the newest is overwritten.
	Rev    *int   `json:"rev"`
	Edited bool   `json:"edited"`
	Note   string `json:"note"`
}

// editable refuses where nothing can be edited.
func (s *server) editable() error {
	if s.Desk == nil || s.Editor == nil {
		return &problem{http.StatusNotImplemented, "read_only", "this server's knowledge can only be read"}
	}
	return nil
}

// putEntry lays an entry over the one that is there. What Lint calls an error is refused, and the old stays.
func (s *server) putEntry(w http.ResponseWriter, r *http.Request) error {
	if err := s.editable(); err != nil {
		return err
	}
	var b entryBody
	if err := read(r, &b); err != nil {
		return err
	}
	id := r.PathValue("topic")
	if b.Entry == nil || b.Entry.ID != id {
		return badRequest("entry.id: must be the topic in the path")
	}
	broken := func(text string) error { return &problem{http.StatusUnprocessableEntity, "broken_entry", text} }
	if err := kb.CheckEntry(b.Entry); err != nil {
		return broken(err.Error())
	}
	part := kb.Part{Entry: b.Entry}
	next, err := s.Editor.Try(r.Context(), id, &part)
	if err != nil {
		return err
	}
	if wrong := s.contradicts(next, part); wrong != "" {
		return broken(wrong)
	}
	data, err := json.Marshal(b.Entry)
	if err != nil {
		return err
	}
	return s.putDraft(w, r, id, b.Rev, b.Note, data)
}

// contradicts names the errors that a change of a part would bring; empty where it would bring none.
func (s *server) contradicts(next *kb.Snapshot, part kb.Part) string {
	today := chinatime.Date(s.Now()) // an entry may have been reviewed today, where it is today already
	must, _ := kb.LintChange(s.Editor.Snapshot(), next, part, kb.LintOptions{Today: today})
	texts := make([]string, len(must))
	for i, f := range must {
		texts[i] = f.Check + ": " + f.Text
	}
	return strings.Join(texts, "; ")
}

// deleteEntry takes off what was laid over an entry: what came with the program holds again.
func (s *server) deleteEntry(w http.ResponseWriter, r *http.Request) error {
	if err := s.editable(); err != nil {
		return err
	}
	id := r.PathValue("topic")
	d, err := s.Desk.Draft(r.Context(), id)
	if err != nil {
		return err
	}
	if d.Entry == nil {
		return &problem{http.StatusNotFound, "not_found", "this topic was not edited"}
	}
	next, err := s.Editor.Try(r.Context(), id, nil)
	if err != nil {
		return err
	}
	if part, ok := s.Editor.Snapshot().Part(id); ok {
		if wrong := s.contradicts(next, part); wrong != "" {
			return &problem{http.StatusUnprocessableEntity, "broken_entry", wrong}
		}
	}
	return s.putDraft(w, r, id, &d.Rev, "", nil)
}

func (s *server) putDraft(w http.ResponseWriter, r *http.Request, id string, rev *int, note string, entry json.RawMessage) error {
	if rev == nil {
		cur, err := s.Desk.Draft(r.Context(), id)
		if err != nil {
			return err
		}
		rev = &cur.Rev
	}
	if len(note) > 200 {
		return badRequest("note: at most 200 bytes")
	}
	who, what := by(r), "kb.save"
	if who == "" {
		who = desk.TokenName
	}
	if entry == nil {
		what = "kb.undo"
	}
	d, err := s.Desk.PutDraft(r.Context(), id, *rev, who, note, entry)
	if err != nil {
		return err
	}
	s.did(r, what, id, "")
	if err := s.Editor.Refresh(r.Context()); err != nil {
		return errors.Join(errors.New("kept, but not in force here yet"), err)
	}
	if entry == nil {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	e, _ := s.Knowledge.Entry(id)
	write(w, http.StatusOK, map[string]any{"entry": e, "rev": d.Rev, "edited": true})
	return nil
}
