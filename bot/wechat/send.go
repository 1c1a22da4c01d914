package wechat

import (
	"context"
	"strconv"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"github.com/beianbot/beianbot/bot/chat"
)

// ClientIDLifetime is how long the platform remembers the ClientMsgID of a template message for a person: the same id within that time is
// told once. Subscription notices and customer messages know no such id, so an answer that got lost must not be repeated there.
// Source: the platform's page on template messages, client_msg_id.
const ClientIDLifetime = 10 * time.Minute

// jumpTarget is the mini program a message opens.
type jumpTarget struct {
	AppID    string `json:"appid"`
	PagePath string `json:"pagepath"`
}

// target leaves out what the SDK's types always send, even when it is empty.
func target(appID, pagePath string) *jumpTarget {
	if appID == "" {
		return nil
	}
	return &jumpTarget{appID, pagePath}
}

// SendTemplate sends a template message and returns the platform's id for it, which comes back in the event that tells its fate
// (chat.Event.MessageID). With the same m.ClientMsgID for the same person, a repetition within ClientIDLifetime is told once.
func (c *Client) SendTemplate(ctx context.Context, m *message.TemplateMessage) (messageID string, err error) {
	body := struct {
		*message.TemplateMessage
		MiniProgram *jumpTarget `json:"miniprogram,omitempty"`
	}{m, target(m.MiniProgram.AppID, m.MiniProgram.PagePath)}
	var answer struct {
		MsgID int64 `json:"msgid"`
	}
	err = c.Do(ctx, Call{Op: "template.send", Path: PathTemplate, Body: body, Personal: []string{m.ToUser}}, &answer)
	if err != nil {
		return "", err
	}
	return strconv.FormatInt(answer.MsgID, 10), nil
}

// SendSubscription sends a subscription notice, which takes one subscription of the person to the template (none left: 43101).
func (c *Client) SendSubscription(ctx context.Context, m *message.SubscribeMessage) error {
	body := struct {
		*message.SubscribeMessage
		MiniProgram *jumpTarget `json:"miniprogram,omitempty"`
	}{m, target(m.MiniProgram.AppID, m.MiniProgram.PagePath)}
	return c.Do(ctx, Call{Op: "subscription.send", Path: PathSubscription, Body: body, Personal: []string{m.ToUser}}, nil)
}

// SendCustomer sends a customer message, which needs an open window (else 45015) with messages left (else 45047).
func (c *Client) SendCustomer(ctx context.Context, m *message.CustomerMessage) error {
	return c.Do(ctx, Call{Op: "customer.send", Path: PathCustomer, Body: m, Personal: []string{m.ToUser}}, nil)
}

// SendReply sends a reply as a customer message of text, with the same content a passive reply would have.
func (c *Client) SendReply(ctx context.Context, openID string, r chat.Reply) error {
	return c.SendCustomer(ctx, message.NewCustomerTextMessage(openID, Content(r)))
}

// MenuMessage makes a customer message of the msgmenu type: a head, lines to tap, a tail. A tap comes back as a text message with the
// line's words; the ids are the numbers of the lines, from 1. Only verified accounts may send it (others: 40200).
func MenuMessage(openID, head string, choices []chat.Choice, tail string) *message.CustomerMessage {
	m := &message.MediaMsgmenu{HeadContent: clean(head), TailContent: clean(tail)}
	for i, c := range choices {
		m.List = append(m.List, message.MsgmenuItem{ID: strconv.Itoa(i + 1), Content: labelOf(c)})
	}
	return &message.CustomerMessage{ToUser: openID, Msgtype: "msgmenu", Msgmenu: m}
}

// Typing shows or hides "对方正在输入" at a person who may get customer messages.
func (c *Client) Typing(ctx context.Context, openID string, on bool) error {
	command := "CancelTyping"
	if on {
		command = "Typing"
	}
	body := map[string]string{"touser": openID, "command": command}
	return c.Do(ctx, Call{Op: "customer.typing", Path: "/cgi-bin/message/custom/typing", Body: body, Personal: []string{openID}}, nil)
}
