package demo

import (
	"fmt"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The tones in which a state is shown: waiting for others, waiting for the person, gone wrong, done, and neither.
const (
	toneWait = "wait"
	toneAct  = "act"
	toneBad  = "bad"
	toneDone = "done"
	toneOff  = "off"
)

func tone(s vocab.Stage) string {
	switch s {
	case vocab.StagePlatformReview, vocab.StageAuthorityReview, vocab.StageChanging, vocab.StageCancelling:
		return toneWait
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageFaceVerify, vocab.StageSMSPending:
		return toneAct
	case vocab.StagePlatformRejected, vocab.StageAuthorityRejected, vocab.StageSMSExpired:
		return toneBad
	case vocab.StageFiled:
		return toneDone
	}
	return toneOff
}

// stepOf places a stage on the way 平台初审 → 短信核验 → 管局审核 → 已备案.
func stepOf(s vocab.Stage) int {
	switch s {
	case vocab.StagePlatformReview, vocab.StagePlatformRejected:
		return 0
	case vocab.StageSMSPending, vocab.StageSMSExpired:
		return 1
	case vocab.StageAuthorityReview, vocab.StageAuthorityRejected:
		return 2
	case vocab.StageFiled, vocab.StageChanging, vocab.StageCancelling:
		return 3
	}
	return -1
}

// forward is what usually comes next when all goes well, or as it usually goes on after a refusal.
var forward = map[vocab.Stage]vocab.Stage{
	vocab.StageNotReady: vocab.StageNotFiled, vocab.StageNotFiled: vocab.StageFaceVerify, vocab.StageEntranceClosed: vocab.StageNotFiled,
	vocab.StageFaceVerify: vocab.StagePlatformReview, vocab.StagePlatformReview: vocab.StageSMSPending, vocab.StagePlatformRejected: vocab.StagePlatformReview,
	vocab.StageSMSPending: vocab.StageAuthorityReview, vocab.StageSMSExpired: vocab.StagePlatformReview, vocab.StageAuthorityReview: vocab.StageFiled,
	vocab.StageAuthorityRejected: vocab.StagePlatformReview, vocab.StageFiled: vocab.StageChanging, vocab.StageChanging: vocab.StageFiled,
	vocab.StageCancelling: vocab.StageCancelled, vocab.StageCancelled: vocab.StageNotFiled, vocab.StageWithdrawn: vocab.StagePlatformReview,
	vocab.StageUnknown: vocab.StagePlatformReview,
}

// maxNext is how many stages are offered as usual ones.
const maxNext = 4

// following lists the stages that usually follow, the most usual first.
func following(from vocab.Stage) []vocab.Stage {
	next := []vocab.Stage{forward[from]}
	for _, s := range vocab.Stages() {
		if from != vocab.StageUnknown && s != from && s != vocab.StageUnknown && filing.CanFollow(from, s) && !slices.Contains(next, s) {
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
	case vocab.KindSMS:
		return "短信核验提醒"
	case vocab.KindFace:
		return "刷脸提醒"
	case vocab.KindOverdue:
		return "审核超时提醒"
	case vocab.KindPSBFiling:
		return "公安联网备案提醒"
	case vocab.KindCertificate:
		return "证件到期提醒"
	case vocab.KindStalled:
		return "久未更新提醒"
	}
	return "通知：" + p.Stage.Chinese()
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
		case vocab.ChannelTemplate:
			return "已发模板消息"
		case vocab.ChannelSubscription:
			return "已发订阅通知"
		case vocab.ChannelCustomer:
			return "已发客服消息"
		case vocab.ChannelReply:
			return "随回复告诉了"
		}
		return "已发送"
	case push.Dead:
		if why := pushReason(p.Reason); why != "" {
			return "发不出去：" + why
		}
		return "发不出去"
	case push.Dropped:
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
	case push.Dropped:
	}
	return toneOff
}

func pushReason(r vocab.Reason) string {
	switch r {
	case vocab.ReasonNotTracking:
		return "已解绑"
	case vocab.ReasonNotWanted:
		return "已取消通知"
	case vocab.ReasonUnfollowed, vocab.ReasonUserGone:
		return "已取消关注"
	case vocab.ReasonSuperseded:
		return "有更新的进度"
	case vocab.ReasonQuiet:
		return "夜里不打扰"
	case vocab.ReasonNoRoute:
		return "现在没有可用的渠道"
	case vocab.ReasonBusy:
		return "平台繁忙"
	case vocab.ReasonRate:
		return "发得太快"
	case vocab.ReasonQuota:
		return "今天的额度用完"
	case vocab.ReasonToken:
		return "没有有效的凭证"
	case vocab.ReasonForbidden:
		return "公众号没有权限"
	case vocab.ReasonContent:
		return "平台不接受内容"
	case vocab.ReasonUncertain:
		return "不确定对方收到没有"
	case vocab.ReasonGaveUp:
		return "试了太多次"
	case vocab.ReasonUndelivered:
		return "平台说没有送达"
	case vocab.ReasonOperator:
		return "人工处理"
	case vocab.ReasonLate:
		return "已经过时"
	case vocab.ReasonInternal:
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
