package store

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Waiting reports whether p may be told at now with the reply to a delivery of user's, that takes under token.
func Waiting(p push.Push, user, token string, now time.Time) bool {
	return p.User == user && p.Waits() && (!p.Telling(now) || p.Lease == token)
}

// ReplyLease makes the token under which the reply to a delivery takes pushes. It is the same each time, so that the delivery, repeated after
// its first handler died, gets them again; and it does not tell the key, which may name a person.
func ReplyLease(key string) string {
	sum := sha256.Sum256([]byte("beianbot reply\x00" + key))
	return "reply-" + base64.RawURLEncoding.EncodeToString(sum[:12])
}

// Taken makes p taken under a token until now+ttl. ok is false where it no longer waits or another reply has it. Its state, and since when it
// has that, stay: should the reply not go out, nothing has happened to it. Where it is wanted as Dropped, it is ended instead.
func Taken(p, wanted push.Push, token string, now time.Time, ttl time.Duration) (after push.Push, ok bool) {
	if !Waiting(p, p.User, token, now) {
		return p, false
	}
	if wanted.State == push.Dropped {
		return ended(p, push.Dropped, wanted.Reason, now), true
	}
	p.Lease, p.LeasedUntil = token, Stamp(now.Add(ttl))
	return p, true
}

// Told makes a push one that was told with a reply. ok is false where it has ended already, or is with a worker because the reply's lease had
// ended: then it is told once more.
func Told(p push.Push, now time.Time) (after push.Push, ok bool) {
	if p.State != push.Pending && p.State != push.Held {
		return p, false
	}
	p.Channel = vocab.ChannelReply
	return ended(p, push.Sent, vocab.ReasonNone, now), true
}

// CheckTold reads the names of told pushes, as push.Push.Ref makes them. Errors: CodeInvalid.
func CheckTold(user string, told []string) ([]push.Push, error) {
	if err := CheckUser(user); err != nil {
		return nil, err
	}
	var ps []push.Push
	for _, ref := range told {
		id, name, ok := strings.Cut(ref, " ")
		if !ok || !filing.ValidID(id) || !filing.ValidID(name) { // the ids of pushes have the same alphabet
			return nil, errs.Errorf(errs.CodeInvalid, "told: not the name of a notice")
		}
		ps = append(ps, push.Push{ID: name, Filing: id, User: user})
	}
	return ps, nil
}

// MaxTold is how many notices one reply tells at most. Each has some 30 bytes at least in a reply of 2000.
const MaxTold = 64

// CheckAnswer refuses an answer that cannot be kept.
func CheckAnswer(a chat.Answer) error {
	if len(a.Reply) > MaxBlob || len(a.Memory) > MaxBlob {
		return errs.Errorf(errs.CodeInvalid, "reply and memory: at most %d bytes", MaxBlob)
	}
	if len(a.Told) > MaxTold {
		return errs.Errorf(errs.CodeInvalid, "told: at most %d notices", MaxTold)
	}
	return nil
}
