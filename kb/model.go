package kb

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/beianbot/beianbot/kb/rank"
	"github.com/beianbot/beianbot/kb/text"
)

// model ranks classes for a question. It is learned from the wordings alone,
// whenever they are read, in a fraction of a second.
type model struct {
	classes []class
	names   []string // of the concepts, by tag
	space   *rank.Space
	linear  *rank.Linear
	cent    *rank.Centroids
	outside []float32 // classifier of matters outside against all others
	bias    float32
	ours    []bool // features that wordings of topics, commands, small talk have
	index   *index
	exact   map[string]int // canonical wording → class; -1 where two classes claim it
	weights Weights
	scratch sync.Pool
}

// sample is a wording with its class.
type sample struct {
	text   string
	doc    rank.Doc
	normal string
	class  int
}

// svmOptions are measured: more passes or negatives change nothing.
var svmOptions = rank.SVMOptions{C: 1, Passes: 4, Negatives: 16}

// newModel learns from the samples; a class may be without. foreign are texts
// that are about matters outside without being of any class.
func (k *corpus) newModel(samples, foreign []sample, bodies []string, w Weights) (*model, error) {
	classes := k.classes
	m := &model{classes: classes, names: k.an.words.ConceptNames(), exact: map[string]int{}, weights: w}
	docs := make([]rank.Doc, 0, len(samples)+len(foreign))
	label := make([]int, len(samples))
	perClass := make([][]string, len(classes))
	for i, s := range samples {
		docs = append(docs, s.doc)
		label[i] = s.class
		perClass[s.class] = append(perClass[s.class], s.normal)
		if old, ok := m.exact[s.normal]; ok && old != s.class {
			m.exact[s.normal] = -1
		} else {
			m.exact[s.normal] = s.class
		}
	}
	for c, b := range bodies {
		if b != "" {
			perClass[c] = append(perClass[c], b)
		}
	}
	var err error
	var wg sync.WaitGroup
	wg.Go(func() { m.index, err = newIndex(perClass) })
	for _, s := range foreign {
		docs = append(docs, s.doc)
	}
	space, all := rank.NewSpace(docs, text.Break)
	m.space = space
	n := space.Len()
	vecs := all[:len(samples)]
	wg.Go(func() { m.learnOutside(all, label) })
	m.cent = rank.NewCentroids(n, vecs, label, len(classes))
	near := rank.Near(m.cent, vecs, label, len(classes), svmOptions.Negatives)
	m.linear = rank.TrainLinear(n, vecs, label, len(classes), near, svmOptions)
	wg.Wait()
	if err != nil {
		return nil, err
	}
	m.scratch.New = func() any {
		c := len(classes)
		s := &scratch{hit: make([]bool, c)}
		for _, p := range []*[]float32{&s.linear, &s.cent, &s.cover, &s.bleve} {
			*p = make([]float32, c)
		}
		return s
	}
	return m, nil
}

// learnOutside learns to tell matters outside from all others; vectors beyond
// the labels are foreign.
func (m *model) learnOutside(all []rank.Vec, label []int) {
	yes := make([]bool, len(all))
	m.ours = make([]bool, m.space.Len())
	for i, v := range all {
		yes[i] = i >= len(label) || m.classes[label[i]].kind == classOutside
		if !yes[i] {
			for _, id := range v.IDs {
				m.ours[id] = true
			}
		}
	}
	m.outside, m.bias = rank.TrainBinary(m.space.Len(), all, yes, svmOptions)
}

// scratch is the room one question needs, reused.
type scratch struct {
	linear, cent, cover, bleve []float32
	hit                        []bool
}

func (s *scratch) clear() {
	for _, p := range [][]float32{s.linear, s.cent, s.cover, s.bleve} {
		clear(p)
	}
	clear(s.hit)
}

// Features of a candidate class, in the order of Weights.Rank.
const (
	featLinear = iota // margin of the linear classifier
	featCent          // cosine to all wordings together
	featCover         // share of the question's weight the class has words for
	featBleve         // bleve's score against the best candidate's
	rankFeatures
)

