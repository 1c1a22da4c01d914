package wechat

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/truncate"
)

// MaxText is how many bytes of a message's text are kept. Longer texts are cut on a rune border; nobody asks a question of 1,300 characters.
const MaxText = 4 << 10

// maxName bounds account and user ids, which have 15 and 28 characters today.
const maxName = 128

// first is an element of which only the first non-empty occurrence counts. The platform writes the sender before the text, so a text that
// broke out of its CDATA section could not become another sender.
type first string

// UnmarshalXML implements xml.Unmarshaler.
func (f *first) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var s string
	if err := d.DecodeElement(&s, &start); err != nil {
		return err
	}
	if *f == "" {
		*f = first(s)
	}
	return nil
}

// incoming is every element beianbot reads. All are strings, so that no value the platform may invent costs the message.
type incoming struct {
	ToUserName   first
	FromUserName first
	CreateTime   first
	MsgType      first
	MsgId        first // of a message; may exceed an int64
	MsgID        first // of a template message whose fate is told
	Content      first
	Recognition  first
	MenuID       first `xml:"bizmsgmenuid"` // any string
	Event        first
	EventKey     first
	Status       first
	Popup        []incomingSubscription `xml:"SubscribeMsgPopupEvent>List"`
	Change       []incomingSubscription `xml:"SubscribeMsgChangeEvent>List"`
	Sent         []incomingSubscription `xml:"SubscribeMsgSentEvent>List"`
}

type incomingSubscription struct {
	TemplateId            first
	SubscribeStatusString first
	MsgID                 first
	ErrorCode             first
	ErrorStatus           first
}

// Parse reads a message in clear. Unknown kinds of messages and events become KindOther and EventOther; only a document without sender,
// receiver or type is an error, which wraps ErrUnreadable and quotes nothing of the document.
func Parse(plain []byte) (*chat.Message, error) {
	if len(plain) > MaxBody {
		return nil, fmt.Errorf("%w: message of %d bytes", ErrUnreadable, len(plain))
	}
	var in incoming
	if err := decodeXML(plain, &in); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		name  string
		value *first
	}{{"ToUserName", &in.ToUserName}, {"FromUserName", &in.FromUserName}, {"MsgType", &in.MsgType}} {
		*f.value = first(strings.TrimSpace(string(*f.value)))
		if *f.value == "" {
			return nil, fmt.Errorf("%w: no %s", ErrUnreadable, f.name)
		}
		if len(*f.value) > maxName {
			return nil, fmt.Errorf("%w: %s of %d bytes", ErrUnreadable, f.name, len(*f.value))
		}
		if strings.ContainsFunc(string(*f.value), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return nil, fmt.Errorf("%w: %s is not a name", ErrUnreadable, f.name)
		}
	}
	m := &chat.Message{
		Account: string(in.ToUserName),
		User:    string(in.FromUserName),
		At:      unixTime(string(in.CreateTime)),
		Kind:    kindOf(string(in.MsgType)),
	}
	switch m.Kind {
	case chat.KindText:
		m.MenuID = string(in.MenuID)
		m.Text = string(in.Content)
		if m.MenuID != "" {
			m.Text = unescapeTap(m.Text)
		}
	case chat.KindVoice:
		m.Text = string(in.Recognition)
	case chat.KindEvent:
		m.Event = in.event()
	case chat.KindImage, chat.KindVideo, chat.KindLocation, chat.KindLink, chat.KindFile,
		chat.KindOther:
	}
	m.Text = truncate.Bytes(m.Text, MaxText)
	m.MenuID = truncate.Bytes(m.MenuID, maxName)
	m.Key = in.key(plain)
	return m, nil
}

