package kb

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/whitespace"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"

	"github.com/beianbot/beianbot/kb/text"
)

// index finds candidates: the classes that have words in common with a
// question. It is bleve in memory, one document a class, with unigrams and
// bigrams of the wordings and of the body in fields of their own. Its scores
// depend on the query's length and on how the index was merged, so they only
// choose and order candidates; what they are worth is for the models to say.
//
// Terms are looked up one by one and their scores summed here: a disjunction
// over a dozen terms costs a multiple, and the scores of a term, which never
// change, can be kept.
type index struct {
	classOf []int            // by bleve's document number
	df      map[gram]int32   // in how many classes a term stands
	latin   map[string]int32 // Latin words and numbers, as units beyond the runes
	words   []string         // and back

	lookup func(field, term string) (search.Searcher, *search.SearchContext, error)
	close  func() error
	cache  sync.Map // gram → []hit: the index never changes
}

// gram is one or two neighbouring units: characters, Latin words. Of a single
// unit the second is 0.
type gram struct{ a, b int32 }

// Fields of the index.
const (
	fieldUni = "uni"
	fieldBi  = "bi"
)

// A search asks for the rarest terms only: common ones put every document
// into the disjunction and decide nothing.
const (
	searchBigrams  = 8
	searchUnigrams = 5
	searchSize     = 30
)

const scoringModel = "bm25"

// newIndex indexes, class by class, the canonical texts: title, variants, body.
func newIndex(docs [][]string) (*index, error) {
	m, err := indexMapping()
	if err != nil {
		return nil, err
	}
	b, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", err)
	}
	ix := &index{df: map[gram]int32{}, latin: map[string]int32{}}
	terms := make([][]gram, len(docs))
	total := map[gram]int32{} // how often a pair stands in all
	for c, d := range docs {
		var all []gram
		for _, v := range d {
			all = ix.grams(all, v, true)
		}
		slices.SortFunc(all, compareGrams)
		terms[c] = atMost(all, maxTermFreq)
		for i, g := range all {
			total[g]++
			if i == 0 || g != all[i-1] {
				ix.df[g]++
			}
		}
	}
	most := int32(float64(len(docs)) * maxDocShare)
	useless := func(g gram) bool { return g.b != 0 && total[g] == 1 || most > 1 && ix.df[g] > most }
	words := make([]string, len(ix.latin))
	for w, id := range ix.latin {
		words[id-firstLatin] = w
	}
	ix.words = words
	batch := b.NewBatch()
	for c := range docs {
		var uni, bi strings.Builder
		for _, g := range terms[c] {
			switch {
			case useless(g):
			case g.b == 0:
				ix.write(&uni, g)
			default:
				ix.write(&bi, g)
			}
		}
		if err := batch.Index(docID(c), map[string]any{fieldUni: uni.String(), fieldBi: bi.String()}); err != nil {
			return nil, fmt.Errorf("index class %d: %w", c, err)
		}
	}
	maps.DeleteFunc(ix.df, func(g gram, _ int32) bool { return useless(g) })
	if err := b.Batch(batch); err != nil {
		return nil, fmt.Errorf("fill the index: %w", err)
	}
	if err := ix.open(b, len(docs)); err != nil {
		return nil, err
	}
	// bleve keeps goroutines for an open index; a snapshot that was replaced may
	// still be searched, so its index is closed when nobody holds it any more.
	runtime.AddCleanup(ix, func(closeIndex func() error) { _ = closeIndex() }, ix.close)
	return ix, nil
}

// maxDocShare is the share of classes beyond which a term tells nothing apart
// and is left out, as are pairs that stand but once in all the wordings: that
// halves the index.
const maxDocShare = 0.4

// maxTermFreq bounds how often a term counts in one class: BM25 hardly
// tells more apart, and the index is built in half the time.
const maxTermFreq = 2

// atMost keeps each of the sorted terms at most n times.
func atMost(terms []gram, n int) []gram {
	out := make([]gram, 0, len(terms))
	run := 0
	for i, t := range terms {
		if i > 0 && t == terms[i-1] {
			run++
		} else {
			run = 0
		}
		if run < n {
			out = append(out, t)
		}
	}
	return out
}

func compareGrams(x, y gram) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) }

// firstLatin is the unit of the first Latin word, beyond all runes.
const firstLatin = 0x110000

// unitBreak separates units that no pair joins, unitUnknown is a word the
// index has not.
const (
	unitBreak   = 0
	unitUnknown = -1
)

// grams adds to out the units and pairs of canonical text. With learn, new
// Latin words are numbered; without, terms with them are left out.
func (ix *index) grams(out []gram, s string, learn bool) []gram {
	last := int32(unitBreak)
	add := func(u int32) {
		if u > 0 {
			out = append(out, gram{u, 0})
			if last > 0 {
				out = append(out, gram{last, u})
			}
		}
		last = u
	}
	word := -1
	flush := func(end int) {
		if word < 0 {
			return
		}
		w := s[word:end]
		word = -1
		id, ok := ix.latin[w]
		if !ok && learn {
			id, ok = int32(firstLatin+len(ix.latin)), true
			ix.latin[strings.Clone(w)] = id
		}
		if !ok {
			id = unitUnknown
		}
		add(id)
	}
	for i, r := range s {
		switch {
		case r == text.Break:
			flush(i)
			last = unitBreak
		case r == ' ':
			flush(i)
		case r < 0x2E80:
			if word < 0 {
				word = i
			}
		default:
			flush(i)
			add(r)
		}
	}
	flush(len(s))
	return out
}

