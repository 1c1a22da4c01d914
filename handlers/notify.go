package handlers

import (
	"context"
	"errors"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// notify says yes or no to notices, for the filing that arg names, or for all of the person's filings.
func (b *Bot) notify(ctx context.Context, t *chat.Turn, arg string, want filing.Notify) (chat.Reply, error) {
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(mine) == 0 {
		if want == filing.NotifyNone {
			return chat.Reply{Text: noNoticesAnyway}, nil
		}
		return chat.Reply{Text: trackFirst}, nil
	}
	chosen := narrow(mine, arg)
	for _, tr := range chosen {
		err := b.Filings.SetNotify(ctx, t.User, tr.Filing.ID, want, b.Now())
		if err != nil && !errors.Is(err, errs.ErrNotFound) {
			return chat.Reply{}, err
		}
	}
	if want == filing.NotifyNone {
		return chat.Reply{Text: noticesOff(chosen), Actions: []chat.Choice{{Label: subscribeWords}}}, nil
	}
	text := noticesOn(chosen)
	if want == filing.NotifyImportant {
		text = importantOn(chosen)
	}
	if !b.Proactive {
		text += "\n" + onlyWithNextMessage
	}
	return chat.Reply{Text: text, Actions: []chat.Choice{{Label: unsubscribeWords}, {Label: statusWords}}}, nil
}
