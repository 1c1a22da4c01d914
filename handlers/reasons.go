package handlers

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// reasonWords asks for the reasons of one rejection, with the filing's name behind it.
const reasonWords = "驳回原因"

// topicReasons is the topic of the reasons for which filings are sent back in general.
const topicReasons = "reject-reasons"

// The ways in which people ask why something of theirs was sent back, and what shows that they ask in general.
var (
	whyRejected = regexp.MustCompile(
		`(?:为什么|为啥|为何|凭什么|因为什么|因为啥|什么原因|啥原因|哪里的原因|咋|怎么)(?:我|我的|我们的?|会|就|又|还|都|是|审核|初审|终审|平台|管局|备案|小程序|申请|给我?|被|把我|老是?|一直|总是?)*` + sentBackWords +
			`|` + sentBackWords + `(?:我的?|了|备案|申请)*(?:的)?(?:具体|详细|是)?(?:什么|啥)?(?:原因|理由|意见|说明|因为什么)` +
			`|(?:哪里|哪儿|哪些|哪个|哪一?[项条点块]|哪方面|什么地方|啥地方|什么)(?:地方|方面|内容|资料|材料|是|还|写|填|有)*(?:不合格|不符合|不合规|不达标|没通过|不通过|没过|不过关|被驳回|被退回|被打回)`)
	inGeneral = regexp.MustCompile(`一般|通常|常见|常有|容易|大家|别人|人家|都有哪些|有哪些原因|哪些原因|哪些情况|什么情况|避免|防止|如果|要是|假如|万一|多半|往往|以后|下次|怎样才|怎么才|会不会|可能会`)
)

// howToAct asks what to do rather than why.
var howToAct = regexp.MustCompile(`怎么(?:办|改|填|弄|处理|修改|重新|解决|写|换|补|提交)|如何(?:改|处理|修改|解决)|咋(?:办|改|弄|整)`)

// reasonSaid finds the reason that a text tells.
var reasonSaid = regexp.MustCompile(`(?:原因|理由|意见|说明)(?:是|为|写的?是?|写着)(.+)`)

const sentBackWords = `(?:驳回|退回|打回|退了|拒了|拒绝|不通过|没通过|没有通过|未通过|没过|不合格|不给过|过不了|审核失败)`

// asksWhyRejected reports whether a text asks why a filing of the person's own was sent back.
func asksWhyRejected(text string) bool {
	word := squeeze(text)
	if m := reasonSaid.FindStringSubmatch(word); m != nil && !asks(m[1]) {
		return false // he tells it
	}
	return len(word) <= 200 && whyRejected.MatchString(word) && !inGeneral.MatchString(word) && !howToAct.MatchString(word)
}

// ownReasons answers somebody who asks why he was rejected with the reasons of his own filing. ok is false where he follows none that was sent
// back: then the question is one like any other.
func (b *Bot) ownReasons(ctx context.Context, t *chat.Turn, text string) (r chat.Reply, ok bool, err error) {
	if !t.Tracks || !asksWhyRejected(text) {
		return chat.Reply{}, false, nil
	}
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, false, nil // the general answer needs no store
	}
	about, said := mine, ""
	if found := namedIn(mine, text); len(found) > 0 {
		about, said = found, namedBy(mine, found, text)
	}
	rejected := slices.DeleteFunc(slices.Clone(about), func(tr filing.Tracking) bool { return !tr.Filing.Stage.Rejected() })
	incomplete := slices.DeleteFunc(slices.Clone(about), func(tr filing.Tracking) bool {
		return tr.Filing.Stage != vocab.StageNotReady || len(tr.Filing.Reasons) == 0
	})
	switch {
	case len(rejected) == 1:
		b.Journal.Count("command:reasons")
		return b.reasonsOf(rejected[0]), true, nil
	case len(rejected) > 1:
		b.Journal.Count("command:reasons")
		return whichFiling(rejected, reasonWords, said+pageOf(text)), true, nil
	case len(incomplete) == 1:
		b.Journal.Count("command:reasons")
		r = b.describe(incomplete[0])
		r.Text = stillMissing(incomplete[0].Filing) + "\n\n" + r.Text
		return r, true, nil
	case len(about) == 1 && len(about) < len(mine): // he named one
		r = chat.Reply{Text: notRejected(about[0].Filing), Actions: []chat.Choice{{Label: statusWords, Send: statusWords + " " + callName(mine, about[0].Filing)}}}
		b.offerGeneral(&r)
		return r, true, nil
	}
	return chat.Reply{}, false, nil
}

