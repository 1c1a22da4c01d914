package handlers

import (
	"fmt"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Words within a dialogue. Those that are also typed stand without blanks and punctuation, as squeeze leaves them.
const (
	confirmWords       = "确认登记"
	confirmUpdateWords = "确认更新"
	goOnWords          = "继续登记"
	anotherWords       = "仍然登记"
	leaveWords         = "算了"
	skipTap            = "跳过"
	otherProvince      = "其他省份"
	otherStage         = "其他进展"
	stageStaysTap      = "只改日期"
	deleteWords        = "确认删除"
	untrackSureWords   = "确认解绑"
)

// selfMark stands behind the name of a filing that a person registered himself.
const selfMark = "（自行登记）"

const (
	registerIntro = "好的，几步就能登记好，之后我会按您登记的进度提醒您。随时可以问别的，也可以发“算了”不登记。\n" +
		"一句话说完也行，比如：我的微信小程序小鹿花店11月20日在上海提交了初审。\n"
	goingOn           = "接着上次的登记。"
	dialogueOver      = "上一次的登记或更新已经结束，或者放了超过 30 分钟，没有保留。\n要登记新的备案发“登记”，要改已登记的进度发“更新进度”。"
	tooManyRegistered = "您自己登记的备案已经到上限了（每人最多 10 个，绑定和登记合计最多 50 个）。不用的请先发“解绑”去掉。"
	reportRefused     = "这条进度没能记下来，内容里有我认不出的东西。请重新登记一次，名称只写小程序的名字就好。"
	numberTooEarly    = "备案通过了才有备案号。已经通过的话，请把进展改成“已备案”。"
	reasonWithout     = "驳回了才有驳回原因。被驳回的话，请先把进展改成驳回。"
	nothingToConfirm  = "现在没有要确认的事。\n要删除数据，请先发“删除我的数据”；要解绑，请先发“解绑”。"
)

// agrees and disagrees read an answer to a question of yes or no.
func agrees(word string) bool {
	switch word {
	case confirmWords, confirmUpdateWords, "确认", "确定", "对", "对的", "是", "是的", "没错", "没问题", "好", "好的", "可以", "行", "嗯", "嗯嗯", "ok", "yes",
		"正确", "登记吧", "更新吧", "就这样", "确认无误", "都对":
		return true
	}
	return false
}

func disagrees(word string) bool {
	switch word {
	case "不对", "不是", "错了", "有错", "不正确", "不", "否", "no", "改", "修改", "要改", "填错了", "不行":
		return true
	}
	return false
}

func restartWords(d draft) string {
	if d.of == formUpdate {
		return updateWords
	}
	return registerWords
}

func leftText(d draft) string {
	if d.of == formUpdate {
		return "好的，「" + d.Name + "」的进度没有改动。"
	}
	return "好的，不登记了，刚才填的没有保留。想登记时再发“登记”。"
}

// askStep asks one question; lead stands before it.
func (b *Bot) askStep(t *chat.Turn, d draft, s step, lead string) chat.Reply {
	d.Asked, d.Aside = s, false
	d.keep(t, b.Now())
	r := b.stepQuestion(d, s)
	if lead != "" {
		r.Text = lead + "\n" + r.Text
	}
	if mayStayOpen(s) {
		r.Actions = append(r.Actions, chat.Choice{Label: skipTap})
	}
	r.Actions = append(r.Actions, chat.Choice{Label: leaveWords})
	return r
}

func (b *Bot) stepQuestion(d draft, s step) chat.Reply {
	switch s {
	case stepName:
		return chat.Reply{Text: "小程序叫什么名字？请直接发名称。"}
	case stepPlatform:
		r := chat.Reply{Text: "「" + d.Name + "」在哪个平台？"}
		for _, p := range vocab.Platforms() {
			r.Choices = append(r.Choices, chat.Choice{Label: p.Chinese(), Send: "平台：" + p.Chinese()})
		}
		return r
	case stepProvince:
		r := chat.Reply{Text: "备案提交到哪个省？点一下，或直接发省名、城市名。"}
		for _, p := range []string{"广东", "浙江", "江苏", "北京", "上海", "山东", "四川"} {
			r.Choices = append(r.Choices, chat.Choice{Label: p, Send: "省份：" + p})
		}
		r.Choices = append(r.Choices, chat.Choice{Label: "其他，直接输入", Send: otherProvince})
		return r
	case stepStage:
		if d.of == formUpdate {
			r := askStage("「"+d.Name+"」现在登记的是“"+d.From.Chinese()+"”。新的进展是？", nextStages(d.From))
			r.Choices = append(r.Choices, chat.Choice{Label: "进展没变，只改日期", Send: stageStaysTap})
			return r
		}
		return askStage("现在到哪一步了？", []vocab.Stage{
			vocab.StageNotFiled, vocab.StagePlatformReview, vocab.StagePlatformRejected, vocab.StageSMSPending, vocab.StageSMSExpired, vocab.StageAuthorityReview,
			vocab.StageAuthorityRejected, vocab.StageFiled,
		})
	case stepSince:
		return b.askSince(d)
	case stepNumber:
		return chat.Reply{Text: "备案号是多少？样子像 沪ICP备2026000001号-1X。手边没有可以跳过，以后再补。"}
	case stepReason:
		return chat.Reply{Text: "驳回原因是什么？把平台给的原文发给我，我帮您找改法。不方便可以跳过。\n原文里有证件号码的，请去掉再发。"}
	case stepTwin, stepConfirm:
	}
	return b.askConfirm(d)
}

func askStage(text string, stages []vocab.Stage) chat.Reply {
	r := chat.Reply{Text: text + "点一下，或直接说，比如“初审过了，等短信”。"}
	for _, s := range stages {
		r.Choices = append(r.Choices, chat.Choice{Label: ownLabel(s), Send: "进展：" + s.Chinese()})
	}
	r.Choices = append(r.Choices, chat.Choice{Label: otherStage})
	return r
}

// askStages offers all stages that were not offered at first.
func (b *Bot) askStages(t *chat.Turn, d draft) chat.Reply {
	r := b.askStep(t, d, stepStage, "")
	offered := map[string]bool{"进展：" + d.From.Chinese(): true}
	for _, c := range r.Choices {
		offered[c.Send] = true
	}
	r.Text, r.Choices = "还有这些，是哪一个？", nil
	for _, s := range vocab.Stages() {
		if send := "进展：" + s.Chinese(); sayable(s) && !offered[send] {
			r.Choices = append(r.Choices, chat.Choice{Label: ownLabel(s), Send: send})
		}
	}
	return r
}

// ownLabel is a stage in the words of the person whose filing it is.
func ownLabel(s vocab.Stage) string {
	switch s {
	case vocab.StageNotReady:
		return "还没提交，资料没备齐"
	case vocab.StageNotFiled:
		return "还没提交"
	case vocab.StagePlatformReview:
		return "已提交，平台初审中"
	case vocab.StagePlatformRejected:
		return "平台初审驳回了"
	case vocab.StageSMSPending:
		return "初审过了，等短信核验"
	case vocab.StageSMSExpired:
		return "短信超时，被退回"
	case vocab.StageAuthorityReview:
		return "短信核验好了，管局审核中"
	case vocab.StageAuthorityRejected:
		return "管局驳回了"
	case vocab.StageFiled:
		return "已备案，有备案号了"
	case vocab.StageWithdrawn:
		return "我自己撤回了"
	case vocab.StageEntranceClosed, vocab.StageFaceVerify, vocab.StageChanging, vocab.StageCancelling,
		vocab.StageCancelled, vocab.StageUnknown:
	}
	return s.Chinese()
}

func (b *Bot) askSince(d draft) chat.Reply {
	now := b.Now()
	day := func(label string, back int) chat.Choice {
		at := chinatime.Midnight(now).AddDate(0, 0, -back)
		return chat.Choice{Label: label + "（" + dayWords(at, now) + "）", Send: "日期：" + dayWords(at, now)}
	}
	whose := ""
	if d.of == formUpdate {
		whose = "「" + d.Name + "」："
	}
	if d.redates() && !d.Was.IsZero() {
		whose += "现在记的是从 " + dayWords(d.Was, now) + " 起“" + d.Stage.Chinese() + "”。"
	}
	if d.Stage == vocab.StageSMSPending { // the 24 hours run from here: the hour counts
		r := chat.Reply{Text: whose + "短信是什么时候收到的？从那时起 24 小时内要核验。\n点一下，或直接发时间，比如“今天9点半”。"}
		r.Choices = append(r.Choices, chat.Choice{Label: "刚刚", Send: "时间：刚刚"})
		for _, hours := range []int{2, 5, 8} {
			at := now.Add(-time.Duration(hours) * time.Hour)
			r.Choices = append(r.Choices, chat.Choice{
				Label: fmt.Sprintf("约 %d 小时前（%s）", hours, at.In(chinatime.Zone()).Format("15:04")), Send: "时间：" + dayWords(at, now),
			})
		}
		r.Choices = append(r.Choices, day("昨天", 1))
		return r
	}
	return chat.Reply{
		Text:    whose + sinceQuestion(d.Stage) + "点一下，或直接发日期，比如“11月20日”。",
		Choices: []chat.Choice{day("今天", 0), day("昨天", 1), day("前天", 2)},
	}
}

func sinceQuestion(s vocab.Stage) string {
	switch s {
	case vocab.StagePlatformReview:
		return "是哪天提交的？"
	case vocab.StagePlatformRejected, vocab.StageAuthorityRejected:
		return "是哪天驳回的？"
	case vocab.StageSMSExpired:
		return "是哪天退回的？"
	case vocab.StageAuthorityReview:
		return "短信是哪天核验的？"
	case vocab.StageFiled:
		return "是哪天备案通过的？"
	case vocab.StageFaceVerify:
		return "刷脸的通知是什么时候收到的？"
	case vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StageSMSPending,
		vocab.StageChanging, vocab.StageCancelling, vocab.StageCancelled, vocab.StageWithdrawn,
		vocab.StageUnknown:
	}
	return "是从哪天开始的？"
}

// askConfirm shows what is going to be written.
func (b *Bot) askConfirm(d draft) chat.Reply {
	if d.of == formUpdate {
		return chat.Reply{
			Text:    "把「" + d.Name + "」更新成这样，对吗？\n" + strings.Join(summary(d, b.Now()), "\n"),
			Choices: []chat.Choice{{Label: confirmUpdateWords}, {Label: "改进展"}, {Label: redateWords}},
		}
	}
	r := chat.Reply{
		Text: "请核对一下：\n" + strings.Join(summary(d, b.Now()), "\n") +
			"\n没有错就点“确认登记”；哪一项不对，直接发正确的，比如“省份：江苏”。",
		Choices: []chat.Choice{{Label: confirmWords}},
	}
	for _, what := range []string{"名称", "平台", "省份", "进展", "日期"} {
		if what == "日期" && d.Since.IsZero() && !d.open(stepSince) && !skipped(d, stepSince) {
			continue
		}
		r.Actions = append(r.Actions, chat.Choice{Label: "改" + what})
	}
	return r
}

func skipped(d draft, s step) bool {
	for _, k := range d.Skipped {
		if k == s {
			return true
		}
	}
	return false
}

// summary are the lines of what is going to be written.
func summary(d draft, now time.Time) []string {
	var lines []string
	add := func(what, value string) { lines = append(lines, "· "+what+"："+value) }
	if d.of == formRegister {
		add("小程序", d.Name)
		add("平台", d.Platform.Chinese())
		if d.Province != "" {
			add("省份", string(d.Province))
		} else {
			add("省份", "没有填")
		}
	}
	if d.redates() {
		add("进展", d.Stage.Chinese()+"（没有变）")
	} else {
		add("进展", d.Stage.Chinese())
	}
	switch {
	case !d.Since.IsZero() && d.redates() && !d.Since.Equal(d.Was):
		add("从什么时候起", dayWords(d.Since, now)+"（原来是 "+dayWords(d.Was, now)+"）")
	case !d.Since.IsZero():
		add("从什么时候起", dayWords(d.Since, now))
	case skipped(d, stepSince):
		add("从什么时候起", "没有填，按现在算")
	}
	if d.Stage == vocab.StageFiled && d.Number != "" {
		add("备案号", d.Number)
	}
	if d.Stage.Rejected() && d.Reason != "" {
		add("驳回原因", ellipsis(d.Reason, 60))
	}
	return lines
}

func whatIsWrong(d draft) string {
	if d.of == formUpdate {
		return "哪里不对？点“改进展”或“改日期”；不更新了就发“算了”。"
	}
	return "哪一项不对？点下面的“改…”，或直接发正确的。"
}

func allProvinces() string {
	return "请直接发省名，比如“湖南”。可以填：\n" + strings.Join(vocab.Chinese(vocab.Provinces()), "、")
}

func notUnderstood(s step) string {
	switch s {
	case stepPlatform:
		return "这个平台我没认出来。"
	case stepProvince:
		return "这个省份我没认出来。"
	case stepStage:
		return "这一步我没认出来。"
	case stepSince:
		return "这个日期我没认出来。"
	case stepNumber:
		return "这个备案号我没认出来。"
	case stepName, stepTwin, stepReason, stepConfirm:
	}
	return "这句我没看懂。"
}

func complaint(why fault) string {
	switch why {
	case faultName:
		return "名称请控制在 30 个字以内，只写小程序的名字，不要带链接。"
	case faultNumber:
		return "这个备案号的格式不对，请再核对一下。"
	case faultReason:
		return "太长了，请挑最要紧的几句发给我（500 字以内）。"
	case fault(dayFuture):
		return "这个时间还没到，请发已经发生的日期。"
	case fault(dayWhich):
		return "这一天今年还没到。如果是以前的，请连年份一起发，比如“2025年12月30日”。"
	case fault(dayOld):
		return "这个日期太早了，请再核对一下年份。"
	}
	return "这一项我没认出来。"
}

// waitingText reminds of a dialogue that waits.
func waitingText(d draft) string {
	what := "登记"
	if d.of == formUpdate {
		what = "更新"
	}
	missing := map[step]string{
		stepName: "小程序名称，发“名称：”加名称就行", stepPlatform: "平台", stepProvince: "省份", stepStage: "进展", stepSince: "日期", stepNumber: "备案号",
		stepReason: "驳回原因", stepConfirm: "最后确认", stepTwin: "名称确认",
	}[d.next()]
	return "（刚才的" + what + "还没完，还差" + missing + "。发“继续登记”接着来，发“算了”就不" + what + "。）"
}

func twinText(f filing.Filing, own bool) string {
	if own {
		return "您已经登记过「" + f.Name + "」，现在是“" + f.Stage.Chinese() + "”。是要更新它，还是另外登记一个？"
	}
	return "您已经绑定了「" + f.Name + "」，它的进度由帮您办备案的人上报，会自动更新，不用再登记。\n如果是另一个小程序，点“仍然登记”。"
}

func registeredText(f filing.Filing) string {
	return "登记好了：「" + f.Name + "」" + selfMark + "。\n进度有变时发“更新进度”告诉我，平时发“查进度”就能看到。"
}

// ellipsis cuts a text, on one line, and marks that there was more.
func ellipsis(s string, runes int) string {
	return truncate.Ellipsis(strings.Join(strings.Fields(s), " "), runes)
}
