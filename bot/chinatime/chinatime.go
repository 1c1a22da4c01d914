// Package chinatime is the time of day and the calendar day in China, and how people there read them.
package chinatime

import "time"

// Zone is the zone in which days, deadlines and working days are counted: Asia/Shanghai, as the fixed offset of 8 hours
// that it has had without a break since 1991-09-15, when summer time ended for good. All that is counted here is
// younger, so nothing depends on the machine's zone or on its zone data.
func Zone() *time.Location { return zone }

var zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Midnight is the beginning of t's day in Zone.
func Midnight(t time.Time) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// Date is t's day in Zone as midnight UTC, which is how a day without a time is kept.
func Date(t time.Time) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
