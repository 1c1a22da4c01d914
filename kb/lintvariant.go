package kb

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// where gives the file and line of a class, as far as known.
func (l *linter) where(c class) (file string, line int) {
	if c.kind == classTopic {
		if e, ok := l.snapshot.byID[c.id]; ok {
			return e.source, e.line
		}
	}
	cs := l.snapshot.content
	for kind, list := range map[classKind][]*Aside{
		classCommand: cs.Commands, classSmallTalk: cs.SmallTalk, classOutside: cs.Outside,
	} {
		if kind != c.kind {
			continue
		}
		for _, a := range list {
			if a.ID == c.id {
				return a.source, 0
			}
		}
	}
	return "", 0
}

func (l *linter) addClass(sev Severity, c class, check, format string, args ...any) {
	file, line := l.where(c)
	l.found = append(l.found, finding(sev, file, line, c.id, check, format, args...))
}

// variants finds wordings that stand twice in a class, and such that say the
// same once normalised across classes: they contradict each other. Within a
// class a slip or Traditional characters are meant.
func (l *linter) variants() {
	k := l.snapshot.corpus
	type place struct {
		class int
		text  string
	}
	seen := map[string]place{}
	for i, c := range k.classes {
		written := map[string]bool{}
		for _, v := range c.variants {
			if n := utf8.RuneCountInString(v); n > maxVariantRunes {
				l.addClass(SeverityWarning, c, "variant", "a variant of %d characters", n)
			}
			n := k.an.analyse(v).normal
			if n == "" {
				l.addClass(SeverityError, c, "variant", "nothing is left of %q once normalised", v)
				continue
			}
			if p := plain(v); written[p] {
				l.addClass(SeverityWarning, c, "variant", "%q stands twice", v)
			} else {
				written[p] = true
			}
			switch old, dup := seen[n]; {
			case !dup:
				seen[n] = place{i, v}
			case old.class != i:
				l.addClass(SeverityError, c, "variant", "%q is %q of %s", v, old.text, k.classes[old.class].id)
			}
		}
	}
}

// plain is a wording without blanks and punctuation.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// nearShare is the share another class must have for a variant to be reported.
const nearShare = 0.75

// near finds wordings that models which have not seen them take for another class.
func (l *linter) near() {
	k := l.snapshot.corpus
	list, err := k.holdOut(l.snapshot.model.weights, false, func(string) {})
	if err != nil {
		l.found = append(l.found, finding(SeverityError, "", 0, "", "near", "the wordings could not be tried: %v", err))
		return
	}
	for _, h := range list {
		if len(h.r.cands) == 0 || h.r.cands[0].class == h.sample.class || h.r.cands[0].p < nearShare {
			continue
		}
		want, got := k.classes[h.sample.class], k.classes[h.r.cands[0].class]
		l.addClass(SeverityWarning, want, "near", "%q is nearer to %s (%.2f)", h.sample.text, got.id, h.r.cands[0].p)
	}
}
