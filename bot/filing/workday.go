package filing

import (
	"fmt"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// unsettledFrom is the first day of December that the next year's notice may still change: the New Year's holiday has begun on
// December 30 and has been worked for on the 29th. One day more for care.
const unsettledFrom = 28

// Covered reports whether the calendar has the notice for a year.
func (c *Calendar) Covered(year int) bool {
	if c == nil {
		return false
	}
	y := c.years[year]
	return y != nil && y.covered
}

// knows reports whether it is settled if t's day is worked.
func (c *Calendar) knows(t time.Time) bool {
	y, m, d := t.In(chinatime.Zone()).Date()
	return c.Covered(y) && (m != time.December || d < unsettledFrom || c.Covered(y+1))
}

// IsWorkingDay reports whether t's day in Zone is worked. ok is false where the calendar does not know.
func (c *Calendar) IsWorkingDay(t time.Time) (working, ok bool) {
	if !c.knows(t) {
		return false, false
	}
	if off, named := c.off[dayOf(t)]; named {
		return !off, true
	}
	return !weekend(t.In(chinatime.Zone())), true
}

// AddWorkingDays returns the beginning of the n-th working day after t's day, which itself does not count; n = 0 is t's own day. ok is
// false where the calendar does not reach that far, and for a negative n; then no date may be told.
func (c *Calendar) AddWorkingDays(t time.Time, n int) (at time.Time, ok bool) {
	if c == nil || n < 0 {
		return time.Time{}, false
	}
	for d := dayOf(t); ; {
		if n == 0 {
			return d.time(), true
		}
		d++
		working, ok := c.IsWorkingDay(d.time())
		if !ok {
			return time.Time{}, false
		}
		if working {
			n--
		}
	}
}

// WorkingDaysBetween counts the working days after from's day up to to's day, which counts if it is one: the n for which AddWorkingDays
// leads from the one to the other. It is 0 where to is not after from. ok is false where the calendar does not cover the days between.
func (c *Calendar) WorkingDaysBetween(from, to time.Time) (n int, ok bool) {
	if c == nil {
		return 0, false
	}
	for d := dayOf(from) + 1; d <= dayOf(to); d++ {
		working, ok := c.IsWorkingDay(d.time())
		if !ok {
			return 0, false
		}
		if working {
			n++
		}
	}
	return n, true
}

// CoversUntil returns the last day that the calendar knows; the zero time where it knows none.
func (c *Calendar) CoversUntil() time.Time {
	last := 0
	if c != nil {
		for y := range c.years {
			if c.Covered(y) {
				last = max(last, y)
			}
		}
	}
	if last == 0 {
		return time.Time{}
	}
	return time.Date(last, time.December, unsettledFrom-1, 0, 0, 0, 0, chinatime.Zone())
}

// CalendarWarning is something about the calendar that an operator should know.
type CalendarWarning struct {
	// Severe tells that people already get no dates, or soon will.
	Severe  bool
	Year    int
	Message string
}

// String returns the message.
func (w CalendarWarning) String() string { return w.Message }

// Warnings says what is wrong with the calendar at now: at start, once a day, and in lint. This year's notice must be there. The next one's
// has come out in November so far, so it is asked for from November 15 on, and severely from December 1 on.
func (c *Calendar) Warnings(now time.Time) (found []CalendarWarning) {
	today := now.In(chinatime.Zone())
	year := today.Year()
	if !c.Covered(year) {
		found = append(found, CalendarWarning{Severe: true, Year: year, Message: fmt.Sprintf(
			"the calendar has no notice for %d: people are told numbers of working days only, no dates; put %d.json into the calendar folder", year, year)})
	}
	asked := time.Date(year, time.November, 15, 0, 0, 0, 0, chinatime.Zone())
	if !today.Before(asked) && !c.Covered(year+1) {
		severe := today.Month() == time.December
		found = append(found, CalendarWarning{Severe: severe, Year: year + 1, Message: fmt.Sprintf(
			"the calendar has no notice for %d: no dates are told after %s; put %d.json into the calendar folder",
			year+1, time.Date(year, time.December, unsettledFrom-1, 0, 0, 0, 0, chinatime.Zone()).Format(time.DateOnly), year+1)})
	}
	if c == nil {
		return found
	}
	var odd []int
	for y, d := range c.years {
		if d.covered && (d.makeup < 4 || d.makeup > 12) {
			odd = append(odd, y)
		}
	}
	slices.Sort(odd)
	for _, y := range odd {
		found = append(found, CalendarWarning{Year: y, Message: fmt.Sprintf(
			"the calendar for %d has %d make-up days; 4 to 12 are usual: compare it with the notice", y, c.years[y].makeup)})
	}
	return found
}
