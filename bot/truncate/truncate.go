// Package truncate shortens texts to a number of characters or bytes, and never in the middle of a character.
package truncate

import "unicode/utf8"

// Runes returns at most the first n runes of s.
func Runes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n <= 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// RunesMarked returns s if it has at most n runes, else its first n runes and mark behind them.
func RunesMarked(s string, n int, mark string) string { return marked(s, Runes(s, n), mark) }

// Ellipsis returns s if it has at most n runes, else its first n-1 runes and “…”, which makes n.
func Ellipsis(s string, n int) string {
	if short := Runes(s, n); len(short) == len(s) {
		return s
	}
	return Runes(s, n-1) + "…"
}

// Bytes returns at most the first n bytes of s, fewer where byte n is inside a rune. An invalid byte counts as a rune
// of its own.
func Bytes(s string, n int) string {
	n = max(n, 0)
	if len(s) <= n {
		return s
	}
	for start := n; start >= 0 && start > n-utf8.UTFMax; start-- {
		if !utf8.RuneStart(s[start]) {
			continue
		}
		if _, size := utf8.DecodeRuneInString(s[start:]); start+size > n {
			return s[:start]
		}
		break
	}
	return s[:n]
}

// BytesMarked returns s if it has at most n bytes, else Bytes of it and mark behind them, which makes more than n.
func BytesMarked(s string, n int, mark string) string { return marked(s, Bytes(s, n), mark) }

func marked(s, short, mark string) string {
	if len(short) == len(s) {
		return s
	}
	return short + mark
}
