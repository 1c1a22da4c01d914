package service_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// TestCallsToWeChatAreCounted: /metrics tells each call to the platform by what came of it, with labels of closed sets
// and no secret.
func TestCallsToWeChatAreCounted(t *testing.T) {
	h := hold(t, nil)
	const send = "/cgi-bin/message/template/send"
	h.report("a", vocab.StagePlatformReview)
	h.ends("a", push.Sent, "")
	h.platform.Script(wechattest.Fault{Path: send, Code: 47003})
	h.report("b", vocab.StagePlatformReview)
	h.ends("b", push.Held, vocab.ReasonContent)
	h.platform.Script(wechattest.Fault{Path: send, Status: 502})
	h.report("c", vocab.StagePlatformReview)
	h.ends("c", push.Pending, vocab.ReasonBusy)
	metrics := h.metrics()
	h.wants(metrics,
		`beianbot_wechat_calls_total{answer="ok",op="token"} 1`,
		`beianbot_wechat_calls_total{answer="ok",op="template.send"} 1`,
		`beianbot_wechat_calls_total{answer="bug",op="template.send"} 1`,
		`beianbot_wechat_calls_total{answer="http_error",op="template.send"} 1`,
		`beianbot_wechat_call_seconds_count{op="template.send"} 3`,
		`beianbot_wechat_call_seconds_count{op="token"} 1`,
		`beianbot_wechat_call_seconds_bucket{op="template.send",le="10"} 3`,
	)
	for _, m := range regexp.MustCompile(`beianbot_wechat_calls_total\{answer="([^"]*)",op="([^"]*)"\}`).FindAllStringSubmatch(metrics, -1) {
		if !slices.Contains(wechat.Answers(), wechat.Answer(m[1])) || !slices.Contains(wechat.Ops(), m[2]) {
			t.Errorf("labels of no closed set: %s", m[0])
		}
	}
	secrets := append(h.platform.Tokens(), h.me.OpenID(), h.platform.Account().AppSecret)
	for _, secret := range secrets {
		if secret != "" && strings.Contains(metrics, secret) {
			t.Errorf("the metrics tell %s", secret)
		}
	}
}
