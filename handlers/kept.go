package handlers

import (
	"context"
	"runtime/debug"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// keptFor is for how long a reply has the notices that it tells: longer than the platform repeats a message (after 5 and 10 seconds) and
// waits for the reply to the last repetition. Should the reply not go out by then, they wait for the next message.
const keptFor = 30 * time.Second

// withKept puts before a reply the notices that wait for the person's next message, oldest first, as many as fit, and tells how many are left.
// The first one comes in any case, and should the answer be so long that both do not fit, it is the answer that is cut: a notice that
// waits behind long answers could be too late. They are only taken here, and count as told once the reply went out (chat.Reply.Told). A
// failure costs nobody anything: the notices wait on.
func (b *Bot) withKept(ctx context.Context, t *chat.Turn, reply chat.Reply) chat.Reply {
	now := b.Now()
	waiting, err := b.Kept.Waiting(ctx, t.User, t.Key, now)
	if err != nil {
		b.Log.WarnContext(ctx, "notices that wait are not readable", "err", err)
	}
	waiting = b.worthTelling(ctx, t.User, waiting, now)
	var notes []string
	for room := roomAbove(reply); len(notes) < len(waiting) && (len(notes) == 0 || room >= MaxNote); {
		note := Notice(waiting[len(notes)], now).Text() + "\n\n"
		notes, room = append(notes, note), room-len(note)
	}
	taken, err := b.Kept.Take(ctx, t.Key, waiting[:len(notes)], now, keptFor)
	if err != nil {
		b.Log.WarnContext(ctx, "notices that wait were not taken", "err", err)
	}
	text := ""
	for i, note := range notes {
		if slices.ContainsFunc(taken, func(p push.Push) bool { return p.ID == waiting[i].ID }) {
			text += note
			reply.Told = append(reply.Told, waiting[i].Ref())
		}
	}
	if left := len(waiting) - len(notes); left > 0 {
		text += moreKept(left) + "\n\n"
	}
	if reply.Text == thoseWereAll && text == "" {
		return nothingToTell()
	}
	reply.Text = text + reply.Text
	return reply
}

// worthTelling makes of the notices that wait those that can be told as they are to be told. What a worker only put off is looked at as he
// would: he drops what is over, or is not wanted, when its time comes. A notice that cannot be made by a mistake of ours is left out, so that
// it does not stand between the person and every answer.
func (b *Bot) worthTelling(ctx context.Context, user string, waiting []push.Push, now time.Time) []push.Push {
	var mine []filing.Tracking
	if slices.ContainsFunc(waiting, func(p push.Push) bool { return p.State == push.Pending }) {
		var err error
		if mine, err = b.Filings.Tracked(ctx, user); err != nil {
			b.Log.WarnContext(ctx, "notices that were put off are not told with the reply", "err", err)
		}
	}
	var out []push.Push
	for _, p := range waiting {
		if p.State == push.Pending {
			i := slices.IndexFunc(mine, func(tr filing.Tracking) bool { return tr.Filing.ID == p.Filing })
			if i < 0 {
				continue
			}
			fresh, why := p.Fresh(mine[i], now)
			if why != push.ReasonNone {
				continue
			}
			p = fresh
		}
		if b.canSay(ctx, p, now) {
			out = append(out, p)
		}
	}
	return out
}

// canSay reports whether the words of a notice can be made.
func (b *Bot) canSay(ctx context.Context, p push.Push, now time.Time) (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.ErrorContext(ctx, "the words of a notice cannot be made", "push", p.ID, "panic", r, "stack", string(debug.Stack()))
			ok = false
		}
	}()
	return Notice(p, now).Text() != ""
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
		return nothingToTell()
	}
	return chat.Reply{Text: thoseWereAll}
}

func nothingToTell() chat.Reply {
	return chat.Reply{Text: nothingKept, Actions: []chat.Choice{{Label: statusWords}}}
}
