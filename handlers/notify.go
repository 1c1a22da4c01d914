package handlers

import (
	"context"
	"errors"

	"github.com/beianbot/beianbot/bot/chat"
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
		if err != nil && !errors.Is(err, filing.ErrNotFound) {
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

// withKept puts before a reply the notices that were kept for the person's next message, oldest first, as many as fit, and tells how many
// are left. The first one comes in any case, and should the answer be so long that both do not fit, it is the answer that is cut: a notice
// that waits behind long answers could be too late. A failure costs nobody anything: the notices stay kept.
func (b *Bot) withKept(ctx context.Context, t *chat.Turn, reply chat.Reply) chat.Reply {
	text := ""
	for room := roomAbove(reply); text == "" || room >= MaxNote; {
		kept, err := b.Kept.Take(ctx, t.User, 1, b.Now())
		if err != nil {
			b.Log.WarnContext(ctx, "kept notices not readable", "err", err)
			break
		}
		if len(kept) == 0 {
			break
		}
		note := Notice(kept[0], b.Now()).Text() + "\n\n"
		text, room = text+note, room-len(note)
	}
	if n, err := b.Kept.HeldFor(ctx, t.User); err == nil && n > 0 {
		text += moreKept(n) + "\n\n"
	}
	reply.Text = text + reply.Text
	return reply
}

// maxReply is how many bytes a reply may have, its links included. See wechat.MaxContent.
const maxReply = 2000

// roomAbove is how many bytes fit above a reply, with enough to spare to tell how many notices are left.
func roomAbove(r chat.Reply) int {
	room := maxReply - len(r.Text) - 100
	for _, c := range append(append([]chat.Choice{}, r.Choices...), r.Actions...) {
		room -= 90 + len(c.Label) + 3*len(c.Words()) // a link to weixin://bizmsgmenu, its words escaped
	}
	return room
}

// keptNotices is the answer to somebody who asks for what was kept for him, which withKept puts before it.
func (b *Bot) keptNotices(t *chat.Turn) chat.Reply {
	if !t.Waiting {
		return chat.Reply{Text: nothingKept, Actions: []chat.Choice{{Label: statusWords}}}
	}
	return chat.Reply{Text: thoseWereAll}
}
