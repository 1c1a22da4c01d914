package kb

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/entity"
)

// Severity says how bad a Finding is.
type Severity string

// The severities: an error must be mended, a warning deserves a look.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Finding is something about the content an editor should know.
type Finding struct {
	Severity Severity `json:"severity"`
	// File and Line say where, as far as known.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Entry is the id of the topic or wording class.
	Entry string `json:"entry,omitempty"`
	// Check names the rule, for filters: number, related, facet, variant, …
	Check string `json:"check"`
	// Text is the message, made of Format and Args: whoever speaks another language puts his own words for Format.
	Text   string `json:"text"`
	Format string `json:"-"`
	Args   []any  `json:"-"`
}

// finding makes a Finding. The format must be written where it is called, so that a test can find them all.
func finding(sev Severity, file string, line int, entry, check, format string, args ...any) Finding {
	return Finding{sev, file, line, entry, check, fmt.Sprintf(format, args...), format, args}
}

// String is the finding on one line, as compilers write theirs.
func (f Finding) String() string {
	where := f.File
	if f.Line > 0 {
		where = fmt.Sprintf("%s:%d", f.File, f.Line)
	}
	return strings.TrimPrefix(fmt.Sprintf("%s: %s: %s: %s (%s)", where, f.Severity, f.Entry, f.Text, f.Check), ": ")
}

// LintOptions says what Lint looks at.
type LintOptions struct {
	// Today is the day reviews are counted to; zero: reviews are not checked.
	Today time.Time
	// Near also ranks each variant by models that have not seen it and reports
	// those that are taken for another topic. It takes some seconds.
	Near bool
}

// Limits of the texts; the platform cuts replies at 2048 bytes.
const (
	maxTitleRunes   = 20
	wantAnswerBytes = 600
	maxAnswerBytes  = 900
	maxDetailBytes  = 1500
	maxReplyBytes   = 1500 // leads and answer together
	minVariants     = 25
	maxVariantRunes = 120
	reviewDays      = 365
)

// Lint checks the content and gives what it finds, errors first within a file.
func Lint(s *Snapshot, o LintOptions) []Finding {
	l := &linter{snapshot: s}
	l.topics()
	for _, e := range s.content.Entries {
		l.entry(e, o.Today)
	}
	l.asides()
	l.broad()
	l.variants()
	if o.Near {
		l.near()
	}
	slices.SortStableFunc(l.found, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(string(a.Severity), string(b.Severity)), a.Line-b.Line)
	})
	return l.found
}

type linter struct {
	snapshot *Snapshot
	found    []Finding
}

func (l *linter) add(sev Severity, e *Entry, check, format string, args ...any) {
	l.found = append(l.found, finding(sev, e.source, e.line, e.ID, check, format, args...))
}

// topics holds the entries against the topic list.
func (l *linter) topics() {
	want := map[string]Topic{}
	for _, t := range Topics() {
		want[t.ID] = t
		if _, ok := l.snapshot.byID[t.ID]; !ok {
			l.found = append(l.found, finding(SeverityError, "topics.tsv", 0, t.ID, "missing", "no entry for the topic"))
		}
	}
	titles := map[string]string{}
	for _, e := range l.snapshot.content.Entries {
		t, ok := want[e.ID]
		switch {
		case !ok:
			l.add(SeverityWarning, e, "id", "not in the topic list")
		case t.Group != e.Group:
			l.add(SeverityError, e, "group", "stands in group %q, the topic list has %q", e.Group, t.Group)
		}
		if other, dup := titles[e.Title]; dup {
			l.add(SeverityError, e, "title", "same title as %s", other)
		}
		titles[e.Title] = e.ID
	}
}

func (l *linter) entry(e *Entry, today time.Time) {
	if n := utf8.RuneCountInString(e.Title); n > maxTitleRunes {
		l.add(SeverityWarning, e, "length", "title has %d characters, %d fit on a button", n, maxTitleRunes)
	}
	switch n := len(e.Answer); {
	case n > maxAnswerBytes:
		l.add(SeverityError, e, "length", "answer has %d bytes, at most %d", n, maxAnswerBytes)
	case n > wantAnswerBytes:
		l.add(SeverityWarning, e, "length", "answer has %d bytes, better %d", n, wantAnswerBytes)
	}
	if n := len(e.Detail); n > maxDetailBytes {
		l.add(SeverityError, e, "length", "detail has %d bytes, at most %d", n, maxDetailBytes)
	}
	l.facets(e)
	l.related(e)
	l.facts(e)
	l.numbers(e)
	l.style(e)
	if n := len(e.Variants); n < minVariants {
		l.add(SeverityWarning, e, "variant", "%d variants, at least %d help", n, minVariants)
	}
	if today.IsZero() {
		return
	}
	switch age := today.Sub(e.Reviewed.Time); {
	case e.Reviewed.IsZero():
		l.add(SeverityError, e, "reviewed", "never reviewed")
	case age < 0:
		l.add(SeverityError, e, "reviewed", "reviewed in the future, %s", e.Reviewed.Format(time.DateOnly))
	case age > reviewDays*24*time.Hour:
		l.add(SeverityWarning, e, "reviewed", "last reviewed %s, more than a year ago", e.Reviewed.Format(time.DateOnly))
	}
}

