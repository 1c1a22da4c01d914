package wechat_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		hello, document("text", "<Content><![CDATA[a]]]]><![CDATA[>b\b\xff]]></Content><bizmsgmenuid>yes</bizmsgmenuid><MsgId>99999999999999999999</MsgId>"),
		event("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent><List><TemplateId>T</TemplateId></List></SubscribeMsgPopupEvent>"),
		event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>failed:user block</Status>"), event("subscribe", "<EventKey>qrscene_x</EventKey>"),
		`{"a":1}`, "<xml>", "<!DOCTYPE a><xml/>", "<xml xmlns='a'><a:MsgType/></xml>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		m, err := wechat.Parse(doc)
		if err != nil {
			if !errors.Is(err, wechat.ErrUnreadable) || m != nil || len(err.Error()) > 200 {
				t.Fatalf("%v, %v", m, err)
			}
			return
		}
		for _, s := range []string{m.Text, m.User, m.Account, m.MenuID, m.Event.Key, m.Event.Name} {
			if !utf8.ValidString(s) || len(s) > wechat.MaxText || strings.ContainsAny(s, "\x00\b") {
				t.Fatalf("unclean: %q", s)
			}
		}
		if len(m.Key) != 24 || m.User == "" || m.Account == "" || m.Kind == "" {
			t.Fatalf("%+v", m)
		}
		if m.Kind == chat.KindEvent && m.Event.Kind == "" {
			t.Fatal("event without a kind")
		}
		again, err := wechat.Parse(doc)
		if err != nil || again.Key != m.Key {
			t.Fatalf("a second delivery has another key: %v", err)
		}
		// Whatever came in, a reply goes out well-formed.
		checkReply(t, m, chat.Reply{Text: "你说：" + m.Text}, wechat.Render(m, chat.Reply{Text: "你说：" + m.Text}, noon))
	})
}

func FuzzOpen(f *testing.F) {
	for _, mode := range []wechat.Mode{wechat.ModePlain, wechat.ModeCompat, wechat.ModeSafe} {
		c := wrap(f, inMode(mode), hello, noon)
		f.Add(c.Query.Encode(), c.Body)
	}
	f.Add("signature=a&timestamp=1&nonce=1", []byte("<xml/>"))
	modes := []*wechat.Envelope{newEnvelope(f, wechat.ModePlain, noon), newEnvelope(f, wechat.ModeCompat, noon), newEnvelope(f, wechat.ModeSafe, noon)}
	account := inMode(wechat.ModeSafe)
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		q, _ := url.ParseQuery(query)
		for _, e := range modes {
			check(t, e, q, body)
			// The same body under a good signature gets further in.
			good := wrap(t, inMode(wechat.ModePlain), "", noon).Query
			check(t, e, good, body)
			check(t, e, with(good, "encrypt_type", "aes"), body)
			c, err := account.Wrap(body, "o", noon)
			if err != nil {
				t.Fatal(err)
			}
			if plain, _, err := e.Open(c.Query, c.Body); err == nil && e.Mode() != wechat.ModePlain && string(plain) != string(body) {
				t.Fatalf("opened %q, was %q", plain, body)
			}
		}
	})
}

func check(t *testing.T, e *wechat.Envelope, q url.Values, body []byte) {
	t.Helper()
	plain, seal, err := e.Open(q, body)
	if err == nil {
		if seal == nil {
			t.Fatal("no sealer")
		}
		if e.Mode() == wechat.ModeSafe && q.Get("msg_signature") == "" {
			t.Fatalf("safe mode accepted %q", plain)
		}
		return
	}
	var r wechat.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("not a refusal: %v", err)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("管局审核最长 20 个工作日。", "详细", "绑定 BA", uint8(3))
	f.Add("<a href=\"x\">]]>\u202e\x00", "</a>", "\"&%\xff", uint8(40))
	f.Add(strings.Repeat("备案\n", 900), strings.Repeat("长", 90), "", uint8(9))
	f.Fuzz(func(t *testing.T, text, label, words string, n uint8) {
		r := chat.Reply{Text: text}
		for range n {
			r.Choices = append(r.Choices, chat.Choice{Label: label, Send: words})
		}
		for range n % 4 {
			r.Actions = append(r.Actions, chat.Choice{Label: label, Send: words})
		}
		m := &chat.Message{Account: "gh", User: "o"}
		doc := wechat.Render(m, r, noon)
		if (doc == nil) != (wechat.Content(r) == "") {
			t.Fatalf("rendered %q for %q", doc, wechat.Content(r))
		}
		if doc != nil {
			checkReply(t, m, r, doc)
		}
	})
}
