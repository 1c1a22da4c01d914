package filing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/vocab"
)

// at makes a filing at a stage since 10:20 in Beijing on Monday, 2026-11-23.
func at(stage vocab.Stage, p vocab.Platform) filing.Filing {
	since := time.Date(2026, 11, 23, 10, 20, 0, 0, chinatime.Zone())
	f := filing.Filing{ID: "a", Name: "小鹿花店", Platform: p, Province: "上海", Stage: stage, Since: since, Seq: 2, StageSeq: 2}
	switch stage {
	case vocab.StagePlatformRejected, vocab.StageAuthorityRejected:
		f.Reasons = []filing.Reason{
			{Field: "主体负责人证件照片", Error: "照片模糊，看不清有效期。", Suggest: "重新拍摄，四角完整"},
			{Field: "小程序备注", Error: "没有写明主要服务内容"},
		}
	case vocab.StageNotReady:
		f.Reasons = []filing.Reason{{Field: "服务类目", Error: "还没有选择", Suggest: "添加服务类目"}}
	case vocab.StageFiled:
		f.Number, f.FiledAt = "沪ICP备2026012345号-3X", since
	case vocab.StageChanging, vocab.StageCancelling, vocab.StageCancelled:
		f.Number = "沪ICP备2026012345号-3X"
	case vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify, vocab.StagePlatformReview,
		vocab.StageSMSPending, vocab.StageSMSExpired, vocab.StageAuthorityReview, vocab.StageWithdrawn,
		vocab.StageUnknown:
	}
	return f
}

// Every text that people get about a filing, by stage and platform, five hours after it came there.
func TestGuideTexts(t *testing.T) {
	c := loadCalendar(t, nil)
	for _, p := range append(vocab.Platforms(), "") {
		file := string(p)
		if p == "" {
			file = "unsaid"
		}
		var b strings.Builder
		for _, s := range vocab.Stages() {
			f := at(s, p)
			fmt.Fprintf(&b, "=== %s\n%s\n--- next step\n%s\n\n", s, filing.GuideTo(f, f.Since.Add(5*time.Hour), c).Text(), filing.NextStep(f))
		}
		golden.Equal(t, "guide-"+file+".golden", b.String())
	}
}

// Every stage has words of its own, told from those of a stage that nobody can read.
func TestEveryStageHasWords(t *testing.T) {
	c := loadCalendar(t, nil)
	none := at(vocab.StageUnknown, vocab.PlatformWeChat)
	for _, s := range vocab.Stages() {
		f := at(s, vocab.PlatformWeChat)
		g := filing.GuideTo(f, f.Since.Add(time.Hour), c)
		if s == vocab.StageUnknown {
			continue
		}
		if g.Lead == "" || g.Lead == filing.GuideTo(none, none.Since, c).Lead {
			t.Errorf("%s has no guide: add a case to words in bot/filing/texts.go", s)
		}
		if filing.NextStep(f) == filing.NextStep(none) {
			t.Errorf("%s has no next step: add a case to NextStep in bot/filing/texts.go", s)
		}
		if len(g.Steps) == 0 {
			t.Errorf("%s is nowhere on the way: add a case to steps in bot/filing/progress.go", s)
		}
	}
}

