package kb

import (
	"math"

	"github.com/beianbot/beianbot/kb/rank"
)

// Features of a ranking that tell how sure its first candidate is, in the
// order of Weights.Confidence.
const (
	confBias    = iota
	confLogit   // log odds of the first candidate among the candidates
	confLead    // lead of the linear margin over the second candidate
	confMargin  // linear margin of the first candidate
	confCover   // share of the question's weight it has words for
	confKnown   // share of the question's weight known at all
	confTopic   // 1 where the first candidate is a topic
	confOutside // share of the candidates that are matters outside
	confidenceFeatures
)

// confidenceOf describes the ranking's first candidate.
func (m *model) confidenceOf(r ranking) [confidenceFeatures]float64 {
	var f [confidenceFeatures]float64
	f[confBias] = 1
	f[confKnown] = float64(r.known)
	if len(r.cands) == 0 {
		return f
	}
	top := r.cands[0]
	p := min(max(top.p, 1e-4), 1-1e-4)
	f[confLogit] = math.Log(p / (1 - p))
	f[confMargin] = float64(top.feat[featLinear])
	f[confLead] = 2
	if len(r.cands) > 1 {
		f[confLead] = min(2, float64(top.feat[featLinear]-r.cands[1].feat[featLinear]))
	}
	f[confCover] = float64(top.feat[featCover])
	if m.classes[top.class].kind == classTopic {
		f[confTopic] = 1
	}
	for _, c := range r.cands {
		if m.classes[c.class].kind == classOutside {
			f[confOutside] += c.p
		}
	}
	return f
}

// confidence is the calibrated probability that the ranking's first candidate
// is right.
func (m *model) confidence(r ranking) float64 {
	if r.exact >= 0 && len(r.cands) > 0 && r.cands[0].class == r.exact {
		return exactConfidence
	}
	f := m.confidenceOf(r)
	var z float64
	for i, x := range f {
		z += m.weights.Confidence[i] * x
	}
	return rank.Sigmoid(z)
}

// exactConfidence is for a message that is one of the wordings.
const exactConfidence = 0.995
