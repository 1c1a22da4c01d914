package filing

import (
	"fmt"
	"strings"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// MaxGuideText is how many bytes Text takes at most. A reply has room for about 2,000; the rest is left to whoever adds choices.
const MaxGuideText = 1700

// Text is the guide as a message in the size of a phone screen, in plain text without markup.
func (g Guide) Text() string {
	// The reasons are what can be long: as many are shown as there is room for, the first of them always.
	for n := min(len(g.Filing.Reasons), 5); ; n-- {
		if s := g.text(n); n <= 1 || len(s) <= MaxGuideText {
			return s
		}
	}
}

func (g Guide) text(reasons int) string {
	f := g.Filing
	var b strings.Builder
	b.WriteString(cut(f.Name, 30) + about(f) + "\n")
	if len(g.Steps) > 0 {
		marks := make([]string, len(g.Steps))
		for i, s := range g.Steps {
			marks[i] = s.Mark.Sign() + s.Label
		}
		b.WriteString(strings.Join(marks, " ") + "\n")
	}
	b.WriteString("\n" + f.Stage.Chinese() + "（" + sinceWords(f.Since, g.Now) + "）\n")
	if f.Number != "" {
		b.WriteString(numberWords(f) + "\n")
	}
	b.WriteString(g.Lead + "\n")
	g.writeReasons(&b, reasons)
	for i, d := range g.Do {
		if len(g.Do) > 1 {
			fmt.Fprintf(&b, "%d. %s\n", i+1, d)
		} else {
			b.WriteString(d + "。\n")
		}
	}
	for _, s := range append([]string{g.dueWords(), g.windowWords(), g.Experience}, g.Notes...) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	if f.SelfReported {
		b.WriteString("（这条进度是自行登记的，实际以平台后台为准。）\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// about is what stands behind the name: platform and province.
func about(f Filing) string {
	var s []string
	if l := f.Platform.Chinese(); l != "" {
		s = append(s, l)
	}
	if f.Province != "" {
		s = append(s, string(f.Province))
	}
	if len(s) == 0 {
		return ""
	}
	return "（" + strings.Join(s, "，") + "）"
}

func numberWords(f Filing) string {
	if f.Stage == vocab.StageCancelled {
		return "原备案号：" + cut(f.Number, 40)
	}
	return "备案号：" + cut(f.Number, 40)
}

func (g Guide) writeReasons(b *strings.Builder, n int) {
	all := g.Filing.Reasons
	if len(all) == 0 || !g.Filing.Stage.HasReasons() {
		return
	}
	switch g.Filing.Stage {
	case vocab.StageNotReady:
		b.WriteString("要补的：\n")
	case vocab.StageSMSExpired:
		b.WriteString("退回说明：\n")
	case vocab.StagePlatformRejected, vocab.StageAuthorityRejected:
		b.WriteString("驳回原因：\n")
	case vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageFaceVerify, vocab.StagePlatformReview,
		vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageFiled, vocab.StageChanging,
		vocab.StageCancelling, vocab.StageCancelled, vocab.StageWithdrawn, vocab.StageUnknown: // have none, see Stage.HasReasons
	}
	for i, r := range all[:n] {
		b.WriteString("· " + reasonWords(r) + "\n")
		if i < len(g.Fixes) && g.Fixes[i] != "" {
			b.WriteString("  改法：" + cut(g.Fixes[i], 60) + "\n")
		}
	}
	if more := len(all) - n; more > 0 {
		fmt.Fprintf(b, "还有 %d 条，请到平台后台看。\n", more)
	}
	b.WriteString("怎么办：\n")
}

// reasonWords is a reason on one line, in the reviewer's own words as far as there is room.
func reasonWords(r Reason) string {
	var s string
	for _, part := range []struct {
		before, text string
		most         int
	}{{"", r.Field, 24}, {"：", r.Error, 90}, {"。建议：", r.Suggest, 90}} {
		if part.text == "" {
			continue
		}
		if s == "" {
			part.before = ""
		}
		text := strings.TrimRight(strings.Join(strings.Fields(part.text), " "), "。；; ")
		s += part.before + cut(text, part.most)
	}
	return s
}

func (g Guide) dueWords() string {
	if g.Due == nil || g.Due.Kind == DeadlinePolice || g.Late() && g.Due.Kind == DeadlineSMS {
		return ""
	}
	if g.Late() {
		return "按登记的时间算，有效时间可能已经过了。"
	}
	s := "最晚约 " + chinatime.MomentText(g.Due.At, g.Now) + " 前，还剩" + chinatime.LeftText(g.Due.Left) + "。"
	if g.Due.Kind == DeadlineSMS {
		s += "这是按登记的时间推算的，实际以收到短信后 24 小时为准。"
	}
	return s
}

func (g Guide) windowWords() string {
	if g.Window == nil || g.Overdue() {
		return ""
	}
	w := *g.Window
	who := "平台初审" + usual(g.Filing.Platform)
	if g.Filing.Stage == vocab.StageAuthorityReview {
		who = fmt.Sprintf("管局审核一般 %d–%d 个工作日", w.Min, w.Max)
	}
	switch {
	case !w.Dated && g.WaitedKnown: // the calendar knows today, but not the year in which it could end
		who += "，遇周末和节假日顺延；下一年的放假安排公布后，才能算出具体日期。"
	case !w.Dated:
		who += "，遇周末和节假日顺延。"
	case g.Filing.Stage == vocab.StageAuthorityReview:
		who += fmt.Sprintf("，按 %d 个算，预计到 %s。", w.Max, chinatime.DayText(w.Last, g.Now))
	case w.Usual == w.Max:
		who += "，预计 " + spanWords(w.From, w.To, g.Now) + "出结果。"
	default:
		who += "，预计 " + spanWords(w.From, w.To, g.Now) + "出结果，慢的话到 " + chinatime.DayText(w.Last, g.Now) + "。"
	}
	if g.WaitedKnown && g.Waited > 0 {
		who += fmt.Sprintf("已等 %d 个工作日。", g.Waited)
	}
	return who
}

// cut shortens a text to at most n characters, the last of which then tells that there was more.
func cut(s string, n int) string {
	if len(truncate.Runes(s, n)) == len(s) {
		return s
	}
	return strings.TrimSpace(truncate.Runes(s, n-1)) + "…"
}
