package kb

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/beianbot/beianbot/kb/rank"
	"github.com/beianbot/beianbot/kb/text"
)

// trainFolds is into how many parts the wordings are split: each part is
// ranked by a model that has not seen it.
const trainFolds = 5

// corpus is the content taken apart, ready for models.
type corpus struct {
	an      *analyser
	classes []class
	samples []sample
	bodies  []string
}

// newCorpus analyses all wordings of the content.
func newCorpus(c *Content, claim func(string) (string, bool)) (*corpus, error) {
	an, err := newAnalyser(claim)
	if err != nil {
		return nil, err
	}
	k := &corpus{an: an, classes: c.classes()}
	an.learn(texts(k.classes))
	k.bodies = make([]string, len(k.classes))
	perClass := make([][]sample, len(k.classes))
	var wg sync.WaitGroup
	next := make(chan int, len(k.classes))
	for i := range k.classes {
		next <- i
	}
	close(next)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				perClass[i], k.bodies[i] = k.read(i)
			}
		})
	}
	wg.Wait()
	for _, list := range perClass {
		k.samples = append(k.samples, list...)
	}
	return k, nil
}

// read analyses the wordings and the body of a class.
func (k *corpus) read(class int) (samples []sample, body string) {
	c := k.classes[class]
	texts := c.variants
	if c.kind == classTopic {
		texts = append(slices.Clone(texts), c.title)
		body = k.an.analyse(c.body).normal
	}
	for _, v := range texts {
		a := k.an.analyse(v)
		samples = append(samples, sample{text: v, doc: a.doc, normal: a.normal, class: class})
	}
	return samples, body
}

// foldOf puts equal texts into the same fold.
func foldOf(s string, folds int) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return int(h.Sum32() % uint32(folds))
}

// held is a wording ranked by a model that has not seen it, or not even its class.
type held struct {
	sample sample
	r      ranking
	conf   [confidenceFeatures]float64
	gone   bool // its whole class was held out
}

// holdOut ranks every wording by models that have not seen it. With whole, it
// is the wording's class that they have not seen.
func (k *corpus) holdOut(w Weights, whole bool, progress func(string)) ([]held, error) {
	var out []held
	for f := range trainFolds {
		var train, test []sample
		for _, s := range k.samples {
			key := s.normal
			if whole {
				key = k.classes[s.class].id
			}
			if foldOf(key, trainFolds) == f {
				test = append(test, s)
			} else {
				train = append(train, s)
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
		m, err := newModel(k.classes, train, bodies, w)
		if err != nil {
			return nil, err
		}
		for _, s := range test {
			r := m.rank(analysis{normal: s.normal, doc: s.doc})
			r.exact = -1
			out = append(out, held{sample: s, r: r, conf: m.confidenceOf(r), gone: whole})
		}
		if err := m.index.close(); err != nil {
			return nil, err
		}
		progress(fmt.Sprintf("fold %d of %d: %d wordings learned, %d ranked", f+1, trainFolds, len(train), len(test)))
	}
	return out, nil
}

// Train learns the Weights from the content itself and writes them as JSON:
// how candidates are weighed, from wordings ranked by models that have not
// seen them; how sure a ranking is, from these and from wordings whose whole
// class the models have not seen. The same content gives the same bytes.
// Progress goes to log, a line a step.
func Train(log, out io.Writer, opts Options) error {
	say := func(s string) { fmt.Fprintln(log, s) }
	c, err := ReadContent(opts.Dir)
	if err != nil {
		return err
	}
	k, err := newCorpus(c, opts.ClaimCode)
	if err != nil {
		return err
	}
	w, err := k.train(say)
	if err != nil {
		return err
	}
	b, err := json.MarshalIndent(w, "", "  ")
	if err != nil {
		return err
	}
	_, err = out.Write(append(b, '\n'))
	return err
}

func (k *corpus) train(say func(string)) (Weights, error) {
	w := Weights{TextVersion: text.Version}
	w.Rank = [rankFeatures]float64{featLinear: 3, featCent: 6, featCover: 1.5, featBleve: 1}
	seen, err := k.holdOut(w, false, say)
	if err != nil {
		return w, err
	}
	var lists []rank.List
	for _, h := range seen {
		l := rank.List{Right: -1}
		for i, c := range h.r.cands {
			f := make([]float64, rankFeatures)
			for j, x := range c.feat {
				f[j] = float64(x)
			}
			l.Feats = append(l.Feats, f)
			if c.class == h.sample.class {
				l.Right = i
			}
		}
		lists = append(lists, l)
	}
	fit, err := rank.FitLists(lists, rankFeatures, 1)
	if err != nil {
		return w, fmt.Errorf("rank weights: %w", err)
	}
	copy(w.Rank[:], fit)
	say(fmt.Sprintf("rank weights %.2f", fit))

	if seen, err = k.holdOut(w, false, say); err != nil {
		return w, err
	}
	gone, err := k.holdOut(w, true, say)
	if err != nil {
		return w, err
	}
	var cases []rank.Case
	right, total, offered := 0, 0, 0
	for _, h := range append(seen, gone...) {
		yes := k.right(h)
		weight := 1.0
		if h.gone {
			weight = goneWeight
		} else {
			total++
			if yes {
				right++
			}
			for i := range min(3, len(h.r.cands)) {
				if k.classes[h.r.cands[i].class].label() == k.classes[h.sample.class].label() {
					offered++
					break
				}
			}
		}
		cases = append(cases, rank.Case{Feats: append([]float64(nil), h.conf[:]...), Yes: yes, Weight: weight})
	}
	say(fmt.Sprintf("held out: first right %.4f, among the first three %.4f", float64(right)/float64(total), float64(offered)/float64(total)))
	conf, err := rank.FitLogistic(cases, int(confidenceFeatures), 1)
	if err != nil {
		return w, fmt.Errorf("confidence weights: %w", err)
	}
	copy(w.Confidence[:], conf)
	say(fmt.Sprintf("confidence weights %.2f", conf))
	for i := range w.Rank {
		w.Rank[i] = math.Round(w.Rank[i]*1e4) / 1e4
	}
	for i := range w.Confidence {
		w.Confidence[i] = math.Round(w.Confidence[i]*1e4) / 1e4
	}
	return w, nil
}

// goneWeight is what a wording of an unseen class counts when confidence is
// learned: about one message in five is about something the bot does not know.
const goneWeight = 0.25

// right reports whether the first candidate is what the wording means. All
// matters outside are one.
func (k *corpus) right(h held) bool {
	if len(h.r.cands) == 0 {
		return false
	}
	got, want := k.classes[h.r.cands[0].class], k.classes[h.sample.class]
	if want.kind == classOutside {
		return got.kind == classOutside
	}
	return h.r.cands[0].class == h.sample.class
}
