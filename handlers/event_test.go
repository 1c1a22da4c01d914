package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// fates notes what became of messages.
type fates struct{ got []string }

func (f *fates) Undelivered(_ context.Context, id, status string, _ time.Time) error {
	f.got = append(f.got, id+" "+status)
	return nil
}

func (f *fates) UndeliveredTo(_ context.Context, user string, by vocab.Channel, since time.Time, status string, now time.Time) error {
	f.got = append(f.got, fmt.Sprint(user == me, " ", by, " ", now.Sub(since), " ", status))
	return nil
}

func TestSubscriptions(t *testing.T) {
	f := &fates{}
	c := newTalk(t, func(o *Options) { o.Fates, o.Subscription = f, "tpl" })
	credit := func() int {
		u, err := c.store.User(t.Context(), me)
		if err != nil {
			t.Fatal(err)
		}
		return u.Credits["tpl"]
	}
	told := func(s ...chat.Subscription) {
		if r := c.event(chat.Event{Kind: chat.EventSubscription, Subscriptions: s}); !r.Empty() {
			t.Errorf("said %s", show(r))
		}
	}
	yes := chat.Subscription{Template: "tpl", Change: chat.SubscriptionAccepted}
	told(yes, yes)
	told(yes)
	if n := credit(); n != 3 {
		t.Errorf("after three yes: %d", n)
	}
	told(chat.Subscription{Template: "tpl", Change: chat.SubscriptionDelivered, MessageID: "7"})
	told(chat.Subscription{Template: "tpl", Change: chat.SubscriptionFailed, MessageID: "8", Error: "5 user refuse"})
	told(chat.Subscription{Template: "another system's", Change: chat.SubscriptionFailed, MessageID: "9", Error: "5 user refuse"})
	if n := credit(); n != 3 || !slices.Equal(f.got, []string{"true subscription 10m0s 5 user refuse"}) {
		t.Errorf("after two fates: %d %v", n, f.got)
	}
	told(chat.Subscription{Template: "tpl", Change: chat.SubscriptionRejected})
	if n := credit(); n != 0 {
		t.Errorf("after a no: %d", n)
	}
}

func TestTemplateFate(t *testing.T) {
	f := &fates{}
	c := newTalk(t, func(o *Options) { o.Fates = f })
	for _, status := range []string{"success", "", "failed:user block", "failed: system failed"} {
		c.event(chat.Event{Kind: chat.EventTemplateSent, MessageID: "42", Status: status})
	}
	c.event(chat.Event{Kind: chat.EventTemplateSent, Status: "failed:user block"}) // without an id there is nothing to note
	if want := []string{"42 failed:user block", "42 failed: system failed"}; !slices.Equal(f.got, want) {
		t.Errorf("got %v", f.got)
	}
	c = newTalk(t) // without anybody to tell
	if r := c.event(chat.Event{Kind: chat.EventTemplateSent, MessageID: "42", Status: "failed:user block"}); !r.Empty() {
		t.Errorf("said %s", show(r))
	}
}

// TestEventsSayNothing: events that ask nothing get no reply, and are counted.
func TestEventsSayNothing(t *testing.T) {
	c := newTalk(t)
	for _, kind := range []chat.EventKind{chat.EventUnfollow, chat.EventView, chat.EventTemplateSent, chat.EventOther, "news"} {
		if r := c.event(chat.Event{Kind: kind}); !r.Empty() {
			t.Errorf("%s: %s", kind, show(r))
		}
	}
	c.bot.Journal.Flush(t.Context())
	if c.notes.counts["event:view"] != 1 {
		t.Errorf("counts: %v", c.notes.counts)
	}
}

// TestMenu: every button of the menu does something, and fits the platform's limits.
func TestMenu(t *testing.T) {
	menu := Menu()
	if len(menu) > 3 {
		t.Errorf("%d buttons", len(menu))
	}
	for _, b := range menu {
		if len([]rune(b.Label)) > 4 || len(b.Buttons) > 5 || (b.Key == "") == (len(b.Buttons) == 0) {
			t.Errorf("button %+v", b)
		}
		for _, x := range append([]Button{b}, b.Buttons...) {
			if len([]rune(x.Label)) > 8 || len(x.Key) > 128 {
				t.Errorf("button %+v", x)
			}
			if x.Key == "" {
				continue
			}
			c := newTalk(t)
			r := c.event(chat.Event{Kind: chat.EventTap, Key: x.Key})
			if r.Empty() {
				t.Errorf("%s says nothing", x.Label)
			}
		}
	}
}

// TestKinds: every kind of message gets a word on what can be read.
func TestKinds(t *testing.T) {
	c := newTalk(t)
	for _, k := range []chat.Kind{
		chat.KindImage, chat.KindVoice, chat.KindVideo, chat.KindLocation, chat.KindLink, chat.KindFile, chat.KindOther, chat.KindText, "hologram",
	} {
		turn := chat.Turn{Message: chat.Message{User: me, Kind: k}}
		r, err := c.bot.Handle(t.Context(), &turn)
		if err != nil || r.Text != cannotRead(k) || r.Text == "" {
			t.Errorf("%s: %v %v", k, r, err)
		}
	}
	turn := chat.Turn{Message: chat.Message{User: me, Kind: chat.KindVoice, Text: "管局要审多久"}}
	r, err := c.bot.Handle(t.Context(), &turn)
	if err != nil {
		t.Fatal(err)
	}
	contains(t, r, "1–20 个工作日")
}

// TestFollowWhileStoreIsGone: a newcomer is welcomed all the same; that somebody left must not get lost.
func TestFollowWhileStoreIsGone(t *testing.T) {
	c := newTalk(t)
	c.bot.Recipients = broken{}
	contains(t, c.event(chat.Event{Kind: chat.EventFollow}), "您好")
	turn := chat.Turn{Message: chat.Message{User: me, Kind: chat.KindEvent, Event: chat.Event{Kind: chat.EventUnfollow}}}
	if r, err := c.bot.Handle(t.Context(), &turn); err != nil || r.Empty() {
		t.Errorf("%v %v", r, err)
	}
	odd := errors.New("odd")
	c.bot.Recipients = failing{odd}
	if _, err := c.bot.Handle(t.Context(), &turn); !errors.Is(err, odd) {
		t.Errorf("got %v", err)
	}
}

// failing fails with an error that nobody expects.
type failing struct{ err error }

func (f failing) SetFollowing(context.Context, string, bool, time.Time) error { return f.err }
func (f failing) AddCredit(context.Context, string, string, int) error        { return f.err }
func (f failing) User(context.Context, string) (push.User, error)             { return push.User{}, f.err }
func (f failing) SetQuiet(context.Context, string, *push.Quiet) error         { return f.err }
func (f failing) Waiting(context.Context, string, string, time.Time) ([]push.Push, error) {
	return nil, f.err
}

func (f failing) Take(context.Context, string, []push.Push, time.Time, time.Duration) ([]push.Push, error) {
	return nil, f.err
}
