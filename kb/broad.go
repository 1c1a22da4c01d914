package kb

import (
	"fmt"
	"slices"
)

// Broad are words that, said alone, could mean any of several topics: 审核, 法人. They are answered by asking which, in the order of Topics.
// A wording of a topic stands above them.
type Broad struct {
	Words  []string `yaml:"words,flow"`
	Topics []string `yaml:"topics,flow"`

	source string
}

// check refuses what the program could not work with.
func (b *Broad) check() error {
	if b == nil || len(b.Words) == 0 || len(b.Topics) < 2 {
		return fmt.Errorf("broad words need words, and at least two topics to choose from")
	}
	return nil
}

// broadWords finds the broad words by their canonical form.
func (s *Snapshot) broadWords() map[string]*Broad {
	out := map[string]*Broad{}
	for _, b := range s.content.Broad {
		for _, w := range b.Words {
			out[s.corpus.an.analyse(w).normal] = b
		}
	}
	return out
}

// broadly handles a message that is a broad word alone.
func (s *Snapshot) broadly(a analysis, res *Result) bool {
	b, ok := s.broad[a.normal]
	if _, own := s.model.exact[a.normal]; !ok || own {
		return false
	}
	s.offer(res, b.Topics...)
	return res.Kind == KindChoice
}

// broad checks the broad words: each leads to topics that there are, and stands once.
func (l *linter) broad() {
	seen := map[string]*Broad{}
	for _, b := range l.snapshot.content.Broad {
		for _, w := range b.Words {
			n := l.snapshot.corpus.an.analyse(w).normal
			if old := seen[n]; n == "" || old != nil && old != b {
				l.found = append(l.found, finding(SeverityError, b.source, 0, w, "broad", "nothing is left of it once normalised, or it leads elsewhere too"))
			}
			seen[n] = b
		}
		for i, id := range b.Topics {
			if _, ok := l.snapshot.byID[id]; !ok || slices.Index(b.Topics, id) < i {
				l.found = append(l.found, finding(SeverityError, b.source, 0, b.Words[0], "broad", "there is no topic %s, or it stands twice", id))
			}
		}
	}
}
