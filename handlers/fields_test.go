package handlers

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

func TestFields(t *testing.T) {
	n := Note{Name: "小鹿花店", Stage: "待短信核验", At: "2026-11-23 10:20", Next: "请在 24 小时内完成短信核验。", Number: "沪ICP备2026000001号-1X", Province: "上海"}
	got := n.Fields(map[string]string{
		"thing1": "{name}", "phrase2": "{stage}", "time3": "{time}", "thing4": "{next}", "character_string5": "{number}", "const6": "{province}",
		"name7": "{name}", "thing8": "{nothing}", "thing9": "", "date10": "{time}",
	})
	for k, want := range map[string]string{
		"thing1": "小鹿花店", "phrase2": "待短信核验", "time3": "2026-11-23 10:20", "thing4": "请在 24 小时内完成短信核验。",
		"character_string5": "ICP2026000001-1X", "const6": "上海", "name7": "小鹿花店", "thing8": "{nothing}", "thing9": "无", "date10": "2026-11-23 10:20",
	} {
		if got[k] != want {
			t.Errorf("%s: %q, want %q", k, got[k], want)
		}
	}
	if len(DefaultFields()) == 0 {
		t.Error("no default fields")
	}
}

// TestDeadlineFields: a deadline can be told as a moment, as a day and as the time that is left; and a keyword of a moment is never without one.
func TestDeadlineFields(t *testing.T) {
	f := filing.Filing{Name: "小鹿花店", Stage: vocab.StageSMSPending, Since: start}
	n := Notice(push.Push{Kind: vocab.KindChange, Stage: f.Stage, Filed: f}, start.Add(90*time.Minute))
	keywords := map[string]string{"time1": "{deadline}", "date2": "{deadline}", "thing3": "剩{left}", "character_string4": "{deadline}"}
	for k, want := range map[string]string{
		"time1": "2026-11-24 10:20", "date2": "2026-11-24 10:20", "thing3": "剩约 22 小时", "character_string4": "2026-11-2410:20",
	} {
		if got := n.Fields(keywords)[k]; got != want {
			t.Errorf("%s: %q, want %q", k, got, want)
		}
	}
	f.Stage = vocab.StageAuthorityReview
	n = Notice(push.Push{Kind: vocab.KindChange, Stage: f.Stage, Filed: f}, start)
	if got := n.Fields(keywords); got["time1"] != "2026-11-23 10:20" || got["thing3"] != "剩" {
		t.Errorf("without a deadline: %v", got)
	}
	f.Stage, f.FiledAt = vocab.StageFiled, start
	n = Notice(push.Push{Kind: vocab.KindChange, Stage: f.Stage, Filed: f}, start)
	if got := n.Fields(keywords); got["date2"] != "2026-12-23" {
		t.Errorf("a last day: %v", got)
	}
}

// TestFieldLimits: whatever is in it, a value fits what its keyword's kind may hold. Source: the platform's page on template messages.
func TestFieldLimits(t *testing.T) {
	long := strings.Repeat("请登录平台后台，按驳回原因改好再提交。", 20)
	for keyword, most := range map[string]int{"thing1": 20, "phrase2": 5, "name3": 10, "character_string4": 32, "const5": 20, "time6": 32, "number7": 32, "thing": 20} {
		for _, value := range []string{"", long, "短", strings.Repeat("A", 100), "a\nb\tc\x00d", "🦌🦌🦌", "，，，，，，，，，，，，，，，，，，，，，，，，", " \n "} {
			got := fit(keyword, value)
			if n := utf8.RuneCountInString(got); n == 0 || n > most {
				t.Errorf("%s of %q: %q", keyword, value, got)
			}
			if strings.ContainsFunc(got, unicode.IsControl) || !utf8.ValidString(got) {
				t.Errorf("%s of %q: %q", keyword, value, got)
			}
		}
	}
	if got := fit("thing1", "请登录平台后台看提示，再按驳回原因一项一项改好"); got != "请登录平台后台看提示" {
		t.Errorf("cut to %q", got)
	}
	if got := fit("phrase1", "A待短信B核验"); got != "待短信核验" {
		t.Errorf("phrase: %q", got)
	}
	if got := fit("phrase1", "ABC"); got != "无" {
		t.Errorf("phrase without Chinese: %q", got)
	}
}
