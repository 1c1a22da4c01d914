package kb

import (
	"github.com/beianbot/beianbot/kb/entity"
)

// maxOffered is the most choices an unclear question is answered with.
const maxOffered = 4

// Understand says what a message means. It never fails and takes a bounded
// time for any bytes.
func (s *Snapshot) Understand(q Query) Result {
	a := s.corpus.an.analyse(q.Text)
	res := Result{Kind: KindUnknown, Entities: a.entities, Normal: a.normal}
	if a.entities.Code != "" {
		return s.claimed(a, res)
	}
	if a.normal == "" {
		return res
	}
	r := s.model.rank(a)
	if q.Tracks {
		s.leanToStatus(&r)
	}
	if q.Context != nil {
		if f, ok := s.followUp(a, r, *q.Context); ok {
			f.Normal = a.normal
			return f
		}
	}
	s.decide(r, &res)
	return res
}

// decide chooses between answering, asking back and admitting.
func (s *Snapshot) decide(r ranking, res *Result) {
	if len(r.cands) == 0 {
		return
	}
	m := s.model
	conf := m.confidence(r)
	res.Confidence = conf
	res.Candidates = s.candidates(r, conf)
	top := m.classes[r.cands[0].class]
	switch top.kind {
	case classCommand:
		if conf >= s.limits.Command || len(res.Candidates) < 2 {
			res.Kind, res.Command = KindCommand, Command(top.id)
			res.Args = Args{Code: res.Entities.Code, Number: res.Entities.Number}
			return
		}
	case classSmallTalk:
		if conf >= s.limits.Command || len(res.Candidates) < 2 {
			res.Kind, res.Aside = KindSmallTalk, top.id
			return
		}
	case classOutside:
		res.Aside = top.id
		if m.outsideShare(r) >= s.limits.Outside {
			return // known to be somebody else's
		}
	case classTopic:
		lead := 1.0
		if len(res.Candidates) > 1 {
			lead = conf - res.Candidates[1].Score
		}
		if conf >= s.limits.Answer && lead >= s.limits.Lead {
			res.Kind, res.Topic = KindAnswer, top.id
			return
		}
	}
	if conf >= s.limits.Offer && len(res.Candidates) >= 2 {
		res.Kind, res.Aside = KindChoice, ""
	}
}

// outsideShare is the share of the candidates that are matters outside.
func (m *model) outsideShare(r ranking) float64 {
	var p float64
	for _, c := range r.cands {
		if m.classes[c.class].kind == classOutside {
			p += c.p
		}
	}
	return p
}

// candidates lists the best topics with calibrated scores: the first
// candidate's is conf, the others' in proportion.
func (s *Snapshot) candidates(r ranking, conf float64) []Candidate {
	out := make([]Candidate, 0, maxOffered)
	for _, c := range r.cands {
		cl := s.model.classes[c.class]
		if cl.kind != classTopic {
			continue
		}
		out = append(out, Candidate{Topic: cl.id, Title: cl.title, Score: conf * c.p / r.cands[0].p})
		if len(out) == maxOffered {
			break
		}
	}
	return out
}

// claimed handles a message with a claim code: it tracks, unless the words
// around the code say otherwise.
func (s *Snapshot) claimed(a analysis, res Result) Result {
	res.Kind, res.Command, res.Confidence = KindCommand, CommandTrack, exactConfidence
	res.Args = Args{Code: a.entities.Code, Number: a.entities.Number}
	r := s.model.rank(a)
	for _, c := range r.cands {
		cl := s.model.classes[c.class]
		if cl.kind != classCommand {
			continue
		}
		if cmd := Command(cl.id); (cmd == CommandUntrack || cmd == CommandStatus) && c.feat[featLinear] > -0.5 {
			res.Command = cmd
		}
		break
	}
	return res
}

// statusLean is what a filing of his own adds to the odds that a sender who
// asks about progress means his own (e^1.6 is about five to one).
const statusLean = 1.6

// leanToStatus favours the status command for somebody who tracks a filing.
func (s *Snapshot) leanToStatus(r *ranking) {
	for i, c := range r.cands {
		cl := s.model.classes[c.class]
		if cl.kind == classCommand && Command(cl.id) == CommandStatus {
			r.cands[i].score += statusLean
			r.sort()
			return
		}
	}
}

// entitiesOf merges what the message names over what the last one named.
func (c Context) entitiesOf(set entity.Set) entity.Set { return set.Over(c.Entities) }
