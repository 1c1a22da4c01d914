package kb

import (
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/entity"
	"github.com/beianbot/beianbot/kb/text"
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
// exchange: one that names nothing but another case (那上海呢), asks without
// saying about what (要多久), or says half of it (过期了会怎样). A message that
// stands for itself is none.
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
	case s.elsewhere(r):
		return Result{}, false
	case s.asksOnly(a, r) && s.stays(a, r, e.ID):
	default:
		id, ok := s.completed(a, r, e, c)
		if !ok {
			return Result{}, false
		}
		res.Topic = id
	}
	res.Candidates = append(res.Candidates, Candidate{Topic: res.Topic, Title: s.byID[res.Topic].Title, Score: followUpConfidence})
	for _, x := range s.candidates(r, 1-followUpConfidence) {
		if x.Topic != res.Topic && len(res.Candidates) < maxOffered {
			res.Candidates = append(res.Candidates, x)
		}
	}
	return res, true
}

// elsewhereShare is from where a short message is about a matter outside whatever was spoken of before: 装修要多久 is not asked of a review. What is
// less foreign may be ours by the last exchange, 模板呢 by the authorization letter.
const elsewhereShare = 0.9

// elsewhere reports whether a message is clearly of a matter outside.
func (s *Snapshot) elsewhere(r ranking) bool {
	if r.exact >= 0 {
		return s.model.classes[r.exact].kind == classOutside
	}
	return s.model.weights.foreign(r) >= elsewhereShare
}

