// Package chat is a conversation with one person: a Message comes in, a Reply goes out, and a Memory of the last exchange is kept between
// the two. It knows nothing of the platform that carries the messages and nothing of what is said.
package chat

import "time"

// Kind says what a message is made of.
type Kind string

// The kinds of messages a person can send. Everything the platform invents later is KindOther.
const (
	KindText     Kind = "text"
	KindVoice    Kind = "voice"
	KindImage    Kind = "image"
	KindVideo    Kind = "video"
	KindLocation Kind = "location"
	KindLink     Kind = "link"
	KindFile     Kind = "file"
	KindEvent    Kind = "event"
	KindOther    Kind = "other"
)

// EventKind says what happened, for a message of KindEvent.
type EventKind string

// The events that beianbot acts upon. Every other event is EventOther and gets no reply.
const (
	EventFollow       EventKind = "follow"        // the person follows the account, perhaps by a QR code
	EventUnfollow     EventKind = "unfollow"      // the person left
	EventScan         EventKind = "scan"          // a follower scanned a QR code of ours
	EventTap          EventKind = "tap"           // a tap on a menu button that carries a key
	EventView         EventKind = "view"          // a tap on a menu button that opens a page
	EventSubscription EventKind = "subscription"  // answers to, withdrawals of, or results of subscription notices
	EventTemplateSent EventKind = "template_sent" // the final result of a template message
	EventOther        EventKind = "other"
)

// Message is one delivery from a person, as the platform told it.
type Message struct {
	// Key is the same for every delivery of this message and for no other message.
	Key string
	// Account is the receiving account's own id, User the person's id at that account. Neither may reach a log in clear.
	Account, User string
	// At is when the person sent it, by the platform's clock.
	At time.Time
	// Kind is what it is made of.
	Kind Kind
	// Text is what was written, or what was recognised in a voice message. It may be empty.
	Text string
	// MenuID is the id of the tapped link, where the platform tells it.
	MenuID string
	// Event is set for KindEvent.
	Event Event
}

// Event is what happened, for a message of KindEvent.
type Event struct {
	Kind EventKind
	// Name is the platform's own word for it.
	Name string
	// Key is the scene of a scanned QR code (without any prefix) or the key of a tapped button.
	Key string
	// Subscriptions holds one row for each notice template that the event speaks of.
	Subscriptions []Subscription
	// MessageID and Status tell the fate of a template message.
	MessageID, Status string
}

// Subscription is what became of one person's subscription to one notice template.
type Subscription struct {
	Template string
	// Change is one of the SubscriptionChange values.
	Change SubscriptionChange
	// MessageID and Error are set for SubscriptionFailed and SubscriptionDelivered.
	MessageID, Error string
}

// SubscriptionChange says what became of a subscription.
type SubscriptionChange string

// What can become of a subscription to a notice template.
const (
	SubscriptionAccepted  SubscriptionChange = "accepted"
	SubscriptionRejected  SubscriptionChange = "rejected"
	SubscriptionDelivered SubscriptionChange = "delivered"
	SubscriptionFailed    SubscriptionChange = "failed"
)

// Opens tells which window for customer messages this message opens.
// Source: the platform's page on customer service messages: 5 messages in 48 hours after a message, 3 in 1 minute after a menu tap, a
// follow or a scan.
func (m *Message) Opens() Window {
	if m.Kind != KindEvent {
		if m.MenuID != "" { // a tapped link counts as a menu tap, not as a message
			return WindowTap
		}
		return WindowMessage
	}
	switch m.Event.Kind {
	case EventFollow, EventScan, EventTap:
		return WindowTap
	case EventUnfollow, EventView, EventSubscription, EventTemplateSent, EventOther:
	}
	return WindowNone
}

// Window is a span of time in which the account may write to a person of its own accord.
type Window string

// The windows there are.
const (
	WindowNone    Window = ""
	WindowMessage Window = "message" // 48 hours, 5 messages
	WindowTap     Window = "tap"     // 1 minute, 3 messages
)
