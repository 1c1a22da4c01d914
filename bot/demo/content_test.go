package demo

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
)

func TestParseContent(t *testing.T) {
	tests := []struct {
		name, content string
		want          []Part
	}{
		{"nothing", "", nil},
		{"words", "您好\n请问", []Part{{Text: "您好\n请问"}}},
		{"tap", `1. <a href="weixin://bizmsgmenu?msgmenucontent=查进度&msgmenuid=1">进度</a>`, []Part{{Text: "1. "}, {Text: "进度", Send: "查进度", MenuID: "1"}}},
		{"escaped words", `<a href="weixin://bizmsgmenu?msgmenucontent=绑定%20BA%2B1&msgmenuid=101">绑</a>`, []Part{{Text: "绑", Send: "绑定 BA+1", MenuID: "101"}}},
		{"web tag", `<a href="https://beian.miit.gov.cn/">官网</a>`, []Part{{Text: "官网", URL: "https://beian.miit.gov.cn/"}}},
		{"bare address", "请看https://a.cn/x?y=1。再问", []Part{{Text: "请看"}, {Text: "https://a.cn/x?y=1", URL: "https://a.cn/x?y=1"}, {Text: "。再问"}}},
		{"address before a stop", "见 http://a.cn.", []Part{{Text: "见 "}, {Text: "http://a.cn", URL: "http://a.cn"}, {Text: "."}}},
		{"script", `<a href="javascript:alert(1)">点</a>`, []Part{{Text: "点"}}},
		{"other weixin address", `<a href="weixin://dl/business">点</a>`, []Part{{Text: "点"}}},
		{"tap without words", `<a href="weixin://bizmsgmenu?msgmenuid=1">点</a>`, []Part{{Text: "点"}}},
		{"other tags stay words", `<b>x</b><img src=x onerror=alert(1)>`, []Part{{Text: `<b>x</b><img src=x onerror=alert(1)>`}}},
		{"no host", "http:///x https://", []Part{{Text: "http:///x https://"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, ParseContent(tt.content)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// What the account renders must read on the phone as it was meant.
func TestParseContentOfReplies(t *testing.T) {
	r := chat.Reply{
		Text:    "进度 <平台初审>",
		Choices: []chat.Choice{{Label: "小鹿花店", Send: "查进度 a&b=c?#%+ \"'"}},
		Actions: []chat.Choice{{Label: "有用"}},
	}
	got := ParseContent(wechat.Content(r))
	want := []Part{
		{Text: "进度 ＜平台初审>\n1. "}, {Text: "小鹿花店", Send: "查进度 a&b=c?#%+ \"'", MenuID: "1"}, {Text: "\n"}, {Text: "有用", Send: "有用", MenuID: "101"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func FuzzParseContent(f *testing.F) {
	f.Add(`a<a href="weixin://bizmsgmenu?msgmenucontent=x&msgmenuid=1">b</a>https://c.cn/)`)
	f.Add(`<a href="` + "\x00" + `">x</a>`)
	f.Fuzz(func(t *testing.T, content string) {
		for _, p := range ParseContent(content) {
			if p.Text == "" {
				t.Error("a part without words")
			}
			if p.URL != "" && !strings.HasPrefix(strings.ToLower(p.URL), "http") {
				t.Errorf("an address that is no web page: %q", p.URL)
			}
			if utf8.ValidString(content) && !utf8.ValidString(p.Text) {
				t.Errorf("broke a character: %q", p.Text)
			}
		}
		if !strings.Contains(content, "<a") && readParts(ParseContent(content)) != content {
			t.Errorf("lost words of %q", content)
		}
	})
}

// readParts is the text of parts as it is read.
func readParts(parts []Part) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}