// key tells deliveries apart. The platform's rule is MsgId for messages, FromUserName + CreateTime for events; in the wild the same MsgId
// came for several people, and events of one second collided, so more goes in. It is hashed: keys are stored and logged, openids are not.
func (in *incoming) key(plain []byte) string {
	h := sha256.New()
	add := func(parts ...first) {
		for _, p := range parts {
			fmt.Fprintf(h, "%d:%s", len(p), p) // the length keeps neighbours apart
		}
	}
	add(in.ToUserName, in.FromUserName, in.CreateTime)
	switch {
	case in.MsgType == "event":
		add("event", in.Event, in.EventKey, in.MsgID, in.Status)
		for _, list := range [][]incomingSubscription{in.Popup, in.Change, in.Sent} {
			for _, s := range list {
				add(s.TemplateId, s.SubscribeStatusString, s.MsgID, s.ErrorCode)
			}
		}
	case in.MsgId != "":
		add("message", in.MsgId)
	default:
		add("raw", first(plain))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

func kindOf(msgType string) chat.Kind {
	switch msgType {
	case "text":
		return chat.KindText
	case "voice":
		return chat.KindVoice
	case "image":
		return chat.KindImage
	case "video", "shortvideo":
		return chat.KindVideo
	case "location":
		return chat.KindLocation
	case "link":
		return chat.KindLink
	case "file":
		return chat.KindFile
	case "event":
		return chat.KindEvent
	}
	return chat.KindOther
}

func (in *incoming) event() chat.Event {
	e := chat.Event{
		Kind: chat.EventOther,
		Name: truncate.Bytes(string(in.Event), maxName),
		Key:  truncate.Bytes(string(in.EventKey), 1024), // a menu's address may have 1,024 bytes
	}
	switch strings.ToLower(e.Name) { // the platform mixes upper and lower case
	case "subscribe":
		e.Kind = chat.EventFollow
		e.Key = strings.TrimPrefix(e.Key, "qrscene_")
	case "unsubscribe":
		e.Kind = chat.EventUnfollow
	case "scan":
		e.Kind = chat.EventScan
	case "click":
		e.Kind = chat.EventTap
	case "view":
		e.Kind = chat.EventView
	case "subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event":
		e.Kind = chat.EventSubscription
		e.Subscriptions = in.subscriptions()
	case "templatesendjobfinish":
		e.Kind = chat.EventTemplateSent
		e.MessageID, e.Status = truncate.Bytes(string(in.MsgID), maxName), truncate.Bytes(string(in.Status), maxName)
	}
	return e
}

// subscriptions gathers the rows of the three subscription events. A word other than accept (reject, ban, filter) is a rejection.
func (in *incoming) subscriptions() []chat.Subscription {
	var rows []chat.Subscription
	for _, list := range [][]incomingSubscription{in.Popup, in.Change} {
		for _, s := range list {
			row := chat.Subscription{Template: string(s.TemplateId), Change: chat.SubscriptionRejected}
			if s.SubscribeStatusString == "accept" {
				row.Change = chat.SubscriptionAccepted
			}
			rows = append(rows, row)
		}
	}
	for _, s := range in.Sent {
		row := chat.Subscription{Template: string(s.TemplateId), Change: chat.SubscriptionDelivered, MessageID: string(s.MsgID)}
		if s.ErrorCode != "0" && s.ErrorCode != "" || s.ErrorCode == "" && s.ErrorStatus != "success" {
			row.Change = chat.SubscriptionFailed
			row.Error = strings.TrimSpace(string(s.ErrorCode) + " " + string(s.ErrorStatus))
		}
		rows = append(rows, row)
	}
	for i := range rows {
		rows[i].Template = truncate.Bytes(rows[i].Template, maxName)
		rows[i].MessageID = truncate.Bytes(rows[i].MessageID, maxName)
		rows[i].Error = truncate.Bytes(rows[i].Error, maxName)
	}
	return rows
}

// unixTime reads seconds since 1970; the zero time stands for anything else.
func unixTime(s string) time.Time {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n <= 0 || n > 1<<40 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// unescapeTap undoes what Content escaped in a link's words, for clients that send the words as they stand in the address.
func unescapeTap(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	if u, err := url.PathUnescape(s); err == nil && utf8.ValidString(u) {
		return string(sanitise([]byte(u)))
	}
	return s
}
