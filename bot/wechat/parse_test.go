package wechat_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
)

// document puts elements between those that every message has.
func document(msgType, rest string) string {
	return "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oUser]]></FromUserName><CreateTime>1795435200</CreateTime><MsgType><![CDATA[" +
		msgType + "]]></MsgType>" + rest + "</xml>"
}

func event(name, rest string) string {
	return document("event", "<Event><![CDATA["+name+"]]></Event>"+rest)
}

func TestParse(t *testing.T) {
	at := time.Unix(1795435200, 0)
	text := func(s string) chat.Message { return chat.Message{Kind: chat.KindText, Text: s} }
	happened := func(e chat.Event) chat.Message { return chat.Message{Kind: chat.KindEvent, Event: e} }
	for _, c := range []struct {
		name, xml string
		want      chat.Message
	}{
		{"text", document("text", "<Content><![CDATA[备案要多久]]></Content><MsgId>24371234567890123</MsgId>"), text("备案要多久")},
		{"text without CDATA", document("text", "<Content>a &lt;b&gt; &amp; c</Content><MsgId>1</MsgId>"), text("a <b> & c")},
		{"empty text", document("text", "<Content></Content><MsgId>1</MsgId>"), text("")},
		{"message id beyond int64", document("text", "<Content>hi</Content><MsgId>99999999999999999999999</MsgId>"), text("hi")},
		{"message id not a number", document("text", "<Content>hi</Content><MsgId>49d72d67_155</MsgId>"), text("hi")},
		{"menu id", document("text", "<Content>2</Content><bizmsgmenuid>2</bizmsgmenuid><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindText, Text: "2", MenuID: "2"}},
		{"menu id not a number", document("text", "<Content>好</Content><bizmsgmenuid><![CDATA[yes]]></bizmsgmenuid><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindText, Text: "好", MenuID: "yes"}},
		{"tap that was not unescaped", document("text", "<Content>绑定%20BA-7K3M</Content><bizmsgmenuid>1</bizmsgmenuid><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindText, Text: "绑定 BA-7K3M", MenuID: "1"}},
		{"percent that is no escape", document("text", "<Content>100%</Content><bizmsgmenuid>1</bizmsgmenuid><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindText, Text: "100%", MenuID: "1"}},
		{"percent that was typed", document("text", "<Content>绑定%20BA</Content><MsgId>1</MsgId>"), text("绑定%20BA")},
		{"control character", document("text", "<Content><![CDATA[审核\b中\x00\x1f]]></Content><MsgId>1</MsgId>"), text("审核中")},
		{"invalid UTF-8", document("text", "<Content><![CDATA[审核\xff\xfe中]]></Content><MsgId>1</MsgId>"), text("审核\ufffd\ufffd中")},
		{"noncharacter", document("text", "<Content><![CDATA[a\uffff\ufffeb]]></Content><MsgId>1</MsgId>"), text("ab")},
		{"CDATA end in text", document("text", "<Content><![CDATA[a]]]]><![CDATA[>b]]></Content><MsgId>1</MsgId>"), text("a]]>b")},
		{"tags in text", document("text", "<Content><![CDATA[</Content><FromUserName>oOther</FromUserName>]]></Content><MsgId>1</MsgId>"), text("</Content><FromUserName>oOther</FromUserName>")},
		{"text that broke out", document("text", "<Content>a</Content><FromUserName>oOther</FromUserName><Content>b</Content><MsgId>1</MsgId>"), text("a")},
		{"Encrypt in text", document("text", "<Content><![CDATA[<Encrypt>x</Encrypt>]]></Content><MsgId>1</MsgId>"), text("<Encrypt>x</Encrypt>")},
		{"leading byte order mark", "\ufeff" + document("text", "<Content>hi</Content><MsgId>1</MsgId>"), text("hi")},
		{"spaces around names", strings.NewReplacer("[gh_1]", "[gh_1 ]", "<MsgType>", "<MsgType>\n").Replace(document("text", "<Content>hi</Content><MsgId>1</MsgId>")), text("hi")},
		{"XML declaration", `<?xml version="1.0" encoding="UTF-8"?>` + document("text", "<Content>hi</Content><MsgId>1</MsgId>"), text("hi")},
		{"unknown elements", document("text", "<Content>hi</Content><MsgId>1</MsgId><New><Deep><er>1</er></Deep></New>"), text("hi")},
		{"odd time", strings.Replace(document("text", "<Content>hi</Content><MsgId>1</MsgId>"), "1795435200", "soon", 1), chat.Message{Kind: chat.KindText, Text: "hi", At: time.Time{}}},

		{"voice", document("voice", "<MediaId>m</MediaId><MediaId16K>m16</MediaId16K><Format>amr</Format><Recognition><![CDATA[备案要多久。]]></Recognition><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindVoice, Text: "备案要多久。"}},
		{"voice not recognised", document("voice", "<MediaId>m</MediaId><Recognition></Recognition><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindVoice}},
		{"image", document("image", "<PicUrl>http://x</PicUrl><MediaId>m</MediaId><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindImage}},
		{"video", document("video", "<MsgId>1</MsgId>"), chat.Message{Kind: chat.KindVideo}},
		{"short video", document("shortvideo", "<MsgId>1</MsgId>"), chat.Message{Kind: chat.KindVideo}},
		{"location", document("location", "<Location_X>a</Location_X><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindLocation}},
		{"link", document("link", "<Title>t</Title><Url>http://x</Url><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindLink}},
		{"file", document("file", "<Title>t</Title><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindFile}},
		{"unknown kind", document("hologram", "<Content>not ours</Content><MsgId>1</MsgId>"), chat.Message{Kind: chat.KindOther}},

		{"follow", event("subscribe", "<EventKey></EventKey>"), happened(chat.Event{Kind: chat.EventFollow, Name: "subscribe"})},
		{"follow by QR code", event("subscribe", "<EventKey><![CDATA[qrscene_BA-7K3M-Q9XD]]></EventKey><Ticket>t</Ticket>"), happened(chat.Event{Kind: chat.EventFollow, Name: "subscribe", Key: "BA-7K3M-Q9XD"})},
		{"unfollow", event("unsubscribe", "<EventKey></EventKey>"), happened(chat.Event{Kind: chat.EventUnfollow, Name: "unsubscribe"})},
		{"scan", event("SCAN", "<EventKey>BA-7K3M-Q9XD</EventKey><Ticket>t</Ticket>"), happened(chat.Event{Kind: chat.EventScan, Name: "SCAN", Key: "BA-7K3M-Q9XD"})},
		{"click", event("CLICK", "<EventKey>status</EventKey>"), happened(chat.Event{Kind: chat.EventTap, Name: "CLICK", Key: "status"})},
		{"view", event("VIEW", "<EventKey>https://x</EventKey><MenuId>1</MenuId>"), happened(chat.Event{Kind: chat.EventView, Name: "VIEW", Key: "https://x"})},
		{"location report", event("LOCATION", "<Latitude>1</Latitude>"), happened(chat.Event{Kind: chat.EventOther, Name: "LOCATION"})},
		{"unknown event", event("brand_new", "<EventKey>k</EventKey>"), happened(chat.Event{Kind: chat.EventOther, Name: "brand_new", Key: "k"})},
		{"template sent", event("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status><![CDATA[success]]></Status>"), happened(chat.Event{Kind: chat.EventTemplateSent, Name: "TEMPLATESENDJOBFINISH", MessageID: "200163836", Status: "success"})},
		{"template blocked", event("TEMPLATESENDJOBFINISH", "<MsgID>200163840</MsgID><Status><![CDATA[failed:user block]]></Status>"), happened(chat.Event{Kind: chat.EventTemplateSent, Name: "TEMPLATESENDJOBFINISH", MessageID: "200163840", Status: "failed:user block"})},
		{
			"subscription popup with several templates",
			event("subscribe_msg_popup_event", `<SubscribeMsgPopupEvent><List><TemplateId>T1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>1</PopupScene></List><List><TemplateId>T2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>`),
			happened(chat.Event{Kind: chat.EventSubscription, Name: "subscribe_msg_popup_event", Subscriptions: []chat.Subscription{
				{Template: "T1", Change: chat.SubscriptionAccepted}, {Template: "T2", Change: chat.SubscriptionRejected},
			}}),
		},
		{
			"subscription popup in several parents",
			event("subscribe_msg_popup_event", `<SubscribeMsgPopupEvent><List><TemplateId>T1</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List></SubscribeMsgPopupEvent><SubscribeMsgPopupEvent><List><TemplateId>T2</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List></SubscribeMsgPopupEvent>`),
			happened(chat.Event{Kind: chat.EventSubscription, Name: "subscribe_msg_popup_event", Subscriptions: []chat.Subscription{
				{Template: "T1", Change: chat.SubscriptionAccepted}, {Template: "T2", Change: chat.SubscriptionAccepted},
			}}),
		},
		{
			"subscription withdrawn",
			event("subscribe_msg_change_event", `<SubscribeMsgChangeEvent><List><TemplateId>T1</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List><List><TemplateId>T2</TemplateId><SubscribeStatusString>reject</SubscribeStatusString></List></SubscribeMsgChangeEvent>`),
			happened(chat.Event{Kind: chat.EventSubscription, Name: "subscribe_msg_change_event", Subscriptions: []chat.Subscription{
				{Template: "T1", Change: chat.SubscriptionRejected}, {Template: "T2", Change: chat.SubscriptionRejected},
			}}),
		},
		{
			"subscription sent",
			event("subscribe_msg_sent_event", `<SubscribeMsgSentEvent><List><TemplateId>T1</TemplateId><MsgID>1700827132819554304</MsgID><ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List><List><TemplateId>T2</TemplateId><MsgID>2</MsgID><ErrorCode>43101</ErrorCode><ErrorStatus>user refuse</ErrorStatus></List></SubscribeMsgSentEvent>`),
			happened(chat.Event{Kind: chat.EventSubscription, Name: "subscribe_msg_sent_event", Subscriptions: []chat.Subscription{
				{Template: "T1", Change: chat.SubscriptionDelivered, MessageID: "1700827132819554304"},
				{Template: "T2", Change: chat.SubscriptionFailed, MessageID: "2", Error: "43101 user refuse"},
			}}),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := wechat.Parse([]byte(c.xml))
			if err != nil {
				t.Fatal(err)
			}
			want := c.want
			want.Account, want.User = "gh_1", "oUser"
			if c.name != "odd time" {
				want.At = at
			}
			if diff := cmp.Diff(&want, got, cmpopts.IgnoreFields(chat.Message{}, "Key")); diff != "" {
				t.Error(diff)
			}
			if len(got.Key) < 22 || strings.Contains(got.Key, "oUser") {
				t.Errorf("key %q", got.Key)
			}
			again, err := wechat.Parse([]byte(c.xml))
			if err != nil || again.Key != got.Key {
				t.Errorf("a second delivery has key %q, not %q (%v)", again.Key, got.Key, err)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for name, doc := range map[string]string{
		"nothing":      "",
		"space":        " \n",
		"text":         "hello",
		"JSON":         `{"MsgType":"text"}`,
		"JSON list":    ` [1]`,
		"other root":   strings.NewReplacer("<xml>", "<html>", "</xml>", "</html>").Replace(document("text", "")),
		"cut off":      document("text", "")[:100],
		"no sender":    "<xml><ToUserName>gh</ToUserName><MsgType>text</MsgType></xml>",
		"no receiver":  "<xml><FromUserName>o</FromUserName><MsgType>text</MsgType></xml>",
		"no type":      "<xml><ToUserName>gh</ToUserName><FromUserName>o</FromUserName></xml>",
		"long sender":  "<xml><ToUserName>gh</ToUserName><FromUserName>" + strings.Repeat("o", 200) + "</FromUserName><MsgType>text</MsgType></xml>",
		"odd sender":   "<xml><ToUserName>gh</ToUserName><FromUserName>o\n1</FromUserName><MsgType>text</MsgType></xml>",
		"deep":         "<xml>" + strings.Repeat("<a>", 50) + strings.Repeat("</a>", 50) + "</xml>",
		"many":         "<xml>" + strings.Repeat("<a/>", 5000) + "</xml>",
		"large":        document("text", "<Content>"+strings.Repeat("a", 65<<10)+"</Content>"),
		"entities":     `<!DOCTYPE xml [<!ENTITY a "b">]>` + document("text", "<Content>&a;</Content>"),
		"mismatched":   "<xml><a></b></xml>",
		"other script": `<?xml version="1.0" encoding="GBK"?>` + document("text", ""),
	} {
		m, err := wechat.Parse([]byte(doc))
		if !errors.Is(err, wechat.ErrUnreadable) {
			t.Errorf("%s: %v, %v", name, m, err)
			continue
		}
		if len(err.Error()) > 150 || strings.Contains(err.Error(), "oooo") {
			t.Errorf("%s: the error quotes the document: %v", name, err)
		}
	}
}

func TestParseCutsLongTexts(t *testing.T) {
	m, err := wechat.Parse([]byte(document("text", "<Content>"+strings.Repeat("备", 3000)+"</Content><MsgId>1</MsgId>")))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Text) > wechat.MaxText || len(m.Text) < wechat.MaxText-3 || !utf8.ValidString(m.Text) {
		t.Errorf("%d bytes", len(m.Text))
	}
}

// Known collisions of weaker keys: one MsgId for several people, several events in one second, several results of templates.
func TestKeysTellMessagesApart(t *testing.T) {
	docs := []string{
		document("text", "<Content>1</Content><MsgId>1</MsgId>"),
		document("text", "<Content>1</Content><MsgId>2</MsgId>"),
		strings.Replace(document("text", "<Content>1</Content><MsgId>1</MsgId>"), "[oUser]", "[oOther]", 1),
		strings.Replace(document("text", "<Content>1</Content><MsgId>1</MsgId>"), "gh_1", "gh_2", 1),
		strings.Replace(document("text", "<Content>1</Content><MsgId>1</MsgId>"), "1795435200", "1795435201", 1),
		document("text", "<Content>a</Content>"),
		document("text", "<Content>b</Content>"),
		event("CLICK", "<EventKey>a</EventKey>"),
		event("CLICK", "<EventKey>b</EventKey>"),
		event("VIEW", "<EventKey>b</EventKey>"),
		event("unsubscribe", ""),
		event("subscribe", ""),
		event("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID><Status>success</Status>"),
		event("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID><Status>success</Status>"),
		event("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent><List><TemplateId>T1</TemplateId></List></SubscribeMsgPopupEvent>"),
		event("subscribe_msg_popup_event", "<SubscribeMsgPopupEvent><List><TemplateId>T2</TemplateId></List></SubscribeMsgPopupEvent>"),
	}
	seen := map[string]int{}
	for i, d := range docs {
		m, err := wechat.Parse([]byte(d))
		if err != nil {
			t.Fatal(err)
		}
		if j, ok := seen[m.Key]; ok {
			t.Errorf("messages %d and %d share a key", i, j)
		}
		seen[m.Key] = i
	}
}
