package handlers

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// dialogue goes on with the registration or update that is under way. ok is false where the message is no part of it: it is then dealt with
// like any other, and the dialogue waits.
func (b *Bot) dialogue(ctx context.Context, t *chat.Turn, text string) (r chat.Reply, ok bool, err error) {
	to, value, set := readSetter(text)
	word := squeeze(text)
	d, open := b.draft(t)
	if !open {
		switch {
		case t.Memory.FormOf == formForget || t.Memory.FormOf == formUntrack:
			return b.confirmed(ctx, t, word)
		case word == confirmWords, word == confirmUpdateWords, word == goOnWords, set && tapped(to, value, b):
			leave(t)
			return chat.Reply{Text: dialogueOver, Actions: []chat.Choice{{Label: registerWords}, {Label: updateWords}}}, true, nil
		case word == deleteWords, word == untrackSureWords:
			return chat.Reply{Text: nothingToConfirm}, true, nil
		}
		return chat.Reply{}, false, nil
	}
	if leaving.MatchString(word) {
		leave(t)
		return chat.Reply{Text: leftText(d), Actions: []chat.Choice{{Label: restartWords(d)}}}, true, nil
	}
	switch word {
	case goOnWords, "继续", "接着填", "接着登记", "继续填", "继续更新":
		return b.ask(ctx, t, d, "")
	}
	if set && d.asks(to) {
		if value == "" {
			d.clear(to)
			return b.askStep(t, d, to, ""), true, nil
		}
		return b.answered(ctx, t, d, to, value, true)
	}
	if b.isCommand(text) {
		return chat.Reply{}, false, nil
	}
	switch d.Asked {
	case stepTwin:
		if word == anotherWords || agrees(word) && !asks(text) {
			d.skip(stepTwin)
			return b.ask(ctx, t, d, "")
		}
	case stepConfirm:
		switch {
		case agrees(word) && !asks(text):
			r, err = b.write(ctx, t, d)
			return r, true, err
		case disagrees(word):
			return b.askStep(t, d, stepConfirm, whatIsWrong(d)), true, nil
		}
		if s, ok := d.corrects(text, b.Now()); ok {
			return b.answered(ctx, t, d, s, text, true)
		}
	case stepName, stepPlatform, stepProvince, stepStage, stepSince, stepNumber, stepReason:
	}
	if d.Asked == stepName {
		first, rest, more := several(text, nil, b.Now())
		if !more {
			first = text
		}
		said, ok := readReport(first, b.Now())
		said.Rest = rest
		switch {
		case ok && said.tellsOfNew(first) && d.take(said):
			return b.ask(ctx, t, d, aboutRest(rest))
		case ok && said.Name == "" && said.said() >= 2 && !asks(text) && d.take(said): // everything but the name
			return b.ask(ctx, t, d, "")
		}
	}
	if b.couldAnswer(d, text) {
		if r, ok, err = b.answered(ctx, t, d, d.Asked, text, false); ok || err != nil {
			return r, ok, err
		}
	}
	if r, ok, err = b.alsoSaid(ctx, t, d, text); ok || err != nil {
		return r, ok, err
	}
	if b.lost(d, text) {
		return b.askStep(t, d, d.Asked, notUnderstood(d.Asked)), true, nil
	}
	return chat.Reply{}, false, nil
}

// corrects tells which of the answers a bare one replaces, once all were given: 前天, 江苏, 抖音.
func (d draft) corrects(text string, now time.Time) (step, bool) {
	if asks(text) || skipWords.MatchString(squeeze(text)) {
		return "", false
	}
	for _, s := range []step{stepSince, stepPlatform, stepProvince, stepStage} {
		try := d
		try.Skipped = slices.Clone(d.Skipped)
		if why, ok := try.answer(s, text, now); d.asks(s) && ok && why == "" {
			return s, true
		}
	}
	return "", false
}

// leaving is what somebody says who gives up what is under way.
var leaving = regexp.MustCompile(`^(?:那|那就|先|还是|我|我就|就|唉|哎)*(?:算了|取消|退出|放弃|停|停下|结束|拉倒)(?:吧|了|啊|登记|更新|填写)*(?:先|就|我)*(?:不(?:想|要|用)?(?:登记|填|弄|更新)?了?)?$|^(?:那|那就|先|还是|我|我就|就|唉|哎|现在|暂时)*不(?:想|要|用)?(?:再)?(?:登记|填|填写|弄|搞|更新|办|改|用|要)(?:了|吧|啊)*$|^(?:下次|以后|改天|回头|晚点|等会儿?|待会儿?)(?:再)?(?:说|弄|来|登记|填|更新)(?:吧|了)*$`)

