package main

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
)

type filingCmd struct {
	List filingListCmd `cmd:"" help:"List filings, the latest first."`
	Show filingShowCmd `cmd:"" help:"Show one filing with its history."`
	Set  filingSetCmd  `cmd:"" help:"Report a filing's state."`
	Code filingCodeCmd `cmd:"" help:"Make a claim code for a filing."`

	Import    filingImportCmd    `cmd:"" help:"Take a CSV as Excel or WPS writes it; one bad row harms no other."`
	Export    filingExportCmd    `cmd:"" help:"Write filings as CSV."`
	Followers filingFollowersCmd `cmd:"" help:"List who follows a filing, masked."`
	Delete    filingDeleteCmd    `cmd:"" help:"Delete a filing with its trackings."`
}

type filingListCmd struct {
	serverFlags
	Stage    string `help:"Only this stage."`
	Province string `help:"Only this province."`
	Text     string `short:"q" help:"Only those whose id, name, app id, subject or number holds this."`
	Limit    int    `default:"50" help:"How many."`
}

func (c *filingListCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
		for k, v := range map[string]string{"stage": c.Stage, "province": c.Province, "q": c.Text} {
			if v != "" {
				q.Set(k, v)
			}
		}
		var page struct {
			Filings []filing.Filing `json:"filings"`
			Next    string          `json:"next"`
		}
		if err := cl.call(w.ctx, http.MethodGet, "/api/v1/filings", q, nil, &page); err != nil {
			return err
		}
		rows := make([][]string, len(page.Filings))
		for i, f := range page.Filings {
			rows[i] = []string{f.ID, string(f.Stage), f.Stage.Chinese(), f.Since.In(time.Local).Format("2006-01-02 15:04"), string(f.Province), f.Name}
		}
		return lines(w.stdout, rows)
	})
}

type filingShowCmd struct {
	serverFlags
	ID string `arg:""`
}

func (c *filingShowCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		return cl.show(w.ctx, http.MethodGet, "/api/v1/filings/"+url.PathEscape(c.ID), nil, nil)
	})
}

type filingSetCmd struct {
	serverFlags
	ID       string `arg:""`
	Name     string `help:"The mini program's name; needed the first time."`
	Stage    string `help:"Where it stands: ${stages}."`
	Province string `help:"Short name of the province: 上海."`
	Platform string `help:"One of ${platforms}."`
	AppID    string `name:"app-id" help:"The mini program's AppID."`
	Subject  string `help:"Who files."`
	Number   string `help:"The filing number."`
	Reason   string `help:"Why it was sent back, for a rejected stage."`
	At       string `help:"When it was so (RFC 3339); default now."`
}

func (c *filingSetCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		body := map[string]any{}
		for k, v := range map[string]string{
			"name": c.Name, "stage": c.Stage, "province": c.Province, "platform": c.Platform, "app_id": c.AppID, "subject": c.Subject,
			"number": c.Number, "at": c.At,
		} {
			if v != "" {
				body[k] = v
			}
		}
		if c.Reason != "" {
			body["reasons"] = []filing.Reason{{Error: c.Reason}}
		}
		return cl.show(w.ctx, http.MethodPut, "/api/v1/filings/"+url.PathEscape(c.ID), nil, body)
	})
}

type filingCodeCmd struct {
	serverFlags
	ID     string `arg:""`
	Revoke bool   `help:"Make all codes of the filing worthless instead."`
}

func (c *filingCodeCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		method := http.MethodPost
		if c.Revoke {
			method = http.MethodDelete
		}
		return cl.show(w.ctx, method, "/api/v1/filings/"+url.PathEscape(c.ID)+"/code", nil, nil)
	})
}

type filingFollowersCmd struct {
	serverFlags
	ID     string `arg:""`
	Remove string `placeholder:"USER" help:"Remove the follower whose masked id this is."`
}

func (c *filingFollowersCmd) Run(w *world) error {
	path := "/api/v1/filings/" + url.PathEscape(c.ID) + "/followers"
	return c.with(w, func(cl *client) error {
		if c.Remove != "" {
			return cl.call(w.ctx, http.MethodDelete, path+"/"+url.PathEscape(c.Remove), nil, nil, nil)
		}
		return cl.show(w.ctx, http.MethodGet, path, nil, nil)
	})
}

type filingDeleteCmd struct {
	serverFlags
	ID string `arg:""`
}

func (c *filingDeleteCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		return cl.call(w.ctx, http.MethodDelete, "/api/v1/filings/"+url.PathEscape(c.ID), nil, nil, nil)
	})
}
