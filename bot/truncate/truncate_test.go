package truncate_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/truncate"
)

func TestRunes(t *testing.T) {
	for _, tc := range []struct {
		in                      string
		n                       int
		plain, marked, ellipsis string
	}{
		{"", 0, "", "", ""},
		{"", 3, "", "", ""},
		{"备案", 2, "备案", "备案", "备案"},
		{"备案", 3, "备案", "备案", "备案"},
		{"备案中", 2, "备案", "备案……", "备…"},
		{"备案", 1, "备", "备……", "…"},
		{"备案", 0, "", "……", "…"},
		{"备案", -1, "", "……", "…"},
		{"a备b案", 3, "a备b", "a备b……", "a备…"},
		{"abc", 3, "abc", "abc", "abc"},
		{"\xffabc", 2, "\xffa", "\xffa……", "\xff…"},
	} {
		if got := truncate.Runes(tc.in, tc.n); got != tc.plain {
			t.Errorf("Runes(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.plain)
		}
		if got := truncate.RunesMarked(tc.in, tc.n, "……"); got != tc.marked {
			t.Errorf("RunesMarked(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.marked)
		}
		if got := truncate.Ellipsis(tc.in, tc.n); got != tc.ellipsis {
			t.Errorf("Ellipsis(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.ellipsis)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, tc := range []struct {
		in            string
		n             int
		plain, marked string
	}{
		{"", 0, "", ""},
		{"", -1, "", ""},
		{"备案", 6, "备案", "备案"},
		{"备案", 5, "备", "备…"},
		{"备案", 4, "备", "备…"},
		{"备案", 3, "备", "备…"},
		{"备案", 2, "", "…"},
		{"备案", 0, "", "…"},
		{"备案", -1, "", "…"},
		{"a😀b", 4, "a", "a…"},
		{"a😀b", 5, "a😀", "a😀…"},
		{"é\xa9\xa9\xa9", 3, "é\xa9", "é\xa9…"},
		{"é\xa9\xa9\xa9", 4, "é\xa9\xa9", "é\xa9\xa9…"},
		{strings.Repeat("\x80", 9), 8, strings.Repeat("\x80", 8), strings.Repeat("\x80", 8) + "…"},
	} {
		if got := truncate.Bytes(tc.in, tc.n); got != tc.plain {
			t.Errorf("Bytes(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.plain)
		}
		if got := truncate.BytesMarked(tc.in, tc.n, "…"); got != tc.marked {
			t.Errorf("BytesMarked(%q, %d) = %q, want %q", tc.in, tc.n, got, tc.marked)
		}
	}
}

// What is left is the beginning of the text, within the bound, ends between two runes, and one rune more would not fit.
func FuzzTruncate(f *testing.F) {
	f.Add("备案 a😀\xff\xe5\xa4", 4)
	f.Add("é\xa9\xa9\xa9\xa9", 3)
	f.Add("", -3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n %= 64
		border := map[int]int{len(s): utf8.RuneCountInString(s)} // the runes before each border
		count := 0
		for i := range s {
			border[i] = count
			count++
		}
		for name, short := range map[string]string{"Bytes": truncate.Bytes(s, n), "Runes": truncate.Runes(s, n)} {
			runes, between := border[len(short)]
			if !strings.HasPrefix(s, short) || !between {
				t.Fatalf("%s(%q, %d) = %q", name, s, n, short)
			}
			size, next := len(short), len(s)
			for i := range border {
				if i > len(short) {
					next = min(next, i)
				}
			}
			step := next - len(short)
			if name == "Runes" {
				size, step = runes, 1
			}
			if size > max(n, 0) || len(short) < len(s) && size+step <= n {
				t.Fatalf("%s(%q, %d) = %q", name, s, n, short)
			}
		}
	})
}
