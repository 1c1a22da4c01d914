package wechat

import (
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
)

// Class says what a failed call means and what may help. The values are a closed set.
type Class string

// The classes of failures.
const (
	// ClassRetry: nothing is wrong with the call. The same again, a little later, may work.
	ClassRetry Class = "retry"
	// ClassLater: a limit of the whole account. Nothing of this kind will work before Error.Until.
	ClassLater Class = "later"
	// ClassToken: the access token was refused. The client renews it and tries once more by itself; who sees this all the same may treat it
	// as ClassRetry.
	ClassToken Class = "token"
	// ClassRouteClosed: not this way to this person now. Another way may work.
	ClassRouteClosed Class = "route_closed"
	// ClassUserGone: this person cannot be reached by any way.
	ClassUserGone Class = "user_gone"
	// ClassSetup: the account or its settings do not allow it. An operator must act.
	ClassSetup Class = "setup"
	// ClassBug: the call itself is wrong. Repeating it is of no use.
	ClassBug Class = "bug"
)

// Classes returns every Class there is.
func Classes() []Class {
	return []Class{ClassRetry, ClassLater, ClassToken, ClassRouteClosed, ClassUserGone, ClassSetup, ClassBug}
}

// Code is what is known of one of the platform's error codes.
type Code struct {
	Code  int
	Class Class
	// Reason is a short name, fit for a metric label, unique among the codes.
	Reason string
	// Advice tells operators, in Chinese, what to do.
	Advice string
}

// codes is every code that a call of ours can get, from the platform's table of return codes and reports of those who met them.
var codes = []Code{
	{-1, ClassRetry, "system_busy", "微信服务器繁忙，稍后会自动重试，一般不用处理。"},

	{40001, ClassToken, "token_invalid", "access_token 无效或已被别处刷新，也可能是 AppSecret 不对。请确认没有其他系统用旧接口刷新同一账号的 access_token，并核对 AppSecret。"},
	{40014, ClassToken, "token_malformed", "access_token 不合法，会自动换新。若反复出现，请检查共享存储里的令牌是否被改动。"},
	{42001, ClassToken, "token_expired", "access_token 已过期，会自动换新。若反复出现，请检查服务器时钟。"},

	{40003, ClassUserGone, "openid_invalid", "这个 openid 不属于本账号，或对方从未关注。请确认没有混用两个账号的数据。"},
	{43004, ClassUserGone, "not_following", "对方没有关注本账号，发不到。对方重新关注后会恢复。"},
	{43019, ClassUserGone, "blocked_by_account", "对方在本账号的黑名单里。如需恢复，请在公众平台的用户管理中移出黑名单。"},
	{50005, ClassUserGone, "unfollowed", "对方已取消关注，发不到。"},

	{43101, ClassRouteClosed, "subscription_missing", "对方没有订阅这个通知，或订阅次数已用完，或拒收了。会改走其他方式。"},
	{45015, ClassRouteClosed, "outside_window", "对方近期没有和账号互动，客服消息发不出去。会改走其他方式，或等对方下次发消息时一并告知。"},
	{45047, ClassRouteClosed, "window_used_up", "对方这次互动后可发的客服消息条数已用完。会改走其他方式，或等对方下次发消息时一并告知。"},

	{45009, ClassLater, "daily_quota", "当天的调用次数已用完，次日零点恢复。急需时可在公众平台清零，每月次数有限。"},
	{45011, ClassLater, "minute_quota", "一分钟内调用太多，会自动放慢。若经常出现，请调低发送速率。"},
	{48006, ClassLater, "clear_quota_used_up", "本月清零次数已用完，只能等次日零点配额恢复。"},

	{40037, ClassSetup, "template_unknown", "模板编号不对，或模板已被删除。请核对 wechat.status_template、wechat.status_subscription 的值。"},
	{40013, ClassSetup, "app_id_invalid", "AppID 不对。请核对 wechat.app_id。"},
	{40125, ClassSetup, "app_secret_invalid", "AppSecret 不对或已重置。请核对 wechat.app_secret。"},
	{40164, ClassSetup, "ip_not_listed", "服务器的出口 IP 不在公众平台的 IP 白名单里。请把微信提示中的 IP 加进白名单；经代理出网的，代理的出口 IP 要固定。"},
	{40200, ClassSetup, "account_type", "这种账号不支持这个接口。测试号和未认证的账号都可能如此。"},
	{48001, ClassSetup, "not_authorised", "账号没有这个接口的权限。多数推送接口要求已认证的服务号。"},
	{48004, ClassSetup, "api_banned", "接口被微信封禁。请登录公众平台查看原因。"},
	{50002, ClassSetup, "account_restricted", "账号被限制。请登录公众平台查看原因。"},
	{61007, ClassSetup, "component_not_authorised", "账号没有把这项权限授权给第三方平台。请让管理员重新授权并勾选所需权限集。"},
	{61023, ClassSetup, "refresh_token_invalid", "第三方平台的授权已失效。请让管理员重新授权。"},

	{76022, ClassSetup, "quota_forbidden", "账号不能使用这个接口，所以没有它的额度。"},

	{76021, ClassBug, "quota_path", "查询额度的接口路径不对，是程序的错误，请反馈。"},
	{41001, ClassBug, "token_missing", "请求里缺少 access_token，是程序的错误，请反馈。"},
	{44004, ClassBug, "text_empty", "文本内容为空，是程序的错误，请反馈。"},
	{45002, ClassBug, "text_too_long", "文本太长，是程序的错误，请反馈。"},
	{45008, ClassBug, "too_many_articles", "图文条数超过上限，是程序的错误，请反馈。"},
	{47001, ClassBug, "format", "请求格式不对，是程序的错误，请反馈。"},
	{47003, ClassBug, "template_argument", "模板里有字段的内容不合要求。请核对模板各字段的类型和长度与配置是否一致。"},
	{40016, ClassBug, "menu_buttons", "菜单按钮的个数不对：一级最多 3 个，二级最多 5 个。"},
	{40017, ClassBug, "menu_type", "菜单按钮的类型不对。"},
	{40018, ClassBug, "menu_name", "菜单按钮的名字为空或太长。"},
	{40019, ClassBug, "menu_key", "菜单按钮的 key 为空或太长。"},
	{40020, ClassBug, "menu_url", "菜单按钮的网址为空或太长。"},
	{40053, ClassBug, "qr_argument", "二维码的参数不对。"},
	{46003, ClassBug, "menu_missing", "账号还没有自定义菜单。"},
}