// write adds the term as bleve knows it, and a blank.
func (ix *index) write(b *strings.Builder, g gram) {
	b.WriteString(ix.term(g))
	b.WriteByte(' ')
}

// term is the term as bleve knows it.
func (ix *index) term(g gram) string { return ix.unit(g.a) + ix.unit(g.b) }

func (ix *index) unit(u int32) string {
	switch {
	case u <= 0:
		return ""
	case u >= firstLatin:
		return ix.words[u-firstLatin]
	}
	return string(u)
}

func docID(class int) string { return fmt.Sprintf("%04d", class) }

// open takes the one reader all searches share and learns bleve's numbering.
func (ix *index) open(b bleve.Index, docs int) error {
	adv, err := b.Advanced()
	if err != nil {
		return fmt.Errorf("open the index: %w", err)
	}
	reader, err := adv.Reader()
	if err != nil {
		return fmt.Errorf("read the index: %w", err)
	}
	ix.close = sync.OnceValue(func() error { return errors.Join(reader.Close(), b.Close()) })
	ctx := context.WithValue(context.Background(), search.GetScoringModelCallbackKey,
		search.GetScoringModelCallbackFn(func() string { return scoringModel }))
	ix.lookup = func(field, term string) (search.Searcher, *search.SearchContext, error) {
		s, err := searcher.NewTermSearcher(ctx, reader, term, field, 1, search.SearcherOptions{})
		return s, &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(2, 0), IndexReader: reader}, err
	}
	ix.classOf = make([]int, docs)
	for c := range docs {
		in, err := reader.InternalID(docID(c))
		if err != nil {
			return fmt.Errorf("number class %d: %w", c, err)
		}
		if n := binary.BigEndian.Uint64(in); n < uint64(docs) {
			ix.classOf[n] = c
		}
	}
	return nil
}

func indexMapping() (*mapping.IndexMappingImpl, error) {
	m := bleve.NewIndexMapping()
	if err := m.AddCustomAnalyzer("grams", map[string]any{"type": custom.Name, "tokenizer": whitespace.Name}); err != nil {
		return nil, fmt.Errorf("analyzer: %w", err)
	}
	m.ScoringModel = scoringModel
	doc := bleve.NewDocumentStaticMapping()
	for _, name := range []string{fieldUni, fieldBi} {
		f := bleve.NewTextFieldMapping()
		f.Analyzer = "grams"
		f.Store, f.IncludeTermVectors, f.IncludeInAll, f.DocValues = false, false, false, false
		doc.AddFieldMappingsAt(name, f)
	}
	doc.AddSubDocumentMapping("_all", bleve.NewDocumentDisabledMapping())
	m.DefaultMapping = doc
	return m, nil
}

// hit is a class found by a search with its bleve score.
type hit struct {
	class int
	score float32
}

// search gives the classes nearest to canonical text, best first, ties in the
// order of classes.
func (ix *index) search(s string) ([]hit, error) {
	score := make([]float32, len(ix.classOf))
	all := ix.grams(make([]gram, 0, 64), s, false)
	for _, part := range []struct {
		pairs bool
		most  int
		boost float32
	}{{true, searchBigrams, 1}, {false, searchUnigrams, 0.6}} {
		for _, g := range ix.rarest(all, part.pairs, part.most) {
			hits, err := ix.hits(g)
			if err != nil {
				return nil, err
			}
			for _, h := range hits {
				score[h.class] += part.boost * h.score
			}
		}
	}
	hits := make([]hit, 0, searchSize*2)
	for c, x := range score {
		if x > 0 {
			hits = append(hits, hit{c, x})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		return a.class - b.class
	})
	return hits[:min(searchSize, len(hits))], nil
}

// rarest keeps the n rarest of the pairs, or of the single units, that the
// index knows, each once.
func (ix *index) rarest(all []gram, pairs bool, n int) []gram {
	terms := make([]gram, 0, len(all))
	for _, g := range all {
		if (g.b != 0) == pairs && ix.df[g] > 0 {
			terms = append(terms, g)
		}
	}
	slices.SortFunc(terms, func(x, y gram) int {
		return cmp.Or(cmp.Compare(ix.df[x], ix.df[y]), compareGrams(x, y))
	})
	terms = slices.Compact(terms)
	return terms[:min(n, len(terms))]
}

// hits gives what bleve's BM25 gives each class for one term.
func (ix *index) hits(g gram) ([]hit, error) {
	if hits, ok := ix.cache.Load(g); ok {
		return hits.([]hit), nil
	}
	field := fieldUni
	if g.b != 0 {
		field = fieldBi
	}
	s, sctx, err := ix.lookup(field, ix.term(g))
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	s.SetQueryNorm(1)
	var hits []hit
	for {
		m, err := s.Next(sctx)
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		if n := binary.BigEndian.Uint64(m.IndexInternalID); n < uint64(len(ix.classOf)) {
			hits = append(hits, hit{ix.classOf[n], float32(m.Score)})
		}
		sctx.DocumentMatchPool.Put(m)
	}
	ix.cache.Store(g, hits)
	return hits, nil
}
