package vocab

// Reason says why a push is where it is. It is a metric label, a log field, and a text in the console.
type Reason string

// Why a push was not sent, or not yet.
const (
	ReasonNone        Reason = ""              // in no set: nothing stands in its way
	ReasonNotTracking Reason = "not_tracking"  // the person no longer follows the filing
	ReasonNotWanted   Reason = "not_wanted"    // they no longer want notices of this kind
	ReasonUnfollowed  Reason = "unfollowed"    // they left the account
	ReasonUserGone    Reason = "user_gone"     // the platform does not know them, or they blocked the account
	ReasonSuperseded  Reason = "superseded"    // a later state of the same filing replaces it
	ReasonLate        Reason = "too_late"      // the moment it speaks of is over
	ReasonQuiet       Reason = "quiet_hours"   // their night; due in the morning
	ReasonNoRoute     Reason = "no_route"      // no channel is allowed now: kept for their next message
	ReasonBusy        Reason = "platform_busy" // the platform is busy or did not answer
	ReasonRate        Reason = "rate_limited"  // too many in a minute
	ReasonQuota       Reason = "daily_quota"   // the day's quota is used up
	ReasonToken       Reason = "token"         // no valid access token
	ReasonForbidden   Reason = "forbidden"     // the account is not allowed to, or is banned
	ReasonContent     Reason = "content"       // the platform refuses content or template: an operator must fix it
	ReasonUncertain   Reason = "uncertain"     // the answer got lost and the idempotency window is over
	ReasonGaveUp      Reason = "gave_up"       // tried as often as the policy allows
	ReasonUndelivered Reason = "undelivered"   // accepted by the platform, which later reports that it did not arrive
	ReasonOperator    Reason = "operator"      // somebody decided so
	ReasonInternal    Reason = "internal"      // our own mistake
)

type reasonRow struct {
	term[Reason]
	// stuck marks reasons for which an operator has to fix something before the push can be sent.
	stuck bool
}

var reasons = newTable[Reason](
	reasonRow{term: term[Reason]{ReasonNotTracking, "对方已不再跟踪这个备案", "no longer follows the filing", ""}},
	reasonRow{term: term[Reason]{ReasonNotWanted, "对方不要这类通知", "does not want this kind of notice", ""}},
	reasonRow{term: term[Reason]{ReasonUnfollowed, "对方已取消关注公众号", "left the account", ""}},
	reasonRow{term: term[Reason]{ReasonUserGone, "微信说找不到这个人，或对方被拉黑", "not known to WeChat, or blocked", ""}},
	reasonRow{term: term[Reason]{ReasonSuperseded, "备案有了更新的状态，这条不用再发", "superseded", ""}},
	reasonRow{term: term[Reason]{ReasonLate, "要提醒的时间已经过了", "too late", ""}},
	reasonRow{term: term[Reason]{ReasonQuiet, "对方的免打扰时段，结束后再发", "quiet hours", ""}},
	reasonRow{term: term[Reason]{
		ReasonNoRoute, "现在没有可用的发送方式，等对方下次发消息时告知", "no channel now; told with the next message", "",
	}},
	reasonRow{term: term[Reason]{ReasonBusy, "微信繁忙或没有应答，稍后重试", "WeChat is busy; tried again later", ""}},
	reasonRow{term: term[Reason]{ReasonRate, "一分钟内发得太多，放慢后再发", "rate limited", ""}},
	reasonRow{term: term[Reason]{ReasonQuota, "当天的发送额度已用完，次日零点后再发", "daily quota used up", ""}},
	reasonRow{term: term[Reason]{ReasonToken, "没有可用的 access_token，稍后重试", "no access token", ""}},
	reasonRow{term: term[Reason]{
		ReasonForbidden, "公众号没有权限、被限制，或配置不对", "not allowed, restricted or misconfigured", "",
	}, stuck: true},
	reasonRow{term: term[Reason]{ReasonContent, "微信不接受内容或模板，需要人工处理", "content refused", ""}, stuck: true},
	reasonRow{term: term[Reason]{
		ReasonUncertain, "可能已经送到，为免重复，等对方下次发消息时再告知", "uncertain; told with the next message", "",
	}},
	reasonRow{term: term[Reason]{ReasonGaveUp, "多次重试仍未成功", "gave up", ""}, stuck: true},
	reasonRow{term: term[Reason]{ReasonUndelivered, "微信收下后又说没有送到", "not delivered", ""}},
	reasonRow{term: term[Reason]{ReasonOperator, "由管理员处理", "decided by staff", ""}},
	reasonRow{term: term[Reason]{ReasonInternal, "程序内部出错", "internal error", ""}},
)

// Reasons lists the closed set, without ReasonNone.
func Reasons() []Reason { return reasons.all() }

// Valid reports whether r is one of Reasons.
func (r Reason) Valid() bool { return reasons.has(r) }

// Chinese is the reason in Chinese as operators read it; empty for what is none.
func (r Reason) Chinese() string { return reasons.rows[r].chinese }

// English is the reason in English as operators read it; empty for what is none.
func (r Reason) English() string { return reasons.rows[r].english }

// Stuck reports whether an operator has to fix something before a push that is held for this reason can be sent by
// itself.
func (r Reason) Stuck() bool { return reasons.rows[r].stuck }