// namesCaseOnly reports whether the message is a new case and particles.
func (s *Snapshot) namesCaseOnly(a analysis) bool {
	if set := a.entities; set.Province == "" && set.Platform == "" && set.Subject == "" {
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

// caseTopics are the topics that answer for one platform or one kind of
// subject.
var caseTopics = map[string]map[string]string{
	"platform": {
		string(vocab.PlatformWeChat): "flow-overview", string(vocab.PlatformDouyin): "platform-douyin", string(vocab.PlatformAlipay): "platform-alipay",
		string(vocab.PlatformBaidu): "platform-baidu", string(vocab.PlatformKuaishou): "platform-kuaishou", string(vocab.PlatformOther): "platform-others",
	},
	"subject": {
		string(entity.Individual): "individual-filing", string(entity.SoleTrader): "individual-business-filing",
		string(entity.Enterprise): "enterprise-filing", string(entity.Government): "gov-org-filing",
		string(entity.Institution): "gov-org-filing", string(entity.SocialOrg): "gov-org-filing", string(entity.Foreign): "foreign-entity",
	},
}

// topicForCase is the topic that answers the same question for the case: a
// platform's own topic is left for the other platform's, a subject's for the
// other subject's.
func (s *Snapshot) topicForCase(e *Entry, set entity.Set) string {
	named := map[string]string{"platform": string(set.Platform), "subject": string(set.Subject)}[e.Group]
	topics := caseTopics[e.Group]
	own := false
	for _, id := range topics {
		own = own || id == e.ID
	}
	id, ok := topics[named]
	if _, have := s.byID[id]; own && ok && have {
		return id
	}
	return e.ID
}

// elliptic are the concepts a message may touch without saying what it is
// about.
var elliptic = []string{"T_DONE", "T_QUERY", "T_FORMAT", "T_NUMBER"}

// maxElliptic is the most runes a message without a subject has.
const maxElliptic = 8

// leavesOut reports whether the message is short and names no filing, so that
// it may leave out what it is about.
func (s *Snapshot) leavesOut(a analysis, r ranking) bool {
	if len([]rune(a.normal)) > maxElliptic || strings.Contains(a.normal, "备案") {
		return false
	}
	command := r.top >= 0 && !r.cands[r.top].topic // thanks are none either
	return !command || s.model.weights.confidence(r) < s.limits.Answer
}

// From where a message counts as understood once what it leaves out was put before it, and up to where as none of somebody else's matter: the
// exchange before tells that it is ours.
const (
	completedConfidence = 0.45
	completedForeign    = 0.5
)

// ownMatter is the confidence from which a short message that names a thing means its own topic rather than one near the last.
const ownMatter = 0.9

// completed puts the things the last topic is about before a message that
// leaves them out, 短信核验 before 过期了会怎样, and gives the topic that is meant
// then: one near the last, if it stands before what the message means alone.
func (s *Snapshot) completed(a analysis, r ranking, e *Entry, c Context) (string, bool) {
	if !s.leavesOut(a, r) {
		return "", false
	}
	an, m := s.corpus.an, s.model
	if id, ok := s.completedByStage(a, c.Entities.Stage); ok {
		return id, true
	}
	things := an.words.Things([]rune(an.words.Canon(text.Fold(text.Clean(e.Title)))), elliptic)
	whole := m.rank(an.analyse(things + a.normal))
	if things == "" || m.weights.confidence(whole) < completedConfidence || m.weights.foreign(whole) >= completedForeign {
		return "", false
	}
	var alone Result
	s.decide(r, &alone)
	for _, c := range whole.cands {
		x, ok := s.byID[m.classes[c.class].id]
		switch {
		case !ok, alone.Kind == KindAnswer && alone.Topic == x.ID: // it is meant without help
			return "", false
		case x.ID == e.ID && !s.touches(c.class, a):
			continue // its name alone brought it here
		case x.ID != e.ID && alone.Kind == KindAnswer && alone.Confidence >= ownMatter && slices.ContainsFunc(a.doc.Tags, s.isThing):
			return "", false // it names a matter of its own: no third one is meant
		}
		near := x.Group == e.Group || slices.Contains(e.Related, x.ID)
		return x.ID, near && s.touches(c.class, a)
	}
	return "", false
}

// stageThings say a stage that a question named, for what is asked of it next.
var stageThings = map[vocab.Stage]string{
	vocab.StagePlatformReview: "平台初审", vocab.StageAuthorityReview: "管局审核", vocab.StageSMSPending: "短信核验", vocab.StageFaceVerify: "刷脸核身",
}

// completedByStage puts the stage that the last question named before a message that leaves it out: after 平台初审是什么意思, 要多久 is asked
// of that review.
func (s *Snapshot) completedByStage(a analysis, stage vocab.Stage) (string, bool) {
	things, ok := stageThings[stage]
	if !ok || a.entities.Stage != "" {
		return "", false
	}
	m := s.model
	whole := m.rank(s.corpus.an.analyse(things + a.normal))
	if whole.top < 0 || m.weights.confidence(whole) < ownMeaning || m.weights.foreign(whole) >= completedForeign {
		return "", false
	}
	c := whole.cands[whole.top]
	x, ok := s.byID[m.classes[c.class].id]
	if !ok || !s.touches(c.class, a) {
		return "", false
	}
	return x.ID, true
}

// touches reports whether wordings of the class touch what the message does: something of it, and every thing that it names.
func (s *Snapshot) touches(class int, a analysis) bool {
	some := false
	for _, t := range a.doc.Tags {
		if int(t) >= s.corpus.an.tags {
			continue
		}
		with := s.corpus.tagShare(class, t)
		if with < namedShare && s.isThing(t) {
			return false
		}
		some = some || with >= askedShare
	}
	return some
}

// isThing reports whether a concept is one that a message is about, rather than a way of asking.
func (s *Snapshot) isThing(tag uint16) bool {
	names := s.corpus.an.words.ConceptNames()
	return int(tag) < len(names) && !strings.HasPrefix(names[tag], "Q_") && !slices.Contains(elliptic, names[tag])
}

// asksOnly reports whether the message asks without saying what about.
func (s *Snapshot) asksOnly(a analysis, r ranking) bool {
	if !s.leavesOut(a, r) {
		return false
	}
	return !slices.ContainsFunc(a.doc.Tags, s.isThing)
}

// What shows that an elliptic question is the last topic's: so many of the
// topic's wordings ask in this way, or so much of the question is in its words;
// and that a thing it names is one of the topic's: so many of them name it.
const (
	askedShare  = 0.05
	namedShare  = 0.04
	coverUnsure = 0.35
)

// ownMeaning is the confidence from which a short question means something
// without the last exchange.
const ownMeaning = 0.75

// stays reports whether an elliptic question stays with the topic: people ask
// the topic in this way, or the question means little elsewhere.
func (s *Snapshot) stays(a analysis, r ranking, topic string) bool {
	m := s.model
	c := slices.IndexFunc(m.classes, func(c class) bool { return c.kind == classTopic && c.id == topic })
	if c < 0 {
		return false
	}
	asked, names := 1.0, s.corpus.an.words.ConceptNames()
	questions := 0
	for _, t := range a.doc.Tags {
		if int(t) < len(names) && strings.HasPrefix(names[t], "Q_") {
			questions++
			asked = min(asked, s.corpus.tagShare(c, t))
		}
	}
	if questions > 0 && asked >= askedShare {
		return true
	}
	if r.exact >= 0 || m.weights.confidence(r) >= ownMeaning {
		return false
	}
	vec, known := m.space.Vector(a.doc)
	cos, cover := make([]float32, len(m.classes)), make([]float32, len(m.classes))
	m.cent.ScoreCover(vec, cos, cover)
	return cover[c]*known >= coverUnsure
}

// tagShare is the share of a class' wordings that touch a concept.
func (k *corpus) tagShare(class int, tag uint16) float64 {
	n, with := 0, 0
	for _, s := range k.samples[k.first[class]:k.first[class+1]] {
		n++
		with += count(slices.Contains(s.doc.Tags, tag))
	}
	return share(with, n)
}
