package wechattest

import (
	"slices"
	"time"
)

// Channel is how something reached a person.
type Channel string

// The channels of the platform.
const (
	ChannelTemplate     Channel = "template"
	ChannelSubscription Channel = "subscription"
	ChannelCustomer     Channel = "customer"
)

// Delivery is something the account sent to a person of its own accord.
type Delivery struct {
	At      time.Time `json:"at"`
	OpenID  string    `json:"openid"`
	Channel Channel   `json:"channel"`
	// Template, Data, URL and MsgID are set for templates and subscriptions; Data by field name.
	Template string            `json:"template,omitempty"`
	Data     map[string]string `json:"data,omitempty"`
	URL      string            `json:"url,omitempty"`
	MsgID    int64             `json:"msgid,omitempty"`
	// ClientMsgID is the sender's own id of a template message.
	ClientMsgID string `json:"client_msg_id,omitempty"`
	// Content is a customer message with its markup, Text the same as a person reads it; a menu's head, lines and tail are its text, its
	// items the links.
	Content string `json:"content,omitempty"`
	Text    string `json:"text,omitempty"`
	Links   []Link `json:"links,omitempty"`
}

// Delivered returns what a person got, in order; an empty openID means everybody.
func (p *Platform) Delivered(openID string) []Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	if openID == "" {
		return slices.Clone(p.delivered)
	}
	var got []Delivery
	for _, d := range p.delivered {
		if d.OpenID == openID {
			got = append(got, d)
		}
	}
	return got
}

// Forget forgets what was delivered so far.
func (p *Platform) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delivered = nil
}

// Watch calls f for each delivery as it happens, in order, until stop is called. f must not block and not call the Platform.
func (p *Platform) Watch(f func(Delivery)) (stop func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := p.nextWatch
	p.nextWatch++
	p.watchers[id] = f
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watchers, id)
	}
}

// deliver records a delivery. The caller holds the lock.
func (p *Platform) deliver(d Delivery) {
	d.At = p.now()
	p.delivered = append(p.delivered, d)
	for _, f := range p.watchers {
		f(d)
	}
}
