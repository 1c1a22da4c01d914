package kb

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

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
	if a.normal == string(entity.MaskNumber) {
		return s.bareNumber(res)
	}
	r := s.model.rank(a)
	heard := true
	if r.exact < 0 && len(a.doc.Runes) >= gistRunes {
		r, heard = s.gist(q.Text, len(a.doc.Runes), r)
	}
	if q.Tracks {
		s.leanToStatus(&r)
	}
	if q.Context != nil {
		if f, ok := s.followUp(a, r, *q.Context); ok {
			f.Normal = a.normal
			return f
		}
	}
	if s.broadly(a, &res) {
		return res
	}
	switch {
	case !heard, s.strange(a, r):
		res.Confidence, res.Candidates = 1-float64(r.ours), s.candidates(r, 0)
	case r.exact < 0 && ourMatter.MatchString(a.normal):
		s.ours(a, r, &res)
	default:
		s.decide(r, &res)
	}
	return res
}

// ourMatter finds a mini program that is filed: whatever else is said, the
// filing of a mini program is meant. 医保备案小程序 is none.
var ourMatter = regexp.MustCompile(`小程序(?:的|怎么|怎样|在哪|去哪|能|可以|要|需要|必须|应该|不|没有|没|还|也|已经|做|办理|办|申请|去|想|该)*备案|(?:能|可以|要|需要|必须|怎么|去|想)备案小程序`)

// maxTrade is the most runes before 小程序 that say whose it is.
const maxTrade = 12

// ours handles a message about the filing of a mini program. It is never
// refused, though its trade (诊所, 装修公司) may be one that is filed elsewhere
// too: what is unclear with the trade is read without it.
func (s *Snapshot) ours(a analysis, r ranking, res *Result) {
	r.own = true
	s.decide(r, res)
	if res.Kind != KindChoice && res.Kind != KindUnknown {
		return
	}
	trade, rest, _ := strings.Cut(a.normal, "小程序")
	if n := utf8.RuneCountInString(trade); n > 0 && n <= maxTrade && !strings.ContainsRune(trade, text.Break) && strings.Contains(rest, "备案") {
		if rest != "备案" {
			b := s.model.rank(s.corpus.an.analyse("小程序" + rest))
			b.own = true
			*res = Result{Kind: KindUnknown, Entities: res.Entities, Normal: res.Normal}
			s.decide(b, res)
			return
		}
		s.offer(res, "flow-overview", "pre-approval", "materials-overview")
	}
}

// offer makes the result a choice of these topics, as far as there are any.
func (s *Snapshot) offer(res *Result, topics ...string) {
	var list []Candidate
	for _, id := range topics {
		if e, ok := s.byID[id]; ok {
			list = append(list, Candidate{Topic: id, Title: e.Title, Score: offeredScore})
		}
	}
	if len(list) >= 2 {
		res.Kind, res.Candidates, res.Confidence = KindChoice, list, offeredScore
	}
}

// offeredScore is for topics offered by rule: one of three is right.
const offeredScore = 0.3

// What a message without a Chinese character needs to be understood: so much
// of its weight in words of ours, and letters, or a number long enough to be
// one people ask about (12381).
const (
	latinShare       = 0.7
	latinMatterShare = 0.35 // where it names our matter, or is very near to one wording
	latinMargin      = 0.2
	minAskedDigits   = 4
)

// strange reports whether a message has no Chinese character, not even in
// pinyin, and is in nobody's words of ours either. A few common words (how, my,
// all) would make the models as sure as in Chinese, where every word tells.
func (s *Snapshot) strange(a analysis, r ranking) bool {
	if r.exact >= 0 {
		return false
	}
	letters, digits := 0, 0
	for _, c := range a.folded {
		switch {
		case unicode.Is(unicode.Han, c), unicode.Is(unicode.Co, c): // Co: a number or a place that was read
			return false
		case unicode.IsLetter(c):
			letters++
		case unicode.IsDigit(c):
			digits++
		}
	}
	if letters+digits < 2 {
		return true
	}
	if letters == 0 {
		return digits < minAskedDigits || r.ours < latinShare
	}
	ours := latinShare
	if latinMatter.MatchString(a.normal) || r.top >= 0 && r.cands[r.top].topic && r.cands[r.top].feat[featLinear] > latinMargin {
		ours = latinMatterShare
	}
	return float64(r.ours) < ours
}

// latinMatter finds what only our matter is about, once canonical.
var latinMatter = regexp.MustCompile(`备案|小程序|\bicp\b`)

// bareNumber handles a message that is nothing but a filing number: what to do
// with it is for the sender to say.
func (s *Snapshot) bareNumber(res Result) Result {
	s.offer(&res, "filing-number-verify-others", "number-lookup", "number-format")
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
	if r.own {
		foreign = 0
	}
	res.Confidence, res.Candidates = conf, s.candidates(r, conf)
	if r.top >= 0 && conf >= t.Answer && foreign < t.Foreign && s.take(r, res) {
		return
	}
	if conf < t.Offer && !r.own || foreign >= t.Outside || len(res.Candidates) < 2 {
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
	case classTopic, classOutside:
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
