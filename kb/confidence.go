package kb

import (
	"math"

	"github.com/beianbot/beianbot/kb/rank"
)

// Features of a ranking that tell how sure its first candidate of ours (a
// topic, a command, small talk) is, in the order of Weights.Confidence.
const (
	confBias   = iota
	confLogit  // log odds of the candidate among ours
	confLead   // lead of its linear margin over the next of ours
	confMargin // its linear margin
	confCover  // share of the question's weight it has words for
	confOurs   // share of the question's weight any of ours has words for
	confOut    // margin of the classifier of matters outside
	confTopic  // 1 where the candidate is a topic
	confidenceFeatures
)

// Features that tell whether a message is about a matter outside, in the
// order of Weights.Outside.
const (
	outBias   = iota
	outMargin // margin of the classifier of matters outside
	outShare  // share of the candidates that are matters outside
	outOurs   // share of the question's weight any of ours has words for
	outBest   // linear margin of the best candidate of ours
	outKnown  // share of the question's weight known at all
	outLogit  // log odds of the best candidate of ours among ours
	outCover  // share of the question's weight it has words for
	outsideFeatures
)

// confidenceOf describes the first candidate of ours, at cands[top].
func confidenceOf(r ranking) [confidenceFeatures]float64 {
	var f [confidenceFeatures]float64
	f[confBias], f[confOurs], f[confOut] = 1, float64(r.ours), float64(r.out)
	if r.top < 0 {
		return f
	}
	top := r.cands[r.top]
	var sum float64
	next := float32(math.Inf(-1))
	for i, c := range r.cands {
		if c.outside {
			continue
		}
		sum += c.p
		if i > r.top {
			next = max(next, c.feat[featLinear])
		}
	}
	p := min(max(top.p/sum, 1e-4), 1-1e-4)
	f[confLogit] = math.Log(p / (1 - p))
	f[confMargin] = float64(top.feat[featLinear])
	f[confLead] = min(2, float64(top.feat[featLinear]-next))
	f[confCover] = float64(top.feat[featCover])
	if top.topic {
		f[confTopic] = 1
	}
	return f
}

// outsideOf describes how far the message is from everything of ours.
func outsideOf(r ranking) [outsideFeatures]float64 {
	var f [outsideFeatures]float64
	f[outBias], f[outMargin], f[outOurs], f[outKnown] = 1, float64(r.out), float64(r.ours), float64(r.known)
	f[outBest], f[outLogit] = -1, -5
	if r.top >= 0 {
		c := confidenceOf(r)
		f[outBest], f[outLogit], f[outCover] = c[confMargin], c[confLogit], c[confCover]
	}
	for _, c := range r.cands {
		if c.outside {
			f[outShare] += c.p
		}
	}
	return f
}

// confidence is the calibrated probability that the first candidate of ours is
// what is meant.
func (w *Weights) confidence(r ranking) float64 {
	if r.top < 0 {
		return 0
	}
	f := confidenceOf(r)
	return rank.Sigmoid(rank.Dot(f[:], w.Confidence[:]))
}

// foreign is the calibrated probability that the message is about a matter
// outside.
func (w *Weights) foreign(r ranking) float64 {
	f := outsideOf(r)
	return rank.Sigmoid(rank.Dot(f[:], w.Outside[:]))
}

// exactConfidence is for a message that is one of the wordings.
const exactConfidence = 0.995
