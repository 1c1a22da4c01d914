package filing

import (
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/vocab"
)

// DeadlineKind is what has to be done by a deadline.
type DeadlineKind string

// The deadlines that a filing can have.
const (
	DeadlineSMS    DeadlineKind = "sms"    // answer the ministry's SMS
	DeadlineFace   DeadlineKind = "face"   // pass the face check
	DeadlinePolice DeadlineKind = "police" // 公安联网备案
)

// How long the steps with a deadline stay open. They run in natural time, through weekends and holidays.
const (
	// SMSOpen: the ministry's system sends the filing back 24 hours after its SMS.
	SMSOpen = 24 * time.Hour
	// FaceOpenWeChat is how long WeChat's notice to the administrator works, FaceOpenDouyin how long the link in Douyin's SMS does.
	FaceOpenWeChat = 24 * time.Hour
	FaceOpenDouyin = 2 * time.Hour
	// PoliceDays is within how many days after its opening a service has to be registered with the police.
	PoliceDays = 30
)

// Deadline returns by when a person has to act, where there is such a moment. It is approximate where the clock began with something that
// nobody reports, such as the SMS itself; then it is counted from the report. All of the present kinds are.
//
// A platform whose face check we know no limit of has no deadline for it, and a filing that nobody knows the first day of has none for the
// police.
func Deadline(f Filing) (kind DeadlineKind, at time.Time, approximate, ok bool) {
	switch f.Stage {
	case vocab.StageSMSPending:
		return DeadlineSMS, f.Since.Add(SMSOpen), true, true
	case vocab.StageFaceVerify:
		switch f.Platform {
		case vocab.PlatformWeChat:
			return DeadlineFace, f.Since.Add(FaceOpenWeChat), true, true
		case vocab.PlatformDouyin:
			return DeadlineFace, f.Since.Add(FaceOpenDouyin), true, true
		case vocab.PlatformAlipay, vocab.PlatformBaidu, vocab.PlatformKuaishou, vocab.PlatformOther: // none that we know of
		}
	case vocab.StageFiled:
		if !f.FiledAt.IsZero() {
			return DeadlinePolice, chinatime.Midnight(f.FiledAt).AddDate(0, 0, PoliceDays+1), true, true
		}
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StagePlatformReview,
		vocab.StagePlatformRejected, vocab.StageSMSExpired, vocab.StageAuthorityReview,
		vocab.StageAuthorityRejected, vocab.StageChanging, vocab.StageCancelling, vocab.StageCancelled,
		vocab.StageWithdrawn, vocab.StageUnknown:
	}
	return "", time.Time{}, false, false
}

// Window is how long a review usually takes: from Min to Usual working days, and up to Max where it takes long.
type Window struct {
	Min, Usual, Max int
	// From, To and Last are the days on which Min, Usual and Max working days have passed, at their beginning in Zone. They are set where
	// Dated is; without it the calendar does not reach that far and only the numbers may be told.
	From, To, Last time.Time
	Dated          bool
}

// Past reports whether the review has certainly taken longer than Max working days.
func (w Window) Past(now time.Time) bool { return w.Dated && !now.Before(w.Last.AddDate(0, 0, 1)) }

// ReviewWindow returns the usual time of the review that a filing is in; ok is false where it is in none.
//
// Sources: WeChat's own review takes 1 to 2 working days and at most about 3, that of other platforms 1 to 3; the authority's 1 to 20, which
// is also the limit of article 12 of 非经营性互联网信息服务备案管理办法.
func ReviewWindow(f Filing, cal *Calendar) (w Window, ok bool) {
	switch {
	case f.Stage == vocab.StagePlatformReview && f.Platform == vocab.PlatformWeChat:
		w = Window{Min: 1, Usual: 2, Max: 3}
	case f.Stage == vocab.StagePlatformReview:
		w = Window{Min: 1, Usual: 3, Max: 3}
	case f.Stage == vocab.StageAuthorityReview:
		w = Window{Min: 1, Usual: 20, Max: 20}
	default:
		return Window{}, false
	}
	var known [3]bool
	w.From, known[0] = cal.AddWorkingDays(f.Since, w.Min)
	w.To, known[1] = cal.AddWorkingDays(f.Since, w.Usual)
	w.Last, known[2] = cal.AddWorkingDays(f.Since, w.Max)
	if w.Dated = known == [3]bool{true, true, true}; !w.Dated {
		w.From, w.To, w.Last = time.Time{}, time.Time{}, time.Time{}
	}
	return w, true
}