// The texts that depend on more than stage and platform.
func TestGuideSituations(t *testing.T) {
	c := loadCalendar(t, nil)
	hour := time.Hour
	var b strings.Builder
	show := func(title string, f filing.Filing, after time.Duration, cal *filing.Calendar, change ...func(*filing.Guide)) {
		g := filing.GuideTo(f, f.Since.Add(after), cal)
		for _, ch := range change {
			ch(&g)
		}
		fmt.Fprintf(&b, "=== %s\n%s\n\n", title, g.Text())
	}
	with := func(f filing.Filing, change func(*filing.Filing)) filing.Filing { change(&f); return f }

	show("平台初审，第二天", at(vocab.StagePlatformReview, vocab.PlatformWeChat), 30*hour, c)
	show("平台初审，第三个工作日的晚上：还不算久", at(vocab.StagePlatformReview, vocab.PlatformWeChat), 85*hour, c)
	show("平台初审，第四个工作日：久了", at(vocab.StagePlatformReview, vocab.PlatformWeChat), 90*hour, c)
	show("平台初审，没有节假日表", at(vocab.StagePlatformReview, vocab.PlatformWeChat), 200*hour, nil)
	show("平台初审，跨月", with(at(vocab.StagePlatformReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.Since = f.Since.AddDate(0, 0, 4) }), hour, c)
	show("平台初审，抖音，第四个工作日", at(vocab.StagePlatformReview, vocab.PlatformDouyin), 90*hour, c)
	show("短信，刚到", at(vocab.StageSMSPending, vocab.PlatformWeChat), time.Minute, c)
	show("短信，只剩两个半小时", at(vocab.StageSMSPending, vocab.PlatformWeChat), 21*hour+30*time.Minute, c)
	show("短信，只剩半小时", at(vocab.StageSMSPending, vocab.PlatformWeChat), 23*hour+30*time.Minute, c)
	show("短信，过了", at(vocab.StageSMSPending, vocab.PlatformWeChat), 25*hour, c)
	show("短信，过了，其他平台", at(vocab.StageSMSPending, vocab.PlatformOther), 25*hour, c)
	show("短信，只知道日期", with(at(vocab.StageSMSPending, vocab.PlatformWeChat), func(f *filing.Filing) { f.Since = date("2026-11-23") }), 12*hour, c)
	show("刷脸，过了", at(vocab.StageFaceVerify, vocab.PlatformWeChat), 25*hour, c)
	show("管局，第七个工作日，有经验数据", at(vocab.StageAuthorityReview, vocab.PlatformWeChat), 9*24*hour, c, func(g *filing.Guide) {
		g.Experience = "近 180 天本号跟踪的上海 23 件，管局审核中位 4 个工作日，九成在 9 个工作日内。"
	})
	show("管局，跨到没有节假日表的明年", with(at(vocab.StageAuthorityReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.Since = f.Since.AddDate(0, 0, 14) }), 3*24*hour, c)
	show("管局，过了二十个工作日", at(vocab.StageAuthorityReview, vocab.PlatformWeChat), 29*24*hour, c)
	show("管局，过了二十个工作日，今天已在节假日表之外", at(vocab.StageAuthorityReview, vocab.PlatformWeChat), 60*24*hour, c)
	show("管局，变更", with(at(vocab.StageAuthorityReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.Number = "沪ICP备2026012345号-3X" }), hour, c)
	show("初审驳回，变更", with(at(vocab.StagePlatformRejected, vocab.PlatformWeChat), func(f *filing.Filing) { f.Number = "沪ICP备2026012345号-3X" }), hour, c)
	show("驳回，有改法", at(vocab.StagePlatformRejected, vocab.PlatformWeChat), hour, c, func(g *filing.Guide) {
		g.Fixes = []string{"证件原件平放、光线充足，四角露全，能看清每个字", "写清主要功能和服务对象"}
	})
	show("驳回，没有原因", with(at(vocab.StagePlatformRejected, vocab.PlatformWeChat), func(f *filing.Filing) { f.Reasons = nil }), hour, c)
	show("管局驳回，没有原因", with(at(vocab.StageAuthorityRejected, vocab.PlatformWeChat), func(f *filing.Filing) { f.Reasons = nil }), hour, c)
	show("驳回，九条", with(at(vocab.StagePlatformRejected, vocab.PlatformWeChat), func(f *filing.Filing) {
		f.Reasons = nil
		for i := range 9 {
			f.Reasons = append(f.Reasons, filing.Reason{Field: fmt.Sprintf("第 %d 项", i+1), Error: "填写的内容与证件上的不一致", Suggest: "对照证件逐字核对"})
		}
	}), hour, c)
	show("资料未备齐，没说缺什么", with(at(vocab.StageNotReady, vocab.PlatformWeChat), func(f *filing.Filing) { f.Reasons = nil }), hour, c)
	show("短信超时，有退回说明", with(at(vocab.StageSMSExpired, vocab.PlatformWeChat), func(f *filing.Filing) {
		f.Reasons = []filing.Reason{{Error: "短信核验超时"}}
	}), hour, c)
	show("已备案，不知道备案号和日期", with(at(vocab.StageFiled, vocab.PlatformWeChat), func(f *filing.Filing) { f.Number, f.FiledAt = "", time.Time{} }), hour, c)
	show("已备案，过了三十天", at(vocab.StageFiled, vocab.PlatformWeChat), 32*24*hour, c)
	show("自行登记", with(at(vocab.StageAuthorityReview, vocab.PlatformWeChat), func(f *filing.Filing) { f.SelfReported = true }), hour, c)
	show("不知道平台和省份", with(at(vocab.StageAuthorityReview, ""), func(f *filing.Filing) { f.Province = "" }), hour, c)
	show("去年的事", with(at(vocab.StageFiled, vocab.PlatformWeChat), func(f *filing.Filing) {
		f.Since = f.Since.AddDate(-1, 0, 0)
		f.FiledAt = f.Since
	}), 365*24*hour, c)
	golden.Equal(t, "guide-situations.golden", b.String())
}

// However much a filing carries, its text stays on a screen and within one reply.
func TestGuideBounds(t *testing.T) {
	c := loadCalendar(t, nil)
	long := strings.Repeat("鹿", 500)
	for _, s := range vocab.Stages() {
		for _, p := range append(vocab.Platforms(), "") {
			for _, after := range []time.Duration{0, 5 * time.Hour, 50 * 24 * time.Hour} {
				f := at(s, p)
				f.Name, f.Number, f.SelfReported, f.Reasons = long[:180], long[:300], true, nil
				for range filing.MaxReasons {
					f.Reasons = append(f.Reasons, filing.Reason{Field: long, Error: long, Suggest: long})
				}
				g := filing.GuideTo(f, f.Since.Add(after), c)
				g.Fixes = []string{long, long, long, long, long}
				text := g.Text()
				if len(text) > filing.MaxGuideText+200 || !utf8.ValidString(text) {
					t.Errorf("%s %s: %d bytes", s, p, len(text))
				}
				plain := filing.GuideTo(at(s, p), f.Since.Add(after), c).Text()
				if n := utf8.RuneCountInString(plain); n > 420 || strings.Count(plain, "\n") > 18 {
					t.Errorf("%s %s: %d characters in %d lines:\n%s", s, p, n, strings.Count(plain, "\n")+1, plain)
				}
				if strings.Contains(plain, "！") || strings.Contains(plain, "!") || strings.Contains(plain, "\n\n\n") {
					t.Errorf("%s %s: %s", s, p, plain)
				}
				if next := filing.NextStep(f); next == "" || utf8.RuneCountInString(next) > 80 {
					t.Errorf("%s %s: next step %q", s, p, next)
				}
			}
		}
	}
}
