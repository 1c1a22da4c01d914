package chinatime

import (
	"fmt"
	"time"
)

// DayText writes t's day as people read it: 11月23日, with the year where it is not now's.
func DayText(t, now time.Time) string {
	t = t.In(zone)
	if t.Year() != now.In(zone).Year() {
		return t.Format("2006年1月2日")
	}
	return t.Format("1月2日")
}

// MomentText writes t's day and time: 11月23日 10:20.
func MomentText(t, now time.Time) string {
	return DayText(t, now) + " " + t.In(zone).Format("15:04")
}

// LeftText writes a remaining time, rounded down so that nobody counts on more than there is.
func LeftText(d time.Duration) string {
	switch {
	case d < time.Hour:
		return "不到 1 小时"
	case d < 72*time.Hour:
		return fmt.Sprintf("约 %d 小时", int(d/time.Hour))
	}
	return fmt.Sprintf("约 %d 天", int(d/(24*time.Hour)))
}
