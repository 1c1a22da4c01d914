package filing_test

import (
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
)

func TestNewCode(t *testing.T) {
	seen := map[string]bool{}
	count := map[rune]int{}
	for range 3000 {
		c := filing.NewCode()
		if len(c) != len("BA-7K3M-Q9XD") || !strings.HasPrefix(c, "BA-") || c[7] != '-' {
			t.Fatalf("%q does not look like a code", c)
		}
		short, ok := filing.ParseCode(c)
		if !ok || len(short) != 8 || strings.ContainsAny(short, "01ILOU") {
			t.Fatalf("%q reads as %q, %v", c, short, ok)
		}
		if seen[short] {
			t.Fatalf("%q came twice", short)
		}
		seen[short] = true
		for _, r := range short {
			count[r]++
		}
	}
	// 24,000 draws of 30 characters: 800 of each, with a standard deviation of 28.
	for r, n := range count {
		if n < 600 || n > 1000 {
			t.Errorf("%c came %d times of 24000", r, n)
		}
	}
	if len(count) != 30 {
		t.Errorf("%d characters came, want 30", len(count))
	}
}

func TestParseCode(t *testing.T) {
	for in, want := range map[string]string{
		"BA-7K3M-Q9XD":             "7K3MQ9XD",
		"ba-7k3m-q9xd":             "7K3MQ9XD",
		"7K3MQ9XD":                 "7K3MQ9XD",
		" BA 7K3M Q9XD\n":          "7K3MQ9XD",
		"ＢＡ－７Ｋ３Ｍ－Ｑ９ＸＤ":             "7K3MQ9XD",
		"BA—7K3M—Q9XD":             "7K3MQ9XD",
		"BA－7k3m　q9xd。":            "7K3MQ9XD",
		"BA：7K3M·Q9XD":             "7K3MQ9XD",
		"BA7K3MQ9XD":               "7K3MQ9XD",
		"BAAAAAAA":                 "BAAAAAAA", // a code may begin with BA itself
		"BA-BAAA-AAAA":             "BAAAAAAA",
		"b-a-7-k-3-m-q-9-x-d":      "7K3MQ9XD",
		"":                         "",
		"BA":                       "",
		"7K3MQ9X":                  "",
		"7K3MQ9XDD":                "",
		"BA-7K3M-Q9XDD":            "",
		"BA-7K3M-Q9X0":             "", // no zero in a code
		"BA-7K3M-Q9XI":             "",
		"绑定 BA-7K3M-Q9XD":          "",
		"BA-7K3M-Q9XD谢谢":           "",
		strings.Repeat("-", 80):    "",
		"CA-7K3M-Q9XD":             "",
		"7K3MQ9XD7K3MQ9XD":         "",
		"7K3M\u200bQ9XD":           "7K3MQ9XD",
		"\ufeffBA-7K3M-Q9XD\u00a0": "7K3MQ9XD",
	} {
		got, ok := filing.ParseCode(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q reads as %q, %v, want %q", in, got, ok, want)
		}
	}
}

func TestHashCode(t *testing.T) {
	a, b := filing.HashCode("7K3MQ9XD"), filing.HashCode("7K3MQ9XE")
	if a == b || len(a) != 32 || strings.Contains(string(a), "7K3M") {
		t.Errorf("hashes %q %q", a, b)
	}
	// Codes are kept as these hashes: a change of the function makes every code that is out worthless.
	if want := filing.CodeHash("30e97eeaad2c5791accae3e3978ec382"); a != want {
		t.Errorf("the hash is %s", a)
	}
}

func TestGuessWait(t *testing.T) {
	last := filing.GuessWait(0)
	for n := range 40 {
		w := filing.GuessWait(n)
		if n < 5 && w != 0 || n >= 5 && w < last || w > filing.GuessMemory || n > 15 && w != filing.GuessMemory {
			t.Errorf("after %d wrong codes %s", n, w)
		}
		last = w
	}
}

func FuzzParseCode(f *testing.F) {
	for _, s := range []string{"BA-7K3M-Q9XD", "ｂａ－７ｋ３ｍ－ｑ９ｘｄ", "", "BA", "\xff", "绑定BA-7K3M-Q9XD", "BABABABABA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := filing.ParseCode(s)
		if !ok {
			return
		}
		if len(code) != 8 || strings.Trim(code, "23456789ABCDEFGHJKMNPQRSTVWXYZ") != "" {
			t.Fatalf("%q reads as %q", s, code)
		}
		if again, ok := filing.ParseCode(code); !ok || again != code {
			t.Fatalf("%q reads as %q, and that as %q", s, code, again)
		}
		if again, ok := filing.ParseCode("BA-" + code[:4] + "-" + code[4:]); !ok || again != code {
			t.Fatalf("%q in its shown form reads as %q", code, again)
		}
	})
}
