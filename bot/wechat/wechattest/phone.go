package wechattest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// PhoneOptions describe a person's phone.
type PhoneOptions struct {
	// Account is the account the person talks to. Required.
	Account Account
	// URL is the account's callback address. Required.
	URL string
	// OpenID is the person. Empty means a new one.
	OpenID string
	// HTTP sends the callbacks; nil means a client that gives up after 5 seconds, as the platform does.
	HTTP *http.Client
	// Now is the platform's clock; nil means time.Now.
	Now func() time.Time
	// NoMenuIDs leaves out bizmsgmenuid, as test accounts do.
	NoMenuIDs bool
	// Platform, if not nil, learns of what the person does: windows, following.
	Platform *Platform
}

// Phone is one person using the account. It is safe for concurrent use.
type Phone struct {
	o PhoneOptions
}

// NewPhone returns a Phone.
func NewPhone(o PhoneOptions) *Phone {
	if o.OpenID == "" {
		o.OpenID = NewOpenID()
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 5 * time.Second}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Phone{o: o}
}

// NewOpenID returns an id like the platform's: 28 characters, beginning with "o".
func NewOpenID() string { return "oTest" + randomHex(12)[:23] }

// OpenID returns the person's id.
func (p *Phone) OpenID() string { return p.o.OpenID }

// Say sends a text.
func (p *Phone) Say(ctx context.Context, text string) (*Answer, error) {
	return p.message(ctx, "text", field{"Content", text})
}

// Tap taps a link of a reply.
func (p *Phone) Tap(ctx context.Context, l Link) (*Answer, error) {
	if l.ID == "" || p.o.NoMenuIDs {
		return p.Say(ctx, l.Words)
	}
	return p.message(ctx, "text", field{"Content", l.Words}, field{"bizmsgmenuid", l.ID})
}

// Voice sends a voice message with what the platform recognised in it, which may be nothing.
func (p *Phone) Voice(ctx context.Context, recognition string) (*Answer, error) {
	return p.message(ctx, "voice", field{"MediaId", "media-" + randomHex(8)}, field{"MediaId16K", "media-" + randomHex(8)},
		field{"Format", "amr"}, field{"Recognition", recognition})
}

// Image sends a picture.
func (p *Phone) Image(ctx context.Context) (*Answer, error) {
	return p.message(ctx, "image", field{"PicUrl", "http://mmbiz.qpic.cn/sample"}, field{"MediaId", "media-" + randomHex(8)})
}

// Video sends a video.
func (p *Phone) Video(ctx context.Context) (*Answer, error) {
	return p.message(ctx, "video", field{"MediaId", "media-" + randomHex(8)}, field{"ThumbMediaId", "media-" + randomHex(8)})
}

// Location sends a place.
func (p *Phone) Location(ctx context.Context) (*Answer, error) {
	return p.message(ctx, "location", field{"Location_X", "31.230416"}, field{"Location_Y", "121.473701"}, field{"Scale", "15"}, field{"Label", "上海市"})
}

// Send sends a message of any type with any fields, given as name, value, name, value.
func (p *Phone) Send(ctx context.Context, msgType string, fields ...string) (*Answer, error) {
	return p.message(ctx, msgType, pairs(fields)...)
}

// Follow follows the account, by a QR code with a scene unless that is empty.
func (p *Phone) Follow(ctx context.Context, scene string) (*Answer, error) {
	if scene == "" {
		return p.Event(ctx, "subscribe", "EventKey", "")
	}
	return p.Event(ctx, "subscribe", "EventKey", "qrscene_"+scene, "Ticket", "gQ-"+randomHex(16))
}

// Unfollow leaves the account.
func (p *Phone) Unfollow(ctx context.Context) (*Answer, error) {
	return p.Event(ctx, "unsubscribe", "EventKey", "")
}

// Scan scans a QR code of the account it already follows.
func (p *Phone) Scan(ctx context.Context, scene string) (*Answer, error) {
	return p.Event(ctx, "SCAN", "EventKey", scene, "Ticket", "gQ-"+randomHex(16))
}

// Click taps a menu button with a key.
func (p *Phone) Click(ctx context.Context, key string) (*Answer, error) {
	return p.Event(ctx, "CLICK", "EventKey", key)
}

// View taps a menu button that opens a page.
func (p *Phone) View(ctx context.Context, address string) (*Answer, error) {
	return p.Event(ctx, "VIEW", "EventKey", address)
}