// facets checks conditions and lengths.
func (l *linter) facets(e *Entry) {
	known := map[string]func(string) bool{
		"province": func(v string) bool { return vocab.Province(v).Valid() },
		"platform": func(v string) bool { return vocab.Platform(v).Valid() },
		"subject":  func(v string) bool { return slices.Contains(entity.Subjects(), entity.Subject(v)) },
		// Nobody asks about a stage that nobody knows.
		"stage": func(v string) bool { return vocab.Stage(v).Valid() && vocab.Stage(v) != vocab.StageUnknown },
	}
	seen := map[string]bool{}
	for _, f := range e.Facets {
		for key, values := range map[string][]string{
			"province": f.When.Province, "platform": f.When.Platform, "subject": f.When.Subject, "stage": f.When.Stage,
		} {
			for _, v := range values {
				if !known[key](v) {
					l.add(SeverityError, e, "facet", "unknown %s %q", key, v)
				}
			}
		}
		if strings.TrimSpace(f.Lead+f.Answer) == "" {
			l.add(SeverityError, e, "facet", "the facet for %s says nothing", f.When)
		}
		if seen[f.When.String()] {
			l.add(SeverityWarning, e, "facet", "two facets for %s", f.When)
		}
		seen[f.When.String()] = true
		answer := e.Answer
		if f.Answer != "" {
			answer = f.Answer
		}
		if n := len(f.Lead) + len(answer); n > maxReplyBytes {
			l.add(SeverityError, e, "length", "with the facet for %s the answer has %d bytes, at most %d", f.When, n, maxReplyBytes)
		}
	}
}

func (l *linter) related(e *Entry) {
	if n := len(e.Related); n < 2 || n > 4 {
		l.add(SeverityWarning, e, "related", "%d related topics, two to four are wanted", n)
	}
	seen := map[string]bool{}
	for _, r := range e.Related {
		switch _, ok := l.snapshot.byID[r]; {
		case r == e.ID:
			l.add(SeverityError, e, "related", "related to itself")
		case seen[r]:
			l.add(SeverityError, e, "related", "%s stands twice", r)
		case !ok:
			l.add(SeverityError, e, "related", "there is no topic %s", r)
		}
		seen[r] = true
	}
}

// style checks what the house asks of texts people read.
func (l *linter) style(e *Entry) {
	for _, t := range e.texts() {
		if strings.ContainsAny(t, "!！") {
			l.add(SeverityWarning, e, "style", "an exclamation mark")
		}
		if strings.Contains(t, "**") || strings.Contains(t, "](") {
			l.add(SeverityWarning, e, "style", "markup in a text for a chat bubble")
		}
	}
}

// texts are all texts of the entry that people read.
func (e *Entry) texts() []string {
	out := []string{e.Title, e.Answer, e.Detail}
	for _, f := range e.Facets {
		out = append(out, f.Lead, f.Answer)
	}
	return out
}

// asides checks commands, small talk and matters outside.
func (l *linter) asides() {
	c := l.snapshot.content
	have := map[string]bool{}
	for _, a := range c.Commands {
		have[a.ID] = true
	}
	for _, cmd := range Commands() {
		if !have[string(cmd)] {
			l.found = append(l.found, finding(SeverityError, "commands.yaml", 0, string(cmd), "missing", "no wordings for the command"))
		}
	}
	ids := map[string]bool{}
	for _, cl := range c.classes() {
		ids[cl.id] = true
	}
	for _, a := range c.Wordings {
		if !ids[a.ID] {
			l.found = append(l.found, finding(SeverityError, a.source, 0, a.ID, "id", "wordings of nothing"))
		}
	}
	for _, list := range [][]*Aside{c.SmallTalk, c.Outside} {
		for _, a := range list {
			switch n := len(a.Answer); {
			case n == 0:
				l.found = append(l.found, finding(SeverityError, a.source, 0, a.ID, "answer", "no answer"))
			case n > wantAnswerBytes:
				l.found = append(l.found, finding(SeverityWarning, a.source, 0, a.ID, "length", "answer has %d bytes, better %d", n, wantAnswerBytes))
			}
		}
	}
}
