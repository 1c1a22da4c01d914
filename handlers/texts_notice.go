package handlers

import (
	"fmt"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Marks of notices that come with the answer to the person's own message.
const (
	perhapsTold = "（这条可能已经发过，以防万一再告诉您一次。）"
	notArrived  = "（这条之前没能送到您这里，现在补上。）"
)

const (
	ignoreIfDone = "已经办好的，不用理会这条。"
	nothingKept  = "现在没有要补发的通知。"
	thoseWereAll = "以上是之前没能发给您的通知。"
)

func moreKept(n int) string {
	return fmt.Sprintf("（还有 %d 条通知没说完，发“%s”接着看。）", n, noticesWords)
}

// change says that a filing moved.
func change(p push.Push, now time.Time) (lines []string) {
	f := p.Filed
	lines = append(lines, noticeName(f)+since(f.Since, now)+" 起："+p.Stage.Chinese())
	if f.Number != "" {
		lines = append(lines, "备案号："+ellipsis(f.Number, 30))
	}
	if p.Stage.HasReasons() && len(f.Reasons) > 0 {
		line := "原因：" + reasonLine(f.Reasons[0])
		if n := len(f.Reasons); n > 1 {
			line += fmt.Sprintf("（共 %d 条，发“查进度”看全部）", n)
		}
		lines = append(lines, line)
	}
	if next := filing.NextStep(f); next != "" {
		lines = append(lines, next)
	}
	if kind, at, _, ok := filing.Deadline(f); ok {
		lines = append(lines, dueLine(kind, at, now))
	}
	return lines
}

// dueLine says by when something has to be done. The moment is counted from the report, so it is always about.
func dueLine(kind filing.DeadlineKind, at, now time.Time) string {
	switch {
	case kind == filing.DeadlinePolice && !now.Before(at):
		return "按备案完成算，30 日已经过了，还没办的请尽快。"
	case kind == filing.DeadlinePolice:
		return "按备案完成算，约到 " + chinatime.DayText(at.AddDate(0, 0, -1), now) + "。"
	case !now.Before(at):
		return "按登记的时间算，有效时间可能已经过了，请马上看一下。"
	}
	return "最晚约 " + chinatime.MomentText(at, now) + " 前，还剩" + chinatime.LeftText(at.Sub(now)) + "。"
}

// policeLine is dueLine with the time that remains.
func policeLine(at, now time.Time) string {
	line := dueLine(filing.DeadlinePolice, at, now)
	if now.Before(at) {
		line = strings.TrimSuffix(line, "。") + "，还剩" + chinatime.LeftText(at.Sub(now)) + "。"
	}
	return line
}

// remains says how much time is left, or none.
func remains(d time.Duration) string {
	if d <= 0 {
		return "已经到期"
	}
	return "还剩" + chinatime.LeftText(d)
}

// remind says what a reminder is about; todo is the same in at most 20 characters.
func remind(p push.Push, now time.Time) (lines []string, todo string) {
	f, name, rest := p.Filed, noticeName(p.Filed), p.Deadline.Sub(now)
	near := rest <= 3*time.Hour
	switch p.Kind {
	case vocab.KindSMS:
		todo = "短信核验还剩" + chinatime.LeftText(rest) + "，请尽快完成"
		if near {
			return []string{
				name + "的短信核验快到期了，" + dueLine(filing.DeadlineSMS, p.Deadline, now),
				"请现在就到 beian.miit.gov.cn 的“短信核验”完成；超时会被退回，要重新提交。",
				ignoreIfDone,
			}, todo
		}
		return []string{
			name + "的短信核验，还没有看到完成。",
			dueLine(filing.DeadlineSMS, p.Deadline, now),
			"请找 12381 发来的短信，到 beian.miit.gov.cn 的“短信核验”完成；没收到的，可以在同一页面重发。",
			"已经核验过的，不用理会这条，平台显示可能要过几个小时才更新。",
		}, todo
	case vocab.KindFace:
		todo = "刷脸核验还剩" + chinatime.LeftText(rest) + "，请尽快完成"
		head := name + "的管理员刷脸核验，还没有看到完成。"
		if near {
			head = name + "的管理员刷脸核验快到期了。"
		}
		return []string{
			head,
			dueLine(filing.DeadlineFace, p.Deadline, now),
			"请管理员点开平台推送的核身通知，按提示刷脸；过期了，请服务商重新发起。",
			ignoreIfDone,
		}, todo
	case vocab.KindOverdue:
		todo = "比一般的审核久，可以问问平台客服"
		if f.Stage == vocab.StageAuthorityReview {
			return []string{
				name + "的管局审核已经超过一般的 20 个工作日。",
				"可以问平台客服：申请是否已经送到管局，短信核验是否成功；仍没有结果的，可以打 12381 反映。",
				"请不要重复提交。",
			}, todo
		}
		return []string{
			name + "的平台初审已经超过一般的 3 个工作日。",
			"请看看站内信、消息通知和未接来电；都没有的话，可以问平台客服。",
			"请不要重复提交。",
		}, todo
	case vocab.KindPSBFiling:
		last := p.Deadline.AddDate(0, 0, -1)
		todo = "请在 " + last.In(chinatime.Zone()).Format("1月2日") + " 前办好公安联网备案"
		return []string{
			name + "备案完成后，公安联网备案办了吗？",
			"要求是开通之日起 30 日内办理。" + policeLine(p.Deadline, now),
			"请到 beian.mps.gov.cn 办理。" + ignoreIfDone,
		}, todo
	case vocab.KindCertificate:
		last := p.Deadline.AddDate(0, 0, -1)
		todo = "负责人证件 " + last.In(chinatime.Zone()).Format("1月2日") + " 到期，请更新"
		return []string{
			name + "登记的负责人证件，有效期到 " + chinatime.DayText(last, now) + "，" + remains(rest) + "。",
			"换好新证件后，请到平台后台的备案页面更新，别让备案信息过期。",
		}, todo
	case vocab.KindStalled:
		todo = "进度有变化吗，发“更新进度”告诉我"
		return []string{
			fmt.Sprintf("%s停在“%s”已经%s，有新进展吗？", name, p.Stage.Chinese(), lasted(f.Since, now)),
			"有的话发“更新进度”告诉我，后面的提醒才准；没有就不用理会这条。",
		}, todo
	case vocab.KindChange: // no reminder
	}
	return change(p, now), ""
}

func noticeName(f filing.Filing) string {
	name := "「" + ellipsis(f.Name, 24) + "」"
	if f.SelfReported {
		name += selfMark
	}
	return name
}

// reasonLine is a reason in one short line, in the reviewer's own words.
func reasonLine(r filing.Reason) string {
	s := strings.Join(strings.Fields(r.Error), " ")
	if r.Field != "" {
		s = strings.TrimSuffix(r.Field+"："+s, "：")
	}
	return ellipsis(strings.TrimRight(s, "。；;"), 40)
}

// since writes since when something is so. A report often tells the day only, which is midnight; then no hour is told.
func since(t, now time.Time) string {
	if c := t.In(chinatime.Zone()); c.Hour() == 0 && c.Minute() == 0 && c.Second() == 0 {
		return chinatime.DayText(t, now)
	}
	return chinatime.MomentText(t, now)
}

// lasted writes for how many days something has been so, counted as on a calendar.
func lasted(from, now time.Time) string {
	return fmt.Sprintf(" %d 天", int(chinatime.Midnight(now).Sub(chinatime.Midnight(from))/(24*time.Hour)))
}
