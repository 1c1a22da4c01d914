package kb

import (
	"github.com/beianbot/beianbot/kb/entity"
	"github.com/beianbot/beianbot/kb/rank"
	"github.com/beianbot/beianbot/kb/text"
)

// Tags beside the concepts: the kinds of entities a text names. They follow
// the concepts' numbers.
const (
	tagProvince = iota
	tagDuration
	tagErrorCode
	tagNumber
	tagCode
	tagDate
	entityTags
)

// analyser turns a message into what the index and the models see. It is the
// same for wordings and for questions, and safe for concurrent use.
type analyser struct {
	words  *text.Words
	finder *entity.Finder
	mender *text.Mender // nil while the wordings it learns from are read
	tags   int          // number of concepts
}

// analysis is a message taken apart.
type analysis struct {
	folded   string // after folding, places masked, slips mended
	normal   string // canonical text
	doc      rank.Doc
	entities entity.Set
}

func newAnalyser(claim func(string) (string, bool)) (*analyser, error) {
	w, err := text.NewWords()
	if err != nil {
		return nil, err
	}
	f, err := entity.NewFinder(entity.Options{ClaimCode: claim}, w.Canon)
	if err != nil {
		return nil, err
	}
	return &analyser{words: w, finder: f, tags: len(w.ConceptNames())}, nil
}

// learn makes the analyser mend slips into the words the folded texts use.
func (a *analyser) learn(folded []string) {
	a.mender = text.NewMender(folded, a.words.Terms())
}

func (a *analyser) analyse(s string) analysis { return a.finish(a.begin(s)) }

// begin takes a message as far as it goes without knowing the knowledge's
// words: codes and places read and masked, the rest folded.
func (a *analyser) begin(s string) analysis {
	var r analysis
	clean := a.finder.Codes(text.Clean(s), &r.entities)
	r.folded = a.finder.Places(text.Fold(clean), &r.entities)
	return r
}

// finish mends slips and reads the rest.
func (a *analyser) finish(r analysis) analysis {
	if a.mender != nil {
		if m := a.mender.Mend(r.folded); m != r.folded {
			r.folded = a.finder.Places(m, &r.entities)
		}
	}
	r.normal = a.words.Canon(a.words.Strip(r.folded))
	rs := []rune(r.normal)
	a.finder.Words(rs, &r.entities)
	r.doc = rank.Doc{Runes: rs, Tags: make([]uint16, 0, 16)}
	a.words.Concepts(rs, func(id int) { r.doc.Tags = append(r.doc.Tags, uint16(id)) })
	for tag, on := range [entityTags]bool{
		tagProvince:  r.entities.Province != "",
		tagDuration:  r.entities.Duration != "",
		tagErrorCode: r.entities.ErrorCode != "",
		tagNumber:    r.entities.Number != "",
		tagCode:      r.entities.Code != "",
		tagDate:      r.entities.Date != "",
	} {
		if on {
			r.doc.Tags = append(r.doc.Tags, uint16(a.tags+tag))
		}
	}
	return r
}
