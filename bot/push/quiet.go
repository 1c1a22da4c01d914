package push

import (
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// Quiet is the part of the day in which a person is not disturbed, from From to To in minutes after midnight in China; it may go over
// midnight. Where both are equal there is none.
type Quiet struct {
	From int `json:"from"`
	To   int `json:"to"`
}

// DefaultQuiet is for people who said nothing: from 22:00 to 08:00.
func DefaultQuiet() Quiet { return Quiet{From: 22 * 60, To: 8 * 60} }

// breakThrough is how near a deadline must be to disturb somebody.
const breakThrough = 4 * time.Hour

// ParseQuiet reads "22:00-08:00", or "off" for none.
func ParseQuiet(s string) (Quiet, error) {
	if s == "off" {
		return Quiet{}, nil
	}
	var a, b, c, d int
	if n, err := fmt.Sscanf(s, "%d:%d-%d:%d", &a, &b, &c, &d); n != 4 || err != nil || a|b|c|d < 0 || a > 24 || c > 24 || b > 59 || d > 59 {
		return Quiet{}, fmt.Errorf("must be like 22:00-08:00, or off")
	}
	return Quiet{From: (a*60 + b) % (24 * 60), To: (c*60 + d) % (24 * 60)}, nil
}

// String writes q as ParseQuiet reads it.
func (q Quiet) String() string {
	if q.From == q.To {
		return "off"
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", q.From/60, q.From%60, q.To/60, q.To%60)
}

// Until returns when it is over, where now is within it.
func (q Quiet) Until(now time.Time) (end time.Time, quiet bool) {
	if q.From == q.To {
		return time.Time{}, false
	}
	day := now.In(chinatime.Zone())
	minute := day.Hour()*60 + day.Minute()
	midnight := chinatime.Midnight(now)
	at := func(days, minutes int) time.Time {
		return midnight.AddDate(0, 0, days).Add(time.Duration(minutes) * time.Minute)
	}
	switch {
	case q.From < q.To:
		return at(0, q.To), minute >= q.From && minute < q.To
	case minute >= q.From:
		return at(1, q.To), true
	default:
		return at(0, q.To), minute < q.To
	}
}

// waits reports until when a push is put off for the night. A deadline breaks through that is near, or that would be over by the morning:
// a lost one is worse than a disturbed night.
func (q Quiet) waits(p Push, now time.Time) (end time.Time, waits bool) {
	end, quiet := q.Until(now)
	if !quiet {
		return time.Time{}, false
	}
	if !p.Deadline.IsZero() && (p.Deadline.Sub(now) < breakThrough || !p.Deadline.After(end.Add(time.Hour))) {
		return time.Time{}, false
	}
	return end, true
}