// ranked is a candidate with what speaks for it.
type ranked struct {
	class   int
	topic   bool
	outside bool
	feat    [rankFeatures]float32
	score   float64 // weighted features
	p       float64 // share among the candidates
}

// ranking is the candidates of a question, best first, with what is known of
// the question as a whole.
type ranking struct {
	cands []ranked
	top   int     // the first of ours: a topic, a command, small talk; -1: none
	known float32 // share of the question's weight that is known at all
	ours  float32 // share that wordings of topics, commands and small talk have
	out   float32 // margin of the classifier of matters outside
	exact int     // class that has this very wording, or -1
	brief bool    // a word of at most three characters, which may mean many things
	own   bool    // it is about the filing of a mini program, whatever else it names
}

// exactScore puts the class that has the very wording first.
const exactScore = 20

// unnamed is what a platform's own topic loses where the message names no
// platform: without the name its wordings are anybody's.
const unnamed = 3

// maxBrief is the most characters of a message that is but a word.
const maxBrief = 3

// rank gives the candidates for a question taken apart, best first.
func (m *model) rank(a analysis) ranking {
	r := ranking{exact: -1, brief: len(a.doc.Runes) <= maxBrief}
	if c, ok := m.exact[a.normal]; ok {
		r.exact = c
	}
	vec, known := m.space.Vector(a.doc)
	r.known = known
	r.ours = known * vec.Share(m.ours)
	r.out = vec.Dot(m.outside) + m.bias
	hits, err := m.index.search(a.normal)
	if err != nil {
		hits = nil // the models below can do without
	}
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	s.clear()
	m.linear.Score(vec, s.linear)
	m.cent.ScoreCover(vec, s.cent, s.cover)
	for _, h := range hits {
		s.bleve[h.class] = h.score / hits[0].score
		s.hit[h.class] = true
	}
	if r.exact >= 0 {
		s.hit[r.exact] = true
	}
	if known > 0 { // whom the wordings as a whole speak for, whatever the terms found
		s.hit[argmax(s.linear)] = true
	}
	if len(hits) == 0 && known > 0 { // nothing but tags or masked places: all classes
		for c := range s.hit {
			s.hit[c] = true
		}
	}
	platform := slices.ContainsFunc(a.doc.Tags, func(t uint16) bool {
		return int(t) < len(m.names) && strings.HasPrefix(m.names[t], "P_")
	})
	for c, on := range s.hit {
		if !on {
			continue
		}
		kind := m.classes[c].kind
		x := ranked{class: c, topic: kind == classTopic, outside: kind == classOutside, feat: [rankFeatures]float32{
			featLinear: s.linear[c],
			featCent:   s.cent[c], featCover: s.cover[c] * known, featBleve: s.bleve[c],
		}}
		for i, f := range x.feat {
			x.score += m.weights.Rank[i] * float64(f)
		}
		if m.classes[c].platform && !platform {
			x.score -= unnamed
		}
		if c == r.exact {
			x.score += exactScore
		}
		r.cands = append(r.cands, x)
	}
	r.sort()
	return r
}

func argmax(xs []float32) int {
	best := 0
	for i, x := range xs {
		if x > xs[best] {
			best = i
		}
	}
	return best
}

// sort puts the candidates in order, ties in the order of classes, and turns
// scores into shares.
func (r *ranking) sort() {
	slices.SortFunc(r.cands, func(a, b ranked) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		return a.class - b.class
	})
	cs := r.cands
	r.top = slices.IndexFunc(cs, func(c ranked) bool { return !c.outside })
	if len(cs) == 0 {
		return
	}
	var sum float64
	for i := range cs {
		cs[i].p = math.Exp(cs[i].score - cs[0].score)
		sum += cs[i].p
	}
	for i := range cs {
		cs[i].p /= sum
	}
}
