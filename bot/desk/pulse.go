package desk

import (
	"context"
	"encoding/json"
	"time"
)

// pulse is when something was last noticed, by whichever replica.
type pulse struct {
	At time.Time `json:"at"`
}

// NoteCallback keeps when the platform last called, if that is later than what is kept: for every replica to see, and after a restart.
func (d *Desk) NoteCallback(ctx context.Context, at time.Time) error {
	var have pulse
	raw, err := d.get(ctx, kindPulse, "callback", &have)
	if err != nil || !at.After(have.At) {
		return err
	}
	next, err := json.Marshal(pulse{at.UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	_, err = d.records.SwapRecord(ctx, kindPulse, "callback", raw, next) // where another replica was faster, its moment is as good as ours
	return err
}

// LastCallback returns when the platform last called; the zero time where it never did.
func (d *Desk) LastCallback(ctx context.Context) (time.Time, error) {
	var have pulse
	_, err := d.get(ctx, kindPulse, "callback", &have)
	return have.At, err
}
