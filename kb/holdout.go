package kb

import (
	"fmt"
	"hash/fnv"
)

// trainFolds is into how many parts the wordings are split: each part is
// ranked by a model that has not seen it.
const trainFolds = 5

// foldOf puts equal texts into the same fold.
func foldOf(s string, folds int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return int(h.Sum32() % uint32(folds))
}

// key is what decides the fold of a sample.
func (k *corpus) key(s sample, whole bool) string {
	if whole {
		return k.classes[s.class].id
	}
	return s.normal
}

// held is a wording ranked by a model that has not seen it, or not even its class.
type held struct {
	sample sample
	r      ranking
	gone   bool // its whole class was held out
}

// outside reports whether the wording is about a matter outside.
func (k *corpus) outside(h held) bool {
	return h.sample.class < 0 || k.classes[h.sample.class].kind == classOutside
}

// holdOut ranks every wording by models that have not seen it. With whole, it
// is the wording's class that they have not seen.
func (k *corpus) holdOut(w Weights, whole bool, progress func(string)) ([]held, error) {
	var out []held
	for f := range trainFolds {
		var train, test []sample
		for _, s := range k.samples {
			if foldOf(k.key(s, whole), trainFolds) == f {
				test = append(test, s)
			} else {
				train = append(train, s)
			}
		}
		var foreign []sample
		for _, x := range k.foreign {
			frame, name := foldOf(k.key(k.samples[x.of], whole), trainFolds), foldOf(x.name, trainFolds)
			switch {
			case frame != f && name != f:
				foreign = append(foreign, x.sample)
			case frame == f && name == f && !whole:
				test = append(test, x.sample)
			}
		}
		bodies := k.bodies
		if whole {
			bodies = make([]string, len(k.bodies))
			for i, b := range k.bodies {
				if foldOf(k.classes[i].id, trainFolds) != f {
					bodies[i] = b
				}
			}
		}
		m, err := k.newModel(train, foreign, bodies, w)
		if err != nil {
			return nil, err
		}
		for _, s := range test {
			r := m.rank(analysis{normal: s.normal, doc: s.doc})
			r.exact = -1
			out = append(out, held{sample: s, r: r, gone: whole})
		}
		if err := m.index.close(); err != nil {
			return nil, err
		}
		progress(fmt.Sprintf("fold %d of %d: %d wordings learned, %d ranked", f+1, trainFolds, len(train), len(test)))
	}
	return out, nil
}

// right reports whether the first candidate of ours is what the wording means.
func (k *corpus) right(h held) bool {
	return h.r.top >= 0 && h.r.cands[h.r.top].class == h.sample.class
}

// offered reports whether the wording's class is among the first n of ours.
func (k *corpus) offered(h held, n int) bool {
	for _, c := range h.r.cands {
		if c.outside {
			continue
		}
		if c.class == h.sample.class {
			return true
		}
		if n--; n == 0 {
			break
		}
	}
	return false
}

// HoldOut ranks every wording of the snapshot by models that have not seen it
// and counts as Eval does. Editors avoid wordings that are alike, so the
// figures are below those for real questions; they are for comparing.
func HoldOut(s *Snapshot) (Report, error) {
	list, err := s.corpus.holdOut(s.model.weights, false, func(string) {})
	if err != nil {
		return Report{}, err
	}
	lines := make([]LineScore, 0, len(list))
	for _, h := range list {
		if h.sample.class < 0 {
			continue
		}
		res := Result{Kind: KindUnknown}
		s.decide(h.r, &res)
		lines = append(lines, score(Question{Q: h.sample.text, Topic: s.corpus.classes[h.sample.class].label()}, res))
	}
	return summarise(lines), nil
}
