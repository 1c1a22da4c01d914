package handlers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/wechat"
)

// TestNotices holds the notice of every stage to a golden file, as a message and as the fields of a template.
func TestNotices(t *testing.T) {
	var b strings.Builder
	for _, stage := range filing.Stages() {
		f := filing.Filing{Name: "小鹿花店", Platform: filing.WeChat, Province: "上海", Stage: stage, Since: start}
		switch stage {
		case filing.Filed, filing.Changing, filing.Cancelling, filing.Cancelled:
			f.Number = "沪ICP备2026000001号-1X"
		}
		n := Notice(push.Push{Kind: push.KindChange, Stage: stage, Filed: f}, start)
		text := n.Text()
		if len(text) > 400 {
			t.Errorf("%s: %d bytes do not leave room for an answer", stage, len(text))
		}
		if len([]rune(n.Brief)) > 5 || fit("phrase1", n.Brief) != n.Brief || fit("thing1", n.Todo) != n.Todo {
			t.Errorf("%s: %s or %s is too long", stage, n.Brief, n.Todo)
		}
		fields := n.Fields(DefaultFields())
		fmt.Fprintf(&b, "=== %s\n%s\n--- thing1=%s phrase2=%s time3=%s thing4=%s\n\n",
			stage, text, fields["thing1"], fields["phrase2"], fields["time3"], fields["thing4"])
	}
	f := filing.Filing{Name: "小鹿花店", Platform: filing.Douyin, Stage: filing.SMSPending, Since: start, SelfReported: true}
	fmt.Fprintf(&b, "=== his own, perhaps told before\n%s\n", Notice(push.Push{
		Kind: push.KindChange, Stage: f.Stage, Filed: f, Reason: push.ReasonUncertain,
	}, start).Text())
	golden(t, "notices.golden", b.String())
}

// TestNoticeFitsAnywhere: a notice with the longest of everything still fits one message.
func TestNoticeFitsAnywhere(t *testing.T) {
	for _, stage := range filing.Stages() {
		f := filing.Filing{
			Name: strings.Repeat("店", filing.MaxName), Number: strings.Repeat("号", filing.MaxField), Stage: stage, Since: start, SelfReported: true,
		}
		text := Notice(push.Push{Stage: stage, Filed: f, Reason: push.ReasonUncertain}, start).Text()
		if len(text) > wechat.MaxContent {
			t.Errorf("%s: %d bytes", stage, len(text))
		}
	}
}
