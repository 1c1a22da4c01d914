package kb

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/beianbot/beianbot/kb/rank"
	"github.com/beianbot/beianbot/kb/text"
)

// TrainOptions says what Train learns from beside the embedded content.
type TrainOptions struct {
	Options
	// Questions are labelled questions, one JSON object a line, that calibrate
	// the confidence: writers avoid wordings that are alike, so the wordings
	// alone make the models look less sure than they are for real questions.
	// Nil: the wordings alone.
	Questions io.Reader
	// Log gets a line a step. Nil: none.
	Log io.Writer
}

// Train learns the Weights and writes them as JSON: how candidates are
// weighed, from wordings ranked by models that have not seen them; how sure a
// ranking is, from these, from wordings whose whole class the models have not
// seen, and from labelled questions. The same content and questions give the
// same bytes.
func Train(out io.Writer, opts TrainOptions) error {
	say := func(s string) {
		if opts.Log != nil {
			fmt.Fprintln(opts.Log, s)
		}
	}
	var questions []Question
	if opts.Questions != nil {
		var err error
		if questions, err = ReadQuestions(opts.Questions); err != nil {
			return fmt.Errorf("labelled questions: %w", err)
		}
	}
	c, err := ReadContent(opts.Dir)
	if err != nil {
		return err
	}
	k, err := newCorpus(c, opts.ClaimCode)
	if err != nil {
		return err
	}
	w, err := k.train(questions, say)
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

func (k *corpus) train(questions []Question, say func(string)) (Weights, error) {
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
	if err := k.learnConfidence(&w, seen, gone, say); err != nil {
		return w, err
	}
	if err := k.calibrate(questions, &w); err != nil {
		return w, err
	}
	for _, list := range [][]float64{w.Rank[:], w.Confidence[:], w.Outside[:]} {
		for i := range list {
			list[i] = math.Round(list[i]*1e4) / 1e4
		}
	}
	say(fmt.Sprintf("confidence weights %.2f", w.Confidence))
	say(fmt.Sprintf("outside weights %.2f", w.Outside))
	return w, nil
}

// learnConfidence learns how sure rankings make, from wordings that the models
// have not seen and from such whose class they have not seen.
func (k *corpus) learnConfidence(w *Weights, seen, gone []held, say func(string)) error {
	var sure, out []rank.Case
	n, right, offered := 0, 0, 0
	for _, h := range append(slices.Clone(seen), gone...) {
		outside := k.outside(h)
		weight := 1.0
		if h.gone {
			weight = goneWeight
		}
		f := confidenceOf(h.r)
		sure = append(sure, rank.Case{Feats: f[:], Yes: k.right(h), Weight: weight})
		if outside || !h.gone {
			g := outsideOf(h.r)
			out = append(out, rank.Case{Feats: g[:], Yes: outside, Weight: 1})
		}
		if !h.gone && !outside {
			n++
			right += count(k.right(h))
			offered += count(k.offered(h, 3))
		}
	}
	say(fmt.Sprintf("held out: first right %.4f, among the first three %.4f", share(right, n), share(offered, n)))
	fit, err := rank.FitLogistic(sure, int(confidenceFeatures), fitRidge)
	if err != nil {
		return fmt.Errorf("confidence weights: %w", err)
	}
	copy(w.Confidence[:], fit)
	if fit, err = rank.FitLogistic(out, int(outsideFeatures), fitRidge); err != nil {
		return fmt.Errorf("outside weights: %w", err)
	}
	copy(w.Outside[:], fit)
	return nil
}

// goneWeight is what a wording of an unseen class counts when confidence is
// learned: about one message in five is about something the bot does not know.
const goneWeight = 0.25

// noneWeight is what a labelled question about a matter outside counts: there
// are more of them among what people write than among the labelled ones.
const noneWeight = 1.25

// calibrate stretches and shifts confidence and foreignness, and nothing else,
// so that they fit labelled questions (Platt's scaling): two numbers each.
func (k *corpus) calibrate(questions []Question, w *Weights) error {
	if len(questions) == 0 {
		return nil
	}
	m, err := k.newModel(k.samples, k.foreignSamples(), k.bodies, *w)
	if err != nil {
		return err
	}
	var sure, out []rank.Case
	for _, q := range questions {
		r := m.rank(k.an.analyse(q.Q))
		if len(r.cands) == 0 || r.exact >= 0 {
			continue
		}
		f, g := confidenceOf(r), outsideOf(r)
		yes := false
		if r.top >= 0 {
			got := k.classes[r.cands[r.top].class].label()
			yes = got == q.Topic || slices.Contains(q.Also, got)
		}
		sure = append(sure, rank.Case{Feats: []float64{1, rank.Dot(f[:], w.Confidence[:])}, Yes: yes, Weight: 1})
		outside := rank.Case{Feats: []float64{1, rank.Dot(g[:], w.Outside[:])}, Yes: q.Topic == "none", Weight: 1}
		if outside.Yes {
			outside.Weight = noneWeight
		}
		out = append(out, outside)
	}
	for _, p := range []struct {
		cases   []rank.Case
		weights []float64
	}{{sure, w.Confidence[:]}, {out, w.Outside[:]}} {
		platt, err := rank.FitLogistic(p.cases, 2, 0.1)
		if err != nil {
			return fmt.Errorf("calibration: %w", err)
		}
		for i := range p.weights {
			p.weights[i] *= platt[1]
		}
		p.weights[0] += platt[0]
	}
	return m.index.close()
}

// fitRidge keeps weights of features that tell much the same from running
// apart.
const fitRidge = 30
