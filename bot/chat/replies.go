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
	// Settle keeps the reply for later deliveries of the same key, and the memory for the person's next message (MemoryTTL).
	// A nil memory leaves what was remembered as it was.
	Settle(ctx context.Context, d Delivery, reply, memory []byte) error
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
	// Memory is what was remembered of the conversation, for ClaimFirst; nil where there is nothing.
	Memory []byte
	// Waiting tells that notices are kept for the person's next message, Tracks that he follows at least one filing; for ClaimFirst.
	// Both may be wrong for a moment; whoever acts on them asks the store itself.
	Waiting, Tracks bool
}
