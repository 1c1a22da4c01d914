package demo

import (
	"net/url"
	"regexp"
	"strings"
)

// Part is a piece of a text as a phone shows it: plain words, words that send something when tapped, or a link to a page.
type Part struct {
	// Text is what is read.
	Text string `json:"text"`
	// Send is what a tap sends as the person's own message, and MenuID the id that goes with it.
	Send   string `json:"send,omitempty"`
	MenuID string `json:"menu_id,omitempty"`
	// URL is the http(s) address that a tap opens.
	URL string `json:"url,omitempty"`
}

// anchor is the one tag that WeChat turns into a link in a text.
var anchor = regexp.MustCompile(`(?s)<a\s+href="([^"]*)"[^>]*>(.*?)</a>`)

// address finds bare web addresses. Chinese characters end one, since they follow an address without a space.
var address = regexp.MustCompile(`https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+`)

// ParseContent splits the content of a text message into parts, as WeChat shows it: tags <a> become links where they lead to
// weixin://bizmsgmenu or to a page, bare web addresses become links too, and everything else stays as it is written.
func ParseContent(content string) []Part {
	var parts []Part
	at := 0
	for _, m := range anchor.FindAllStringSubmatchIndex(content, -1) {
		parts = appendText(parts, content[at:m[0]])
		parts = appendLink(parts, content[m[2]:m[3]], content[m[4]:m[5]])
		at = m[1]
	}
	return appendText(parts, content[at:])
}

// appendLink adds a tag; one that leads nowhere we know stays words without a link.
func appendLink(parts []Part, href, label string) []Part {
	if label == "" {
		return parts
	}
	if web := webAddress(href); web != "" {
		return append(parts, Part{Text: label, URL: web})
	}
	u, err := url.Parse(href)
	if err != nil || u.Scheme != "weixin" || u.Host != "bizmsgmenu" {
		return append(parts, Part{Text: label})
	}
	q := u.Query()
	words := q.Get("msgmenucontent")
	if words == "" {
		return append(parts, Part{Text: label})
	}
	return append(parts, Part{Text: label, Send: words, MenuID: q.Get("msgmenuid")})
}

func appendText(parts []Part, text string) []Part {
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		found := strings.TrimRight(text[m[0]:m[1]], ".,;:!?)('")
		if webAddress(found) == "" {
			continue
		}
		if m[0] > at {
			parts = append(parts, Part{Text: text[at:m[0]]})
		}
		parts = append(parts, Part{Text: found, URL: found})
		at = m[0] + len(found)
	}
	if at < len(text) {
		parts = append(parts, Part{Text: text[at:]})
	}
	return parts
}

// webAddress returns s where it is an http(s) address with a host, else nothing.
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return s
}
