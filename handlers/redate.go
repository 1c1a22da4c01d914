package handlers

import (
	"context"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
)

// redateWords begin the correction of the date of a filing that a person registered himself.
const redateWords = "改日期"

const whichRedate = "要改哪一个的日期？点一下，或回复数字、名称。"

// The ways in which people say that the date they gave was wrong, and what else they speak of that has one.
var (
	dateWrong  = regexp.MustCompile(`(?:日期|时间)(?:我)?(?:填|记|登记|写|弄|搞|说)?(?:得)?(?:错|不对|有误)|(?:改|修改|改一下|更正|纠正)(?:登记的?)?(?:日期|时间)`)
	otherDates = regexp.MustCompile(`执照|身份证|证件|有效期|合同|成立|注册|域名|授权|免打扰|通知|提醒`)
)

// speaksOfDate reports whether a short text says that the date of a filing is wrong.
func speaksOfDate(s string) bool {
	return utf8.RuneCountInString(s) <= maxUnnamed && dateWrong.MatchString(squeeze(s)) && !otherDates.MatchString(s)
}

// beginRedate corrects since when a filing of the person's own has been where it is; since is zero where he has not said it yet.
func (b *Bot) beginRedate(ctx context.Context, t *chat.Turn, f filing.Filing, since time.Time) (chat.Reply, error) {
	d := draft{of: formUpdate, ID: f.ID, Name: ellipsis(f.Name, maxOwnName), From: f.Stage, Was: f.Since}
	d.redate()
	d.Since, d.Told = since, !since.IsZero()
	r, _, err := b.ask(ctx, t, d, "")
	return r, err
}

// saysRedate takes a sentence that says that a date was wrong: 小鹿花店的日期填错了，应该是11月18日. ok is false where it can be about none of the
// person's own filings.
func (b *Bot) saysRedate(ctx context.Context, t *chat.Turn, text string, mine []filing.Tracking) (r chat.Reply, ok bool, err error) {
	own := owned(mine, t.User)
	if !speaksOfDate(text) || len(own) == 0 {
		return chat.Reply{}, false, nil
	}
	said, _ := readReport(text, b.Now())
	if tr, found := named(mine, said.Name, text); found {
		if !registeredBy(tr.Filing.ID, t.User) {
			return othersReport(tr.Filing), true, nil
		}
		own = []filing.Tracking{tr}
	}
	b.Journal.Count("command:update")
	if len(own) > 1 {
		r, err = b.update(ctx, t, redateWords)
		return r, true, err
	}
	r, err = b.beginRedate(ctx, t, own[0].Filing, said.Since)
	return r, true, err
}
