package service

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/handlers"
)

// The tallies of pushes: those that were told, and those that an operator has to look at.
const (
	tallyTold  = "push:told"
	tallyStuck = "push:stuck"
)

// ended counts a push that the worker has dealt with, for the metrics and by day.
func (s *Service) ended(p push.Push) {
	s.metrics.ended(p)
	switch {
	case p.State == push.Sent:
		s.journal.Count(tallyTold)
	case p.Stuck():
		s.journal.Count(tallyStuck)
	}
}

// counted counts by day the notices that are told with replies. Where the platform asks for the same reply again it counts them again, which
// a figure of the day can bear.
type counted struct {
	chat.Replies
	journal *handlers.Journal
}

func (c counted) Told(ctx context.Context, user string, told []string, now time.Time) error {
	err := c.Replies.Told(ctx, user, told, now)
	if err == nil {
		for range told {
			c.journal.Count(tallyTold)
		}
	}
	return err
}
