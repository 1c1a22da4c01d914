package desk_test

import (
	"strings"
	"testing"
)

// A long note is cut between two characters: half of one would be kept as U+FFFD and make the note longer than its
// bound.
func TestLongNote(t *testing.T) {
	d, _, _ := bench(t)
	for _, tc := range []struct{ note, want string }{
		{strings.Repeat("备", 100), strings.Repeat("备", 100)},
		{"x" + strings.Repeat("备", 100), "x" + strings.Repeat("备", 99)},
		{"xy" + strings.Repeat("备", 100), "xy" + strings.Repeat("备", 99)},
		{strings.Repeat("x", 301), strings.Repeat("x", 300)},
	} {
		must(t, d.Note(t.Context(), "ann", "filing.report", "a", tc.note))
		deeds, err := d.Deeds(t.Context(), 0, 1)
		must(t, err)
		if got := deeds[0].Note; got != tc.want {
			t.Errorf("a note of %d bytes is kept as %q", len(tc.note), got)
		}
	}
}
