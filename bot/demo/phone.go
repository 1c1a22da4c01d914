package demo

import (
	"context"
	"time"
)

// Phone is one person using the account: each call sends one signed callback to the real webhook and returns what came back.
// Its methods are called concurrently.
type Phone interface {
	// User is the person's id at the account.
	User() string
	// Say sends a text, Tap the words of a tapped link with its menu id, which may be empty.
	Say(ctx context.Context, text string) (Exchange, error)
	Tap(ctx context.Context, words, menuID string) (Exchange, error)
	// Click taps a menu button that carries a key.
	Click(ctx context.Context, key string) (Exchange, error)
	// Follow follows the account, by a QR code with a scene unless that is empty; Scan scans one as a follower; Unfollow leaves.
	Follow(ctx context.Context, scene string) (Exchange, error)
	Scan(ctx context.Context, scene string) (Exchange, error)
	Unfollow(ctx context.Context) (Exchange, error)
	// Voice sends a voice message in which the platform recognised words, Image, Video and Location what they say.
	Voice(ctx context.Context, recognition string) (Exchange, error)
	Image(ctx context.Context) (Exchange, error)
	Video(ctx context.Context) (Exchange, error)
	Location(ctx context.Context) (Exchange, error)
}

// Exchange is one callback and its answer.
type Exchange struct {
	// Content is the reply's text with its markup; empty when nothing was said.
	Content string
	// Status is the HTTP status of the answer, Took the time until its end.
	Status int
	Took   time.Duration
	// Query is the callback's query: signature, timestamp, nonce and the like.
	Query string
	// Request and Reply are the bodies.
	Request, Reply Wire
}

// Wire is a body as it crossed the network and as it reads in clear.
type Wire struct {
	// Sealed is the very body; Plain is its XML in clear. They are the same where nothing is encrypted.
	Sealed string `json:"sealed"`
	Plain  string `json:"plain"`
}
