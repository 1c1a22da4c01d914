package store

import (
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
)

// The windows for customer messages. Source: the platform's introduction to customer service messages: after a message 5 in 48 hours;
// after a menu tap, a follow or a scan 3 in 1 minute.
const (
	MessageWindow = 48 * time.Hour
	MessageRoom   = 5
	TapWindow     = time.Minute
	TapRoom       = 3
)

// NewWindow returns the window that a message sent at sentAt opens; the zero Window where it opens none. A sending time that is missing
// or ahead of the clock counts as now.
func NewWindow(kind chat.Window, sentAt, now time.Time) push.Window {
	if sentAt.IsZero() || sentAt.After(now) {
		sentAt = now
	}
	switch kind {
	case chat.WindowMessage:
		return push.Window{Until: Stamp(sentAt.Add(MessageWindow)), Left: MessageRoom}
	case chat.WindowTap:
		return push.Window{Until: Stamp(sentAt.Add(TapWindow)), Left: TapRoom}
	case chat.WindowNone:
	}
	return push.Window{}
}

// BetterWindow returns what is open once opened joins cur: the one that lasts longer. So a tap never shrinks the 48 hours after a
// message; only where their room is used up, the tap's own minute counts. The script claim.lua of the Redis store says the same.
func BetterWindow(cur, opened push.Window, now time.Time) push.Window {
	if !opened.Open(now) || cur.Open(now) && cur.Until.After(opened.Until) {
		return cur
	}
	return opened
}
