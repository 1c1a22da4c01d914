package vocab

// Channel is the way by which a push is sent. The empty Channel: by none yet.
type Channel string

// The channels, in the order in which they are tried.
const (
	ChannelTemplate     Channel = "template"
	ChannelSubscription Channel = "subscription"
	ChannelCustomer     Channel = "customer"
	ChannelReply        Channel = "reply" // with the reply to the person's own message
)

type channelRow struct{ term[Channel] }

var channels = newTable[Channel](
	channelRow{term[Channel]{ChannelTemplate, "模板消息", "Template message", ""}},
	channelRow{term[Channel]{ChannelSubscription, "订阅通知", "Subscription notice", ""}},
	channelRow{term[Channel]{ChannelCustomer, "客服消息", "Customer message", ""}},
	channelRow{term[Channel]{ChannelReply, "随回复告知", "With a reply", ""}},
)

// Channels lists the closed set, in the order in which channels are tried.
func Channels() []Channel { return channels.all() }

// Valid reports whether c is one of Channels.
func (c Channel) Valid() bool { return channels.has(c) }

// Chinese is the channel in Chinese; empty for what is none.
func (c Channel) Chinese() string { return channels.rows[c].chinese }

// English is the channel in English; empty for what is none.
func (c Channel) English() string { return channels.rows[c].english }
