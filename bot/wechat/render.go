package wechat

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

// outgoing is the XML of a text reply. Source: the platform's page on passive replies, 回复文本消息.
type outgoing struct {
	XMLName      struct{} `xml:"xml"`
	ToUserName   cdata
	FromUserName cdata
	CreateTime   int64 // seconds since 1970
	MsgType      string
	Content      cdata
}

// Render makes the XML of a text reply to m: sender and receiver swapped, its Content as Content says. It returns nil when there is
// nothing to say; the caller then writes "success", since the platform shows an error to the person for an empty text.
func Render(m *chat.Message, r chat.Reply, now time.Time) []byte {
	content := Content(r)
	if content == "" {
		return nil
	}
	out, err := xml.Marshal(outgoing{
		ToUserName: cdata(sanitise([]byte(m.User))), FromUserName: cdata(sanitise([]byte(m.Account))),
		CreateTime: now.Unix(), MsgType: "text", Content: cdata(content),
	})
	if err != nil {
		return nil // cannot happen: every field is a clean string or a number
	}
	return out
}

// MaxContent is how many bytes a text reply may have, its markup included. The platform does not document a limit; 2,047 bytes were
// accepted and about 2,400 were not.
const MaxContent = 2000

// actionIDs is added to the place of an action to make its msgmenuid, so that it cannot be mistaken for the number of a choice.
const actionIDs = 100

// Content returns the very text that a person gets for r, at most MaxContent bytes of it: the body, the choices one a line with their
// numbers, the actions in one last line. It is empty when r says nothing.
//
// Choices and actions are links to weixin://bizmsgmenu. The platform documents them nowhere, so a choice's number stands before it in
// plain text: typing it must do the same. The links' msgmenuid is the choice's number, or 101, 102, … for actions.
//
// Control characters are dropped. WeChat turns <a …> in a text into a link, so each "<" that comes from a body or a label is shown as a
// full-width "＜" and can make no tag. What is too long loses whole lines from the end of the body, then part of its first line, always
// marked by "……"; choices are kept. Should the choices alone be too long, first the actions go, then the links around the labels, then
// the last choices.
func Content(r chat.Reply) string {
	body := strings.Trim(clean(r.Text), "\n ")
	tail := newTail(r)
	if body == "" && tail.choices == nil {
		return ""
	}
	end := tail.fit()
	room := MaxContent - len(end)
	if end != "" && body != "" {
		room-- // the line break between them
	}
	return joinLines(shorten(body, room), end)
}

func joinLines(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "\n")
}

// tail is what stands below the body.
type tail struct {
	choices, plainChoices []string // one a line, with and without links
	actions               string   // one line
}

func newTail(r chat.Reply) tail {
	var t tail
	for i, c := range r.Choices {
		label := labelOf(c)
		t.choices = append(t.choices, fmt.Sprintf("%d. %s", i+1, link(label, c.Words(), i+1)))
		t.plainChoices = append(t.plainChoices, fmt.Sprintf("%d. %s", i+1, label))
	}
	var links []string
	for i, a := range r.Actions {
		links = append(links, link(labelOf(a), a.Words(), actionIDs+i+1))
	}
	t.actions = strings.Join(links, "　")
	return t
}

// tailRoom leaves a place for the body: some 100 Chinese characters.
const tailRoom = MaxContent - 300

// fit returns the lines below the body, within tailRoom bytes.
func (t tail) fit() string {
	for _, lines := range [][]string{append(t.choices[:len(t.choices):len(t.choices)], t.actions), t.choices, t.plainChoices} {
		if s := joinLines(lines...); len(s) <= tailRoom {
			return s
		}
	}
	size, kept := 0, 0
	for _, line := range t.plainChoices {
		if size += len(line) + 1; size > tailRoom {
			break
		}
		kept++
	}
	return shorten(joinLines(t.plainChoices[:max(1, kept)]...), tailRoom)
}

func labelOf(c chat.Choice) string {
	if label := cleanLine(c.Label); label != "" {
		return label
	}
	return cleanLine(c.Words())
}

// link returns a tappable text that sends words.
func link(label, words string, id int) string {
	return fmt.Sprintf(`<a href="weixin://bizmsgmenu?msgmenucontent=%s&msgmenuid=%d">%s</a>`, escapeTap(cleanLine(words)), id, label)
}

// escapeTap escapes what would end the parameter, the attribute or the tag. Chinese stays as it is: that is what clients are known to
// take, and it is three times shorter.
func escapeTap(s string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; c {
		case ' ', '"', '#', '%', '&', '\'', '+', '<', '>', '=', '?', ';', '\\', '`':
			b.Write([]byte{'%', hexDigits[c>>4], hexDigits[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
