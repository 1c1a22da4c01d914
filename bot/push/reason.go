package push

import "github.com/beianbot/beianbot/bot/filing"

// Reason says why a push is where it is. The set is closed: it is a metric label, a log field, and a text in the console.
type Reason string

// Why a push was not, or not yet, told.
const (
	ReasonNone        Reason = ""
	ReasonNotTracking Reason = "not_tracking"  // the person no longer follows the filing
	ReasonNotWanted   Reason = "not_wanted"    // he no longer wants to be told
	ReasonUnfollowed  Reason = "unfollowed"    // he left the account
	ReasonUserGone    Reason = "user_gone"     // the platform does not know him, or he blocked the account
	ReasonSuperseded  Reason = "superseded"    // a later state of the same filing replaces it
	ReasonLate        Reason = "too_late"      // the moment it speaks of is over
	ReasonQuiet       Reason = "quiet_hours"   // his night; due in the morning
	ReasonNoRoute     Reason = "no_route"      // no channel may be used now: kept for his next message
	ReasonBusy        Reason = "platform_busy" // the platform is busy or did not answer
	ReasonRate        Reason = "rate_limited"  // too many in a minute
	ReasonQuota       Reason = "daily_quota"   // the day's quota is used up
	ReasonToken       Reason = "token"         // no valid access token
	ReasonForbidden   Reason = "forbidden"     // the account may not do this, or is banned
	ReasonContent     Reason = "content"       // the platform refuses the content or the template
	ReasonUncertain   Reason = "uncertain"     // the answer got lost and the idempotency window is over
	ReasonGaveUp      Reason = "gave_up"       // tried as often as the policy allows
	ReasonUndelivered Reason = "undelivered"   // accepted by the platform, but it says later that the person did not get it
	ReasonOperator    Reason = "operator"      // somebody decided so
	ReasonInternal    Reason = "internal"      // our own mistake
)

// Reasons lists the closed set, without ReasonNone.
func Reasons() []Reason {
	return []Reason{
		ReasonNotTracking, ReasonNotWanted, ReasonUnfollowed, ReasonUserGone, ReasonSuperseded, ReasonLate, ReasonQuiet, ReasonNoRoute, ReasonBusy,
		ReasonRate, ReasonQuota, ReasonToken, ReasonForbidden, ReasonContent, ReasonUncertain, ReasonGaveUp, ReasonUndelivered,
		ReasonOperator, ReasonInternal,
	}
}

// ErrLeaseLost tells that a push was finished by somebody whose lease had ended.
var ErrLeaseLost = &filing.Error{Code: "lease_lost", Message: "the lease of this push has ended"}
