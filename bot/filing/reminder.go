package filing

import (
	"slices"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Reminder is a moment at which the followers of a filing should be reminded, should it still stand as it does.
type Reminder struct {
	// Kind is any of vocab.Kinds but vocab.KindChange.
	Kind vocab.Kind
	// Step counts the reminders of one kind about one matter, from 1.
	Step int
	At   time.Time
	// Deadline is the moment that the reminder speaks of; zero where there is none.
	Deadline time.Time
	// Key names the matter and the step within the filing. It is the same whenever the reminders of the same matter are worked out again:
	// those of a stage go by the event that led there and the one that corrected since when, those of a date by the date, because a stage that
	// changes does not renew them.
	Key string
}

// When reminders come. Those that belong to a day come at remindHour, in working time.
const (
	remindHour = 10
	// smsAgain is when the ministry's system sends its SMS for the second time.
	smsAgain   = 12 * time.Hour
	beforeEnd  = 2 * time.Hour
	policeDay  = 20
	standstill = 7 // days
)

// Reminders returns what follows from a filing as it stands, in the order of time; the past is not left out. What needs the calendar is
// left out where it does not reach.
func Reminders(f Filing, cal *Calendar) []Reminder {
	var all []Reminder
	add := func(kind vocab.Kind, of string, at, deadline time.Time) {
		step := 1
		for _, r := range all {
			if r.Kind == kind {
				step++
			}
		}
		all = append(all, Reminder{Kind: kind, Step: step, At: at, Deadline: deadline, Key: string(kind) + "/" + of + "/" + strconv.Itoa(step)})
	}
	stay := strconv.FormatInt(f.StageSeq, 10)
	if f.SinceSeq > 0 { // what was planned from the time before is another matter
		stay += "." + strconv.FormatInt(f.SinceSeq, 10)
	}

	if kind, end, _, ok := Deadline(f); ok && kind != DeadlinePolice {
		for _, at := range []time.Time{f.Since.Add(smsAgain), end.Add(-beforeEnd)} {
			if at.After(f.Since) && at.Before(end) {
				add(vocab.Kind(kind), stay, at, end)
			}
		}
	}
	overdue, known := overdueAt(f, cal)
	if known {
		add(vocab.KindOverdue, stay, overdue, time.Time{})
	}
	if (f.Stage == vocab.StageFiled || f.Stage == vocab.StageChanging) && !f.FiledAt.IsZero() {
		filed := chinatime.Midnight(f.FiledAt)
		add(vocab.KindPSBFiling, filed.Format(time.DateOnly), morning(filed.AddDate(0, 0, policeDay)), filed.AddDate(0, 0, PoliceDays+1))
	}
	if f.SelfReported {
		if at, ok := standstillAt(f, overdue); ok {
			add(vocab.KindStalled, stay, at, time.Time{})
		}
	}
	if !f.CertificateExpires.IsZero() && f.Stage != vocab.StageCancelled && f.Stage != vocab.StageWithdrawn {
		y, m, d := f.CertificateExpires.Date()
		last := time.Date(y, m, d, 0, 0, 0, 0, chinatime.Zone())
		for _, before := range []int{90, 30} {
			add(vocab.KindCertificate, last.Format(time.DateOnly), morning(last.AddDate(0, 0, -before)), last.AddDate(0, 0, 1))
		}
	}
	slices.SortStableFunc(all, func(a, b Reminder) int { return a.At.Compare(b.At) })
	return all
}

// overdueAt is the morning of the first working day on which a review has taken longer than usual.
func overdueAt(f Filing, cal *Calendar) (time.Time, bool) {
	w, ok := ReviewWindow(f, cal)
	if !ok {
		return time.Time{}, false
	}
	day, ok := cal.AddWorkingDays(f.Since, w.Max+1)
	if !ok {
		return time.Time{}, false
	}
	return morning(day), true
}

// standstillAt is when to ask a person whether his own filing has not moved meanwhile: nobody else reports it. overdue is zero where it is
// not known.
func standstillAt(f Filing, overdue time.Time) (time.Time, bool) {
	days := standstill
	switch f.Stage {
	case vocab.StageSMSPending, vocab.StageFaceVerify: // over within a day or two, one way or the other
		days = 2
	case vocab.StageAuthorityReview, vocab.StageChanging, vocab.StageCancelling:
		days = 35 // 20 working days and a week, where no calendar tells better
	case vocab.StagePlatformReview, vocab.StagePlatformRejected, vocab.StageSMSExpired, vocab.StageAuthorityRejected, vocab.StageWithdrawn:
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFiled,
		vocab.StageCancelled, vocab.StageUnknown:
		return time.Time{}, false
	default:
		return time.Time{}, false
	}
	if !overdue.IsZero() {
		// Some days after the reminder that it takes long, and not sooner than a week after it came here.
		at := overdue.AddDate(0, 0, 3)
		if week := morning(f.Since.AddDate(0, 0, standstill)); at.Before(week) {
			at = week
		}
		return at, true
	}
	return morning(f.Since.AddDate(0, 0, days)), true
}

// morning is remindHour on t's day.
func morning(t time.Time) time.Time { return chinatime.Midnight(t).Add(remindHour * time.Hour) }
