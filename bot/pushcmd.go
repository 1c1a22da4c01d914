package main

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/push"
)

type pushCmd struct {
	List  pushListCmd  `cmd:"" help:"List notices, the latest first."`
	Retry pushRetryCmd `cmd:"" help:"Send one again now."`
	Drop  pushDropCmd  `cmd:"" help:"Give one up."`
}

type pushListCmd struct {
	serverFlags
	State  string `help:"pending leased sent held dead dropped."`
	Filing string `help:"Only about this filing."`
	Limit  int    `default:"50" help:"How many."`
}

func (c *pushListCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
		if c.State != "" {
			q.Set("state", c.State)
		}
		if c.Filing != "" {
			q.Set("filing", c.Filing)
		}
		var page struct{ Pushes []push.Push }
		if err := cl.call(w.ctx, http.MethodGet, "/api/v1/pushes", q, nil, &page); err != nil {
			return err
		}
		rows := make([][]string, len(page.Pushes))
		for i, p := range page.Pushes {
			rows[i] = []string{
				p.ID, string(p.State), string(p.Reason), string(p.Channel), p.Filing, string(p.Stage), p.User,
				p.CreatedAt.In(time.Local).Format("2006-01-02 15:04:05"), strconv.Itoa(p.Attempts), p.Detail,
			}
		}
		return lines(w.stdout, rows)
	})
}

type pushRetryCmd struct {
	serverFlags
	ID string `arg:""`
}

func (c *pushRetryCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		return cl.show(w.ctx, http.MethodPost, "/api/v1/pushes/"+url.PathEscape(c.ID)+"/retry", nil, nil)
	})
}

type pushDropCmd struct {
	serverFlags
	ID string `arg:""`
}

func (c *pushDropCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		return cl.show(w.ctx, http.MethodDelete, "/api/v1/pushes/"+url.PathEscape(c.ID), nil, nil)
	})
}
