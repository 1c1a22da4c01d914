package kb

import (
	"strings"

	"github.com/beianbot/beianbot/kb/text"
)

// A long message tells a story around its question. Limits of finding the part
// that asks:
const (
	gistRunes  = 50  // a shorter message is read as a whole
	gistParts  = 64  // parts looked at
	gistLong   = 150 // a longer one is hardly about all it says
	gistWhole  = 0.5 // the whole is believed from this confidence on
	gistSure   = 0.9 // and where it is long from this
	gistPart   = 0.8 // a part from this
	gistHeard  = 0.7 // none below this says anything
	minPart    = 4   // characters of a part
	longPart   = 30  // a part without punctuation is cut into windows
	partWindow = 24
	notAsking  = 0.8 // what a part counts that asks nothing: never enough by itself
)

// gist gives the ranking of the part of a long message that says most surely
// what is meant, where the whole does not say it: words of the story drown
// those of the question. It is false where neither the whole nor any part says
// anything of ours.
func (s *Snapshot) gist(raw string, runes int, whole ranking) (ranking, bool) {
	m := s.model
	believed, long := gistWhole, runes >= gistLong
	if long {
		believed = gistSure
	}
	if m.weights.confidence(whole) >= believed || !long && m.weights.foreign(whole) >= s.limits.Foreign {
		return whole, true
	}
	best, sure, heard := whole, gistPart, false
	for _, p := range parts(raw) {
		a := s.corpus.an.analyse(p)
		if len(a.doc.Runes) < minPart {
			continue
		}
		r := m.rank(a)
		if r.top < 0 || !r.cands[r.top].topic || s.strange(a, r) {
			continue
		}
		conf := m.weights.confidence(r) * (1 - m.weights.foreign(r))
		if !s.asks(a) {
			conf *= notAsking
		}
		heard = heard || conf >= gistHeard
		if conf >= sure { // of two alike the later: the story first, the question last
			best, sure = r, conf
		}
	}
	return best, heard
}

// asks reports whether a message has a word that asks. How long something
// took is told in every story.
func (s *Snapshot) asks(a analysis) bool {
	names := s.corpus.an.words.ConceptNames()
	for _, t := range a.doc.Tags {
		if int(t) < len(names) && strings.HasPrefix(names[t], "Q_") && names[t] != "Q_TIMEUP" {
			return true
		}
	}
	return false
}

// parts cuts a message at its punctuation, and what has none into windows that
// overlap.
func parts(raw string) []string {
	var out []string
	for _, p := range text.Parts(raw) {
		rs := []rune(p)
		for len(rs) > longPart {
			out = append(out, string(rs[:partWindow]))
			rs = rs[partWindow/2:]
		}
		out = append(out, string(rs))
		if len(out) >= gistParts {
			return out[:gistParts]
		}
	}
	return out
}
