package kb

import (
	"slices"
	"time"

	"github.com/beianbot/beianbot/kb/entity"
)

// Entry is one topic: the question, the ways people ask it and its answer.
// Texts are plain Simplified Chinese as a chat bubble shows them.
type Entry struct {
	// ID is the topic's id, lower case words joined by hyphens.
	ID string `yaml:"id" json:"id"`
	// Group is the group the entry belongs to; in a file it stands once, at the top.
	Group string `yaml:"-" json:"group"`
	// Title is the canonical question, shown on tappable choices.
	Title string `yaml:"title" json:"title"`
	// Answer is what the reader gets at once.
	Answer string `yaml:"answer" json:"answer"`
	// Detail is the longer text behind 详细; it may be empty.
	Detail string `yaml:"detail,omitempty" json:"detail,omitempty"`
	// Facets are what changes with a province, platform, subject or stage.
	Facets []Facet `yaml:"facets,omitempty" json:"facets,omitempty"`
	// Related are the ids of the topics a reader asks next.
	Related []string `yaml:"related,omitempty,flow" json:"related,omitempty"`
	// Facts are the statements the texts rest on, with their origin.
	Facts []Fact `yaml:"facts,omitempty" json:"facts,omitempty"`
	// Reviewed is the day somebody last held the texts against the facts, 2006-01-02.
	Reviewed Date `yaml:"reviewed,omitempty" json:"reviewed,omitzero"`
	// Variants are the wordings people use for this question.
	Variants []string `yaml:"variants" json:"variants"`

	// source is the file the entry was read from, for messages to editors.
	source string
	line   int
}

// Facet is the part of an answer that holds for a particular case only.
type Facet struct {
	// When names the case; all its conditions must hold.
	When When `yaml:"when" json:"when"`
	// Lead is put before the general answer.
	Lead string `yaml:"lead,omitempty" json:"lead,omitempty"`
	// Answer replaces the general answer.
	Answer string `yaml:"answer,omitempty" json:"answer,omitempty"`
}

// When is the condition of a Facet: for each key that is present, the question
// must name one of its values.
type When struct {
	Province []string `yaml:"province,omitempty,flow" json:"province,omitempty"`
	Platform []string `yaml:"platform,omitempty,flow" json:"platform,omitempty"`
	Subject  []string `yaml:"subject,omitempty,flow" json:"subject,omitempty"`
	Stage    []string `yaml:"stage,omitempty,flow" json:"stage,omitempty"`
}

// Fact is one statement with the place it comes from and how well it is proven.
type Fact struct {
	// Text is the statement; every number of the entry's texts stands in one of them.
	Text string `yaml:"text" json:"text"`
	// From names the section of the fact sheets.
	From string `yaml:"from" json:"from"`
	// Sources are the source keys given there.
	Sources []string `yaml:"sources,omitempty,flow" json:"sources,omitempty"`
	// Grade is A, B, C or 推断.
	Grade string `yaml:"grade" json:"grade"`
}

// Date is a calendar day without a time zone, written 2006-01-02.
type Date struct{ time.Time }

// MarshalText writes the day as 2006-01-02, or nothing for the zero Date.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.Format(time.DateOnly)), nil
}

// UnmarshalText reads a day written 2006-01-02; anything else is an error.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(b))
	if err != nil {
		return err
	}
	d.Time = t
	return nil
}

// Matches reports whether the entities fulfil every condition. An empty When
// matches nothing: it would be the general answer.
func (w When) Matches(e entity.Set) bool {
	if w.keys() == 0 {
		return false
	}
	ok := func(want []string, have string) bool {
		return len(want) == 0 || slices.Contains(want, have)
	}
	return ok(w.Province, string(e.Province)) && ok(w.Platform, string(e.Platform)) &&
		ok(w.Subject, string(e.Subject)) && ok(w.Stage, string(e.Stage))
}

// keys counts the conditions: the more, the more particular the facet.
func (w When) keys() int {
	n := 0
	for _, v := range [][]string{w.Province, w.Platform, w.Subject, w.Stage} {
		if len(v) > 0 {
			n++
		}
	}
	return n
}

// Source says which file and line the entry was read from, for editors.
func (e *Entry) Source() (file string, line int) { return e.source, e.line }
