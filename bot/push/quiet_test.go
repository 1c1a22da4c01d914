package push

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

func TestQuiet(t *testing.T) {
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, chinatime.Zone())
	}
	for _, tt := range []struct {
		name     string
		quiet    string
		now      time.Time
		deadline time.Time
		until    time.Time // zero: told at once
	}{
		{"by day", "22:00-08:00", at(23, 15, 0), time.Time{}, time.Time{}},
		{"in the evening", "22:00-08:00", at(23, 22, 0), time.Time{}, at(24, 8, 0)},
		{"before dawn", "22:00-08:00", at(24, 3, 30), time.Time{}, at(24, 8, 0)},
		{"in the morning", "22:00-08:00", at(24, 8, 0), time.Time{}, time.Time{}},
		{"at noon, for one who sleeps then", "12:00-14:00", at(23, 13, 0), time.Time{}, at(23, 14, 0)},
		{"off", "off", at(24, 3, 0), time.Time{}, time.Time{}},
		{"a deadline in 3 hours breaks through", "22:00-08:00", at(24, 3, 0), at(24, 6, 0), time.Time{}},
		{"one at half past eight would be as good as over in the morning", "22:00-08:00", at(23, 23, 0), at(24, 8, 30), time.Time{}},
		{"one tomorrow evening can wait", "22:00-08:00", at(23, 23, 0), at(24, 22, 0), at(24, 8, 0)},
		{"whatever the machine's zone", "22:00-08:00", at(23, 23, 0).UTC(), time.Time{}, at(24, 8, 0)},
	} {
		q, err := ParseQuiet(tt.quiet)
		if err != nil {
			t.Fatal(err)
		}
		if q.String() != tt.quiet {
			t.Errorf("%q is written back as %q", tt.quiet, q)
		}
		end, waits := q.waits(Push{Deadline: tt.deadline}, tt.now)
		if waits != !tt.until.IsZero() || waits && !end.Equal(tt.until) {
			t.Errorf("%s: waits %v until %v, want until %v", tt.name, waits, end, tt.until)
		}
	}
	for _, bad := range []string{"", "22-8", "25:00-08:00", "22:60-08:00", "a", "22:00", "-1:00-08:00"} {
		if _, err := ParseQuiet(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
