package kb

import (
	"strings"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/entity"
)

// Text is what an entry says for one case, ready for a chat bubble.
type Text struct {
	// Title is the canonical question.
	Title string
	// Answer is the whole answer: a word on missing particulars, the lead of the
	// case, the general answer. Without Markdown, lines short.
	Answer string
	// Detail is the longer text behind 详细, empty where there is none.
	Detail string
	// Related are the topics to offer next, without those the knowledge lacks.
	Related []Link
	// General is true where the case asked for has nothing particular to it, and
	// Answer says so.
	General bool
}

// Link is a topic by its id and canonical question.
type Link struct{ Topic, Title string }

// For gives the entry's text for the case the entities name. The most
// particular facet that replaces the answer wins; the leads of all matching
// facets stand before it, in the order of the file. Where a province or a
// platform was named and no facet knows it, the answer says so in a line.
func (e *Entry) For(set entity.Set) Text {
	t := Text{Title: e.Title, Answer: strings.TrimSpace(e.Answer), Detail: strings.TrimSpace(e.Detail)}
	var leads []string
	best := 0
	for _, f := range e.Facets {
		if !f.When.Matches(set) {
			continue
		}
		if f.Answer != "" && f.When.keys() > best {
			best, t.Answer = f.When.keys(), strings.TrimSpace(f.Answer)
		}
		if f.Lead != "" {
			leads = append(leads, strings.TrimSpace(f.Lead))
		}
	}
	if missing := e.unknownCase(set); missing != "" {
		t.General = true
		leads = append([]string{"没有查到" + missing + "的专门说法，下面是通用的情况。"}, leads...)
	}
	if len(leads) > 0 {
		t.Answer = strings.Join(leads, "\n") + "\n" + t.Answer
	}
	return t
}

// unknownCase names the province and platform asked for that no facet of the
// entry knows, joined by 和; empty where there is nothing to admit.
func (e *Entry) unknownCase(set entity.Set) string {
	var names []string
	if set.Province != "" && !e.hasFacet(func(w When) []string { return w.Province }, string(set.Province)) {
		names = append(names, string(set.Province))
	}
	p := set.Platform
	if p != "" && p != vocab.PlatformWeChat && e.Group != "platform" &&
		!e.hasFacet(func(w When) []string { return w.Platform }, string(p)) {
		names = append(names, p.Reference())
	}
	return strings.Join(names, "和")
}

func (e *Entry) hasFacet(values func(When) []string, want string) bool {
	for _, f := range e.Facets {
		for _, v := range values(f.When) {
			if v == want {
				return true
			}
		}
	}
	return false
}
