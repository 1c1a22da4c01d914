package chat_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

func TestLimit(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	answered := 0
	h := chat.Chain(chat.HandlerFunc(func(context.Context, *chat.Turn) (chat.Reply, error) {
		answered++
		return chat.Reply{Text: "answer"}, nil
	}), chat.Limit(30, chat.Reply{Text: "busy"}, func() time.Time { return now }))
	say := func(user string, kind chat.Kind) string {
		r, err := h.Handle(t.Context(), &chat.Turn{Message: chat.Message{User: user, Kind: kind}})
		if err != nil {
			t.Fatal(err)
		}
		return r.Text
	}
	for i := range 10 {
		if got := say("a", chat.KindText); got != "answer" {
			t.Fatalf("message %d within the burst: %q", i, got)
		}
	}
	if got := say("a", chat.KindText); got != "busy" {
		t.Errorf("the first beyond: %q, want busy", got)
	}
	if got := say("a", chat.KindText); got != "" {
		t.Errorf("the second beyond: %q, want silence", got)
	}
	if got := say("a", chat.KindEvent); got != "answer" {
		t.Errorf("an event: %q, want it to pass", got)
	}
	if got := say("b", chat.KindText); got != "answer" {
		t.Errorf("somebody else: %q, want answer", got)
	}
	now = now.Add(2 * time.Second) // one message's worth
	if got := say("a", chat.KindText); got != "answer" {
		t.Errorf("after a wait: %q, want answer", got)
	}
	if got := say("a", chat.KindText); got != "busy" {
		t.Errorf("beyond once more: %q, want to be told again", got)
	}
	for i := range 30000 { // many people must not cost memory without end, nor fail
		say(fmt.Sprint("user", i), chat.KindText)
	}
	if answered != 10+1+1+1+30000 {
		t.Errorf("answered %d", answered)
	}
}

func TestChainOrder(t *testing.T) {
	var order string
	mark := func(name string) chat.Middleware {
		return func(next chat.Handler) chat.Handler {
			return chat.HandlerFunc(func(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
				order += name
				return next.Handle(ctx, t)
			})
		}
	}
	h := chat.Chain(chat.HandlerFunc(func(context.Context, *chat.Turn) (chat.Reply, error) { return chat.Reply{}, nil }), mark("1"), mark("2"), mark("3"))
	if _, err := h.Handle(t.Context(), &chat.Turn{}); err != nil || order != "123" {
		t.Errorf("order %q, err %v", order, err)
	}
}

func TestOpens(t *testing.T) {
	event := func(k chat.EventKind) chat.Message {
		return chat.Message{Kind: chat.KindEvent, Event: chat.Event{Kind: k}}
	}
	for _, tt := range []struct {
		name string
		m    chat.Message
		want chat.Window
	}{
		{"text", chat.Message{Kind: chat.KindText}, chat.WindowMessage},
		{"image", chat.Message{Kind: chat.KindImage}, chat.WindowMessage},
		{"a tapped link counts as a menu tap", chat.Message{Kind: chat.KindText, MenuID: "1"}, chat.WindowTap},
		{"follow", event(chat.EventFollow), chat.WindowTap},
		{"scan", event(chat.EventScan), chat.WindowTap},
		{"menu tap", event(chat.EventTap), chat.WindowTap},
		{"a menu button that opens a page opens no window", event(chat.EventView), chat.WindowNone},
		{"unfollow", event(chat.EventUnfollow), chat.WindowNone},
		{"template sent", event(chat.EventTemplateSent), chat.WindowNone},
	} {
		if got := tt.m.Opens(); got != tt.want {
			t.Errorf("%s: opens %q, want %q", tt.name, got, tt.want)
		}
	}
}
