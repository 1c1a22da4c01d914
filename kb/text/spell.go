package text

import (
	"math"
	"slices"
)

// spell turns runs of Latin letters that read as pinyin into the likeliest
// characters: those that follow each other in the knowledge.
func (m *Mender) spell(rs []rune) ([]rune, bool) {
	if !slices.ContainsFunc(rs, isLower) {
		return rs, false
	}
	out := make([]rune, 0, len(rs))
	changed := false
	tokens := 0
	for i := 0; i < len(rs); {
		if !isLower(rs[i]) {
			out = append(out, rs[i])
			i++
			continue
		}
		j := m.runEnd(rs, i)
		run := rs[i:j]
		var after rune
		if j < len(rs) {
			after = rs[j]
		}
		host := i > 0 && joins(rs[i-1]) || j < len(rs) && joins(rs[j])
		tokens++
		if han, ok := m.spellRun(run, lastHan(out), after); ok && !host && tokens <= maxTokens {
			if n := len(out); n > 0 && out[n-1] == ' ' {
				out = out[:n-1]
			}
			out = append(out, han...)
			changed = true
		} else {
			out = append(out, run...)
		}
		i = j
	}
	return out, changed
}

// runEnd gives the end of the run of words that begins at i: letters with
// single blanks between, up to a word that is known not to be pinyin. Such a
// word is a run of its own.
func (m *Mender) runEnd(rs []rune, i int) int {
	word := func(i int) int {
		for i < len(rs) && isLower(rs[i]) {
			i++
		}
		return i
	}
	end := word(i)
	for !m.latin[string(rs[i:end])] && end+1 < len(rs) && rs[end] == ' ' && isLower(rs[end+1]) {
		next := word(end + 1)
		if m.latin[string(rs[end+1:next])] {
			break
		}
		end = next
	}
	return end
}

func isLower(r rune) bool { return 'a' <= r && r <= 'z' }

// joins reports whether letters beside r belong to a number or a host name.
func joins(r rune) bool { return '0' <= r && r <= '9' || r == '.' }

func lastHan(out []rune) rune {
	if n := len(out); n > 0 && isHan(out[n-1]) {
		return out[n-1]
	}
	return 0
}

// cell is a way to read the run up to a position, ending in a character.
type cell struct {
	r     rune
	score float64
	seen  int // pairs the knowledge has
	n     int // characters
	prev  int // cell index at position from
	from  int
}

// spellRun reads a run of pinyin, blanks allowed between syllables, in the
// company of the characters before and after it (0: none). A word that is
// known not to be pinyin, or a reading the knowledge does not support, is
// refused.
func (m *Mender) spellRun(run []rune, before, after rune) ([]rune, bool) {
	var letters []rune
	edge := map[int]bool{} // positions where a word ends
	word := 0
	for _, r := range run {
		if r == ' ' {
			if m.latin[string(letters[word:])] {
				return nil, false
			}
			word = len(letters)
			edge[word] = true
			continue
		}
		letters = append(letters, r)
	}
	if len(letters) < 2 || len(letters) > maxToken || m.latin[string(letters[word:])] {
		return nil, false
	}
	cells := make([][]cell, len(letters)+1)
	cells[0] = []cell{{r: before, prev: -1}}
	for i := range letters {
		if len(cells[i]) == 0 {
			continue
		}
		for l := 1; l <= m.longest && i+l <= len(letters); l++ {
			if l > 1 && edge[i+l-1] {
				break
			}
			id, ok := m.syllable[string(letters[i:i+l])]
			if !ok {
				continue
			}
			for _, r := range m.chars[id] {
				m.extend(cells, i, i+l, r)
			}
		}
	}
	best, ok := m.finish(cells[len(letters)], after)
	if !ok {
		return nil, false
	}
	// as many known pairs as it takes to believe it
	pairs := best.n - 1
	if before != 0 {
		pairs++
	}
	if isHan(after) {
		pairs++
	}
	if pairs == 0 || best.seen*3 < pairs*2 || best.n == 1 && best.seen < pairs {
		return nil, false
	}
	han := make([]rune, 0, best.n)
	for c := best; c.prev >= 0; c = cells[c.from][c.prev] {
		han = append(han, c.r)
	}
	slices.Reverse(han)
	return han, true
}

// extend adds to position j the best way to end in r there, coming from i.
func (m *Mender) extend(cells [][]cell, i, j int, r rune) {
	best := cell{score: math.Inf(-1)}
	for k, c := range cells[i] {
		s, seen := m.follow(c.r, r)
		if s += c.score; s > best.score {
			best = cell{r: r, score: s, seen: c.seen + seen, n: c.n + 1, prev: k, from: i}
		}
	}
	for k, c := range cells[j] {
		if c.r == r {
			if best.score > c.score {
				cells[j][k] = best
			}
			return
		}
	}
	cells[j] = append(cells[j], best)
}

// follow is the log probability of b after a, and 1 where the pair is known.
func (m *Mender) follow(a, b rune) (float64, int) {
	const backoff = 1e-3
	p := float64(m.uni[b]) / m.total
	if a == 0 {
		return math.Log(p), 0
	}
	n := m.bi[pair(a, b)]
	q := float64(n)/float64(m.uni[a]+1) + backoff*p
	if n >= 2 {
		return math.Log(q), 1
	}
	return math.Log(q), 0
}

// finish chooses the reading, the character after the run considered.
func (m *Mender) finish(cs []cell, after rune) (cell, bool) {
	best, ok := cell{score: math.Inf(-1)}, false
	for _, c := range cs {
		if isHan(after) {
			s, seen := m.follow(c.r, after)
			c.score += s
			c.seen += seen
		}
		if c.score > best.score {
			best, ok = c, true
		}
	}
	return best, ok
}