// lost reports whether a text was meant as an answer, though nobody can tell which: it follows the question, asks nothing, and the
// knowledge makes nothing of it either.
func (b *Bot) lost(d draft, text string) bool {
	if d.Aside || d.Asked == stepName || d.Asked == "" || asks(text) {
		return false
	}
	r := b.Knowledge.Understand(kb.Query{Text: text})
	return r.Kind == kb.KindUnknown && r.Aside == ""
}

// tapped reports whether a setter is one that the bot itself offered, with a value that can be taken: somebody has tapped an old message.
func tapped(to step, value string, b *Bot) bool {
	switch to {
	case stepPlatform, stepProvince, stepStage, stepSince:
		var d draft
		why, ok := d.answer(to, value, b.Now())
		return ok && why == ""
	case stepName, stepTwin, stepNumber, stepReason, stepConfirm:
	}
	return false
}

// isCommand reports whether the message is a command or a word on the last answer, letter by letter: those always do what they say.
func (b *Bot) isCommand(text string) bool {
	switch text {
	case usefulWords, uselessWords, detailWords:
		return true
	}
	if _, _, ok := spelled(text); ok {
		return true
	}
	if _, _, ok := asksAbility(text); ok {
		return true
	}
	if _, ok := readWish(text); ok {
		return true
	}
	_, ok := filing.ParseCode(text)
	return ok
}

// couldAnswer reports whether a text may be taken as the answer to the question that was asked. For those that anything could answer, it
// must be no question, and nothing that the knowledge understands at once.
func (b *Bot) couldAnswer(d draft, text string) bool {
	if mayStayOpen(d.Asked) && skipWords.MatchString(squeeze(text)) {
		return true
	}
	switch d.Asked {
	case stepName:
		if asks(text) || utf8.RuneCountInString(text) > maxOwnName+10 || strings.Contains(text, "\n") {
			return false
		}
		return unquote(text) != text || !troubles(text) && !b.knownFor(text)
	case stepReason:
		return !asks(text) && utf8.RuneCountInString(text) >= 4
	case stepTwin, stepConfirm, "":
		return false
	case stepPlatform, stepProvince, stepStage, stepSince, stepNumber:
	}
	return !asks(text)
}

// knownFor reports whether what follows the question for a name is certainly none: a command, a greeting or thanks, a question of some
// length. A short one is more likely a name that sounds like something: 法律咨询, 早安咖啡.
func (b *Bot) knownFor(text string) bool {
	r := b.Knowledge.Understand(kb.Query{Text: text})
	if r.Confidence < sureOfQuestion {
		return false
	}
	word := squeeze(text)
	switch n := utf8.RuneCountInString(word); r.Kind {
	case kb.KindCommand:
		return true
	case kb.KindAnswer:
		return n >= 6
	case kb.KindSmallTalk:
		return n <= 3 || courteous.MatchString(word)
	case kb.KindChoice, kb.KindUnknown:
	}
	return false
}

// courteous begins what people say out of courtesy.
var courteous = regexp.MustCompile(`^(?:谢谢|多谢|感谢|好的|你好|您好|辛苦|再见)`)

// sureOfQuestion is how sure the understanding must be that a text is a question before it is not taken for the name of a mini program.
const sureOfQuestion = 0.85

// answered takes the answer to a question and asks the next one. set tells that the person named the question himself.
func (b *Bot) answered(ctx context.Context, t *chat.Turn, d draft, s step, text string, set bool) (chat.Reply, bool, error) {
	switch {
	case s == stepNumber && d.Stage != vocab.StageFiled:
		return b.askStep(t, d, d.next(), numberTooEarly), true, nil
	case s == stepReason && !d.Stage.Rejected():
		return b.askStep(t, d, d.next(), reasonWithout), true, nil
	}
	if s == stepProvince && isOther(text, otherProvince) {
		r := b.askStep(t, d, s, "")
		r.Text, r.Choices = allProvinces(), nil
		return r, true, nil
	}
	if s == stepStage && isOther(text, otherStage) {
		return b.askStages(t, d), true, nil
	}
	if s == stepStage && d.of == formUpdate && stageStays.MatchString(squeeze(text)) {
		d.redate()
		return b.ask(ctx, t, d, "")
	}
	why, ok := d.answer(s, text, b.Now())
	if s == stepProvince && !ok {
		ok = b.answerCity(&d, text)
	}
	if s == stepStage && ok && !set { // 昨天提交了 tells the day, too
		said, _ := readReport(text, b.Now())
		if d.Since.IsZero() {
			d.Since = said.Since
		}
		if d.Stage == vocab.StageFiled && d.Number == "" {
			d.Number = said.Number
		}
	}
	switch {
	case !ok:
		if set {
			return b.askStep(t, d, s, notUnderstood(s)), true, nil
		}
		return chat.Reply{}, false, nil
	case why != "":
		return b.askStep(t, d, s, complaint(why)), true, nil
	}
	return b.ask(ctx, t, d, "")
}

