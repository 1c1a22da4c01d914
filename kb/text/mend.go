package text

import (
	_ "embed"
	"math"
	"slices"
	"strings"
)

//go:embed data/latin.txt
var latinTXT string

// Mender turns pinyin and homophone slips into the words the knowledge uses.
// It learns these words, and which characters follow each other, from the
// knowledge itself. It is safe for concurrent use.
type Mender struct {
	uni   map[rune]int32
	bi    map[uint64]int32
	total float64

	syllable map[string]int32 // toneless syllable → number
	chars    [][]rune         // per syllable, the knowledge's characters, most used first
	first    map[rune]int32   // character → its usual syllable
	terms    map[string][]rune
	latin    map[string]bool // Latin words that are no pinyin
	longest  int             // letters of the longest syllable
}

// Limits of mending one text.
const (
	maxTermRunes   = 4
	maxToken       = 48 // letters of one run of pinyin
	maxTokens      = 24
	candidates     = 14 // characters tried for a syllable
	rareBigram     = 2  // a pair of characters seen no oftener may be a slip
	termOverWindow = 12 // how much oftener than the slip the term must stand
	termOverOther  = 60 // the same where no character is shared
)

// NewMender learns from folded texts; terms are the folded words slips are
// mended into.
func NewMender(texts, terms []string) *Mender {
	m := &Mender{
		uni: map[rune]int32{}, bi: map[uint64]int32{}, syllable: map[string]int32{},
		first: map[rune]int32{}, terms: map[string][]rune{}, latin: map[string]bool{},
	}
	for _, w := range strings.Fields(latinTXT) {
		m.latin[w] = true
	}
	for _, t := range texts {
		var last rune
		for _, r := range t {
			if isHan(r) {
				m.uni[r]++
				m.total++
				if last != 0 {
					m.bi[pair(last, r)]++
				}
				last = r
				continue
			}
			last = 0
		}
	}
	m.learnSyllables()
	m.learnTerms(terms)
	return m
}

func pair(a, b rune) uint64 { return uint64(a)<<32 | uint64(b) }

func (m *Mender) learnSyllables() {
	known := make([]rune, 0, len(m.uni))
	for r := range m.uni {
		known = append(known, r)
	}
	slices.SortFunc(known, func(a, b rune) int {
		if d := m.uni[b] - m.uni[a]; d != 0 {
			return int(d)
		}
		return int(a - b)
	})
	for _, r := range known {
		for i, p := range readings(r) {
			id := m.syllableID(p)
			if i == 0 {
				m.first[r] = id
			}
			if len(m.chars[id]) < candidates {
				m.chars[id] = append(m.chars[id], r)
			}
		}
	}
}

func (m *Mender) syllableID(p string) int32 {
	id, ok := m.syllable[p]
	if !ok {
		id = int32(len(m.chars))
		m.syllable[p] = id
		m.chars = append(m.chars, nil)
		m.longest = max(m.longest, len(p))
	}
	return id
}

// learnTerms keeps the terms of two to four Han characters that the texts
// use; of terms that sound alike the most used one.
func (m *Mender) learnTerms(terms []string) {
	slices.Sort(terms)
	for _, t := range slices.Compact(terms) {
		rs := []rune(t)
		if len(rs) < 2 || len(rs) > maxTermRunes || m.count(rs) < 4 {
			continue
		}
		key, ok := m.sound(rs)
		if !ok {
			continue
		}
		if old, dup := m.terms[key]; !dup || m.count(rs) > m.count(old) {
			m.terms[key] = rs
		}
	}
}

// count estimates how often the texts have the word: its rarest pair.
func (m *Mender) count(rs []rune) int32 {
	n := int32(math.MaxInt32)
	for i := 1; i < len(rs); i++ {
		n = min(n, m.bi[pair(rs[i-1], rs[i])])
	}
	return n
}

// sound is the word's usual syllables as a map key.
func (m *Mender) sound(rs []rune) (string, bool) {
	var buf [2 * maxTermRunes]byte
	for i, r := range rs {
		id, ok := m.soundOf(r)
		if !ok {
			return "", false
		}
		buf[2*i], buf[2*i+1] = byte(id>>8), byte(id)
	}
	return string(buf[:2*len(rs)]), true
}

func (m *Mender) soundOf(r rune) (int32, bool) {
	if id, ok := m.first[r]; ok {
		return id, true
	}
	if !isHan(r) {
		return 0, false
	}
	for _, p := range readings(r) {
		id, ok := m.syllable[p]
		return id, ok
	}
	return 0, false
}

// Mend gives folded text with pinyin turned into characters and slips into
// the terms that sound the same. Where nothing is wrong it gives the text back.
func (m *Mender) Mend(s string) string {
	rs := []rune(s)
	a, changed := m.spell(rs)
	b, mended := m.homophones(a)
	if !changed && !mended {
		return s
	}
	return string(b)
}

// homophones replaces rare sequences by terms of the same sound.
func (m *Mender) homophones(rs []rune) ([]rune, bool) {
	changed := false
	for i := 0; i+1 < len(rs); i++ {
		if !isHan(rs[i]) || !isHan(rs[i+1]) || m.bi[pair(rs[i], rs[i+1])] > rareBigram {
			continue
		}
		// the longest window around the rare pair that sounds like a term
		for n := maxTermRunes; n >= 2; n-- {
			if at, t := m.windowTerm(rs, i, n); t != nil {
				if !changed {
					rs = slices.Clone(rs)
					changed = true
				}
				copy(rs[at:], t)
				break
			}
		}
	}
	return rs, changed
}

func (m *Mender) windowTerm(rs []rune, i, n int) (int, []rune) {
	for at := max(0, i+2-n); at <= i && at+n <= len(rs); at++ {
		w := rs[at : at+n]
		key, ok := m.sound(w)
		if !ok {
			continue
		}
		t := m.terms[key]
		if t == nil || slices.Equal(t, w) {
			continue
		}
		over := int32(termOverOther)
		for j := range w {
			if w[j] == t[j] {
				over = termOverWindow
			}
		}
		if m.count(t) >= over*(m.count(w)+1) && m.fits(rs, at, w, t) {
			return at, t
		}
	}
	return 0, nil
}

// fits reports whether the term goes at least as well with its neighbours as
// what stood there.
func (m *Mender) fits(rs []rune, at int, w, t []rune) bool {
	var before, after int32
	if at > 0 {
		before += m.bi[pair(rs[at-1], w[0])]
		after += m.bi[pair(rs[at-1], t[0])]
	}
	if end := at + len(w); end < len(rs) {
		before += m.bi[pair(w[len(w)-1], rs[end])]
		after += m.bi[pair(t[len(t)-1], rs[end])]
	}
	return after >= before
}
