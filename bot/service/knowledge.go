package service

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/kb"
)

// OpenKnowledge opens the knowledge that the configuration names.
func OpenKnowledge(c config.Config) (*kb.Knowledge, error) { return kb.Open(KnowledgeOptions(c)) }

// KnowledgeOptions maps the configuration onto the knowledge's own options.
func KnowledgeOptions(c config.Config) kb.Options {
	return kb.Options{
		Dir: c.KB.Dir, ClaimCode: filing.ParseCode,
		Thresholds: kb.Thresholds{Answer: c.KB.AnswerAt, Offer: c.KB.ChooseAt},
	}
}

// NewAsker returns what answers one question as `beianbot ask` and the API's kb/try show it.
func NewAsker(k handlers.Knowledge, human string, now func() time.Time) func(context.Context, string) (api.Asked, error) {
	asker := handlers.NewAsker(k, human, now)
	return func(ctx context.Context, question string) (api.Asked, error) {
		start := time.Now()
		r, reply, err := asker.Ask(ctx, question)
		if err != nil {
			return api.Asked{}, err
		}
		if r.Kind == "" { // nothing was there to be understood
			r.Kind = kb.KindUnknown
		}
		a := api.Asked{
			Question: question, Kind: string(r.Kind), Topic: r.Topic, Command: string(r.Command), Entities: r.Entities,
			Candidates: make([]api.Candidate, len(r.Candidates)), Reply: wechat.Content(reply), Micros: time.Since(start).Microseconds(),
		}
		for i, c := range r.Candidates {
			a.Candidates[i] = api.Candidate{Topic: c.Topic, Score: c.Score}
		}
		return a, nil
	}
}
