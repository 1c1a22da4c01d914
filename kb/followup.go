package kb

import (
	"strings"

	"github.com/beianbot/beianbot/kb/entity"
)

// followUpConfidence is for a message understood by the last exchange.
const followUpConfidence = 0.85

// maxFollowUpRunes bounds what can be a follow-up: a long message says itself
// what it is about.
const maxFollowUpRunes = 14

// particles are what a follow-up may have beside the name of a new case:
// 那上海呢, 如果是抖音的呢, 换成个人怎么样.
var particles = []string{
	"那么", "如果", "要是", "假如", "换成", "换", "我们", "这边", "那边", "咱们", "怎么样", "怎么说", "情况", "小程序", "主体",
	"呢", "那", "的", "在", "是", "我", "和", "跟", "也", "吗", "啊", "呀", "吧", "里", "用", "对", "于", "到", "要",
	"一样", "省", "市", "平台", "上", "做", "备案", "怎么",
}

// followUp understands a message that only makes sense after the last
// exchange: one that names nothing but another case (那上海呢), or asks without
// saying about what (要多久). A message that stands for itself is none.
func (s *Snapshot) followUp(a analysis, r ranking, c Context) (Result, bool) {
	e, ok := s.byID[c.Topic]
	if !ok || len([]rune(a.normal)) > maxFollowUpRunes {
		return Result{}, false
	}
	res := Result{
		Kind: KindAnswer, Topic: e.ID, FollowUp: true, Confidence: followUpConfidence,
		Entities: c.entitiesOf(a.entities),
	}
	switch {
	case s.namesCaseOnly(a):
		res.Topic = s.topicForCase(e, a.entities)
	case s.asksOnly(a):
		if !s.covers(a, e.ID) {
			return Result{}, false
		}
	default:
		return Result{}, false
	}
	res.Candidates = append(res.Candidates, Candidate{Topic: res.Topic, Title: s.byID[res.Topic].Title, Score: followUpConfidence})
	for _, x := range s.candidates(r, 1-followUpConfidence) {
		if x.Topic != res.Topic && len(res.Candidates) < maxOffered {
			res.Candidates = append(res.Candidates, x)
		}
	}
	return res, true
}

// namesCaseOnly reports whether the message is a new case and particles.
func (s *Snapshot) namesCaseOnly(a analysis) bool {
	set := a.entities
	if set.Province == "" && set.Platform == "" && set.Subject == "" && set.Stage == "" {
		return false
	}
	rest := s.corpus.an.finder.Without(a.normal)
	for {
		before := rest
		for _, p := range particles {
			rest = strings.TrimPrefix(strings.TrimSuffix(rest, p), p)
		}
		rest = strings.Trim(rest, "| ")
		if rest == before {
			break
		}
	}
	return rest == ""
}

// topicForCase is the topic that answers the same question for the case: a
// platform's own topic is left for the other platform's.
func (s *Snapshot) topicForCase(e *Entry, set entity.Set) string {
	if e.Group != "platform" || set.Platform == "" {
		return e.ID
	}
	id := "platform-" + string(set.Platform)
	switch set.Platform {
	case entity.Other:
		id = "platform-others"
	case entity.WeChat:
		id = "flow-overview"
	}
	if _, ok := s.byID[id]; ok {
		return id
	}
	return e.ID
}

// asksOnly reports whether the message has a question word and nothing that
// says what it is about.
func (s *Snapshot) asksOnly(a analysis) bool {
	if strings.Contains(a.normal, "备案") {
		return false
	}
	names := s.corpus.an.words.ConceptNames()
	asks := false
	for _, t := range a.doc.Tags {
		if int(t) >= len(names) {
			continue
		}
		if !strings.HasPrefix(names[t], "Q_") {
			return false
		}
		asks = true
	}
	return asks
}

// coverShare is how much of an elliptic question the last topic must have
// words for to be its answer.
const coverShare = 0.8

// covers reports whether people ask the topic in the words of the message.
func (s *Snapshot) covers(a analysis, topic string) bool {
	vec, known := s.model.space.Vector(a.doc)
	cos, out := make([]float32, len(s.model.classes)), make([]float32, len(s.model.classes))
	s.model.cent.ScoreCover(vec, cos, out)
	for c, cl := range s.model.classes {
		if cl.kind == classTopic && cl.id == topic {
			return out[c]*known >= coverShare
		}
	}
	return false
}
