package service

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/handlers"
)

// ended counts a push that the worker has dealt with, for the metrics and, where that is final, by day.
func (s *Service) ended(p push.Push) {
	s.metrics.ended(p)
	if p.State == push.Sent || p.State == push.Dead {
		s.journal.Count("push:" + string(p.State))
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
			c.journal.Count("push:" + string(push.Sent))
		}
	}
	return err
}
