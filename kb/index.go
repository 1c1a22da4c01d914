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
	df      map[string]int32 // in how many classes a term stands

	lookup func(gram) (search.Searcher, *search.SearchContext, error)
	close  func() error
	cache  sync.Map // gram → []hit: the index never changes
}

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

// gram is a term of one field.
type gram struct{ field, term string }

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
	ix := &index{df: map[string]int32{}}
	uni, bi := make([][]string, len(docs)), make([][]string, len(docs))
	once := map[string]bool{} // bigrams that stand but once in all
	for c, d := range docs {
		for _, v := range d {
			u, p := grams(v)
			uni[c], bi[c] = append(uni[c], u...), append(bi[c], p...)
		}
		for _, t := range bi[c] {
			_, seen := once[t]
			once[t] = !seen
		}
		uni[c], bi[c] = atMost(uni[c], maxTermFreq), atMost(bi[c], maxTermFreq)
		ix.countTerms(uni[c])
		ix.countTerms(bi[c])
	}
	most := int32(float64(len(docs)) * maxDocShare)
	useless := func(t string) bool { return once[t] || most > 1 && ix.df[t] > most }
	batch := b.NewBatch()
	for c := range docs {
		err := batch.Index(docID(c), map[string]any{
			fieldUni: strings.Join(slices.DeleteFunc(uni[c], useless), " "),
			fieldBi:  strings.Join(slices.DeleteFunc(bi[c], useless), " "),
		})
		if err != nil {
			return nil, fmt.Errorf("index class %d: %w", c, err)
		}
	}
	maps.DeleteFunc(ix.df, func(t string, _ int32) bool { return useless(t) })
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

// atMost keeps each term at most n times, in sorted order.
func atMost(terms []string, n int) []string {
	slices.Sort(terms)
	out := terms[:0]
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
	ix.lookup = func(g gram) (search.Searcher, *search.SearchContext, error) {
		s, err := searcher.NewTermSearcher(ctx, reader, g.term, g.field, 1, search.SearcherOptions{})
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

// countTerms counts each term of a sorted list once.
func (ix *index) countTerms(list []string) {
	for i, t := range list {
		if i == 0 || t != list[i-1] {
			ix.df[t]++
		}
	}
}

// grams cuts canonical text into units (a character, a Latin word) and pairs
// of neighbouring ones.
func grams(s string) (uni, bi []string) {
	last := ""
	for _, u := range unitStrings(s) {
		if u == "" {
			last = ""
			continue
		}
		uni = append(uni, u)
		if last != "" {
			bi = append(bi, last+u)
		}
		last = u
	}
	return uni, bi
}

func unitStrings(s string) []string {
	var out []string
	word := -1
	flush := func(end int) {
		if word >= 0 {
			out = append(out, s[word:end])
			word = -1
		}
	}
	for i, r := range s {
		switch {
		case r == text.Break:
			flush(i)
			out = append(out, "")
		case r == ' ':
			flush(i)
		case r < 0x2E80:
			if word < 0 {
				word = i
			}
		default:
			flush(i)
			out = append(out, string(r))
		}
	}
	flush(len(s))
	return out
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
	uni, bi := grams(s)
	for _, part := range []struct {
		terms []string
		field string
		boost float32
	}{
		{ix.rarest(bi, searchBigrams), fieldBi, 1},
		{ix.rarest(uni, searchUnigrams), fieldUni, 0.6},
	} {
		for _, t := range part.terms {
			hits, err := ix.term(gram{part.field, t})
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

// rarest keeps the n rarest of the terms the index knows, each once.
func (ix *index) rarest(terms []string, n int) []string {
	slices.Sort(terms)
	terms = slices.DeleteFunc(slices.Compact(terms), func(t string) bool { return ix.df[t] == 0 })
	slices.SortStableFunc(terms, func(a, b string) int { return cmp.Compare(ix.df[a], ix.df[b]) })
	return terms[:min(n, len(terms))]
}

// term gives what bleve's BM25 gives each class for one term.
func (ix *index) term(g gram) ([]hit, error) {
	if hits, ok := ix.cache.Load(g); ok {
		return hits.([]hit), nil
	}
	s, sctx, err := ix.lookup(g)
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
