package wechat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const zeroWidthJoiner = '\u200D'

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
	return shortenLine(s[:runeBorder(s, limit-len(ellipsis))]) + ellipsis
}

// shortenLine finds a good end for a line that was cut off: after a sentence, else after a clause, else where no address and no composed
// character is torn.
func shortenLine(s string) string {
	for _, ends := range []string{"。！？；!?;", "，、：,: "} {
		if i := strings.LastIndexAny(s, ends); i >= len(s)/2 {
			_, n := utf8.DecodeRuneInString(s[i:])
			if cut := s[:i+n]; !tearsAddress(cut, s) {
				return strings.TrimRight(cut, "，、：,: ")
			}
		}
	}
	if i := addressStart(s); i > 0 {
		return s[:i]
	}
	for len(s) > 0 { // not between the parts of a composed character
		r, n := utf8.DecodeLastRuneInString(s)
		if r != zeroWidthJoiner {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

// addressStart returns where the web address begins in which s ends, or -1.
func addressStart(s string) int {
	i := max(strings.LastIndex(s, "http://"), strings.LastIndex(s, "https://"))
	if i < 0 {
		return -1
	}
	for _, r := range s[i:] {
		if r <= ' ' || r > 0x7e {
			return -1
		}
	}
	return i
}

// tearsAddress reports whether cut ends inside an address of s.
func tearsAddress(cut, s string) bool {
	if addressStart(cut) < 0 {
		return false
	}
	return len(cut) == len(s) || addressStart(s[:len(cut)+1]) >= 0
}

// runeBorder returns the largest rune border of s that is at most limit.
func runeBorder(s string, limit int) int {
	for limit > 0 && limit < len(s) && !utf8.RuneStart(s[limit]) {
		limit--
	}
	return limit
}
