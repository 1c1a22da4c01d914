package service

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/kb"
)

// OpenKnowledge opens the knowledge that the configuration names.
func OpenKnowledge(c config.Config) (*kb.Knowledge, error) {
	if err := readable("kb.dir", c.KB.Dir); err != nil {
		return nil, err
	}
	return kb.Open(KnowledgeOptions(c))
}

// readable says which key names a folder that cannot be read; an empty name is none.
func readable(key, dir string) error {
	if dir == "" {
		return nil
	}
	if _, err := os.ReadDir(dir); err != nil {
		return fmt.Errorf("%s: the folder cannot be read: %w", key, err)
	}
	return nil
}

// loadCalendar reads the holidays that the configuration names.
func loadCalendar(c config.Config) (*filing.Calendar, error) {
	if err := readable("calendar.dir", c.Calendar.Dir); err != nil {
		return nil, err
	}
	calendar, err := filing.LoadCalendar(c.Calendar.Dir)
	if err != nil {
		return nil, fmt.Errorf("calendar.dir: %w", err)
	}
	return calendar, nil
}

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
