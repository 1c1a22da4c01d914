package kb

import (
	"github.com/beianbot/beianbot/kb/rank"
)

// Features of a ranking that tell how sure its first candidate of ours (a
// topic, a command, small talk) is, in the order of Weights.Confidence.
const (
	confBias   = iota
	confLead   // lead of its linear margin over the next of ours
	confMargin // its linear margin
	confCover  // share of the question's weight it has words for
	confOurs   // share of the question's weight any of ours has words for
	confOut    // margin of the classifier of matters outside
	confTopic  // 1 where the candidate is a topic
	confAgree  // share of the features that have it before all others of ours
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
	outLead   // its lead over the next of ours
	outCover  // share of the question's weight it has words for
	outsideFeatures
)

// notOutside is the margin of the classifier of matters outside from which on
// a message is ours for sure; that it is farther away says nothing about which
// of ours it is.
const notOutside = -1

// noRival is the linear margin of a class that a message has nothing to do
// with: where no other candidate was found, the lead is over such a one.
const noRival = -1

// confidenceOf describes the first candidate of ours, at cands[top].
func confidenceOf(r ranking) [confidenceFeatures]float64 {
	var f [confidenceFeatures]float64
	f[confBias], f[confOurs], f[confOut] = 1, float64(r.ours), max(notOutside, float64(r.out))
	if r.top < 0 {
		return f
	}
	top := r.cands[r.top]
	next := float32(noRival)
	for i, c := range r.cands {
		if !c.outside && i > r.top {
			next = max(next, c.feat[featLinear])
		}
	}
	f[confMargin] = float64(top.feat[featLinear])
	f[confLead] = min(2, float64(top.feat[featLinear]-next))
	f[confCover] = float64(top.feat[featCover])
	if top.topic {
		f[confTopic] = 1
	}
	f[confAgree] = agreement(r)
	return f
}

// agreement is the share of the features in which the first candidate of ours
// stands before all others of ours.
func agreement(r ranking) float64 {
	n := 0
	for i := range rankFeatures {
		first := true
		for j, c := range r.cands {
			if !c.outside && j != r.top && c.feat[i] > r.cands[r.top].feat[i] {
				first = false
				break
			}
		}
		n += count(first)
	}
	return float64(n) / float64(rankFeatures)
}

// outsideOf describes how far the message is from everything of ours.
func outsideOf(r ranking) [outsideFeatures]float64 {
	var f [outsideFeatures]float64
	f[outBias], f[outMargin], f[outOurs], f[outKnown] = 1, float64(r.out), float64(r.ours), float64(r.known)
	f[outBest] = noRival
	if r.top >= 0 {
		c := confidenceOf(r)
		f[outBest], f[outLead], f[outCover] = c[confMargin], c[confLead], c[confCover]
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
	share, next := shares(r)
	f := confidenceOf(r)
	conf := rank.Sigmoid(rank.Dot(f[:], w.Confidence[:]))
	if !r.brief {
		return min(conf, maxOverShare*share)
	}
	return min(conf, share-next)
}

// maxOverShare is how often the confidence may be the candidate's share among
// ours: where many could be meant, none is for sure, however much of the
// message they know.
const maxOverShare = 2.5

// shares gives the shares of the first two of ours among ours.
func shares(r ranking) (first, second float64) {
	var sum float64
	for i, c := range r.cands {
		if c.outside {
			continue
		}
		sum += c.p
		if i > r.top && second == 0 {
			second = c.p
		}
	}
	return r.cands[r.top].p / sum, second / sum
}

// foreign is the calibrated probability that the message is about a matter
// outside.
func (w *Weights) foreign(r ranking) float64 {
	f := outsideOf(r)
	return rank.Sigmoid(rank.Dot(f[:], w.Outside[:]))
}

// exactConfidence is for a message that is one of the wordings.
const exactConfidence = 0.995
