package kb

import (
	"strings"

	"github.com/beianbot/beianbot/kb/entity"
)

// Snapshot is the content with everything built from it. It never changes and
// is safe for concurrent use.
type Snapshot struct {
	content *Content
	byID    map[string]*Entry
	asides  map[string]*Aside
	stamp   string
	limits  Thresholds
	corpus  *corpus
	model   *model
	broad   map[string]*Broad
}

// Load reads the content and builds a Snapshot.
func Load(opts Options) (*Snapshot, error) {
	stamp, err := stampOf(opts.Dir)
	if err != nil {
		return nil, err
	}
	c, err := ReadContent(opts.Dir)
	if err != nil {
		return nil, err
	}
	s, err := newSnapshot(c, opts)
	if err != nil {
		return nil, err
	}
	s.stamp = stamp
	return s, nil
}

// newSnapshot builds everything from the content.
func newSnapshot(c *Content, opts Options) (*Snapshot, error) {
	s := &Snapshot{content: c, byID: map[string]*Entry{}, asides: map[string]*Aside{}, limits: opts.Thresholds.orDefault()}
	for _, e := range c.Entries {
		s.byID[e.ID] = e
	}
	for _, l := range [][]*Aside{c.SmallTalk, c.Outside} {
		for _, a := range l {
			s.asides[a.ID] = a
		}
	}
	w, err := defaultWeights()
	if err != nil {
		return nil, err
	}
	if s.corpus, err = newCorpus(c, opts.ClaimCode); err != nil {
		return nil, err
	}
	if s.model, err = s.corpus.newModel(s.corpus.samples, s.corpus.foreignSamples(), s.corpus.bodies, w); err != nil {
		return nil, err
	}
	s.broad = s.broadWords()
	return s, nil
}

// Entry gives the entry with the id.
func (s *Snapshot) Entry(id string) (*Entry, bool) {
	e, ok := s.byID[id]
	return e, ok
}

// Entries gives all entries in the order of the topic list.
func (s *Snapshot) Entries() []*Entry { return s.content.Entries }

// Group is a group of topics, for menus.
type Group struct {
	ID     string
	Topics []*Entry
}

// Groups gives the entries by group, in the order of the topic list.
func (s *Snapshot) Groups() []Group {
	var out []Group
	at := map[string]int{}
	for _, e := range s.content.Entries {
		i, ok := at[e.Group]
		if !ok {
			i = len(out)
			at[e.Group] = i
			out = append(out, Group{ID: e.Group})
		}
		out[i].Topics = append(out[i].Topics, e)
	}
	return out
}

// TextOf gives the text of the entry with the id for the case the entities name.
func (s *Snapshot) TextOf(id string, set entity.Set) (Text, bool) {
	e, ok := s.byID[id]
	if !ok {
		return Text{}, false
	}
	t := e.For(set)
	for _, r := range e.Related {
		if other, ok := s.byID[r]; ok {
			t.Related = append(t.Related, Link{Topic: r, Title: other.Title})
		}
	}
	return t, true
}

// Text gives the words for a result. See Knowledge.Text.
func (s *Snapshot) Text(r Result) (Text, bool) {
	if r.Kind == KindAnswer {
		return s.TextOf(r.Topic, r.Entities)
	}
	if r.Kind == KindSmallTalk || r.Kind == KindUnknown {
		if a, ok := s.asides[r.Aside]; ok {
			return Text{Answer: strings.TrimSpace(a.Answer)}, true
		}
	}
	return Text{}, false
}
