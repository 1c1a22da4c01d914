package wechattest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/beianbot/beianbot/bot/wechat"
)

// Answer is what came back for a callback.
type Answer struct {
	// Callback is what was sent; Redeliver sends it again.
	Callback Callback
	// Status and Body are the HTTP response, Took the time until its end.
	Status int
	Body   []byte
	Took   time.Duration
	// Plain is the reply's XML in clear; nil when nothing was said.
	Plain []byte
	// Content is the reply's text with its markup, Text the same as a person reads it.
	Content, Text string
	// Links are what can be tapped in it, in order.
	Links []Link
}

// Silent reports whether the account said nothing.
func (a *Answer) Silent() bool { return a.Plain == nil }

// Find returns the link with a label.
func (a *Answer) Find(label string) (Link, bool) {
	for _, l := range a.Links {
		if l.Label == label {
			return l, true
		}
	}
	return Link{}, false
}

// Link is something to tap in a text.
type Link struct {
	// Label is what it says.
	Label string `json:"label"`
	// Words are what a tap types, and ID the menu id that goes with them, for a weixin://bizmsgmenu link.
	Words string `json:"words,omitempty"`
	ID    string `json:"id,omitempty"`
	// URL is the address of an ordinary link.
	URL string `json:"url,omitempty"`
}

// reply is the XML of a text reply.
type reply struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   string
	FromUserName string
	CreateTime   int64
	MsgType      string
	Content      string
}

// sealed is the XML of an encrypted reply.
type sealed struct {
	XMLName      xml.Name `xml:"xml"`
	Encrypt      string
	MsgSignature string
	TimeStamp    string
	Nonce        string
}

// read decodes a response as strictly as the platform does: what it would not accept, for which the person would see
// 该公众号提供的服务出现故障, is an error.
func (a Account) read(answer *Answer, openID string) error {
	if answer.Status != 200 {
		return nil // the caller sees the status
	}
	body := string(answer.Body)
	if body == "" || body == "success" {
		return nil
	}
	plain := answer.Body
	if a.mode() == wechat.ModeSafe || answer.Callback.Query.Get("encrypt_type") == "aes" {
		var outer sealed
		if err := xml.Unmarshal(answer.Body, &outer); err != nil {
			return fmt.Errorf("wechattest: reply is not an encrypted one: %w", err)
		}
		if util.Signature(a.Token, outer.TimeStamp, outer.Nonce, outer.Encrypt) != outer.MsgSignature {
			return errors.New("wechattest: reply with a wrong signature")
		}
		var err error
		if _, plain, err = util.DecryptMsg(a.AppID, outer.Encrypt, a.AESKey); err != nil {
			return fmt.Errorf("wechattest: reply cannot be decrypted: %w", err)
		}
	}
	var r reply
	if err := xml.Unmarshal(plain, &r); err != nil {
		return fmt.Errorf("wechattest: reply: %w", err)
	}
	switch {
	case r.MsgType != "text":
		return fmt.Errorf("wechattest: reply of type %q", r.MsgType)
	case r.ToUserName != openID || r.FromUserName != a.ID:
		return errors.New("wechattest: reply from or to somebody else")
	case strings.TrimSpace(r.Content) == "":
		return errors.New("wechattest: reply with an empty text")
	case len(r.Content) > 2047:
		return fmt.Errorf("wechattest: reply of %d bytes", len(r.Content))
	case r.CreateTime <= 0:
		return errors.New("wechattest: reply without a time")
	}
	answer.Plain, answer.Content = plain, r.Content
	answer.Text, answer.Links = ReadText(r.Content)
	return nil
}

var anchor = regexp.MustCompile(`(?s)<a\s+[^>]*?href="([^"]*)"[^>]*>(.*?)</a>`)

// ReadText shows a text as WeChat does: links become their labels, everything else stays.
func ReadText(content string) (text string, links []Link) {
	text = anchor.ReplaceAllStringFunc(content, func(tag string) string {
		m := anchor.FindStringSubmatch(tag)
		links = append(links, readLink(m[1], m[2]))
		return m[2]
	})
	return text, links
}

func readLink(address, label string) Link {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "weixin" || u.Host != "bizmsgmenu" {
		return Link{Label: label, URL: address}
	}
	q := u.Query()
	l := Link{Label: label, Words: q.Get("msgmenucontent"), ID: q.Get("msgmenuid")}
	if _, err := strconv.ParseInt(l.ID, 10, 64); err != nil {
		l.ID = "" // older SDKs lose a message with any other id; the platform's sample has numbers only
	}
	return l
}