// AnswerSubscription accepts or rejects notices of templates in the window that asks for it.
func (p *Phone) AnswerSubscription(ctx context.Context, accept bool, templates ...string) (*Answer, error) {
	status := "reject"
	if accept {
		status = "accept"
	}
	var list strings.Builder
	for _, t := range templates {
		list.WriteString("<List>" + element("TemplateId", t) + element("SubscribeStatusString", status) + element("PopupScene", "2") + "</List>")
	}
	if p.o.Platform != nil && accept {
		for _, t := range templates {
			p.o.Platform.Credit(p.o.OpenID, t, 1)
		}
	}
	return p.event(ctx, "subscribe_msg_popup_event", "<SubscribeMsgPopupEvent>"+list.String()+"</SubscribeMsgPopupEvent>")
}

// Event sends an event with any fields, given as name, value, name, value.
func (p *Phone) Event(ctx context.Context, name string, fields ...string) (*Answer, error) {
	var b strings.Builder
	for _, f := range pairs(fields) {
		b.WriteString(element(f.name, f.value))
	}
	return p.event(ctx, name, b.String())
}

// Raw sends any bytes in the account's envelope.
func (p *Phone) Raw(ctx context.Context, plain []byte) (*Answer, error) {
	c, err := p.o.Account.Wrap(plain, p.o.OpenID, p.o.Now())
	if err != nil {
		return nil, err
	}
	return p.Redeliver(ctx, c)
}

// Redeliver sends a callback as it is, byte by byte, as the platform does when it got no answer.
func (p *Phone) Redeliver(ctx context.Context, c Callback) (*Answer, error) {
	start := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address(p.o.URL, c.Query), bytes.NewReader(c.Body))
	if err != nil {
		return nil, fmt.Errorf("wechattest: %w", err)
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	res, err := p.o.HTTP.Do(req)
	if err != nil {
		return nil, fmt.Errorf("wechattest: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("wechattest: %w", err)
	}
	answer := &Answer{Callback: c, Status: res.StatusCode, Body: body, Took: time.Since(start)}
	return answer, p.o.Account.read(answer, p.o.OpenID)
}

// Verify checks the callback address as the platform does when it is saved, and returns what came back.
func (p *Phone) Verify(ctx context.Context, echo string) (status int, body string, err error) {
	query := p.o.Account.sign(p.o.Now())
	query.Set("echostr", echo)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address(p.o.URL, query), nil)
	if err != nil {
		return 0, "", fmt.Errorf("wechattest: %w", err)
	}
	res, err := p.o.HTTP.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("wechattest: %w", err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	return res.StatusCode, string(got), err
}

func (p *Phone) message(ctx context.Context, msgType string, fields ...field) (*Answer, error) {
	if p.o.Platform != nil {
		tapped := false
		for _, f := range fields {
			tapped = tapped || f.name == "bizmsgmenuid"
		}
		p.o.Platform.heard(p.o.OpenID, tapped)
	}
	return p.deliver(ctx, msgType, fields, element("MsgId", nextMessageID()))
}

func (p *Phone) event(ctx context.Context, name, inner string) (*Answer, error) {
	if p.o.Platform != nil {
		p.o.Platform.happened(p.o.OpenID, name)
	}
	return p.deliver(ctx, "event", []field{{"Event", name}}, inner)
}

func (p *Phone) deliver(ctx context.Context, msgType string, fields []field, inner string) (*Answer, error) {
	var b strings.Builder
	b.WriteString("<xml>" + element("ToUserName", p.o.Account.ID) + element("FromUserName", p.o.OpenID) +
		"<CreateTime>" + strconv.FormatInt(p.o.Now().Unix(), 10) + "</CreateTime>" + element("MsgType", msgType))
	for _, f := range fields {
		b.WriteString(element(f.name, f.value))
	}
	b.WriteString(inner + "</xml>")
	return p.Raw(ctx, []byte(b.String()))
}

type field struct{ name, value string }

func pairs(s []string) []field {
	var fields []field
	for i := 0; i+1 < len(s); i += 2 {
		fields = append(fields, field{s[i], s[i+1]})
	}
	return fields
}

// element writes an element as the platform does: text in CDATA.
func element(name, value string) string {
	return "<" + name + "><![CDATA[" + strings.ReplaceAll(value, "]]>", "]]]]><![CDATA[>") + "]]></" + name + ">"
}

func address(base string, query url.Values) string {
	if strings.Contains(base, "?") {
		return base + "&" + query.Encode()
	}
	return base + "?" + query.Encode()
}

var messageIDs atomic.Int64

// nextMessageID returns an id of the size the platform's have, unique in the process and most likely beyond it.
func nextMessageID() string {
	messageIDs.CompareAndSwap(0, time.Now().UnixNano()/100*10)
	return strconv.FormatInt(messageIDs.Add(1), 10)
}
