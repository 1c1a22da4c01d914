package filing

import (
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// dayWords writes a day as people here read it: 11月23日, with the year where it is not the present one.
func dayWords(t, now time.Time) string {
	t = t.In(chinatime.Zone())
	if t.Year() != now.In(chinatime.Zone()).Year() {
		return t.Format("2006年1月2日")
	}
	return t.Format("1月2日")
}

// momentWords writes a moment: 11月23日 10:20.
func momentWords(t, now time.Time) string {
	return dayWords(t, now) + " " + t.In(chinatime.Zone()).Format("15:04")
}

// sinceWords writes since when something is so. A report often tells the day only, which is midnight; then no hour is told.
func sinceWords(t, now time.Time) string {
	if t.Equal(chinatime.Midnight(t)) {
		return dayWords(t, now) + "起"
	}
	return momentWords(t, now) + " 起"
}

// spanWords writes two days: 11月24日至25日.
func spanWords(from, to, now time.Time) string {
	from, to = from.In(chinatime.Zone()), to.In(chinatime.Zone())
	switch {
	case from.Equal(to):
		return dayWords(from, now)
	case from.Year() == to.Year() && from.Month() == to.Month():
		return dayWords(from, now) + "至" + to.Format("2日")
	}
	return dayWords(from, now) + "至" + dayWords(to, now)
}

// leftWords writes a remaining time, rounded down so that nobody counts on more than there is.
func leftWords(d time.Duration) string {
	switch {
	case d < time.Hour:
		return "不到 1 小时"
	case d < 72*time.Hour:
		return fmt.Sprintf("约 %d 小时", int(d/time.Hour))
	}
	return fmt.Sprintf("约 %d 天", int(d/(24*time.Hour)))
}
