package console_test

import (
	"context"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/console"
)

// TestOverviewSigns: a sign has a word beside its colour, its arguments and its hint, in the reader's language; and the stages are drawn as
// well as written.
func TestOverviewSigns(t *testing.T) {
	s := newSite(t, func(o *console.Options) {
		o.Health = func(context.Context) []console.Sign {
			return []console.Sign{
				{Name: "访问令牌", Text: "取不到（%s）：%s", Args: []any{"2026-11-29 10:00", "40164 invalid ip <203.0.113.7>"}, Hint: "AppID 不对。请核对 wechat.app_id。", Tone: console.ToneWrong},
				{Name: "主动通知", Text: "可用", Tone: console.ToneGood},
				{Name: "客服消息额度", Text: "平台没有给出", Tone: console.TonePlain},
			}
		}
	})
	for id, stage := range map[string]vocab.Stage{"a": vocab.StageSMSPending, "b": vocab.StageSMSPending, "c": vocab.StageWithdrawn} {
		if _, err := s.store.Apply(t.Context(), filing.Report{ID: id, Name: "店" + id, Platform: vocab.PlatformWeChat, Stage: stage}); err != nil {
			t.Fatal(err)
		}
	}
	b := s.as(vocab.RoleReader)
	page := b.get("/")
	for _, want := range []string{
		`<span class="tag bad">异常</span> 取不到（2026-11-29 10:00）：40164 invalid ip &lt;203.0.113.7&gt;<br><small>AppID 不对`,
		`<span class="tag done">正常</span> 可用`, `<td>平台没有给出</td>`, `<rect class="act" width="100" height="8"/>`, `<rect class="off" width="50" height="8"/>`,
		vocab.StageSMSPending.Chinese() + `</a></th><td><svg`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not on the page", want)
		}
	}
	b.header.Set("Accept-Language", "en")
	if page = b.get("/"); !strings.Contains(page, `problem</span> refused (2026-11-29 10:00): 40164`) || !strings.Contains(page, "Wrong AppID") {
		t.Error("the signs are not in English")
	}
}
