package desk_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
)

// TestPulse: the latest moment counts, whoever writes it and in whichever order; nothing is nothing.
func TestPulse(t *testing.T) {
	d := desk.New(desk.Options{Records: newMemory()})
	now := time.Date(2026, 11, 29, 2, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ note, want time.Time }{
		{time.Time{}, time.Time{}}, {now, now}, {now.Add(-time.Hour), now}, {now.Add(time.Minute), now.Add(time.Minute)}, {now, now.Add(time.Minute)},
	} {
		if err := d.NoteCallback(t.Context(), tt.note); err != nil {
			t.Fatal(err)
		}
		if at, err := d.LastCallback(t.Context()); err != nil || !at.Equal(tt.want) {
			t.Errorf("after %v: %v %v, want %v", tt.note, at, err, tt.want)
		}
	}
}
