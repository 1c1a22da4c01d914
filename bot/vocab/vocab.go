// Package vocab holds the closed sets of the program, one table each: platforms, stages, provinces, channels, kinds
// of pushes, reasons, permissions and roles.
//
// A row has the code under which the value is stored and sent, its name in Chinese and in English, the other names
// that people, sheets and interfaces have for it, and the facts that hang on it. A new value is a constant and a row;
// the tests here and in the packages that hold copy for each value name what else it needs. The package imports
// nothing of the program, so that every other package may import it.
package vocab

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// term is what every row has: the code, the name in both languages, and other names by which Parse finds it. Other
// names are separated by spaces and are written without what fold drops.
type term[C ~string] struct {
	code             C
	chinese, english string
	aliases          string
}

// head makes a term part of a row by embedding.
func (t term[C]) head() term[C] { return t }

// table is a closed set: its codes in the order of the rows, its rows by code, and its codes by every folded name.
type table[C ~string, R interface{ head() term[C] }] struct {
	codes []C
	rows  map[C]R
	names map[string]C
}

// newTable indexes the rows. Of two rows with the same code or name the first one counts; a test keeps there from
// being any.
func newTable[C ~string, R interface{ head() term[C] }](rows ...R) table[C, R] {
	t := table[C, R]{rows: make(map[C]R, len(rows)), names: make(map[string]C, 4*len(rows))}
	for _, r := range rows {
		h := r.head()
		if _, there := t.rows[h.code]; there {
			continue
		}
		t.codes = append(t.codes, h.code)
		t.rows[h.code] = r
		for _, name := range append(strings.Fields(h.aliases), string(h.code), h.chinese, h.english) {
			if k := fold(name); t.names[k] == "" {
				t.names[k] = h.code
			}
		}
	}
	return t
}

// all returns the codes in a slice of the caller's own.
func (t table[C, R]) all() []C { return slices.Clone(t.codes) }

// has reports whether c is in the set.
func (t table[C, R]) has(c C) bool {
	_, ok := t.rows[c]
	return ok
}

// index is the place of c in the order of the rows, -1 for what is not in the set.
func (t table[C, R]) index(c C) int { return slices.Index(t.codes, c) }

// named finds a code by a folded name.
func (t table[C, R]) named(folded string) (C, bool) {
	c, ok := t.names[folded]
	return c, ok
}

// Chinese names values of a set in Chinese, in the order in which they are given.
func Chinese[C interface{ Chinese() string }](values []C) []string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = v.Chinese()
	}
	return names
}

// maxName is how many bytes Parse functions look at; nothing longer is a name.
const maxName = 120

// fold brings a name into the form in which it is looked up: one width and case, without space and without what
// stands between words.
func fold(s string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t\n\r\u00a0\u3000_-·.,，、。（）()【】“”\"", c) {
			return -1
		}
		return c
	}, strings.ToLower(width.Fold.String(s)))
}

// trimEnds cuts each of the endings off a folded name, once and in their order, as long as something is left.
func trimEnds(k string, ends []string) string {
	for _, end := range ends {
		if rest := strings.TrimSuffix(k, end); rest != "" {
			k = rest
		}
	}
	return k
}

// alternatives joins words into a regular expression's group that matches any of them, longer words before their
// beginnings; Latin letters match in either case.
func alternatives(words []string) string {
	words = slices.Clone(words)
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	quoted := make([]string, 0, len(words))
	for _, w := range slices.Compact(words) {
		q := regexp.QuoteMeta(w)
		if w[0] < utf8.RuneSelf {
			q = "(?i:" + q + ")"
		}
		quoted = append(quoted, q)
	}
	return "(?:" + strings.Join(quoted, "|") + ")"
}
