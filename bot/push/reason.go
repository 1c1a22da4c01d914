package push

import (
	"slices"

	"github.com/beianbot/beianbot/bot/errs"
)

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
	ReasonContent     Reason = "content"       // the platform refuses the content or the template: an operator must mend it
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

// Stuck reports whether an operator has to mend something before the push can be sent by itself: the platform refused it, or it was given up.
// One that is Held is still told with the reply to the person's own message, should he write.
func (p Push) Stuck() bool {
	return p.State == Dead || p.State == Held && slices.Contains(StuckReasons(), p.Reason)
}

// StuckReasons are those for which a held push is Stuck.
func StuckReasons() []Reason { return []Reason{ReasonContent, ReasonForbidden, ReasonGaveUp} }

// CodeLeaseLost is the code of ErrLeaseLost.
const CodeLeaseLost errs.Code = "lease_lost"

// ErrLeaseLost tells that a push was finished by somebody whose lease had ended.
var ErrLeaseLost = &errs.Error{Code: CodeLeaseLost, Message: "the lease of this push has ended"}

// Label is the reason as operators read it.
func (r Reason) Label() string { return labels[r] }

var labels = map[Reason]string{
	ReasonNotTracking: "对方已不再跟踪这个备案",
	ReasonNotWanted:   "对方不要这类通知",
	ReasonUnfollowed:  "对方已取消关注公众号",
	ReasonUserGone:    "微信说找不到这个人，或对方被拉黑",
	ReasonSuperseded:  "备案有了更新的状态，这条不用再发",
	ReasonLate:        "要提醒的时间已经过了",
	ReasonQuiet:       "对方的免打扰时段，结束后再发",
	ReasonNoRoute:     "现在没有可用的发送方式，等对方下次发消息时告知",
	ReasonBusy:        "微信繁忙或没有应答，稍后重试",
	ReasonRate:        "一分钟内发得太多，放慢后再发",
	ReasonQuota:       "当天的发送额度已用完，次日零点后再发",
	ReasonToken:       "没有可用的 access_token，稍后重试",
	ReasonForbidden:   "公众号没有权限、被限制，或配置不对",
	ReasonContent:     "微信不接受内容或模板，需要人工处理",
	ReasonUncertain:   "可能已经送到，为免重复，等对方下次发消息时再告知",
	ReasonGaveUp:      "多次重试仍未成功",
	ReasonUndelivered: "微信收下后又说没有送到",
	ReasonOperator:    "由管理员处理",
	ReasonInternal:    "程序内部出错",
}
