package wechat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/truncate"
)

const zeroWidthJoiner = "\u200D"

// ellipsis marks what was left out.
const ellipsis = "……"

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ", "<", "＜")

// clean makes a text safe to show: line breaks become \n, tabs become spaces, control characters, invalid bytes and the invisible marks
// that reorder a line disappear, "<" becomes its full-width twin.
func clean(s string) string {
	s = lineBreaks.Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == utf8.RuneError, !xmlRune(r), unicode.IsControl(r):
			return -1
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, s)
}

// cleanLine is clean for a text that must stay on one line.
func cleanLine(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(clean(s), "\n", " "))
}

// shorten returns s when it has at most limit bytes. Otherwise it leaves out whole lines from the end. Where that would leave less than
// half, since one line is very long, it keeps that line up to the end of a sentence. What is left out is marked.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	room := limit - len(ellipsis) - 1 // the mark stands on a line of its own
	if room <= 0 {
		return ""
	}
	if i := strings.LastIndexByte(s[:room+1], '\n'); i >= room/2 {
		return strings.TrimRight(s[:i], "\n ") + "\n" + ellipsis
	}
	return s[:cutAt(s, limit-len(ellipsis))] + ellipsis
}

// cutAt finds a good place, at limit or before, to cut off a text: after a sentence, else after a clause, else where no address and no
// composed character is torn.
func cutAt(s string, limit int) int {
	limit = len(truncate.Bytes(s, limit))
	for _, ends := range []string{"。！？；!?;", "，、：,: "} {
		i := strings.LastIndexAny(s[:limit], ends)
		if i < limit/2 || addressAround(s, i+1) >= 0 {
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		return len(strings.TrimRight(s[:i+n], "，、：,: "))
	}
	if i := addressAround(s, limit); i > 0 {
		return i
	}
	for strings.HasPrefix(s[limit:], zeroWidthJoiner) || strings.HasSuffix(s[:limit], zeroWidthJoiner) {
		_, n := utf8.DecodeLastRuneInString(s[:limit])
		limit -= n
	}
	return limit
}

// addressAround returns where the web address begins that a cut at i would tear, or -1.
func addressAround(s string, i int) int {
	start := strings.LastIndex(s[:min(len(s), i+3)], "http")
	if start < 0 {
		return -1
	}
	rest := s[start:]
	if !strings.HasPrefix(rest, "http://") && !strings.HasPrefix(rest, "https://") {
		return -1
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r <= ' ' || r > '~' })
	if end >= 0 && start+end <= i {
		return -1
	}
	return start
}
