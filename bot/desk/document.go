package desk

import (
	"context"
	"encoding/json"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// Draft is what the desk made of one entry of the knowledge: it lies over the one that came with the program.
type Draft struct {
	// Rev counts the changes of this entry from 1.
	Rev  int       `json:"rev"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Note string    `json:"note,omitempty"`
	// Entry is the entry as JSON; nil takes the draft off again: what came with the program holds.
	Entry json.RawMessage `json:"entry,omitempty"`
}

// draftKeep is how many changes of one entry are kept.
const draftKeep = 100

// Drafts returns the newest draft of every entry that was ever changed, by the entry's id.
func (d *Desk) Drafts(ctx context.Context) (map[string]Draft, error) {
	all, err := d.records.Records(ctx, kindDraft)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Draft, len(all))
	for id, raw := range all {
		var x Draft
		if err := json.Unmarshal(raw, &x); err != nil {
			return nil, err
		}
		out[id] = x
	}
	return out, nil
}

// DraftEdition grows with every draft.
func (d *Desk) DraftEdition(ctx context.Context) (int64, error) {
	return d.records.Edition(ctx, kindDraft)
}

// Draft returns the newest draft of an entry; Rev is 0 where there never was one.
func (d *Desk) Draft(ctx context.Context, id string) (Draft, error) {
	var x Draft
	_, err := d.get(ctx, kindDraft, id, &x)
	return x, err
}

// PutDraft lays an entry over the one with the id, or takes off what lies there where entry is nil. rev is that of the draft which was
// looked at. Errors: CodeConflict where there is a newer one.
func (d *Desk) PutDraft(ctx context.Context, id string, rev int, by, note string, entry json.RawMessage) (Draft, error) {
	if !filing.ValidID(id) {
		return Draft{}, errs.Errorf(errs.CodeInvalid, "id: 1 to 64 letters, digits, dots, dashes or underscores")
	}
	var cur Draft
	raw, err := d.get(ctx, kindDraft, id, &cur)
	if err != nil {
		return Draft{}, err
	}
	if cur.Rev != rev {
		return Draft{}, errConflict()
	}
	next := Draft{Rev: rev + 1, At: d.now().UTC().Truncate(time.Second), By: by, Note: note, Entry: entry}
	line, err := json.Marshal(next)
	if err != nil {
		return Draft{}, err
	}
	if err := d.swap(ctx, kindDraft, id, raw, next); err != nil {
		return Draft{}, err
	}
	return next, d.records.AppendLine(ctx, "kb:"+id, line, draftKeep)
}

// DraftHistory lists the drafts of an entry, newest first.
func (d *Desk) DraftHistory(ctx context.Context, id string) ([]Draft, error) {
	lines, err := d.records.Lines(ctx, "kb:"+id, 0, draftKeep)
	if err != nil {
		return nil, err
	}
	out := make([]Draft, 0, len(lines))
	for _, l := range lines {
		var x Draft
		if err := json.Unmarshal(l.Data, &x); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// QuestionSet returns the labelled questions against which changes of the knowledge are measured, one JSON object a line; empty where
// nobody gave any.
func (d *Desk) QuestionSet(ctx context.Context) ([]byte, error) {
	return d.records.Record(ctx, kindSet, "set")
}

// PutQuestionSet keeps labelled questions; none forgets them.
func (d *Desk) PutQuestionSet(ctx context.Context, set []byte) error {
	old, err := d.records.Record(ctx, kindSet, "set")
	if err != nil {
		return err
	}
	if len(set) == 0 {
		set = nil
	}
	ok, err := d.records.SwapRecord(ctx, kindSet, "set", old, set)
	if err == nil && !ok {
		err = errConflict()
	}
	return err
}
