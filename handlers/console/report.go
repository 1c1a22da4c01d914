package console

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers"
)

// reportForm is what the form of a report holds, as text, so that what was typed is shown again.
type reportForm struct {
	ID, Name, AppID, Subject, Number, Reasons, At, Expires string
	Province                                               vocab.Province
	Platform                                               vocab.Platform
	Stage                                                  vocab.Stage
	// Seq is the filing's as it was when the form was shown.
	Seq           int64
	Wrong, Detail string
}

func formOf(f filing.Filing) reportForm {
	form := reportForm{
		ID: f.ID, Name: f.Name, AppID: f.AppID, Subject: f.Subject, Province: f.Province, Number: f.Number, Platform: f.Platform, Stage: f.Stage, Seq: f.Seq,
	}
	var lines []string
	for _, r := range f.Reasons {
		lines = append(lines, strings.TrimRight(strings.Join([]string{r.Field, r.Error, r.Suggest}, " | "), "| "))
	}
	form.Reasons = strings.Join(lines, "\n")
	if !f.CertificateExpires.IsZero() {
		form.Expires = f.CertificateExpires.Format(time.DateOnly)
	}
	return form
}

func formIn(v *visit) reportForm {
	get := func(name string) string { return strings.TrimSpace(v.PostFormValue(name)) }
	seq, _ := strconv.ParseInt(get("seq"), 10, 64)
	return reportForm{
		Seq: seq,
		ID:  get("id"), Name: get("name"), AppID: get("app_id"), Subject: get("subject"), Province: vocab.Province(get("province")), Number: get("number"),
		Reasons: get("reasons"), At: get("at"), Expires: get("expires"), Platform: vocab.Platform(get("platform")), Stage: vocab.Stage(get("stage")),
	}
}

// formTime is how a browser's field for a moment writes it; it is meant in China's time.
const formTime = "2006-01-02T15:04"

// reportOf makes a report of a form. Each line of the reasons is "field | error | suggestion", or the error alone.
func (form reportForm) report(by string) (filing.Report, error) {
	r := filing.Report{
		ID: form.ID, Name: form.Name, AppID: form.AppID, Subject: form.Subject, Province: form.Province, Number: form.Number,
		Platform: form.Platform, Stage: form.Stage, Source: filing.FromConsole, By: by,
	}
	if r.Stage.HasReasons() {
		for line := range strings.Lines(form.Reasons) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			part := strings.SplitN(strings.ReplaceAll(line, "｜", "|"), "|", 3)
			for i := range part {
				part[i] = strings.TrimSpace(part[i])
			}
			switch len(part) {
			case 1:
				r.Reasons = append(r.Reasons, filing.Reason{Error: part[0]})
			case 2:
				r.Reasons = append(r.Reasons, filing.Reason{Field: part[0], Error: part[1]})
			default:
				r.Reasons = append(r.Reasons, filing.Reason{Field: part[0], Error: part[1], Suggest: part[2]})
			}
		}
	}
	if form.At != "" {
		at, err := time.ParseInLocation(formTime, form.At, chinatime.Zone())
		if err != nil {
			return r, bad("时间的写法不对")
		}
		r.At = at
	}
	if form.Expires != "" {
		day, err := time.Parse(time.DateOnly, form.Expires)
		if err != nil {
			return r, bad("证件有效期的写法不对")
		}
		r.CertificateExpires = day
	}
	return r, nil
}

// outlook is what a report would lead to.
type outlook struct {
	Before *filing.Filing
	Out    filing.Outcome
	// Told are the notices that would go out now, Later those for later, Ended those that would be called off.
	Told, Later []notice
	Ended       int
	// Silent counts the followers who are told nothing.
	Followers, Silent int
}

// notice is a push as the person would read it.
type notice struct {
	User string
	Due  time.Time
	Kind vocab.Kind
	Text string
}

// openPushes bounds the open pushes of a filing that are looked at for a preview.
const openPushes = 500

