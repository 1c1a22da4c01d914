package text

// Trie finds the words of a fixed list at a position of a text. The zero
// value is empty and ready; it is not safe to add while others look up.
type Trie struct {
	nodes []trieNode
}

type trieNode struct {
	next map[rune]int32
	val  int32 // 0: no word ends here; else value+1
}

// Add puts a word with a value of 0 or more into the trie. Of two values for
// one word the later stands.
func (t *Trie) Add(word string, value int) {
	if word == "" {
		return
	}
	if len(t.nodes) == 0 {
		t.nodes = append(t.nodes, trieNode{})
	}
	at := int32(0)
	for _, r := range word {
		to, ok := t.nodes[at].next[r]
		if !ok {
			to = int32(len(t.nodes))
			t.nodes = append(t.nodes, trieNode{})
			if t.nodes[at].next == nil {
				t.nodes[at].next = map[rune]int32{}
			}
			t.nodes[at].next[r] = to
		}
		at = to
	}
	t.nodes[at].val = int32(value) + 1
}

// Longest gives the value of the longest word that starts the text, and its
// length in runes; n is 0 where none does.
func (t *Trie) Longest(rs []rune) (value, n int) {
	t.Each(rs, func(v, l int) { value, n = v, l })
	return value, n
}

// Each calls f for every word that starts the text, shortest first.
func (t *Trie) Each(rs []rune, f func(value, n int)) {
	if len(t.nodes) == 0 {
		return
	}
	at := int32(0)
	for i, r := range rs {
		to, ok := t.nodes[at].next[r]
		if !ok {
			return
		}
		at = to
		if v := t.nodes[at].val; v != 0 {
			f(int(v-1), i+1)
		}
	}
}

// Has reports whether the word is in the trie.
func (t *Trie) Has(word string) bool {
	rs := []rune(word)
	_, n := t.Longest(rs)
	return n > 0 && n == len(rs)
}
