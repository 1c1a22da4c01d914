package wechat

import (
	"context"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

// ClientIDLifetime is how long the platform remembers the ClientMsgID of a template message for a person: the same id within that time is
// told once. Subscription notices and customer messages know no such id, so an answer that got lost must not be repeated there.
// Source: the platform's page on template messages, client_msg_id.
const ClientIDLifetime = 10 * time.Minute

// Item is what one keyword of a template says.
type Item struct {
	Value string `json:"value"`
}

// TemplateMessage is a message by a template of the account's own. Source: the platform's page on template messages.
type TemplateMessage struct {
	// ToUser is the openid, TemplateID the template's id.
	ToUser     string `json:"touser"`
	TemplateID string `json:"template_id"`
	// URL is what a tap opens; empty means nothing.
	URL string `json:"url,omitempty"`
	// Data are the texts by the template's keywords.
	Data map[string]Item `json:"data"`
	// ClientMsgID makes a repetition within ClientIDLifetime harmless; empty means that it is told again.
	ClientMsgID string `json:"client_msg_id,omitempty"`
}

// SubscriptionNotice is a notice that a person allowed beforehand. Source: the platform's page on subscription notices,
// bizsend.
type SubscriptionNotice struct {
	// ToUser is the openid, TemplateID the template's id.
	ToUser     string `json:"touser"`
	TemplateID string `json:"template_id"`
	// Page is the web page that a tap opens; empty means nothing.
	Page string `json:"page,omitempty"`
	// Data are the texts by the template's keywords.
	Data map[string]Item `json:"data"`
}

// customerMessage is a customer message of text. Source: the platform's page on customer messages.
type customerMessage struct {
	ToUser  string       `json:"touser"`
	MsgType string       `json:"msgtype"`
	Text    customerText `json:"text"`
}

type customerText struct {
	Content string `json:"content"`
}

// SendTemplate sends a template message and returns the platform's id for it, which comes back in the event that tells its fate
// (chat.Event.MessageID). With the same m.ClientMsgID for the same person, a repetition within ClientIDLifetime is told once.
func (c *Client) SendTemplate(ctx context.Context, m TemplateMessage) (messageID string, err error) {
	var answer struct {
		MsgID int64 `json:"msgid"`
	}
	err = c.Do(ctx, Call{Op: opTemplate, Path: PathTemplate, Body: m, Personal: []string{m.ToUser}}, &answer)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(answer.MsgID, 10), nil
}

// SendSubscription sends a subscription notice, which takes one subscription of the person to the template (none left: 43101).
func (c *Client) SendSubscription(ctx context.Context, n SubscriptionNotice) error {
	return c.Do(ctx, Call{Op: opSubscription, Path: PathSubscription, Body: n, Personal: []string{n.ToUser}}, nil)
}

// SendReply sends a reply as a customer message of text, with the same content a passive reply would have. It needs an
// open window (else 45015) with messages left (else 45047).
func (c *Client) SendReply(ctx context.Context, openID string, r chat.Reply) error {
	m := customerMessage{ToUser: openID, MsgType: "text", Text: customerText{Content(r)}}
	return c.Do(ctx, Call{Op: opCustomer, Path: PathCustomer, Body: m, Personal: []string{openID}}, nil)
}
