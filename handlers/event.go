package handlers

import (
	"context"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// event deals with what happened rather than with what was said.
func (b *Bot) event(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	ev := t.Event
	b.Journal.Count("event:" + string(ev.Kind))
	switch ev.Kind {
	case chat.EventFollow:
		if err := b.Recipients.SetFollowing(ctx, t.User, true, b.Now()); err != nil {
			b.Log.WarnContext(ctx, "follow not noted", "err", err)
		}
		if code, ok := filing.ParseCode(ev.Key); ok {
			r, err := b.track(ctx, t, code)
			if err == nil {
				r.Text = welcomeShort + "\n\n" + r.Text
			}
			return r, err
		}
		return chat.Reply{Text: welcome, Choices: helpChoices(), Actions: []chat.Choice{{Label: statusWords}}}, nil
	case chat.EventUnfollow:
		return chat.Reply{}, b.Recipients.SetFollowing(ctx, t.User, false, b.Now())
	case chat.EventScan:
		if code, ok := filing.ParseCode(ev.Key); ok {
			return b.track(ctx, t, code)
		}
		return b.help(), nil
	case chat.EventTap:
		return b.tap(ctx, t, ev.Key)
	case chat.EventSubscription:
		return chat.Reply{}, b.subscriptions(ctx, t)
	case chat.EventTemplateSent:
		return chat.Reply{}, b.fate(ctx, ev.MessageID, ev.Status)
	case chat.EventView, chat.EventOther:
	}
	return chat.Reply{}, nil
}

// tap answers a tap on the menu: a button's key is the words it stands for, behind a prefix.
func (b *Bot) tap(ctx context.Context, t *chat.Turn, key string) (chat.Reply, error) {
	words, ok := strings.CutPrefix(key, sayPrefix)
	if !ok {
		return b.help(), nil
	}
	return b.words(ctx, t, words)
}

// subscriptions keeps count of the subscription notices that a person allows.
func (b *Bot) subscriptions(ctx context.Context, t *chat.Turn) error {
	for _, s := range t.Event.Subscriptions {
		delta := 0
		switch s.Change {
		case chat.SubscriptionAccepted:
			delta = 1
		case chat.SubscriptionRejected:
			delta = push.CreditNone
		case chat.SubscriptionFailed:
			if err := b.undelivered(ctx, t.User, s); err != nil {
				return err
			}
		case chat.SubscriptionDelivered:
		}
		if delta == 0 {
			continue
		}
		if err := b.Recipients.AddCredit(ctx, t.User, s.Template, delta); err != nil {
			return err
		}
	}
	return nil
}

// fateWithin is within which time after sending a subscription notice the platform says that it failed. It says so at once; the rest is for
// slow ways and clocks that differ.
const fateWithin = 10 * time.Minute

// undelivered takes down that a subscription notice did not reach a person. The platform tells no id when it takes one, so it is known by whom it
// was for and when.
func (b *Bot) undelivered(ctx context.Context, user string, s chat.Subscription) error {
	b.Log.WarnContext(ctx, "a subscription notice did not reach its recipient", "status", s.Error)
	if b.Fates == nil || b.Subscription == "" || s.Template != b.Subscription {
		return nil
	}
	return b.Fates.UndeliveredTo(ctx, user, vocab.ChannelSubscription, b.Now().Add(-fateWithin), s.Error, b.Now())
}

// fate takes down what the platform says later of a message it had taken.
func (b *Bot) fate(ctx context.Context, messageID, status string) error {
	if status == "" || status == "success" || messageID == "" {
		return nil
	}
	b.Log.WarnContext(ctx, "a message did not reach its recipient", "status", status)
	if b.Fates == nil {
		return nil
	}
	return b.Fates.Undelivered(ctx, messageID, status, b.Now())
}
