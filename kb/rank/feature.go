// Package rank holds the counting and large-margin models that decide which
// class of wordings a text belongs to. Everything in it is deterministic:
// fixed orders, no random numbers, the same result on every machine.
package rank

import (
	"math"
	"slices"
	"sync"
	"unicode"
)

// Doc is a text as the models see it: canonical runes and the numbers of the
// tags (concepts, entity kinds) it carries.
type Doc struct {
	Runes []rune
	Tags  []uint16
}

// A feature is identified by a key: its kind in the top bits, then up to two
// units or tags. Keys are exact for characters; Latin words share a unit code
// by hash.
const (
	kindUni  = uint64(1) << 60
	kindBi   = uint64(2) << 60
	kindTag  = uint64(3) << 60
	kindPair = uint64(4) << 60
)

// kindWeight scales the features of a kind against the others; measured on
// the content itself by cross-validation.
var kindWeight = [8]float32{1: 1.5, 2: 0.9, 3: 1.1, 4: 0.8}

// breakUnit separates units that no feature joins.
const breakUnit = 0

// wordUnit gives the unit code of a Latin word or number, beyond the range of runes.
func wordUnit(word []rune) uint32 {
	h := uint32(2166136261)
	for _, r := range word {
		h = (h ^ uint32(r)) * 16777619
	}
	return 0x110000 + h%0xE0000
}

// units cuts canonical text: each Han character is a unit, each run of Latin
// letters and digits another.
func units(rs []rune, breakRune rune) []uint32 {
	out := make([]uint32, 0, len(rs))
	for i := 0; i < len(rs); {
		r := rs[i]
		switch {
		case r == breakRune:
			out = append(out, breakUnit)
			i++
		case r == ' ':
			i++
		case isLatin(r):
			j := i + 1
			for j < len(rs) && isLatin(rs[j]) {
				j++
			}
			out = append(out, wordUnit(rs[i:j]))
			i = j
		default:
			out = append(out, uint32(r))
			i++
		}
	}
	return out
}

func isLatin(r rune) bool {
	return r < 0x2E80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '%' || r == '.')
}

// keyCount is a feature with how often the text has it.
type keyCount struct {
	key uint64
	n   float32
}

// extract lists a text's features, each once, sorted by key.
func extract(d Doc, breakRune rune) []keyCount {
	us := units(d.Runes, breakRune)
	keys := make([]uint64, 0, 2*len(us)+len(d.Tags)*(len(d.Tags)+1)/2)
	for i, u := range us {
		if u == breakUnit {
			continue
		}
		keys = append(keys, kindUni|uint64(u))
		if i+1 < len(us) && us[i+1] != breakUnit {
			keys = append(keys, kindBi|uint64(u)<<24|uint64(us[i+1]))
		}
	}
	tags := slices.Clone(d.Tags)
	slices.Sort(tags)
	tags = slices.Compact(tags)
	if len(tags) > maxTags {
		tags = tags[:maxTags]
	}
	for i, t := range tags {
		keys = append(keys, kindTag|uint64(t))
		for _, o := range tags[i+1:] {
			keys = append(keys, kindPair|uint64(t)<<24|uint64(o))
		}
	}
	slices.Sort(keys)
	out := make([]keyCount, 0, len(keys))
	for _, k := range keys {
		if n := len(out); n > 0 && out[n-1].key == k {
			out[n-1].n++
			continue
		}
		out = append(out, keyCount{k, 1})
	}
	return out
}

// maxTags bounds the tags, and so the pairs, of one text.
const maxTags = 24

// Vec is a text as a sparse vector over the known features, of length one.
type Vec struct {
	IDs  []int32
	Vals []float32
}

// Space is the set of features known from the wordings, with their weights.
type Space struct {
	ids    map[uint64]int32
	idf    []float32
	maxIDF float32
	brk    rune
}

// NewSpace learns the features of the docs; brk separates what no feature joins.
func NewSpace(docs []Doc, brk rune) (*Space, []Vec) {
	s := &Space{ids: make(map[uint64]int32, 4*len(docs)), brk: brk}
	raw := make([][]keyCount, len(docs))
	var wg sync.WaitGroup
	half := len(docs) / 2
	for _, part := range [][2]int{{0, half}, {half, len(docs)}} {
		wg.Go(func() {
			for i := part[0]; i < part[1]; i++ {
				raw[i] = extract(docs[i], brk)
			}
		})
	}
	wg.Wait()
	var df []int32
	for i := range docs {
		for _, kc := range raw[i] {
			id, ok := s.ids[kc.key]
			if !ok {
				id = int32(len(df))
				s.ids[kc.key] = id
				df = append(df, 0)
			}
			df[id]++
		}
	}
	n := float64(len(docs) + 1)
	s.idf = make([]float32, len(df))
	for i, d := range df {
		s.idf[i] = float32(math.Log(n / (float64(d) + 0.5)))
	}
	s.maxIDF = float32(math.Log(n / 0.5))
	vecs := make([]Vec, len(docs))
	for i := range docs {
		vecs[i], _ = s.vector(raw[i])
	}
	return s, vecs
}

// Len is the number of known features.
func (s *Space) Len() int { return len(s.idf) }

// Share gives the part of the vector's weight that lies on features for which
// in is true, 0 to 1.
func (v Vec) Share(in []bool) float32 {
	var x float32
	for i, id := range v.IDs {
		if in[id] {
			x += v.Vals[i] * v.Vals[i]
		}
	}
	return x
}

// Dot gives the vector's product with dense weights.
func (v Vec) Dot(w []float32) float32 {
	var x float32
	for i, id := range v.IDs {
		x += v.Vals[i] * w[id]
	}
	return x
}

// Vector gives the text's vector and the share of its weight that the known
// features carry, 0 to 1.
func (s *Space) Vector(d Doc) (Vec, float32) { return s.vector(extract(d, s.brk)) }

func (s *Space) vector(raw []keyCount) (Vec, float32) {
	v := Vec{IDs: make([]int32, 0, len(raw)), Vals: make([]float32, 0, len(raw))}
	var known, unknown float64
	for _, kc := range raw {
		w := kindWeight[kc.key>>60]
		if kc.n > 1 {
			w *= 1 + float32(math.Log(float64(kc.n)))
		}
		id, ok := s.ids[kc.key]
		if !ok {
			x := float64(w * s.maxIDF)
			unknown += x * x
			continue
		}
		w *= s.idf[id]
		known += float64(w) * float64(w)
		v.IDs = append(v.IDs, id)
		v.Vals = append(v.Vals, w)
	}
	if known > 0 {
		scale := float32(1 / math.Sqrt(known))
		for i := range v.Vals {
			v.Vals[i] *= scale
		}
	}
	if known+unknown == 0 {
		return v, 0
	}
	return v, float32(known / (known + unknown))
}
