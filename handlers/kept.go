package handlers

import (
	"context"
	"runtime/debug"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// keptFor is for how long a reply has the notices that it tells: longer than the platform repeats a message (after 5 and 10 seconds), waits for
// the reply to the last repetition, and it is then tried to record that they were told (20 seconds). Should the reply not go out by then,
// they wait for the next message.
const keptFor = 45 * time.Second

// keptWithin is how long an answer that is ready waits for the notices that are to stand before it.
const keptWithin = 800 * time.Millisecond

// withKept puts before a reply the notices that wait for the person's next message, oldest first, as many as fit, and tells how many are left.
// The first one comes in any case, and should the answer be so long that both do not fit, it is the answer that is cut: a notice that
// waits behind long answers could be too late. They are only taken here, and count as told once the reply went out (chat.Reply.Told). A
// failure costs nobody anything, and a store that is slow no more than keptWithin, nor more than half of the time that the handler has left:
// the reply goes out as it is and the notices wait on, those that were taken after all until keptFor is over.
func (b *Bot) withKept(ctx context.Context, t *chat.Turn, reply chat.Reply) chat.Reply {
	within := keptWithin
	if end, ok := ctx.Deadline(); ok {
		within = min(within, time.Until(end)/2)
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	now := b.Now()
	waiting, notes, taken, err := b.takeKept(ctx, t, roomAbove(reply), now)
	if err != nil {
		b.Log.WarnContext(ctx, "notices that wait are not told with the reply", "err", err)
		if reply.Text == thoseWereAll {
			return chat.Reply{Text: unavailable}
		}
		return reply
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

// takeKept looks up what waits for the person, makes the notes of the first ones, as many as fit, and takes these for the reply.
func (b *Bot) takeKept(ctx context.Context, t *chat.Turn, room int, now time.Time) (waiting []push.Push, notes []string, taken []push.Push, err error) {
	all, err := b.Kept.Waiting(ctx, t.User, t.Key, now)
	if err != nil || len(all) == 0 {
		return nil, nil, nil, err
	}
	waiting, over, err := b.worthTelling(ctx, t.User, all, now)
	if err != nil {
		return nil, nil, nil, err
	}
	for len(notes) < len(waiting) && (len(notes) == 0 || room >= MaxNote) {
		note := Notice(waiting[len(notes)], now).Text() + "\n\n"
		notes, room = append(notes, note), room-len(note)
	}
	taken, err = b.Kept.Take(ctx, t.Key, slices.Concat(waiting[:len(notes)], over), now, keptFor)
	return waiting, notes, taken, err
}

// worthTelling makes of the notices that wait those that can be told, as they are to be told, and those that are over or not wanted, each
// as push.Outbox.Take ends it. What a worker only put off he drops himself when its time comes, so it is only left out. A notice that
// cannot be made by a mistake of ours is left out too, so that it does not stand between the person and every answer.
//
// A reminder whose moment is over is not told, here as by a worker: its words ask for what can no longer be done, and the notice of the stage,
// or the status, says that it is over. Only one that goes by a date is told late, where nobody could tell it in time: no stage follows that would
// have a notice of its own, what it asks for is still to be done, and its words say that the day has passed.
func (b *Bot) worthTelling(ctx context.Context, user string, waiting []push.Push, now time.Time) (worth, over []push.Push, err error) {
	mine, err := b.Filings.Tracked(ctx, user)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range waiting {
		fresh, why := p, vocab.ReasonNotTracking
		if i := slices.IndexFunc(mine, func(tr filing.Tracking) bool { return tr.Filing.ID == p.Filing }); i >= 0 {
			fresh, why = p.Fresh(mine[i], now)
		}
		if why == vocab.ReasonLate && p.State == push.Held && p.Kind.ByDate() {
			why = vocab.ReasonNone
		}
		switch {
		case why == vocab.ReasonNone && b.canSay(ctx, fresh, now):
			worth = append(worth, fresh)
		case why != vocab.ReasonNone && p.State == push.Held:
			p.State, p.Reason = push.Dropped, why
			over = append(over, p)
		}
	}
	return worth, over, nil
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
