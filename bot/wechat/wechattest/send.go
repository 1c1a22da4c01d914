package wechattest

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// idempotency is how long the platform remembers a client_msg_id of a person.
const idempotency = 10 * time.Minute

type sentKey struct{ openID, clientMsgID string }

type sentMessage struct {
	msgID int64
	at    time.Time
}

// item is what a request says of one keyword. The request types here are the platform's own view: a slip in package
// wechat shows.
type item struct {
	Value string `json:"value"`
}

type templateRequest struct {
	ToUser      string           `json:"touser"`
	TemplateID  string           `json:"template_id"`
	URL         string           `json:"url"`
	Data        map[string]*item `json:"data"`
	ClientMsgID string           `json:"client_msg_id"`
}

type subscriptionRequest struct {
	ToUser     string           `json:"touser"`
	TemplateID string           `json:"template_id"`
	Page       string           `json:"page"`
	Data       map[string]*item `json:"data"`
}

type customerRequest struct {
	ToUser  string `json:"touser"`
	MsgType string `json:"msgtype"`
	Text    *struct {
		Content string `json:"content"`
	} `json:"text"`
}

func (p *Platform) sendTemplate(body []byte) (any, int) {
	var in templateRequest
	if json.Unmarshal(body, &in) != nil {
		return nil, 47001
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if code := p.checkRecipient(in.ToUser); code != 0 {
		return nil, code
	}
	if code := p.checkTemplate(in.TemplateID); code != 0 {
		return nil, code
	}
	data := map[string]string{}
	for name, item := range in.Data {
		if item == nil {
			return nil, 47003
		}
		data[name] = item.Value
	}
	if code := checkFields(data); code != 0 {
		return nil, code
	}
	now, key := p.now(), sentKey{in.ToUser, in.ClientMsgID}
	if before, ok := p.sent[key]; ok && in.ClientMsgID != "" && now.Sub(before.at) < idempotency {
		return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": before.msgID}, 0
	}
	p.nextMsgID++
	p.sent[key] = sentMessage{p.nextMsgID, now}
	d := Delivery{
		OpenID: in.ToUser, Channel: ChannelTemplate, Template: in.TemplateID, Data: data, URL: in.URL,
		MsgID: p.nextMsgID, ClientMsgID: in.ClientMsgID,
	}
	p.deliver(d)
	if p.o.CallbackURL != "" {
		p.wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			_, _ = p.Finish(ctx, p.o.CallbackURL, d, "success")
		})
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": p.nextMsgID}, 0
}

// Finish tells the account's callback address what became of a template message: "success", "failed:user block", "failed: system failed".
func (p *Platform) Finish(ctx context.Context, callbackURL string, d Delivery, status string) (*Answer, error) {
	return p.Phone(callbackURL, d.OpenID).Event(ctx, "TEMPLATESENDJOBFINISH", "MsgID", strconv.FormatInt(d.MsgID, 10), "Status", status)
}

func (p *Platform) sendSubscription(body []byte) (any, int) {
	var in subscriptionRequest
	if json.Unmarshal(body, &in) != nil {
		return nil, 47001
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.people[in.ToUser] == nil && !p.o.AnyUser {
		return nil, 40003
	}
	if code := p.checkTemplate(in.TemplateID); code != 0 {
		return nil, code
	}
	data := map[string]string{}
	for name, item := range in.Data {
		if item == nil {
			return nil, 47003
		}
		data[name] = item.Value
	}
	if code := checkFields(data); code != 0 {
		return nil, code
	}
	if !p.o.NoCredits {
		credits := p.person(in.ToUser).credits
		if credits[in.TemplateID] == 0 {
			return nil, 43101
		}
		credits[in.TemplateID]--
	}
	p.nextMsgID++
	p.deliver(Delivery{OpenID: in.ToUser, Channel: ChannelSubscription, Template: in.TemplateID, Data: data, URL: in.Page, MsgID: p.nextMsgID})
	return ok, 0
}

func (p *Platform) sendCustomer(body []byte) (any, int) {
	var in customerRequest
	if json.Unmarshal(body, &in) != nil {
		return nil, 47001
	}
	d := Delivery{OpenID: in.ToUser, Channel: ChannelCustomer}
	if in.MsgType != "text" || in.Text == nil {
		return nil, 40008 // invalid message type
	}
	d.Content = in.Text.Content
	d.Text, d.Links = ReadText(d.Content)
	switch {
	case strings.TrimSpace(d.Text) == "":
		return nil, 44004
	case len(d.Content) > 2047:
		return nil, 45002
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if code := p.checkRecipient(in.ToUser); code != 0 {
		return nil, code
	}
	if !p.o.NoWindows {
		if code := p.person(in.ToUser).spend(p.now()); code != 0 {
			return nil, code
		}
	}
	p.deliver(d)
	return ok, 0
}

// checkRecipient returns 0 when the account may know a person. The caller holds the lock.
func (p *Platform) checkRecipient(openID string) int {
	if p.o.AnyUser && openID != "" {
		return 0
	}
	who, known := p.people[openID]
	switch {
	case !known:
		return 40003
	case !who.follows:
		return 43004
	}
	return 0
}

func (p *Platform) checkTemplate(id string) int {
	if id == "" {
		return 40037
	}
	if len(p.o.Templates) == 0 {
		return 0
	}
	for _, t := range p.o.Templates {
		if t == id {
			return 0
		}
	}
	return 40037
}

// checkFields holds the values to the limits of their kinds, which the beginnings of their names tell. Source: the platform's page on
// subscription notices; template messages follow the same limits for these kinds.
func checkFields(data map[string]string) int {
	for name, value := range data {
		runes := utf8.RuneCountInString(value)
		kind := strings.TrimRightFunc(name, unicode.IsDigit)
		good := value != ""
		switch kind {
		case "thing":
			good = good && runes <= 20
		case "character_string":
			good = good && runes <= 32 && strings.IndexFunc(value, func(r rune) bool { return r > unicode.MaxASCII }) < 0
		case "phrase":
			good = good && runes <= 5 && strings.IndexFunc(value, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) < 0
		case "letter", "symbol", "const", "name":
			good = good && runes <= 32
		case "number", "amount", "phone_number":
			good = good && runes <= 32 && strings.IndexFunc(value, func(r rune) bool { return r > unicode.MaxASCII && r != '元' && r != '￥' }) < 0
		case "time", "date":
			good = good && strings.IndexFunc(value, unicode.IsDigit) >= 0
		default: // first, keyword1, remark of older templates
			good = runes <= 200
		}
		if !good {
			return 47003
		}
	}
	return 0
}
