package handlers

import (
	"context"
	"strconv"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
)

// importantWords ask to be told only what matters.
const importantWords = "只通知重要的"

// settings tells what the person is told of his filings, and offers to change it.
func (b *Bot) settings(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	b.Journal.Count("command:settings")
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(mine) == 0 {
		return chat.Reply{Text: trackFirst, Actions: []chat.Choice{{Label: trackWords}, {Label: registerWords}}}, nil
	}
	text := "现在的通知设置："
	for i, tr := range mine {
		if i == maxListed {
			text += moreFilings(len(mine) - maxListed)
			break
		}
		text += "\n· " + ellipsis(tr.Filing.Name, 16) + "：" + notifyLabel(tr.Follower.Notify)
	}
	if !b.Proactive {
		text += "\n" + onlyWithNextMessage
	}
	return chat.Reply{
		Text: text + "\n\n要改成：",
		Choices: []chat.Choice{
			{Label: "有变化都通知", Send: subscribeWords}, {Label: "只通知要我办的和最后结果", Send: importantWords}, {Label: "都不通知", Send: unsubscribeWords},
		},
	}, nil
}

func notifyLabel(n filing.Notify) string {
	switch n {
	case filing.NotifyAll:
		return "有变化都通知"
	case filing.NotifyImportant:
		return "只通知要您办的和最后结果"
	}
	return "不通知"
}

func importantOn(mine []filing.Tracking) string {
	return "好的，" + names(mine) + "只在要您办事、或者有最后结果时告诉您，快到期限也会提醒。\n随时发“取消通知”就停。"
}

func itoa(n int) string { return strconv.Itoa(n) }
