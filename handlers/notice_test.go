package handlers

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
)

// page writes a notice as every channel would say it.
func page(b *strings.Builder, title string, n Note) {
	f := n.Fields(DefaultFields())
	fmt.Fprintf(b, "=== %s\n%s\n--- thing1=%s phrase2=%s time3=%s thing4=%s\n", title, n.Text(), f["thing1"], f["phrase2"], f["time3"], f["thing4"])
	if n.Deadline != "" {
		fmt.Fprintf(b, "    %s\n", n.Fields(map[string]string{"k": "{deadline} {left}"})["k"])
	}
	fmt.Fprintf(b, "--> %s\n\n", n.URL)
}

// TestNotices holds the notice of every stage and of every reminder to a golden file, as a message and as the fields of a template.
func TestNotices(t *testing.T) {
	var b strings.Builder
	shop := filing.Filing{Name: "小鹿花店", Platform: vocab.PlatformWeChat, Province: "上海", Since: start}
	for _, stage := range vocab.Stages() {
		f := shop
		f.Stage = stage
		switch stage {
		case vocab.StageFiled, vocab.StageChanging, vocab.StageCancelling, vocab.StageCancelled:
			f.Number, f.FiledAt = "沪ICP备2026000001号-1X", start
		case vocab.StagePlatformRejected:
			f.Reasons = []filing.Reason{{Field: "营业执照", Error: "证件照片不清晰，四角不完整。", Suggest: "请重新上传"}, {Field: "名称", Error: "名称不符合要求"}}
		case vocab.StageAuthorityRejected:
			f.Reasons = []filing.Reason{{Error: "电话无法接通"}}
		case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify,
			vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageSMSExpired, vocab.StageAuthorityReview,
			vocab.StageWithdrawn, vocab.StageUnknown:
		}
		n := Notice(push.Push{Kind: vocab.KindChange, Stage: stage, Filed: f}, start.Add(time.Minute))
		if fit("phrase1", n.Brief) != n.Brief || fit("thing1", n.Todo) != n.Todo {
			t.Errorf("%s: %s or %s is too long", stage, n.Brief, n.Todo)
		}
		page(&b, string(stage), n)
	}
	own := shop
	own.Stage, own.SelfReported, own.Platform = vocab.StageSMSPending, true, vocab.PlatformDouyin
	page(&b, "his own, told after the night", Notice(push.Push{Kind: vocab.KindChange, Stage: own.Stage, Filed: own}, start.Add(14*time.Hour)))
	page(&b, "perhaps told before", Notice(push.Push{
		Kind: vocab.KindChange, Stage: own.Stage, Filed: own, Channel: vocab.ChannelReply, FirstTry: start, State: push.Sent,
	}, start.Add(time.Hour)))
	page(&b, "did not arrive, and too late", Notice(push.Push{
		Kind: vocab.KindChange, Stage: own.Stage, Filed: own, Channel: vocab.ChannelReply, MessageID: "1", State: push.Sent,
	}, start.Add(25*time.Hour)))
	midnight := shop
	midnight.Stage, midnight.Since = vocab.StageAuthorityReview, time.Date(2025, 12, 30, 16, 0, 0, 0, time.UTC)
	page(&b, "only the day is known, of last year", Notice(push.Push{Kind: vocab.KindChange, Stage: midnight.Stage, Filed: midnight}, start))
	golden.Equal(t, "notices.golden", b.String())
}

// TestReminders holds every reminder to a golden file, at the moment at which it comes.
func TestReminders(t *testing.T) {
	calendar, err := filing.LoadCalendar("")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var kinds []vocab.Kind
	for _, f := range []filing.Filing{
		{Stage: vocab.StageSMSPending, Platform: vocab.PlatformWeChat},
		{Stage: vocab.StageFaceVerify, Platform: vocab.PlatformWeChat},
		{Stage: vocab.StagePlatformReview, Platform: vocab.PlatformWeChat},
		{Stage: vocab.StageAuthorityReview, Platform: vocab.PlatformWeChat},
		{Stage: vocab.StageFiled, Platform: vocab.PlatformWeChat, FiledAt: start, Number: "沪ICP备2026000001号-1X", CertificateExpires: time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)},
		{Stage: vocab.StageSMSPending, Platform: vocab.PlatformDouyin, SelfReported: true},
		{Stage: vocab.StagePlatformReview, Platform: vocab.PlatformDouyin, SelfReported: true},
		{Stage: vocab.StageAuthorityRejected, Platform: vocab.PlatformWeChat, SelfReported: true},
	} {
		f.Name, f.Since = "小鹿花店", start
		for _, r := range filing.Reminders(f, calendar) {
			p := push.Push{Kind: vocab.Kind(r.Kind), Step: r.Step, Stage: f.Stage, Filed: f, Deadline: r.Deadline}
			n := Notice(p, r.At)
			page(&b, fmt.Sprintf("%s %s %d, %s", f.Stage, r.Kind, r.Step, r.At.In(chinatime.Zone()).Format("2006-01-02 15:04")), n)
			if fit("thing1", n.Todo) != n.Todo || n.Todo == "" {
				t.Errorf("%s: %q is too long", r.Kind, n.Todo)
			}
			kinds = append(kinds, p.Kind)
			if !r.Deadline.IsZero() {
				if late := Notice(p, r.Deadline.Add(time.Hour)).Text(); strings.Contains(late, "还剩") {
					t.Errorf("%s, told too late: %s", r.Kind, late)
				}
			}
		}
	}
	for _, k := range vocab.Kinds() {
		if k != vocab.KindChange && !slices.Contains(kinds, k) {
			t.Errorf("no notice of the kind %s was looked at", k)
		}
	}
	golden.Equal(t, "reminders.golden", b.String())
}

// TestNoticeFits: a notice with the longest of everything keeps within its bound, which leaves room in a message for an answer.
func TestNoticeFits(t *testing.T) {
	long := filing.Filing{
		Name: strings.Repeat("店", filing.MaxName), Number: strings.Repeat("号", filing.MaxField), Since: start.AddDate(-1, 0, 0), SelfReported: true, FiledAt: start,
		Reasons: slices.Repeat([]filing.Reason{{Field: strings.Repeat("栏", 100), Error: strings.Repeat("错", 500), Suggest: strings.Repeat("改", 500)}}, 20),
	}
	for _, platform := range append(vocab.Platforms(), "") {
		for _, stage := range vocab.Stages() {
			for _, kind := range vocab.Kinds() {
				f := long
				f.Stage, f.Platform = stage, platform
				n := Notice(push.Push{Kind: kind, Stage: stage, Filed: f, Deadline: start.AddDate(0, 2, 0), Reason: vocab.ReasonUncertain}, start)
				if text := n.Text(); len(text) > MaxNote {
					t.Errorf("%s %s: %d bytes:\n%s", kind, stage, len(text), text)
				}
			}
		}
	}
	if 2*MaxNote > wechat.MaxContent || maxReply != wechat.MaxContent {
		t.Error("two notices do not fit one message")
	}
}
