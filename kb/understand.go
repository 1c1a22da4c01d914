package kb

import (
	"github.com/beianbot/beianbot/kb/entity"
	"github.com/beianbot/beianbot/kb/text"
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
		return s.wordless(q.Text, res)
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

// wordless handles a message without a word: an emoji or a sticker is small
// talk, the platform's placeholder for what cannot be shown is nothing.
func (s *Snapshot) wordless(raw string, res Result) Result {
	if !text.HasEmoji(raw) {
		return res
	}
	for _, like := range []string{"好的", "哈哈", "你好"} {
		a := s.corpus.an.analyse(like)
		if c, ok := s.model.exact[a.normal]; ok && c >= 0 && s.model.classes[c].kind == classSmallTalk {
			res.Kind, res.Aside, res.Confidence = KindSmallTalk, s.model.classes[c].id, exactConfidence
			break
		}
	}
	return res
}

// decide chooses between answering, asking back and admitting.
func (s *Snapshot) decide(r ranking, res *Result) {
	if len(r.cands) == 0 {
		return
	}
	m, t := s.model, s.limits
	conf, foreign := m.weights.confidence(r), m.weights.foreign(r)
	if r.exact >= 0 { // what the editors wrote stands above what the models think
		conf, foreign = exactConfidence, 0
		if m.classes[r.exact].kind == classOutside {
			conf, foreign = 0, exactConfidence
		}
	}
	res.Confidence, res.Candidates = conf, s.candidates(r, conf)
	if r.top >= 0 && conf >= t.Answer && foreign < t.Foreign && s.take(r, res) {
		return
	}
	if conf < t.Offer || foreign >= t.Outside || len(res.Candidates) < 2 {
		res.Confidence = max(foreign, 1-conf)
		for _, c := range r.cands {
			if c.outside && c.p >= asideShare {
				res.Aside = m.classes[c.class].id
				break
			}
		}
		return
	}
	res.Kind = KindChoice
}

// asideShare is the share a matter outside must have among the candidates for
// its word to be said.
const asideShare = 0.2

// take makes the first candidate of ours the result; a topic only where it
// leads far enough.
func (s *Snapshot) take(r ranking, res *Result) bool {
	switch top := s.model.classes[r.cands[r.top].class]; top.kind {
	case classCommand:
		res.Kind, res.Command = KindCommand, Command(top.id)
		res.Args = Args{Code: res.Entities.Code, Number: res.Entities.Number}
	case classSmallTalk:
		res.Kind, res.Aside = KindSmallTalk, top.id
	default:
		if len(res.Candidates) > 1 && res.Candidates[0].Score-res.Candidates[1].Score < s.limits.Lead {
			return false
		}
		res.Kind, res.Topic = KindAnswer, top.id
	}
	return true
}

// candidates lists the best topics with calibrated scores: the first
// candidate's is conf, the others' in proportion.
func (s *Snapshot) candidates(r ranking, conf float64) []Candidate {
	out := make([]Candidate, 0, maxOffered)
	for _, c := range r.cands {
		if !c.topic {
			continue
		}
		cl := s.model.classes[c.class]
		out = append(out, Candidate{Topic: cl.id, Title: cl.title, Score: conf * c.p / r.cands[r.top].p})
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
