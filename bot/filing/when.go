package filing

import (
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// sinceWords writes since when something is so. A report often tells the day only, which is midnight; then no hour is told.
func sinceWords(t, now time.Time) string {
	if t.Equal(chinatime.Midnight(t)) {
		return chinatime.DayText(t, now) + "起"
	}
	return chinatime.MomentText(t, now) + " 起"
}

// spanWords writes two days: 11月24日至25日.
func spanWords(from, to, now time.Time) string {
	from, to = from.In(chinatime.Zone()), to.In(chinatime.Zone())
	switch {
	case from.Equal(to):
		return chinatime.DayText(from, now)
	case from.Year() == to.Year() && from.Month() == to.Month():
		return chinatime.DayText(from, now) + "至" + to.Format("2日")
	}
	return chinatime.DayText(from, now) + "至" + chinatime.DayText(to, now)
}
