package filing

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/vocab"
)

// tidy returns the report as it is compared and kept: without space around the texts and without characters that cannot be seen, with the
// number as it is officially written and the certificate's last day as a date. What it returns shares no memory with r.
func (r Report) tidy() Report {
	for _, s := range []*string{&r.Name, &r.AppID, &r.Subject, &r.Number, &r.By} {
		*s = oneLine(*s)
	}
	r.Province = vocab.Province(oneLine(string(r.Province)))
	if n, ok := ParseNumber(r.Number); ok {
		r.Number = n.String()
	}
	var reasons []Reason
	for _, x := range r.Reasons {
		x = Reason{Field: oneLine(x.Field), Error: visible(x.Error), Suggest: visible(x.Suggest)}
		if x != (Reason{}) {
			reasons = append(reasons, x)
		}
	}
	r.Reasons = reasons
	if !r.CertificateExpires.IsZero() {
		y, m, d := r.CertificateExpires.Date()
		r.CertificateExpires = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return r
}

// visible drops what cannot be seen, such as the marks that turn the direction of writing, and unifies line ends. Text that is not UTF-8 is
// left for Validate to refuse.
func visible(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case c == '\r', c == '\u2028', c == '\u2029', c == '\u0085':
			return '\n'
		case c == '\t':
			return ' '
		case unicode.Is(unicode.Cf, c):
			return -1
		}
		return c
	}, s))
}

// oneLine is visible text on one line.
func oneLine(s string) string { return strings.ReplaceAll(visible(s), "\n", " ") }
