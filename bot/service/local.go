package service

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/api"
)

// OpenAPI opens the store that the configuration names and returns the JSON API over it, without a listener and without asking for a token:
// for the command line where no server runs. The embedded store refuses it while one does. now is the clock.
func OpenAPI(ctx context.Context, c config.Config, now func() time.Time) (
	h http.Handler, closeStore func() error, err error,
) {
	log := slog.New(slog.DiscardHandler)
	s := &Service{options: Options{Config: c, Log: log, Now: now}, log: log, now: now}
	calendar, err := loadCalendar(c)
	if err != nil {
		return nil, nil, fmt.Errorf("open the calendar: %w", err)
	}
	know, err := OpenKnowledge(c)
	if err != nil {
		return nil, nil, fmt.Errorf("open the knowledge: %w", err)
	}
	if s.store, err = openStore(ctx, c, s, &push.Planner{Calendar: calendar}); err != nil {
		return nil, nil, fmt.Errorf("no server answers, and the store cannot be opened: %w", err)
	}
	defer func() {
		if err != nil {
			_ = s.store.Close()
		}
	}()
	// Whoever can open the store needs no key; what he does is written down all the same.
	s.options.Config.Admin.Token = ""
	if s.desk, err = s.newDesk(); err != nil {
		return nil, nil, err
	}
	o := api.Options{
		Filings: s.store, Outbox: s.store, Questions: s.store, Tallies: s.store, Desk: s.desk, Advice: advice, Knowledge: know,
		Ask: NewAsker(know, c.Human.Reply, now), Menu: deskMenu(handlers.Menu()), Now: now, Log: log,
	}
	if c.WeChat.AppID != "" && c.WeChat.AppSecret != "" {
		client, err := newClient(c, s.store, s.options, nil)
		if err != nil {
			return nil, nil, err
		}
		o.PublishMenu = publishMenu(client)
	}
	return api.New(o), s.store.Close, nil
}
