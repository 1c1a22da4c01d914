package wechat_test

import (
	"encoding/xml"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

var replies = []struct {
	name  string
	reply chat.Reply
}{
	{"plain", chat.Reply{Text: "管局审核最长 20 个工作日。\n来源：https://beian.miit.gov.cn/"}},
	{"choices", chat.Reply{Text: "您想问的是哪一个？", Choices: []chat.Choice{{Label: "备案要多久"}, {Label: "个人能备案吗", Send: "个人主体能不能备案"}}}},
	{"actions", chat.Reply{Text: "管局审核最长 20 个工作日。", Actions: []chat.Choice{{Label: "详细"}, {Label: "有用"}, {Label: "没用"}}}},
	{"everything", chat.Reply{Text: "您想问的是哪一个？", Choices: []chat.Choice{{Label: "绑定", Send: "绑定 BA-7K3M-Q9XD"}}, Actions: []chat.Choice{{Label: "人工"}}}},
	{"hostile body", chat.Reply{Text: "你说：<a href=\"http://evil.example\">点我</a> ]]> &lt; \u202e\x00\x08\r\n下一行\t完"}},
	{"hostile choices", chat.Reply{Text: "选：", Choices: []chat.Choice{{Label: "</a><a href=\"x\">", Send: "a&msgmenuid=9\"><b c'#%+"}, {Label: "两\n行"}, {Label: "", Send: "只有词"}}}},
	{"choices alone", chat.Reply{Choices: []chat.Choice{{Label: "一"}}}},
	{"blank text", chat.Reply{Text: " \n\x00 "}},
	{"nothing", chat.Reply{}},
}

func TestContent(t *testing.T) {
	var b strings.Builder
	for _, r := range replies {
		fmt.Fprintf(&b, "== %s\n%s\n", r.name, wechat.Content(r.reply))
	}
	golden.Equal(t, "content.golden.txt", b.String())
}

func TestRender(t *testing.T) {
	m := &chat.Message{Account: "gh_0123456789ab", User: "oTest"}
	for _, r := range replies {
		got := wechat.Render(m, r.reply, noon)
		if wechat.Content(r.reply) == "" {
			if got != nil {
				t.Errorf("%s: rendered nothing as %q", r.name, got)
			}
			continue
		}
		golden.Equal(t, strings.ReplaceAll(r.name, " ", "_")+".golden.xml", string(got)+"\n")
		checkReply(t, m, r.reply, got)
	}
}

// checkReply holds whatever was rendered to what every reply must keep.
func checkReply(t *testing.T, m *chat.Message, r chat.Reply, doc []byte) {
	t.Helper()
	var got struct {
		XMLName                                    xml.Name `xml:"xml"`
		ToUserName, FromUserName, MsgType, Content string
		CreateTime                                 int64
	}
	if err := xml.Unmarshal(doc, &got); err != nil {
		t.Fatalf("%v: %q", err, doc)
	}
	if got.ToUserName != m.User || got.FromUserName != m.Account || got.MsgType != "text" || got.CreateTime != noon.Unix() {
		t.Errorf("got %+v", got)
	}
	content := wechat.Content(r)
	if got.Content != content {
		t.Errorf("the XML says %q, Content says %q", got.Content, content)
	}
	if len(content) > wechat.MaxContent {
		t.Errorf("%d bytes", len(content))
	}
	if !utf8.ValidString(content) || strings.TrimSpace(content) == "" {
		t.Errorf("bad text %q", content)
	}
	text, links := wechattest.ReadText(content)
	if strings.ContainsAny(text, "<") {
		t.Errorf("a tag that is none of ours: %q", content)
	}
	if len(links) > len(r.Choices)+len(r.Actions) {
		t.Errorf("%d links for %d choices", len(links), len(r.Choices))
	}
	for _, l := range links {
		if l.ID == "" || l.URL != "" {
			t.Errorf("link without a number: %+v", l)
		}
	}
	for _, c := range content {
		if c < ' ' && c != '\n' || c == 0x7f {
			t.Errorf("control character %U", c)
		}
	}
}

func TestLinksSendTheirWords(t *testing.T) {
	r := chat.Reply{Text: "选：", Actions: []chat.Choice{{Label: "详细"}}}
	words := []string{"备案要多久", "绑定 BA-7K3M-Q9XD", "100% & more", `a"b'c<d>e#f?g=h+i;j`, "😀"}
	for _, w := range words {
		r.Choices = append(r.Choices, chat.Choice{Label: "点这里", Send: w})
	}
	_, links := wechattest.ReadText(wechat.Content(r))
	if len(links) != len(words)+1 {
		t.Fatalf("%d links", len(links))
	}
	for i, w := range words {
		if got, want := links[i].Words, strings.ReplaceAll(w, "<", "＜"); got != want || links[i].ID != fmt.Sprint(i+1) {
			t.Errorf("link %d sends %q with id %s, want %q", i+1, got, links[i].ID, want)
		}
	}
	if l := links[len(words)]; l.ID != "101" || l.Words != "详细" {
		t.Errorf("action %+v", l)
	}
}

func TestContentKeepsWithinItsBytes(t *testing.T) {
	choices := func(n int, label string) (c []chat.Choice) {
		for i := range n {
			c = append(c, chat.Choice{Label: fmt.Sprint(label, i+1)})
		}
		return c
	}
	lines := strings.Repeat("这一行讲的是备案要准备的材料，一共有好几样。\n", 60)
	sentences := strings.Repeat("这一句讲的是备案要准备的材料。", 100)
	for _, c := range []struct {
		name  string
		reply chat.Reply
		check func(t *testing.T, text string, links []wechattest.Link)
	}{
		{"long body loses whole lines", chat.Reply{Text: lines}, func(t *testing.T, text string, _ []wechattest.Link) {
			if !strings.HasSuffix(text, "好几样。\n……") || len(text) < 1900 {
				t.Errorf("ends in %q, %d bytes", text[len(text)-30:], len(text))
			}
		}},
		{"one long line ends with a sentence", chat.Reply{Text: "标题\n" + sentences}, func(t *testing.T, text string, _ []wechattest.Link) {
			if !strings.HasSuffix(text, "材料。……") || len(text) < 1900 {
				t.Errorf("ends in %q, %d bytes", text[len(text)-30:], len(text))
			}
		}},
		{"no sentence at all", chat.Reply{Text: strings.Repeat("备", 2000)}, func(t *testing.T, text string, _ []wechattest.Link) {
			if !strings.HasSuffix(text, "备……") || len(text) < 1990 {
				t.Errorf("ends in %q, %d bytes", text[len(text)-30:], len(text))
			}
		}},
		{"an address is not torn", chat.Reply{Text: strings.Repeat("备", 640) + "https://example.com/" + strings.Repeat("a", 300)}, func(t *testing.T, text string, _ []wechattest.Link) {
			if strings.Contains(text, "http") {
				t.Errorf("ends in %q", text[len(text)-60:])
			}
		}},
		{"a composed character is not torn", chat.Reply{Text: strings.Repeat("👨‍👩‍👧", 200)}, func(t *testing.T, text string, _ []wechattest.Link) {
			if strings.Contains(text, "\u200d……") {
				t.Errorf("ends in %q", text[len(text)-40:])
			}
		}},
		{"choices stay", chat.Reply{Text: lines, Choices: choices(9, "材料清单"), Actions: choices(3, "动作")}, func(t *testing.T, text string, links []wechattest.Link) {
			if len(links) != 12 || !strings.Contains(text, "\n9. 材料清单9\n") || !strings.Contains(text, "……\n1. 材料清单1") {
				t.Errorf("%d links in %q", len(links), text)
			}
		}},
		{"then actions go", chat.Reply{Text: lines, Choices: choices(14, "材料清单材料清单"), Actions: choices(3, "动作")}, func(t *testing.T, text string, links []wechattest.Link) {
			if len(links) != 14 || strings.Contains(text, "动作") {
				t.Errorf("%d links in %q", len(links), text)
			}
		}},
		{"then links go", chat.Reply{Text: lines, Choices: choices(30, "材料清单材料")}, func(t *testing.T, text string, links []wechattest.Link) {
			if len(links) != 0 || !strings.Contains(text, "\n30. 材料清单材料30") {
				t.Errorf("%d links in %q", len(links), text)
			}
		}},
		{"then choices go", chat.Reply{Text: lines, Choices: choices(300, "材料清单材料")}, func(t *testing.T, text string, links []wechattest.Link) {
			if !strings.Contains(text, "\n1. 材料清单材料1\n2. ") || len(text) < 1800 {
				t.Errorf("%d links in %q", len(links), text)
			}
		}},
		{"one giant choice", chat.Reply{Text: "选：", Choices: []chat.Choice{{Label: strings.Repeat("备", 3000)}}}, func(t *testing.T, text string, _ []wechattest.Link) {
			if !strings.HasPrefix(text, "选：\n1. 备备") || !strings.HasSuffix(text, "……") {
				t.Errorf("%q", text)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &chat.Message{Account: "gh", User: "o"}
			checkReply(t, m, c.reply, wechat.Render(m, c.reply, noon))
			text, links := wechattest.ReadText(wechat.Content(c.reply))
			c.check(t, text, links)
		})
	}
}
