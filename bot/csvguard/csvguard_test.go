package csvguard_test

import (
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/csvguard"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":                   "",
		"小鹿花店":               "小鹿花店",
		"a=1":                "a=1",
		" a":                 " a",
		"=1+1":               "'=1+1",
		"+86":                "'+86",
		"-1 天":               "'-1 天",
		"@SUM(A1)":           "'@SUM(A1)",
		"\tx":                "'\tx",
		"\rx":                "'\rx",
		"＝1":                 "'＝1",
		"＋1":                 "'＋1",
		"－1":                 "'－1",
		"＠1":                 "'＠1",
		"'quoted'":           "''quoted'",
		"'":                  "''",
		" =1":                "' =1",
		"\n\u3000=1":         "'\n\u3000=1",
		"=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"\xff=":              "\xff=",
	} {
		got := csvguard.Escape(in)
		if got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
		if back := csvguard.Unescape(got); back != in {
			t.Errorf("Unescape(%q) = %q, want %q", got, back, in)
		}
	}
}

// What a person wrote into the file themselves stays as it is.
func TestUnescapeForeign(t *testing.T) {
	for in, want := range map[string]string{"'abc": "'abc", "=1": "=1", "'": "'", "'=1": "=1", "''": "'"} {
		if got := csvguard.Unescape(in); got != want {
			t.Errorf("Unescape(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every text comes back, and none begins as a formula.
func FuzzRoundTrip(f *testing.F) {
	for _, s := range []string{"", "'", "=1", " \t＝1", "''=", "备案", "\xff'="} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		safe := csvguard.Escape(s)
		if back := csvguard.Unescape(safe); back != s {
			t.Fatalf("%q is written as %q and comes back as %q", s, safe, back)
		}
		for _, c := range []string{safe, strings.TrimSpace(safe)} {
			if strings.IndexAny(c, "=+-@\t\r＝＋－＠") == 0 {
				t.Fatalf("%q is written as %q", s, safe)
			}
		}
	})
}
