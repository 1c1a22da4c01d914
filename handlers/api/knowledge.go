package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

func (s *server) listQuestions(w http.ResponseWriter, r *http.Request) error {
	limit, err := limitOf(r.URL.Query().Get("limit"))
	if err != nil {
		return err
	}
	if limit == 0 {
		limit = 100
	}
	kind, err := kindOf(r.URL.Query().Get("kind"))
	if err != nil {
		return err
	}
	qs, err := s.Questions.Questions(r.Context(), kind, limit)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, map[string]any{"groups": Grouped(qs)})
	return nil
}

// Group are questions that seem to ask the same.
type Group struct {
	// Count is how often they were asked together.
	Count int `json:"count"`
	// Questions are the wordings, most asked first.
	Questions []chat.Question `json:"questions"`
}

// Grouped puts questions together that are alike, most asked groups first.
func Grouped(qs []chat.Question) []Group {
	texts := make([]string, len(qs))
	for i, q := range qs {
		texts[i] = q.Text
	}
	groups := []Group{}
	for _, members := range kb.Alike(texts) {
		var g Group
		for _, i := range members {
			g.Count += qs[i].Count
			g.Questions = append(g.Questions, qs[i])
		}
		groups = append(groups, g)
	}
	slices.SortStableFunc(groups, func(a, b Group) int { return b.Count - a.Count })
	return groups
}

func kindOf(s string) (chat.QuestionKind, error) {
	switch k := chat.QuestionKind(s); k {
	case "", chat.QuestionUnknown, chat.QuestionChoice, chat.QuestionDisliked:
		return k, nil
	}
	return "", badRequest("kind: one of unknown choice disliked")
}

func (s *server) forgetQuestion(w http.ResponseWriter, r *http.Request) error {
	var b struct {
		Kind string `json:"kind"`
		Text string `json:"text"`
	}
	if err := read(r, &b); err != nil {
		return err
	}
	kind, err := kindOf(b.Kind)
	if err != nil {
		return err
	}
	if err := s.Questions.ForgetQuestion(r.Context(), kind, b.Text); err != nil {
		return err
	}
	s.did(r, "question.ignore", "", "")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *server) tryQuestion(w http.ResponseWriter, r *http.Request) error {
	var b struct {
		Question string `json:"question"`
	}
	if err := read(r, &b); err != nil {
		return err
	}
	if strings.TrimSpace(b.Question) == "" {
		return badRequest("question: must not be empty")
	}
	a, err := s.Ask(r.Context(), b.Question)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, a)
	return nil
}

// maxDays bounds the span of the statistics.
const maxDays = 92

func (s *server) stats(w http.ResponseWriter, r *http.Request) error {
	last := s.Now().In(chinatime.Zone()).Format(time.DateOnly)
	first := s.Now().In(chinatime.Zone()).AddDate(0, 0, -29).Format(time.DateOnly)
	q := r.URL.Query()
	for _, p := range []struct {
		name string
		v    *string
	}{{"first", &first}, {"last", &last}} {
		if d := q.Get(p.name); d != "" {
			if _, err := time.Parse(time.DateOnly, d); err != nil {
				return badRequest(p.name + ": must be a date such as 2026-11-23")
			}
			*p.v = d
		}
	}
	a, _ := time.Parse(time.DateOnly, first)
	b, _ := time.Parse(time.DateOnly, last)
	if b.Before(a) || b.Sub(a) > maxDays*24*time.Hour {
		return badRequest("first, last: at most 92 days, first before last")
	}
	days, err := s.Tallies.Tallies(r.Context(), first, last)
	if err != nil {
		return err
	}
	stages, err := s.Filings.StageCounts(r.Context())
	if err != nil {
		return err
	}
	write(w, http.StatusOK, map[string]any{"first": first, "last": last, "days": days, "stages": stages, "durations": s.durations()})
	return nil
}

// duration is how long a review takes by the account's own history.
type duration struct {
	Stage    vocab.Stage    `json:"stage"`
	Province vocab.Province `json:"province"`
	// Count is the number of finished stays behind it, the others are working days.
	Count      int `json:"count"`
	MedianDays int `json:"median_days"`
	P90Days    int `json:"p90_days"`
}

// durations are those of the stages and provinces of which enough is known; the empty province stands for all of them.
func (s *server) durations() []duration {
	out := []duration{}
	if s.Estimate == nil {
		return out
	}
	for _, stage := range []vocab.Stage{vocab.StagePlatformReview, vocab.StageAuthorityReview} {
		for _, p := range append([]vocab.Province{""}, vocab.Provinces()...) {
			if e, ok := s.Estimate(stage, "", p, s.Now()); ok {
				out = append(out, duration{stage, p, e.Count, e.MedianDays, e.P90Days})
			}
		}
	}
	return out
}
