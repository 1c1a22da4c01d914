package sheet

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// The days that a spreadsheet's number can stand for: from 2000-01-01 to 2199-12-31, counted from 1899-12-30.
const (
	firstSerial = 36526
	lastSerial  = 109574
)

var (
	// 2026/11/3, 2026-11-03, 2026.11.3, 2026年11月3日
	fullDate = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?`)
	// 11月3日
	monthDay = regexp.MustCompile(`^(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?`)
	compact  = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	serial   = regexp.MustCompile(`^\d{5,6}(\.\d+)?$`)
	// 14:05, 14:05:30.5, 下午 2:05, 2:05 PM, 14点05分
	clock = regexp.MustCompile(`^(上午|中午|下午|晚上|AM|PM)?\s*(\d{1,2})\s*[:点时]\s*(\d{1,2})\s*(?:[:分]\s*(\d{1,2}(?:\.\d{1,9})?))?\s*[分秒]?\s*(AM|PM)?$`)
)

// parseTime reads a date, with or without a time, as it stands in a cell. Without a time it is the beginning of that day in Beijing. A date
// without a year is the last one that is not after now.
func parseTime(s string, now time.Time) (time.Time, bool) {
	if len(s) > 64 {
		return time.Time{}, false
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, true
	}
	s = strings.TrimSpace(strings.ToUpper(width.Fold.String(s)))
	now = now.In(chinatime.Zone())
	if serial.MatchString(s) {
		return fromSerial(s)
	}
	var y, m, d int
	var rest string
	switch {
	case fullDate.MatchString(s):
		g := fullDate.FindStringSubmatch(s)
		y, m, d, rest = atoi(g[1]), atoi(g[2]), atoi(g[3]), s[len(g[0]):]
	case monthDay.MatchString(s):
		g := monthDay.FindStringSubmatch(s)
		y, m, d, rest = now.Year(), atoi(g[1]), atoi(g[2]), s[len(g[0]):]
		if t, ok := day(y, m, d); !ok || t.After(now) {
			y--
		}
	case compact.MatchString(s):
		g := compact.FindStringSubmatch(s)
		y, m, d = atoi(g[1]), atoi(g[2]), atoi(g[3])
	default:
		return time.Time{}, false
	}
	t, ok := day(y, m, d)
	if !ok || rest == "" {
		return t, ok
	}
	if rest = strings.TrimLeft(rest, " \t"); strings.HasPrefix(rest, "T") {
		rest = rest[1:]
	}
	at, ok := parseClock(rest)
	return t.Add(at), ok
}

// fromSerial reads a spreadsheet's number of days, with the time as its fraction, to the second.
func fromSerial(s string) (time.Time, bool) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f < firstSerial || f >= lastSerial+1 {
		return time.Time{}, false
	}
	days, part := math.Modf(f)
	t := time.Date(1899, 12, 30+int(days), 0, 0, 0, 0, chinatime.Zone())
	return t.Add(time.Duration(math.Round(part*86400)) * time.Second), true
}

func parseClock(s string) (time.Duration, bool) {
	g := clock.FindStringSubmatch(s)
	if g == nil {
		return 0, false
	}
	h, m := atoi(g[2]), atoi(g[3])
	sec := 0.0
	if g[4] != "" {
		sec, _ = strconv.ParseFloat(g[4], 64)
	}
	if half := g[1] + g[5]; half != "" {
		if h > 12 && (half == "AM" || half == "PM") {
			return 0, false
		}
		late := half == "下午" || half == "晚上" || half == "PM" || half == "中午" && h < 3
		switch {
		case late && h < 12:
			h += 12
		case !late && half != "中午" && h == 12:
			h = 0
		}
	}
	if h > 23 || m > 59 || sec >= 60 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(math.Round(sec*1000))*time.Millisecond, true
}

// day is the beginning of a day in Beijing. ok is false for a day that is in no calendar.
func day(y, m, d int) (t time.Time, ok bool) {
	t = time.Date(y, time.Month(m), d, 0, 0, 0, 0, chinatime.Zone())
	return t, t.Year() == y && int(t.Month()) == m && t.Day() == d
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // a few digits, by the expression that found them
	return n
}

// writeTime is how a moment is written: a date alone where it is the beginning of a day, else to the millisecond where that matters.
func writeTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(chinatime.Zone())
	switch {
	case t.Nanosecond() != 0:
		return t.Format("2006-01-02 15:04:05.000")
	case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}
