package chat

import (
	"context"
	"time"
)

// Replies makes sure that a message delivered several times, perhaps to several replicas, is handled once and answered the same.
//
// Both stores implement it. Claim is the only round trip on the way of a plain question, so it also brings the conversation's memory.
type Replies interface {
	// Claim takes a delivery. The first claim of a key gets ClaimFirst and must Settle it before its lease ends; until then others get
	// ClaimBusy, and afterwards ClaimDone with the settled reply. A lease that ends unsettled (the holder died) is given to the next claimant.
	Claim(ctx context.Context, d Delivery) (Claim, error)
	// Settle keeps the answer for later deliveries of the same key, and the memory for the person's next message (MemoryTTL). Where the
	// delivery was settled before, that answer stays and this one counts for nothing.
	Settle(ctx context.Context, d Delivery, a Answer) error
	// Told records that an answer which tells notices went out to the person: these are told with it and not told again. Notices that ended
	// in another way, or are out in another way, stay as they are; doing it again changes nothing.
	Told(ctx context.Context, user string, told []string, now time.Time) error
}

// Answer is what is settled of a delivery.
type Answer struct {
	// Reply holds the bytes that are written to the platform. They may be empty: nothing is said.
	Reply []byte
	// Memory is what is to be remembered of the conversation; nil leaves what was remembered as it was.
	Memory []byte
	// Told is Reply.Told of the reply that was rendered: whoever writes the bytes, in whichever process, calls Replies.Told with it.
	Told []string
}

// Delivery names a delivered message.
type Delivery struct {
	// Key is Message.Key, User is Message.User.
	Key, User string
	// At is now, Opens the window for customer messages which the message opens, from its sending time SentAt.
	At, SentAt time.Time
	Opens      Window
	// Lease is how long the claim lasts while it is not settled; Keep is how long the settled reply is kept.
	Lease, Keep time.Duration
}

// ClaimState is what became of a claim.
type ClaimState string

// What can become of a claim.
const (
	ClaimFirst ClaimState = "first"
	ClaimBusy  ClaimState = "busy"
	ClaimDone  ClaimState = "done"
)

// Claim is the answer to Replies.Claim.
type Claim struct {
	State ClaimState
	// Reply holds the very bytes that were settled, for ClaimDone. They may be empty: nothing was said.
	Reply []byte
	// Told is Answer.Told, for ClaimDone.
	Told []string
	// Memory is what was remembered of the conversation, for ClaimFirst; nil where there is nothing.
	Memory []byte
	// Waiting tells that notices wait for the person's next message, Tracks that he follows at least one filing; for ClaimFirst.
	// Both may be wrong for a moment; whoever acts on them asks the store itself.
	Waiting, Tracks bool
}
