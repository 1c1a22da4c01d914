package handlers

import (
	"context"
	"strings"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/kb"
)

// careful keeps a guess from doing what somebody may not have meant. A command that was spelled out is done; one that was only understood
// from free words ends no following and, in a question or a negation, changes no notices either: the person gets it to tap. A following
// that ends by mistake costs him every later notice.
func (b *Bot) careful(ctx context.Context, t *chat.Turn, cmd kb.Command, text string) (chat.Reply, bool, error) {
	switch cmd {
	case kb.CommandUntrack:
		mine, err := b.Filings.Tracked(ctx, t.User)
		if err != nil || len(mine) == 0 {
			return chat.Reply{}, false, err
		}
		if found := namedIn(mine, text); len(found) > 0 {
			mine = found
		}
		r := whichFiling(mine, untrackWords, "")
		r.Text = askFirst(cmd)
		eachFiling(r, func(c *chat.Choice) { c.Label = untrackWords + " " + c.Label })
		return r, true, nil
	case kb.CommandSubscribe, kb.CommandUnsubscribe:
		if !t.Tracks || !unsure(text) {
			return chat.Reply{}, false, nil
		}
		r := chat.Reply{Text: askFirst(cmd), Actions: []chat.Choice{{Label: unsubscribeWords}, {Label: settingsWords}}}
		if cmd == kb.CommandSubscribe {
			r.Actions[0] = chat.Choice{Label: subscribeWords}
		}
		return r, true, nil
	case kb.CommandStatus, kb.CommandTrack, kb.CommandHelp, kb.CommandHuman:
	}
	return chat.Reply{}, false, nil
}

// unsure reports whether a wish about notices is asked for, denied or limited rather than given.
func unsure(text string) bool {
	for _, w := range []string{
		"怎么", "怎样", "如何", "咋", "吗", "么", "嘛", "？", "?", "会不会", "要不要", "是不是", "能不能", "可不可以", "为什么", "什么",
		"只", "不要取消", "别取消", "不想取消", "不取消", "不要订阅", "不订阅",
	} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}

// misnamed tells somebody who spelled out a command with the name of a filing he does not follow, and does nothing to another one.
func (b *Bot) misnamed(ctx context.Context, t *chat.Turn, cmd kb.Command, arg string) (chat.Reply, bool, error) {
	if cmd != kb.CommandUntrack && cmd != kb.CommandSubscribe && cmd != kb.CommandUnsubscribe {
		return chat.Reply{}, false, nil
	}
	if arg == "" || arg == "全部" || arg == "所有" {
		return chat.Reply{}, false, nil
	}
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil || len(mine) == 0 || len(namedIn(mine, arg)) > 0 {
		return chat.Reply{}, false, err
	}
	r := whichFiling(mine, statusWords, "")
	r.Text = notAmongYours(arg)
	return r, true, nil
}

// welcomeBack notes of somebody who was taken for gone, because the platform once said so, that he is not: he writes.
func (b *Bot) welcomeBack(ctx context.Context, user string) {
	u, err := b.Recipients.User(ctx, user)
	if err == nil && !u.Following {
		err = b.Recipients.SetFollowing(ctx, user, true, b.Now())
	}
	if err != nil {
		b.Log.WarnContext(ctx, "a person's return was not noted", "err", err)
	}
}
