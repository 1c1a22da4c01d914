package store

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// maxDetail bounds the platform's own words in a push, in bytes.
const maxDetail = 500

// DueAt returns when a push is up for a lease, and whether it is at all: a pending one when it is due, but not while a reply is telling it;
// a leased one when its lease ends.
func DueAt(p push.Push) (time.Time, bool) {
	switch p.State {
	case push.Pending:
		if p.LeasedUntil.After(p.Due) {
			return p.LeasedUntil, true
		}
		return p.Due, true
	case push.Leased:
		return p.LeasedUntil, true
	case push.Held, push.Sent, push.Dead, push.Dropped:
	}
	return time.Time{}, false
}

// CompareAge orders pushes oldest first.
func CompareAge(a, b push.Push) int {
	return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Step, b.Step), strings.Compare(a.ID, b.ID))
}

// NewLease makes the token of a lease: whoever knows it has the push.
func NewLease() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Lease makes p leased under a token until now+ttl.
func Lease(p push.Push, token string, now time.Time, ttl time.Duration) push.Push {
	p.State, p.Lease, p.LeasedUntil = push.Leased, token, Stamp(now.Add(ttl))
	return p
}

// Attempted records on the kept push that its holder p is about to reach for the platform. It refuses also when the lease is over at now
// and nobody has taken the push yet: somebody may at any moment.
func Attempted(kept, p push.Push, now time.Time) (push.Push, error) {
	if !holds(kept, p) || !now.Before(kept.LeasedUntil) {
		return push.Push{}, push.ErrLeaseLost
	}
	now = Stamp(now)
	kept.Attempts++
	if kept.FirstTry.IsZero() {
		kept.FirstTry = now
	}
	kept.Channel, kept.UpdatedAt = p.Channel, now
	tried := kept
	tried.Reason, tried.Code = vocab.ReasonNone, 0 // those of an earlier try
	kept.Trail = tried.Noted(now).Trail
	return kept, nil
}

// Finished writes onto the kept push what its holder p says became of it. follows tells whether its person still follows the filing:
// where he does not, it is not kept for him any longer.
func Finished(kept, p push.Push, follows bool, now time.Time) (push.Push, error) {
	if p.State == push.Leased || !slices.Contains(push.States(), p.State) {
		return push.Push{}, errs.Errorf(errs.CodeInvalid, "a push cannot be finished as %q", p.State)
	}
	if !holds(kept, p) {
		return push.Push{}, push.ErrLeaseLost
	}
	at := p.UpdatedAt
	if at.IsZero() {
		at = now
	}
	kept.State, kept.Reason, kept.Due = p.State, p.Reason, p.Due
	kept.Lease, kept.LeasedUntil = "", time.Time{}
	kept.Attempts, kept.FirstTry = p.Attempts, p.FirstTry
	kept.Code, kept.Detail = p.Code, truncate.Bytes(p.Detail, maxDetail)
	kept.Channel, kept.MessageID, kept.UpdatedAt = p.Channel, p.MessageID, at
	if !follows && !kept.State.Final() {
		kept.State, kept.Reason = push.Dropped, vocab.ReasonNotTracking
	}
	return stamped(kept.Noted(Stamp(at))), nil
}

func holds(kept, p push.Push) bool {
	return kept.State == push.Leased && p.Lease != "" && kept.Lease == p.Lease
}

// Retried makes a push due at now with its attempts forgotten. Errors: CodeConflict, also while a reply is telling it.
func Retried(p push.Push, now time.Time) (push.Push, error) {
	if p.State != push.Dead && p.State != push.Held && p.State != push.Pending {
		return push.Push{}, errs.Errorf(errs.CodeConflict, "a push that is %s cannot be retried", p.State)
	}
	if p.Telling(now) {
		return push.Push{}, errs.Errorf(errs.CodeConflict, "a push that is just being told cannot be retried")
	}
	p.State, p.Reason, p.Due, p.Lease, p.LeasedUntil = push.Pending, vocab.ReasonNone, now, "", time.Time{}
	p.Attempts, p.FirstTry, p.Code, p.Detail, p.Channel, p.MessageID = 0, time.Time{}, 0, "", "", ""
	p.UpdatedAt = now
	return stamped(p.Noted(Stamp(now))), nil
}

// Dropped makes an unfinished or dead push one that an operator dropped. Errors: CodeConflict.
func Dropped(p push.Push, now time.Time) (push.Push, error) {
	if p.State == push.Sent || p.State == push.Dropped {
		return push.Push{}, errs.Errorf(errs.CodeConflict, "a push that is %s cannot be dropped", p.State)
	}
	return ended(p, push.Dropped, vocab.ReasonOperator, now), nil
}

// ended brings p into a final state.
func ended(p push.Push, s push.State, why vocab.Reason, now time.Time) push.Push {
	p.State, p.Reason, p.Lease, p.LeasedUntil, p.UpdatedAt = s, why, "", time.Time{}, Stamp(now)
	return p.Noted(p.UpdatedAt)
}

// stamped brings the times of p into the form in which they are kept. A push without a due time is due when it was made.
func stamped(p push.Push) push.Push {
	if p.Due.IsZero() {
		p.Due = p.CreatedAt
	}
	for _, t := range []*time.Time{&p.Due, &p.LeasedUntil, &p.FirstTry, &p.CreatedAt, &p.UpdatedAt, &p.Deadline, &p.Until} {
		if !t.IsZero() {
			*t = Stamp(*t)
		}
	}
	return p
}
