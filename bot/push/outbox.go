package push

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Outbox keeps pushes until they are told. bot/store/storetest holds every implementation to the same behaviour.
type Outbox interface {
	// Lease hands out up to limit pushes that are due at now, the longest due first, for ttl. Of the pushes for one person about one
	// filing at most one is out at a time, so that they cannot overtake each other. A lease that ends unfinished makes the push due again.
	Lease(ctx context.Context, now time.Time, limit int, ttl time.Duration) ([]Push, error)
	// Attempt records, before the platform is reached for, that p is about to be sent by p.Channel: it adds one to Attempts and sets FirstTry
	// where that is zero. Whoever finds FirstTry set on a leased push knows that an earlier attempt may have got through.
	// Errors: as Finish.
	Attempt(ctx context.Context, p Push, now time.Time) error
	// Finish writes what became of a leased push: p with its new State, Reason, Due and record of the attempt. Where it waits then for the
	// person's next message (Push.Waits), Waiting finds it from then on.
	// Errors: ErrLeaseLost where the lease ended and somebody else has or had it, errs.ErrNotFound where the push is gone.
	Finish(ctx context.Context, p Push) error
	// NextDue returns when the next push is due, the zero time where none is pending or leased.
	NextDue(ctx context.Context) (time.Time, error)

	// Waiting lists what may be told at now with the reply to a delivery of user's own, oldest first: what waits for it (Push.Waits) and is
	// not just being told by the reply to another delivery. key is that of the delivery (chat.Delivery.Key). While sending is paused it is
	// nothing: see Pause.
	Waiting(ctx context.Context, user, key string, now time.Time) ([]Push, error)
	// Take takes those of ps, as Waiting gave them, that still wait, for the reply to the delivery with the key, and returns them in the same
	// order. Until now+ttl no other reply and no worker gets them; the same key gets them again, for the platform
	// may repeat a delivery whose first handler died. They keep their state until the reply is known to have gone out, and are then made
	// Sent by ByReply (chat.Replies.Told). Where it never goes out, the lease ends and they are told in another way.
	//
	// So a notice is told with at least one reply that was written. It is told with two only where the process dies in the moment between
	// the writing of a reply and the record of it, or the store does not take that record until the lease has ended: twice is better than
	// never.
	//
	// One of ps that is given as Dropped is not worth telling any more (Push.Fresh): where it still waits, and no other reply is telling it,
	// it is ended for the Reason it is given with, and not returned. Else it would wait for good.
	Take(ctx context.Context, key string, ps []Push, now time.Time, ttl time.Duration) ([]Push, error)
	// Undelivered takes down that the platform says of a message it had taken, by the id it gave it (Push.MessageID), that the person did not
	// get it: see Push.Undelivered for what becomes of the push. Where that push is just being recorded, it is remembered until it is. A
	// message that nobody knows is no error: the platform repeats its events, and others may send with the same account.
	Undelivered(ctx context.Context, messageID, status string, now time.Time) error
	// UndeliveredTo is Undelivered for a channel by which messages are sent without the platform telling its id for them (Push.MessageID is
	// empty): it is about those to user that were sent by the channel at since or later. Where there are several, nobody knows which of them
	// is meant, and it is taken down of all: to be told twice is better than never.
	UndeliveredTo(ctx context.Context, user string, by vocab.Channel, since time.Time, status string, now time.Time) error

	// Push returns one push. Errors: errs.ErrNotFound.
	Push(ctx context.Context, id string) (Push, error)
	// Pushes lists by Query, newest first, a page at a time.
	Pushes(ctx context.Context, q Query) (Page, error)
	// Retry makes a Dead, Held or Pending push due at now, with its attempts forgotten. Drop makes an unfinished or dead one Dropped.
	// Errors: errs.ErrNotFound; errs.CodeConflict where its state does not allow it, and for Retry while a reply is telling it.
	Retry(ctx context.Context, id string, now time.Time) (Push, error)
	Drop(ctx context.Context, id string, now time.Time) (Push, error)
	// Sweep forgets pushes in a final state that ended before the given time, and returns how many.
	Sweep(ctx context.Context, before time.Time) (int, error)
	// Counts returns how many pushes there are in each state.
	Counts(ctx context.Context) (map[State]int, error)
}

// Users keeps what the account knows about its followers as recipients.
type Users interface {
	// User returns what is known; a person never seen is one who follows, with nothing else known.
	User(ctx context.Context, user string) (User, error)
	// SetFollowing notes that a person came or left.
	SetFollowing(ctx context.Context, user string, following bool, at time.Time) error
	// Left lists up to limit people who left before the given time and have not been forgotten.
	Left(ctx context.Context, before time.Time, limit int) ([]string, error)
	// UseWindow counts one customer message against the open window and reports whether there was room for it.
	UseWindow(ctx context.Context, user string, now time.Time) (bool, error)
	// CloseWindow notes that the platform says the window is shut.
	CloseWindow(ctx context.Context, user string) error
	// AddCredit changes how many subscription notices may be sent to a person for a template by delta; a delta of CreditNone makes it zero.
	// It never falls below zero. UseCredit takes one and reports whether there was one.
	AddCredit(ctx context.Context, user, template string, delta int) error
	UseCredit(ctx context.Context, user, template string) (bool, error)
	// SetQuiet keeps when a person does not want to be disturbed; nil forgets it, so that the default holds again.
	SetQuiet(ctx context.Context, user string, q *Quiet) error
}

// CreditNone empties the credit when it is given to AddCredit.
const CreditNone = -1 << 30

// User is a person as a recipient.
type User struct {
	// Following is false after the person left; LeftAt says when.
	Following bool
	LeftAt    time.Time
	// Window is the span in which customer messages may be sent.
	Window Window
	// Credits counts the subscription notices that may be sent, by template.
	Credits map[string]int
	// Quiet is when he does not want to be disturbed; nil where he said nothing.
	Quiet *Quiet
}

// Window is the open span for customer messages: until Until, Left more of them.
type Window struct {
	Until time.Time
	Left  int
}

// Open reports whether a customer message may be sent at now.
func (w Window) Open(now time.Time) bool { return w.Left > 0 && now.Before(w.Until) }

// Query selects pushes. Zero fields select everything.
type Query struct {
	State  State
	Reason vocab.Reason
	Filing string
	// Cursor is Page.Next of the page before. Limit is 1 to 500; zero means 50.
	Cursor string
	Limit  int
}

// Page is a page of pushes. Next is empty on the last one.
type Page struct {
	Pushes []Push
	Next   string
}
