package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// The tones in which a state is shown: waiting for others, waiting for the person, gone wrong, done, and neither.
const (
	toneWait = "wait"
	toneAct  = "act"
	toneBad  = "bad"
	toneDone = "done"
	toneOff  = "off"
)

func tone(s filing.Stage) string {
	switch s {
	case filing.PlatformReview, filing.AuthorityReview, filing.Changing, filing.Cancelling:
		return toneWait
	case filing.NotReady, filing.NotFiled, filing.FaceVerify, filing.SMSPending:
		return toneAct
	case filing.PlatformRejected, filing.AuthorityRejected, filing.SMSExpired:
		return toneBad
	case filing.Filed:
		return toneDone
	}
	return toneOff
}

// stepOf places a stage on the way 平台初审 → 短信核验 → 管局审核 → 已备案.
func stepOf(s filing.Stage) int {
	switch s {
	case filing.PlatformReview, filing.PlatformRejected:
		return 0
	case filing.SMSPending, filing.SMSExpired:
		return 1
	case filing.AuthorityReview, filing.AuthorityRejected:
		return 2
	case filing.Filed, filing.Changing, filing.Cancelling:
		return 3
	}
	return -1
}

// forward is what usually comes next when all goes well, or as it usually goes on after a refusal.
var forward = map[filing.Stage]filing.Stage{
	filing.NotReady: filing.NotFiled, filing.NotFiled: filing.FaceVerify, filing.EntranceClosed: filing.NotFiled,
	filing.FaceVerify: filing.PlatformReview, filing.PlatformReview: filing.SMSPending, filing.PlatformRejected: filing.PlatformReview,
	filing.SMSPending: filing.AuthorityReview, filing.SMSExpired: filing.PlatformReview, filing.AuthorityReview: filing.Filed,
	filing.AuthorityRejected: filing.PlatformReview, filing.Filed: filing.Changing, filing.Changing: filing.Filed,
	filing.Cancelling: filing.Cancelled, filing.Cancelled: filing.NotFiled, filing.Withdrawn: filing.PlatformReview,
	filing.Unknown: filing.PlatformReview,
}

// maxNext is how many stages are offered as usual ones.
const maxNext = 4

// following lists the stages that usually follow, the most usual first.
func following(from filing.Stage) []filing.Stage {
	next := []filing.Stage{forward[from]}
	for _, s := range filing.Stages() {
		if from != filing.Unknown && s != from && s != filing.Unknown && filing.CanFollow(from, s) && !slices.Contains(next, s) {
			next = append(next, s)
		}
	}
	return next[:min(len(next), maxNext)]
}

// pushMove tells what became of a push by now.
func pushMove(p push.Push, now time.Time) move {
	m := move{At: p.UpdatedAt, Text: "「" + p.Filed.Name + "」" + pushKind(p), State: pushState(p, now), Tone: pushTone(p.State)}
	if p.Attempts > 1 {
		m.Sub = fmt.Sprintf("试了 %d 次", p.Attempts)
	}
	return m
}

func pushKind(p push.Push) string {
	switch p.Kind {
	case push.KindSMS:
		return "短信核验提醒"
	case push.KindFace:
		return "刷脸提醒"
	case push.KindOverdue:
		return "审核超时提醒"
	case push.KindPolice:
		return "公安联网备案提醒"
	case push.KindCertificate:
		return "证件到期提醒"
	case push.KindStandstill:
		return "久未更新提醒"
	}
	return "通知：" + p.Stage.Label()
}

func pushState(p push.Push, now time.Time) string {
	switch p.State {
	case push.Pending:
		when := "稍后再发"
		if p.Due.Sub(now) > time.Minute {
			when = p.Due.In(chinatime.Zone()).Format("1月2日 15:04") + " 发"
		}
		if why := pushReason(p.Reason); why != "" {
			return why + "，" + when
		}
		if p.Due.Sub(now) > time.Minute {
			return "定在 " + when
		}
		return "等待发送"
	case push.Leased:
		return "发送中"
	case push.Held:
		return "留到下次来消息时说"
	case push.Sent:
		switch p.Channel {
		case push.ByTemplate:
			return "已发模板消息"
		case push.BySubscription:
			return "已发订阅通知"
		case push.ByCustomer:
			return "已发客服消息"
		case push.ByReply:
			return "随回复告诉了"
		}
		return "已发送"
	case push.Dead:
		if why := pushReason(p.Reason); why != "" {
			return "发不出去：" + why
		}
		return "发不出去"
	}
	if why := pushReason(p.Reason); why != "" {
		return "不用发了：" + why
	}
	return "不用发了"
}

func pushTone(s push.State) string {
	switch s {
	case push.Pending, push.Leased:
		return toneWait
	case push.Held:
		return toneAct
	case push.Sent:
		return toneDone
	case push.Dead:
		return toneBad
	}
	return toneOff
}

func pushReason(r push.Reason) string {
	switch r {
	case push.ReasonNotTracking:
		return "已解绑"
	case push.ReasonNotWanted:
		return "已取消通知"
	case push.ReasonUnfollowed, push.ReasonUserGone:
		return "已取消关注"
	case push.ReasonSuperseded:
		return "有更新的进度"
	case push.ReasonQuiet:
		return "夜里不打扰"
	case push.ReasonNoRoute:
		return "现在没有可用的渠道"
	case push.ReasonBusy:
		return "平台繁忙"
	case push.ReasonRate:
		return "发得太快"
	case push.ReasonQuota:
		return "今天的额度用完"
	case push.ReasonToken:
		return "没有有效的凭证"
	case push.ReasonForbidden:
		return "公众号没有权限"
	case push.ReasonContent:
		return "平台不接受内容"
	case push.ReasonUncertain:
		return "不确定对方收到没有"
	case push.ReasonGaveUp:
		return "试了太多次"
	case push.ReasonUndelivered:
		return "平台说没有送达"
	case push.ReasonOperator:
		return "人工处理"
	case push.ReasonLate:
		return "已经过时"
	case push.ReasonInternal:
		return "程序出错"
	}
	return ""
}

func hours(n int) string {
	if n%24 == 0 {
		return fmt.Sprintf("%d 天", n/24)
	}
	return fmt.Sprintf("%d 小时", n)
}
