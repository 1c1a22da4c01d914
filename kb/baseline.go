package kb

import (
	"context"
	"fmt"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/index/scorch"
)

// baseline is bleve as it comes: the cjk analyzer, default scoring, a match
// query, the first hit is the answer. It is what Eval compares with.
type baseline struct {
	index   bleve.Index
	classes []class
}

// Baseline indexes the snapshot's content with bleve out of the box.
func Baseline(s *Snapshot) (Understander, error) {
	m := bleve.NewIndexMapping()
	m.DefaultAnalyzer = cjk.AnalyzerName
	ix, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	b := &baseline{index: ix, classes: s.corpus.classes}
	batch := ix.NewBatch()
	for i, c := range b.classes {
		doc := map[string]any{"variants": c.variants, "title": c.title, "body": c.body}
		if err := batch.Index(docID(i), doc); err != nil {
			return nil, fmt.Errorf("baseline: %w", err)
		}
	}
	if err := ix.Batch(batch); err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	return b, nil
}

// Understand takes the first hit for the answer.
func (b *baseline) Understand(q Query) Result {
	req := bleve.NewSearchRequestOptions(bleve.NewMatchQuery(q.Text), maxOffered, 0, false)
	res, err := b.index.SearchInContext(context.Background(), req)
	out := Result{Kind: KindUnknown}
	if err != nil || len(res.Hits) == 0 {
		return out
	}
	for i, h := range res.Hits {
		var n int
		if _, err := fmt.Sscanf(h.ID, "%d", &n); err != nil {
			continue
		}
		c := b.classes[n]
		if c.kind == classTopic {
			out.Candidates = append(out.Candidates, Candidate{Topic: c.id, Title: c.title})
		}
		if i > 0 {
			continue
		}
		switch c.kind {
		case classTopic:
			out.Kind, out.Topic = KindAnswer, c.id
		case classCommand:
			out.Kind, out.Command = KindCommand, Command(c.id)
		case classSmallTalk:
			out.Kind, out.Aside = KindSmallTalk, c.id
		case classOutside:
			out.Aside = c.id
		}
	}
	return out
}
