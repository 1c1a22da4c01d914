package handlers

import (
	"context"
	"fmt"
	"strconv"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// settings tells what the person is told of his filings, and when not, and offers to change it: for the filing that arg names, or for all.
func (b *Bot) settings(ctx context.Context, t *chat.Turn, arg string) (chat.Reply, error) {
	b.Journal.Count("command:settings")
	all, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(all) == 0 {
		return chat.Reply{Text: trackFirst, Actions: []chat.Choice{{Label: trackWords}, {Label: registerWords}}}, nil
	}
	mine := narrow(all, arg)
	if rest, _ := paged(arg); rest == eachWords && len(all) > 1 {
		return whichFiling(all, settingsWords, arg), nil
	}
	text := "现在的通知设置："
	for i, tr := range mine {
		if i == maxListed {
			text += moreFilings(len(mine) - maxListed)
			break
		}
		text += "\n· " + ellipsis(tr.Filing.Name, 16) + "：" + notifyLabel(tr.Follower.Notify)
	}
	about := ""
	if len(mine) == 1 && len(all) > 1 {
		about = mine[0].Filing.Name + " "
		if same := narrow(all, mine[0].Filing.Name); len(same) > 1 { // narrow finds those, too, whose names hold this one
			about = mine[0].Filing.ID + " "
		}
	}
	r := chat.Reply{Choices: []chat.Choice{
		{Label: "有变化都通知", Send: about + allWords},
		{Label: "只通知要我办的和最后结果", Send: about + importantWords},
		{Label: "都不通知", Send: about + noneOfThemWords},
	}}
	if about == "" {
		r.Choices[0].Send, r.Choices[2].Send = subscribeWords, unsubscribeWords
	}
	if b.Proactive {
		q, own, err := b.quietOf(ctx, t)
		if err != nil {
			return chat.Reply{}, err
		}
		text += "\n· " + quietLine(q, own)
		r.Choices = append(r.Choices, chat.Choice{Label: "改免打扰时间", Send: quietWords})
	} else {
		text += "\n" + onlyWithNextMessage
	}
	if len(mine) > 1 {
		r.Choices = append(r.Choices, chat.Choice{Label: "只改其中一个", Send: settingsWords + " " + eachWords})
	}
	r.Text = text + "\n\n要改成："
	return r, nil
}

// Words that the choices for a single filing send behind its name.
const (
	allWords        = "全部通知"
	noneOfThemWords = "不要通知"
)

// quietOf returns when the person is not disturbed; own tells that he said so himself.
func (b *Bot) quietOf(ctx context.Context, t *chat.Turn) (q push.Quiet, own bool, err error) {
	u, err := b.Recipients.User(ctx, t.User)
	if err != nil {
		return q, false, err
	}
	if u.Quiet != nil {
		return *u.Quiet, true, nil
	}
	return b.Quiet, false, nil
}

// askQuiet tells when the person is not disturbed and offers other times.
func (b *Bot) askQuiet(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	q, own, err := b.quietOf(ctx, t)
	if err != nil {
		return chat.Reply{}, err
	}
	return chat.Reply{
		Text: quietLine(q, own) + quietNote(q) + "\n\n要改成：",
		Choices: []chat.Choice{
			{Label: "22:00 到 08:00", Send: quietWords + " 22:00-08:00"},
			{Label: "23:00 到 07:00", Send: quietWords + " 23:00-07:00"},
			{Label: "关闭，随时可以通知", Send: quietOffWords},
		},
		Actions: []chat.Choice{{Label: settingsWords}},
	}, nil
}

func (b *Bot) setQuiet(ctx context.Context, t *chat.Turn, q push.Quiet) (chat.Reply, error) {
	if err := b.Recipients.SetQuiet(ctx, t.User, &q); err != nil {
		return chat.Reply{}, err
	}
	text := "好的，免打扰关掉了，有通知会马上告诉您。"
	if q.From != q.To {
		text = "好的，每天 " + quietSpan(q) + " 不打扰您，这段时间的通知等到 " + hour(q.To) + " 再发。" + quietNote(q)
	}
	if !b.Proactive {
		text += "\n" + onlyWithNextMessage
	}
	return chat.Reply{Text: text, Actions: []chat.Choice{{Label: settingsWords}}}, nil
}

const quietExcept = "快到期的除外：离期限不到 4 小时，或者等到时段结束就晚了的，照样提醒。"

// quietNote says what is told in spite of it.
func quietNote(q push.Quiet) string {
	if q.From == q.To {
		return ""
	}
	return "\n" + quietExcept
}

func quietLine(q push.Quiet, own bool) string {
	switch {
	case q.From == q.To:
		return "免打扰：没有开，随时可以通知"
	case own:
		return "免打扰：每天 " + quietSpan(q)
	}
	return "免打扰：每天 " + quietSpan(q) + "（默认）"
}

func quietSpan(q push.Quiet) string {
	if q.To < q.From {
		return hour(q.From) + " 到次日 " + hour(q.To)
	}
	return hour(q.From) + " 到 " + hour(q.To)
}

func hour(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func notifyLabel(n filing.Notify) string {
	switch n {
	case filing.NotifyAll:
		return "有变化都通知"
	case filing.NotifyImportant:
		return "只通知要您办的和最后结果"
	case filing.NotifyNone:
	}
	return "不通知"
}

func importantOn(mine []filing.Tracking) string {
	return "好的，" + names(mine) + "只在要您办事、或者有最后结果时告诉您，快到期限也会提醒。\n随时发“取消通知”就停。"
}

func itoa(n int) string { return strconv.Itoa(n) }
