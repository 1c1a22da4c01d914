package store

import (
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// FateKeep is how long what the platform said of a message is remembered that no push is known of yet: its word can be faster than the
// record of the sending. It is also how long a message is found by the platform's id.
const FateKeep = 72 * time.Hour

// SentTo reports whether p was sent to user by a channel at since or later, without an id of the platform's.
func SentTo(p push.Push, user string, by vocab.Channel, since time.Time) bool {
	return p.State == push.Sent && p.User == user && p.Channel == by && p.MessageID == "" && !p.UpdatedAt.Before(Stamp(since))
}

// Undelivered writes onto a push what the platform says of it. ok is false where nothing changes.
func Undelivered(p push.Push, status string, f filing.Filing, follows bool, now time.Time) (after push.Push, ok bool) {
	if after, ok = p.Undelivered(truncate.Bytes(status, maxDetail), f, follows, now); ok {
		after = after.Noted(Stamp(now))
	}
	return stamped(after), ok
}
