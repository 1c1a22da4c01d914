package kb

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Grades of evidence a Fact may have.
var grades = []string{"A", "B", "C", "推断"}

var (
	numberToken = regexp.MustCompile(`\d+(?:\.\d+)*`)
	// listNumber is the number of a list item at the beginning of a line.
	listNumber = regexp.MustCompile(`(?m)^\s*(?:\d{1,2}[.、)）]|[①-⑳])`)
)

// numbersIn gives the numbers a text states. Item numbers of lists are none.
func numbersIn(s string) []string {
	s = listNumber.ReplaceAllString(s, "")
	return numberToken.FindAllString(norm.NFKC.String(s), -1)
}

func (l *linter) facts(e *Entry) {
	if len(e.Facts) == 0 {
		l.add(SeverityWarning, e, "fact", "rests on no fact")
	}
	for _, f := range e.Facts {
		if strings.TrimSpace(f.Text) == "" || f.From == "" {
			l.add(SeverityError, e, "fact", "a fact without text or origin")
		}
		if !slices.Contains(grades, f.Grade) {
			l.add(SeverityError, e, "fact", "unknown grade %q", f.Grade)
		}
	}
}

// numbers holds every number of the texts against the entry's facts.
func (l *linter) numbers(e *Entry) {
	proven := map[string]bool{}
	for _, f := range e.Facts {
		for _, n := range numbersIn(f.Text) {
			proven[n] = true
		}
	}
	reported := map[string]bool{}
	for _, t := range e.texts() {
		for _, n := range numbersIn(t) {
			if !proven[n] && !reported[n] {
				reported[n] = true
				l.add(SeverityError, e, "number", "%s stands in no fact", n)
			}
		}
	}
}

// LintFacts holds every number of every fact against the fact sheets: it must
// stand in one of them.
func LintFacts(entries []*Entry, sheets ...io.Reader) ([]Finding, error) {
	known := map[string]bool{}
	for _, r := range sheets {
		sc := bufio.NewScanner(r)
		sc.Buffer(make([]byte, 0, 1<<16), 1<<22)
		for sc.Scan() {
			for _, n := range numberToken.FindAllString(norm.NFKC.String(sc.Text()), -1) {
				known[n] = true
			}
		}
		if err := sc.Err(); err != nil {
			return nil, fmt.Errorf("fact sheet: %w", err)
		}
	}
	var out []Finding
	for _, e := range entries {
		for _, f := range e.Facts {
			for _, n := range numbersIn(f.Text) {
				if !known[n] {
					out = append(out, finding(SeverityError, e.source, e.line, e.ID, "sheet", "%s of %q stands in no fact sheet", n, f.Text))
				}
			}
		}
	}
	return out, nil
}
