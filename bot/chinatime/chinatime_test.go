package chinatime_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

func TestZone(t *testing.T) {
	for _, month := range []time.Month{time.January, time.July} { // no summer time
		name, offset := time.Date(2026, month, 1, 0, 0, 0, 0, chinatime.Zone()).Zone()
		if name != "Asia/Shanghai" || offset != 8*3600 {
			t.Errorf("the zone is %s %d", name, offset)
		}
	}
}

func TestMidnight(t *testing.T) {
	for _, tc := range []struct{ at, want string }{
		{"2026-11-23T00:00:00+08:00", "2026-11-23T00:00:00+08:00"},
		{"2026-11-23T23:59:59.999999999+08:00", "2026-11-23T00:00:00+08:00"},
		{"2026-11-22T16:00:00Z", "2026-11-23T00:00:00+08:00"},
		{"2026-11-22T15:59:59Z", "2026-11-22T00:00:00+08:00"},
		{"2025-12-31T20:00:00-05:00", "2026-01-01T00:00:00+08:00"},
		{"2026-03-01T01:30:00+14:00", "2026-02-28T00:00:00+08:00"},
	} {
		at, err := time.Parse(time.RFC3339Nano, tc.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := chinatime.Midnight(at); got.Format(time.RFC3339Nano) != tc.want || got.Location() != chinatime.Zone() {
			t.Errorf("Midnight(%s) = %v, want %s", tc.at, got, tc.want)
		}
		if got := chinatime.Date(at); got.Format(time.RFC3339Nano) != tc.want[:10]+"T00:00:00Z" {
			t.Errorf("Date(%s) = %v, want the day of %s", tc.at, got, tc.want)
		}
	}
}
