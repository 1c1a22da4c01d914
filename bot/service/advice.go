package service

import (
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
)

// advice tells operators what to do about a push that is not told yet, or will not be.
func advice(p push.Push) string {
	switch {
	case p.State == push.Sent || p.State == push.Dropped:
		return ""
	case p.Code != 0:
		return wechat.LookUp(p.Code).Advice
	}
	return advices[p.Reason]
}

// advices are for reasons that come without a code of the platform. Those that mend themselves have none.
var advices = map[vocab.Reason]string{
	vocab.ReasonNoRoute:     "对方下次发消息时会一并告知。想主动送达，需要认证服务号的模板消息，或对方订阅通知。",
	vocab.ReasonBusy:        "会自动重试。若持续出现，请检查网络、代理和 wechat.api_base。",
	vocab.ReasonToken:       "会自动重试。若持续出现，请核对 AppSecret 和 IP 白名单。",
	vocab.ReasonUncertain:   "发送时没等到应答，对方可能已经收到。确认没收到的，可以重发。",
	vocab.ReasonGaveUp:      "请先看日志里的原因，处理好后重发。对方若先发来消息，会一并告知。",
	vocab.ReasonUndelivered: "微信反馈没有送到，会随对方下次发消息告知。写着 block 的是对方拒收，重发也没有用；其他的也可以重发。",
	vocab.ReasonInternal:    "请看日志，并反馈给开发者。",
}
