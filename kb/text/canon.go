package text

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

//go:embed data/synonyms.txt
var synonymsTXT string

//go:embed data/fillers.txt
var fillersTXT string

//go:embed data/foreign.txt
var foreignTXT string

//go:embed data/concepts.txt
var conceptsTXT string

// Words are the hand-made lists: synonyms, fillers and concepts.
type Words struct {
	synonyms Trie
	into     [][]rune

	begin, end Trie // end holds its words reversed

	concepts Trie
	groups   [][]uint16 // for each concept word, the concepts it stands for
	names    []string

	conceptWords []string
}

// NewWords reads the lists that are part of the program.
func NewWords() (*Words, error) {
	w := &Words{}
	if err := w.readSynonyms(synonymsTXT); err != nil {
		return nil, fmt.Errorf("synonyms: %w", err)
	}
	if err := w.readFillers(fillersTXT); err != nil {
		return nil, fmt.Errorf("fillers: %w", err)
	}
	if err := w.readConcepts(conceptsTXT); err != nil {
		return nil, fmt.Errorf("concepts: %w", err)
	}
	return w, nil
}

// listLines calls f with the key and the words of each line `key: word word`.
func listLines(s string, f func(key string, words []string) error) error {
	sc := bufio.NewScanner(strings.NewReader(s))
	for n := 1; sc.Scan(); n++ {
		line := strings.TrimSpace(sc.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, rest, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("line %d: no colon", n)
		}
		if err := f(strings.TrimSpace(key), strings.Fields(rest)); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return sc.Err()
}

func (w *Words) readSynonyms(s string) error {
	from := map[string]string{}
	err := listLines(s, func(key string, words []string) error {
		key = Fold(key)
		from[key] = key
		for _, alt := range words {
			alt = Fold(strings.ReplaceAll(alt, "_", " "))
			if old, dup := from[alt]; dup && old != key && old != alt {
				return fmt.Errorf("%s stands for both %s and %s", alt, old, key)
			}
			from[alt] = key
		}
		return nil
	})
	if err != nil {
		return err
	}
	keys := make([]string, 0, len(from))
	for k := range from {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for i, k := range keys {
		w.synonyms.Add(k, i)
		w.into = append(w.into, []rune(from[k]))
	}
	return nil
}

func (w *Words) readFillers(s string) error {
	return listLines(s, func(key string, words []string) error {
		for _, f := range words {
			switch rs := []rune(Fold(f)); key {
			case "begin":
				w.begin.Add(string(rs), 0)
			case "end":
				slices.Reverse(rs)
				w.end.Add(string(rs), 0)
			default:
				return fmt.Errorf("neither begin nor end")
			}
		}
		return nil
	})
}

func (w *Words) readConcepts(s string) error {
	at := map[string]int{}
	return listLines(s, func(key string, words []string) error {
		id := uint16(len(w.names))
		w.names = append(w.names, key)
		for _, word := range words {
			word = w.Canon(Fold(word))
			i, ok := at[word]
			if !ok {
				i = len(w.groups)
				at[word] = i
				w.groups = append(w.groups, nil)
				w.concepts.Add(word, i)
				w.conceptWords = append(w.conceptWords, word)
			}
			if !slices.Contains(w.groups[i], id) {
				w.groups[i] = append(w.groups[i], id)
			}
		}
		return nil
	})
}

// Canon puts the canonical word for every synonym in a folded text, longest
// first, from left to right.
func (w *Words) Canon(s string) string {
	rs := []rune(s)
	out := make([]rune, 0, len(rs)+8)
	for i := 0; i < len(rs); {
		v, n := w.synonyms.Longest(rs[i:])
		if n == 0 || !wordEdges(rs, i, n) {
			out = append(out, rs[i])
			i++
			continue
		}
		out = append(out, w.into[v]...)
		i += n
	}
	return string(invert(out))
}

// invert turns 什么是X into X是什么: one question, one order.
func invert(rs []rune) []rune {
	for _, head := range []string{"什么是", "什么叫"} {
		h := []rune(head)
		if len(rs) > len(h) && string(rs[:len(h)]) == head {
			i := len(h)
			for i < len(rs) && rs[i] != Break {
				i++
			}
			out := slices.Clone(rs[len(h):i])
			out = append(out, '是', '什', '么')
			return append(out, rs[i:]...)
		}
	}
	return rs
}

// wordEdges reports whether a match of Latin letters or digits stands as a
// word of its own.
func wordEdges(rs []rune, i, n int) bool {
	latin := func(r rune) bool { return r == '.' || r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	if latin(rs[i]) && i > 0 && latin(rs[i-1]) {
		return false
	}
	j := i + n
	return !(latin(rs[j-1]) && j < len(rs) && latin(rs[j]))
}

// Strip takes fillers off both ends of a folded text, as often as there are
// any. A text of nothing but fillers stays as it is: it is small talk.
func (w *Words) Strip(s string) string {
	rs := []rune(s)
	for {
		n := len(rs)
		for len(rs) > 0 && (rs[0] == Break || rs[0] == ' ') {
			rs = rs[1:]
		}
		if _, k := w.begin.Longest(rs); k > 0 && wordEdges(rs, 0, k) {
			rs = rs[w.untilWord(rs, k):]
		}
		for len(rs) > 0 && (rs[len(rs)-1] == Break || rs[len(rs)-1] == ' ') {
			rs = rs[:len(rs)-1]
		}
		if k := w.tail(rs); k > 0 {
			rs = rs[:len(rs)-k]
		}
		if len(rs) == n {
			break
		}
	}
	if len(rs) == 0 {
		return s
	}
	return string(rs)
}

// untilWord shortens a filler of k runes to what stands before a known word
// that begins inside it and ends behind it: 那个体户 is 那 and 个体户.
func (w *Words) untilWord(rs []rune, k int) int {
	for i := 1; i < k; i++ {
		if _, n := w.synonyms.Longest(rs[i:]); i+n > k {
			return i
		}
	}
	return k
}

// tail gives the length of the longest filler at the end; the 么 of 什么 and
// 怎么 is none.
func (w *Words) tail(rs []rune) int {
	n := len(rs)
	if n >= 2 && rs[n-1] == '么' {
		switch rs[n-2] {
		case '什', '怎', '要', '那', '这', '多':
			return 0
		}
	}
	back := make([]rune, 0, 12)
	for i := n - 1; i >= 0 && len(back) < 12; i-- {
		back = append(back, rs[i])
	}
	_, k := w.end.Longest(back)
	return k
}

// Concepts calls f with the number of every concept the canonical text
// touches, in order of appearance; a concept may come more than once.
func (w *Words) Concepts(rs []rune, f func(id int)) {
	for i := range rs {
		v, n := w.concepts.Longest(rs[i:])
		if n == 0 || !wordEdges(rs, i, n) {
			continue
		}
		for _, g := range w.groups[v] {
			f(int(g))
		}
	}
}

// Things gives the words of canonical text that name what it is about, joined:
// those of concepts of persons, offices, platforms and matters, without the
// concepts in but.
func (w *Words) Things(rs []rune, but []string) string {
	var out []rune
	for i := 0; i < len(rs); {
		v, n := w.concepts.Longest(rs[i:])
		if n == 0 || !wordEdges(rs, i, n) {
			i++
			continue
		}
		for _, g := range w.groups[v] {
			name := w.names[g]
			if strings.Contains("TPOW", name[:1]) && !slices.Contains(but, name) {
				out = append(out, rs[i:i+n]...)
				break
			}
		}
		i += n
	}
	return string(out)
}

// ConceptNames gives the names of the concepts by number.
func (w *Words) ConceptNames() []string { return w.names }

// Terms lists the hand-made words: canonical forms and concept words.
func (w *Words) Terms() []string {
	var out []string
	for _, to := range w.into {
		out = append(out, string(to))
	}
	return append(out, w.conceptWords...)
}

// Foreign gives the names of other things people ask about: those that are
// filed somewhere else, and the rest.
func Foreign() (filings, elsewhere []string, err error) {
	err = listLines(foreignTXT, func(key string, words []string) error {
		switch key {
		case "filing":
			filings = words
		case "elsewhere":
			elsewhere = words
		default:
			return fmt.Errorf("neither filing nor elsewhere")
		}
		return nil
	})
	return filings, elsewhere, err
}
