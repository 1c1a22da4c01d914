package desk

import (
	"context"
	"encoding/json"
	"time"

	"github.com/beianbot/beianbot/bot/truncate"
)

// Deed is something that somebody did.
type Deed struct {
	Number int64     `json:"-"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	// What names the deed: "filing.report", "kb.save". On is what it was done to, Note a word more. None of them names a person who
	// messages the account, or holds a secret.
	What string `json:"what"`
	On   string `json:"on,omitempty"`
	Note string `json:"note,omitempty"`
}

// Bounds of the record.
const (
	auditKeep = 20000
	maxNote   = 300 // bytes
)

// Note writes down a deed.
func (d *Desk) Note(ctx context.Context, who, what, on, note string) error {
	note = truncate.Bytes(note, maxNote)
	line, err := json.Marshal(Deed{At: d.now().UTC().Truncate(time.Second), Who: who, What: what, On: on, Note: note})
	if err != nil {
		return err
	}
	return d.records.AppendLine(ctx, logAudit, line, auditKeep)
}

// Deeds lists what was done, the newest first; before, where it is not 0, is the Number to begin behind.
func (d *Desk) Deeds(ctx context.Context, before int64, limit int) ([]Deed, error) {
	lines, err := d.records.Lines(ctx, logAudit, before, limit)
	if err != nil {
		return nil, err
	}
	out := make([]Deed, 0, len(lines))
	for _, l := range lines {
		var x Deed
		if err := json.Unmarshal(l.Data, &x); err != nil {
			return nil, err
		}
		x.Number = l.Number
		out = append(out, x)
	}
	return out, nil
}