// foresee says what a report would lead to, by the very rules by which the store decides, without writing anything.
func (c *Console) foresee(ctx context.Context, r filing.Report) (outlook, error) {
	var o outlook
	now := c.Now()
	cur, err := c.Filings.Filing(ctx, r.ID)
	switch {
	case err == nil:
		o.Before = &cur
	case !errors.Is(err, errs.ErrNotFound):
		return o, err
	}
	if o.Out, err = filing.Merge(o.Before, r, now); err != nil {
		return o, err
	}
	if o.Before == nil || !o.Out.Changed {
		return o, nil
	}
	followers, err := c.Filings.Followers(ctx, r.ID)
	if err != nil {
		return o, err
	}
	s := push.Situation{Filing: o.Out.Filing, Followers: followers, Event: &o.Out.Event, Now: now}
	page, err := c.Outbox.Pushes(ctx, push.Query{Filing: r.ID, Limit: openPushes})
	if err != nil {
		return o, err
	}
	for _, p := range page.Pushes {
		if p.State == push.Pending || p.State == push.Held {
			s.Open = append(s.Open, p)
		}
	}
	add, drop := c.Planner.Plan(s)
	told := map[string]bool{}
	for _, p := range add {
		n := notice{User: p.User, Due: p.Due, Kind: p.Kind, Text: handlers.Notice(p, now).Text()}
		if p.Due.After(now) {
			o.Later = append(o.Later, n)
		} else {
			o.Told = append(o.Told, n)
			told[p.User] = true
		}
	}
	o.Ended, o.Followers = len(drop), len(followers)
	o.Silent = len(followers) - len(told)
	return o, nil
}

type previewData struct {
	Form reportForm
	Out  outlook
	Seq  int64
}

// previewReport shows what a change would lead to, before anything is sent.
func (c *Console) previewReport(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	form := formIn(v)
	form.ID = id
	r, err := form.report(v.who.Name)
	var o outlook
	if err == nil {
		o, err = c.foresee(v.Context(), r)
	}
	if err != nil {
		return c.formAgain(w, v, form, err)
	}
	if o.Before != nil && o.Before.Seq != form.Seq { // the form would put back what others changed meanwhile
		fresh := formOf(*o.Before)
		fresh.Stage, fresh.Reasons, fresh.At = form.Stage, form.Reasons, form.At
		return c.formAgain(w, v, fresh, &trouble{http.StatusConflict, "这个备案刚有别的更新，已换成最新的资料，请核对后再提交"})
	}
	if !o.Out.Changed {
		return back(w, v, "/filings/at/"+id, "nothing")
	}
	return c.show(w, v, "preview", "确认更新", previewData{form, o, form.Seq})
}

// formAgain shows the page of the filing with the form as it was filled in and what is wrong with it.
func (c *Console) formAgain(w http.ResponseWriter, v *visit, form reportForm, err error) error {
	t, detail := tell(err)
	if t.status >= 500 || t.status == http.StatusNotFound {
		return err
	}
	p, rerr := c.readFiling(v, form.ID)
	if rerr != nil {
		return rerr
	}
	form.Wrong, form.Detail = t.text, detail
	p.Form = form
	c.render(w, v, t.status, "filing", p.Filing.Name, p)
	return nil
}

// report applies a change that was previewed. Where the filing moved meanwhile, it is shown as it is now.
func (c *Console) report(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	cur, err := c.Filings.Filing(v.Context(), id)
	if err != nil {
		return err
	}
	if v.PostFormValue("seq") != itoa(cur.Seq) {
		return c.previewReport(w, v)
	}
	form := formIn(v)
	form.ID = id
	r, err := form.report(v.who.Name)
	if err != nil {
		return err
	}
	out, err := c.Filings.Apply(v.Context(), r)
	if err != nil {
		return c.formAgain(w, v, form, err)
	}
	c.board.put(out.Filing)
	c.did(v, "filing.report", id, string(out.Event.From)+" → "+string(out.Event.To))
	return back(w, v, "/filings/at/"+id, "reported")
}

func (c *Console) newFilingPage(w http.ResponseWriter, v *visit) error {
	return c.show(w, v, "new", "新建备案", reportForm{Stage: vocab.StageNotFiled, Platform: vocab.PlatformWeChat})
}

func (c *Console) newFiling(w http.ResponseWriter, v *visit) error {
	form := formIn(v)
	again := func(status int, text, detail string) error {
		form.Wrong, form.Detail = text, detail
		c.render(w, v, status, "new", "新建备案", form)
		return nil
	}
	r, err := form.report(v.who.Name)
	if err == nil {
		if _, err := c.Filings.Filing(v.Context(), r.ID); err == nil {
			return again(http.StatusConflict, "这个编号已经有了", "")
		}
		var out filing.Outcome
		if out, err = c.Filings.Apply(v.Context(), r); err == nil {
			c.board.put(out.Filing)
			c.did(v, "filing.create", r.ID, string(out.Filing.Stage))
			return back(w, v, "/filings/at/"+r.ID, "created")
		}
	}
	t, detail := tell(err)
	if t.status >= 500 {
		return err
	}
	return again(t.status, t.text, detail)
}
