package demo

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	moment, err := time.ParseInLocation("2006-01-02 15:04", s, chinatime.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return moment
}

// TestMorning: the demo's day begins at nine in China, on the day that it is there, whatever the hour and wherever
// the machine is.
func TestMorning(t *testing.T) {
	away := time.FixedZone("", -11*3600)
	for _, tt := range []struct{ now, begins string }{
		{"2026-11-23 00:00", "2026-11-23 09:00"},
		{"2026-11-23 08:59", "2026-11-23 09:00"},
		{"2026-11-23 21:26", "2026-11-23 09:00"},
		{"2026-11-30 23:59", "2026-11-30 09:00"},
		{"2026-12-31 23:59", "2026-12-31 09:00"},
		{"2027-01-01 00:00", "2027-01-01 09:00"},
	} {
		for _, zone := range []*time.Location{chinatime.Zone(), time.UTC, away} {
			if got := Morning(at(t, tt.now).In(zone)); !got.Equal(at(t, tt.begins)) {
				t.Errorf("on %s in %v it begins at %v", tt.now, zone, got)
			}
		}
	}
}

// TestWarpClock: it begins where it is told, runs with the real time, and moves forward only.
func TestWarpClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := at(t, "2026-12-31 23:30")
		c := NewClock(start)
		shows := func(want string) {
			t.Helper()
			if got := c.Now().In(chinatime.Zone()).Format("2006-01-02 15:04"); got != want {
				t.Errorf("it shows %s, want %s", got, want)
			}
		}
		shows("2026-12-31 23:30")
		time.Sleep(40 * time.Minute)
		shows("2027-01-01 00:10")
		var woken []time.Time
		c.OnAdvance(func() { woken = append(woken, c.Now()) })
		c.Advance(12 * time.Hour)
		c.Advance(0)
		c.Advance(-time.Hour)
		shows("2027-01-01 12:10")
		if len(woken) != 1 || !woken[0].Equal(c.Now()) {
			t.Errorf("woken at %v", woken)
		}
		time.Sleep(24 * time.Hour)
		shows("2027-01-02 12:10")
		if other := NewClock(start); !other.Now().Equal(start) {
			t.Errorf("a clock made later begins at %v", other.Now())
		}
	})
}
