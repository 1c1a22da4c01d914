package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/push"
)

type pushCmd struct {
	List  pushListCmd  `cmd:"" help:"List notices, the latest first."`
	Retry pushRetryCmd `cmd:"" help:"Send one again now."`
	Drop  pushDropCmd  `cmd:"" help:"Give one up."`

	Pause   pushPauseCmd   `cmd:"" help:"Stop all sending, at every replica, until resumed. Nothing is lost."`
	Resume  pushResumeCmd  `cmd:"" help:"Go on sending."`
	Preview pushPreviewCmd `cmd:"" help:"Print what each channel would say, without sending anything."`
}

type pushListCmd struct {
	serverFlags
	State  string `help:"pending leased sent held dead dropped."`
	Reason string `help:"Only for this reason, such as daily_quota."`
	Filing string `help:"Only about this filing."`
	Limit  int    `default:"50" help:"How many."`
}

func (c *pushListCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
		for k, v := range map[string]string{"state": c.State, "reason": c.Reason, "filing": c.Filing} {
			if v != "" {
				q.Set(k, v)
			}
		}
		var page struct {
			Pushes []struct {
				push.Push
				ReasonText string `json:"reason_text"`
				Advice     string `json:"advice"`
			} `json:"pushes"`
			Paused *struct {
				Since  time.Time `json:"since"`
				Reason string    `json:"reason"`
			} `json:"paused"`
		}
		if err := cl.call(w.ctx, http.MethodGet, "/api/v1/pushes", q, nil, &page); err != nil {
			return err
		}
		if p := page.Paused; p != nil {
			fmt.Fprintf(w.stderr, "sending is paused since %s: %s\n", local(p.Since), cmp.Or(p.Reason, "no reason given"))
		}
		rows := make([][]string, len(page.Pushes))
		for i, p := range page.Pushes {
			rows[i] = []string{
				p.ID, string(p.State), string(p.Reason), string(p.Channel), p.Filing, string(p.Kind), string(p.Stage), p.User, local(p.CreatedAt),
				strconv.Itoa(p.Attempts), platformWords(p.Code, p.Detail), p.ReasonText, p.Advice,
			}
		}
		return lines(w.stdout, rows)
	})
}

func local(t time.Time) string { return t.In(time.Local).Format("2006-01-02 15:04:05") }

// platformWords are the platform's own words on the last attempt.
func platformWords(code int, detail string) string {
	if code == 0 {
		return detail
	}
	return strings.TrimSpace(strconv.Itoa(code) + " " + detail)
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

type pushPauseCmd struct {
	serverFlags
	Reason string `help:"Why, for the other operators to see."`
}

func (c *pushPauseCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		return cl.show(w.ctx, http.MethodPost, "/api/v1/pushes/pause", nil, map[string]string{"reason": c.Reason})
	})
}

type pushResumeCmd struct {
	serverFlags
}

func (c *pushResumeCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error { return cl.show(w.ctx, http.MethodPost, "/api/v1/pushes/resume", nil, nil) })
}