// reasonsOf tells why one filing was sent back, with how to mend each reason, and offers what is so in general.
func (b *Bot) reasonsOf(tr filing.Tracking) chat.Reply {
	r := b.describe(tr)
	r.Text = strings.TrimSuffix(r.Text, "\n\n"+howToMend)
	switch {
	case len(tr.Filing.Reasons) > 0:
		r.Text = ownReasonsFirst(tr.Filing) + "\n\n" + r.Text
	case registeredBy(tr.Filing.ID, tr.Follower.User):
		r.Text = reasonsNotSaid(tr.Filing) + "\n\n" + r.Text
		r.Actions = append([]chat.Choice{{Label: addReasonWords, Send: addReasonWords + " " + tr.Filing.ID}}, r.Actions...)
	default:
		r.Text = reasonsNotReported(tr.Filing) + "\n\n" + r.Text
	}
	b.offerGeneral(&r)
	return r
}

// offerGeneral offers the topic of the reasons in general behind whatever else is offered.
func (b *Bot) offerGeneral(r *chat.Reply) {
	if e, ok := b.Knowledge.Entry(topicReasons); ok {
		r.Choices = append(r.Choices, chat.Choice{Label: e.Title})
	}
	if len(r.Choices) > 0 {
		r.Text += "\n\n" + readOn
	}
}

// namedBy returns the name or the province in a text that says which of his filings it is about, for the next page of their list.
func namedBy(mine, found []filing.Tracking, text string) string {
	for _, s := range []string{found[0].Filing.Name, string(found[0].Filing.Province)} {
		if s != "" && strings.Contains(text, s) && len(namedIn(mine, s)) == len(found) {
			return s
		}
	}
	return ""
}

// pageOf returns the page that a text asks for, as whichFiling reads it.
func pageOf(text string) string { return pageBehind.FindString(text) }

const readOn = "接着看："

func ownReasonsFirst(f filing.Filing) string {
	return "先看您自己的：「" + f.Name + "」被退回的原因有 " + itoa(len(f.Reasons)) + " 条，原文和改法在下面。"
}

func stillMissing(f filing.Filing) string {
	return "「" + f.Name + "」没有被驳回，是还没备齐：还有 " + itoa(len(f.Reasons)) + " 项要补，写在下面。"
}

func reasonsNotSaid(f filing.Filing) string {
	return "「" + f.Name + "」的驳回原因您还没有登记，我看不到。原文在平台后台和站内信里；点“" + addReasonWords + "”发给我，我帮您找改法。"
}

func reasonsNotReported(f filing.Filing) string {
	return "「" + f.Name + "」被驳回了，但报给我的记录里没有写原因。原文在平台后台和站内信里，也可以问帮您办备案的人。"
}

func notRejected(f filing.Filing) string {
	return "「" + f.Name + "」没有被驳回，登记的进度是“" + f.Stage.Chinese() + "”。"
}

// addReasonWords begins the addition of the reasons to a rejection that the person registered himself.
const addReasonWords = "补驳回原因"

// addReason asks for the reasons of a rejection that the person registered himself; arg names the filing.
func (b *Bot) addReason(ctx context.Context, t *chat.Turn, arg string) (chat.Reply, error) {
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	own := slices.DeleteFunc(owned(mine, t.User), func(tr filing.Tracking) bool { return !tr.Filing.Stage.Rejected() })
	if len(own) == 0 {
		return chat.Reply{Text: noneRejected, Actions: []chat.Choice{{Label: updateWords}, {Label: statusWords}}}, nil
	}
	rest, _ := paged(arg)
	chosen := narrow(own, rest)
	if len(chosen) > 1 {
		return whichFiling(chosen, addReasonWords, arg), nil
	}
	f := chosen[0].Filing
	d := draft{of: formUpdate, ID: f.ID, Name: ellipsis(f.Name, maxOwnName), From: f.Stage, Was: f.Since}
	d.setStage(f.Stage)
	d.skip(stepSince)
	d.skip(stepNumber)
	r, _, err := b.ask(ctx, t, d, "")
	return r, err
}

const noneRejected = "您自己登记的备案里，没有被驳回的。\n被驳回了的话，先发“更新进度”改成驳回，再把原因发给我。"