// stageStays is said where the stage has not changed and only its date is wrong.
var stageStays = regexp.MustCompile(`^(?:进展|进度|阶段|状态)?(?:没有?变化?|没有?变动|不变|一样)?(?:只|就|要)?(?:改|修改|更正)(?:一下)?(?:日期|时间)$|^(?:进展|进度|阶段|状态)?(?:没有?变化?|没有?变动|不变)$|^(?:日期|时间)(?:填|记|登记)?错了?$`)

// isOther reports whether a text asks for what was not offered.
func isOther(text, tap string) bool {
	switch s := squeeze(text); s {
	case tap, "其他", "其它", "别的", "都不是", "没有":
		return true
	}
	return false
}

// answerCity takes the name of a city as its province's.
func (b *Bot) answerCity(d *draft, text string) bool {
	if utf8.RuneCountInString(text) > 8 {
		return false
	}
	p := b.Knowledge.Understand(kb.Query{Text: text}).Entities.Province
	if !p.Valid() {
		return false
	}
	d.Province = p
	return true
}

// alsoSaid takes from a sentence whatever of the open questions it answers: 微信的，在上海，昨天提交的.
func (b *Bot) alsoSaid(ctx context.Context, t *chat.Turn, d draft, text string) (chat.Reply, bool, error) {
	if asks(text) || b.isQuestion(text) {
		return chat.Reply{}, false, nil
	}
	said, ok := readReport(text, b.Now())
	if at := strings.Index(text, said.Name); said.Name != "" && (at <= 0 || !namedBefore.MatchString(text[:at])) {
		said.Name = "" // what is left of a sentence is a name only where it is called one
	}
	if !ok || !d.take(said) {
		return chat.Reply{}, false, nil
	}
	return b.ask(ctx, t, d, "")
}

// take fills in what is still open and was said. It reports whether there was anything.
func (d *draft) take(said report) (took bool) {
	if said.Rest != "" {
		d.Rest = said.Rest
	}
	if d.of == formRegister {
		if d.Name == "" && fitsName(said.Name) {
			d.Name, took = said.Name, true
		}
		if d.Platform == "" && said.Platform != "" {
			d.Platform, took = said.Platform, true
		}
		if d.Province == "" && said.Province != "" {
			d.Province, took = said.Province, true
		}
	}
	if d.Stage == "" && sayable(said.Stage) {
		d.setStage(said.Stage)
		took = true
	}
	if d.Since.IsZero() && !said.Since.IsZero() {
		d.Since, took = said.Since, true
	}
	if d.Number == "" && said.Number != "" && d.Stage == vocab.StageFiled {
		d.Number, took = said.Number, true
	}
	return took
}

// addParagraph puts a paragraph behind a reply's text, but before the line that announces its choices.
func addParagraph(r chat.Reply, p string) string {
	if at := strings.LastIndex(r.Text, "\n\n"); at >= 0 && len(r.Choices) > 0 && strings.HasSuffix(r.Text, "：") {
		return r.Text[:at] + "\n\n" + p + r.Text[at:]
	}
	return r.Text + "\n\n" + p
}

// setAside notes that something else is being talked about while a dialogue is under way; whatever asks its next question takes that back.
func (b *Bot) setAside(t *chat.Turn) {
	if d, open := b.draft(t); open {
		d.Aside = true
		d.keep(t, d.Touched)
	}
}

// withDialogue reminds the person, behind an answer to something else, of the dialogue that waits.
func (b *Bot) withDialogue(t *chat.Turn, r chat.Reply) chat.Reply {
	d, open := b.draft(t)
	if !open || !d.Aside || r.Empty() {
		return r
	}
	r.Text = addParagraph(r, waitingText(d))
	r.Actions = append([]chat.Choice{{Label: goOnWords}}, r.Actions...)
	return r
}

// askedAgain puts behind a reply the question of the dialogue that is under way.
func (b *Bot) askedAgain(t *chat.Turn, r chat.Reply) chat.Reply {
	d, open := b.draft(t)
	if !open || d.Asked == "" {
		leave(t) // nor does a question of yes or no outlive what came between
		return r
	}
	q := b.askStep(t, d, d.next(), "")
	return chat.Reply{Text: r.Text + "\n\n" + q.Text, Choices: q.Choices, Actions: q.Actions}
}

// inDialogue reports whether the last thing said was a question of a registration or an update.
func (b *Bot) inDialogue(t *chat.Turn) bool {
	d, open := b.draft(t)
	return open && !d.Aside
}

// saysDay reports whether a text answers the question since when, though it could be read as a pick: 3号.
func (b *Bot) saysDay(t *chat.Turn, text string) bool {
	d, open := b.draft(t)
	if !open || d.Aside || d.Asked != stepSince {
		return false
	}
	_, _, ok := readDay(text, b.Now())
	return ok
}
