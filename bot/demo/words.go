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

// stepOf places a stage on the way 平台初审 → 短信核验 → 管局审核 → 已备案, from 0; -1 for a stage beside it.
func stepOf(s vocab.Stage) int { return s.Step() - 1 }

// maxNext is how many stages are offered as usual ones.
const maxNext = 4

// following lists the stages that usually follow, the most usual first.
func following(from vocab.Stage) []vocab.Stage {
	next := []vocab.Stage{from.Next()}
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
	if p.Kind == vocab.KindChange {
		return "通知：" + p.Stage.Chinese()
	}
	return p.Kind.Chinese()
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

func pushTone(s push.State) vocab.Tone {
	switch s {
	case push.Pending, push.Leased:
		return vocab.ToneWait
	case push.Held:
		return vocab.ToneAct
	case push.Sent:
		return vocab.ToneDone
	case push.Dead:
		return vocab.ToneBad
	case push.Dropped:
	}
	return vocab.ToneOff
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
	case vocab.ReasonNone:
	}
	return ""
}

func hours(n int) string {
	if n%24 == 0 {
		return fmt.Sprintf("%d 天", n/24)
	}
	return fmt.Sprintf("%d 小时", n)
}