// Reasons of failures that have no code of the platform.
const (
	reasonNetwork = "network" // no answer
	reasonStatus  = "http_status"
	reasonGarbled = "garbled" // an answer that cannot be read
	reasonUnknown = "unknown_code"
	reasonToken   = ReasonNoToken
)

// ReasonNoToken is Error.Reason of a call that could not be made for want of an access token.
const ReasonNoToken = "token_unavailable"

var byCode = func() map[int]Code {
	m := make(map[int]Code, len(codes))
	for _, c := range codes {
		m[c.Code] = c
	}
	return m
}()

// Codes returns what is known of every code, in no order that matters.
func Codes() []Code { return append([]Code(nil), codes...) }

// LookUp returns what is known of a code. An unknown code counts as ClassBug with the reason "unknown_code": repeating what the platform
// refused for a reason we do not know could make things worse, and an operator should see it.
func LookUp(code int) Code {
	if c, ok := byCode[code]; ok {
		return c
	}
	return Code{code, ClassBug, reasonUnknown, "微信返回了未收录的错误码，请对照微信的全局返回码处理。"}
}

// until returns when what a code limits may be tried again, the zero time for a code that limits nothing.
func until(code int, now time.Time) time.Time {
	switch code {
	case 45009, 48006:
		return chinatime.Midnight(now).AddDate(0, 0, 1) // the platform's days are China's
	case 45011:
		return now.Truncate(time.Minute).Add(time.Minute)
	}
	return time.Time{}
}
