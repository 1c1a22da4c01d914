package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// overviewDays is how many days the charts show.
const overviewDays = 30

// maxSoon is how many filings with a deadline the overview names.
const maxSoon = 20

// reasonScan is how many of the newest pushes of a state are looked at for their reasons.
const reasonScan = 500

type stageCount struct {
	Stage filing.Stage
	Count int
}

type reasonCount struct {
	State  push.State
	Reason push.Reason
	Count  int
}

type overviewData struct {
	Soon             []*row
	MoreSoon         int
	Overdue, Filings int
	Today            []figure
	Charts           []chart
	Stages           []stageCount
	States           []stateCount
	Reasons          []reasonCount
	StageChart       rows
	Health           []shownSign
}

type figure struct {
	Label string
	Value int64
}

type stateCount struct {
	State push.State
	Count int
}

func (c *Console) overview(w http.ResponseWriter, v *visit) error {
	ctx := v.Context()
	if err := c.board.ready(ctx); err != nil {
		return err
	}
	var d overviewData
	now := c.Now()
	for _, r := range c.board.order("due") {
		if r.first().IsZero() || r.first().Sub(now) > 24*time.Hour {
			break // from here on nothing is near
		}
		if r.Overdue(now) {
			d.Overdue++
		}
		if r.soon(now) {
			if len(d.Soon) < maxSoon {
				d.Soon = append(d.Soon, r)
			} else {
				d.MoreSoon++
			}
		}
	}
	counts := c.board.counts()
	for _, s := range filing.Stages() {
		d.Filings += counts[s]
		if counts[s] > 0 {
			d.Stages = append(d.Stages, stageCount{s, counts[s]})
		}
	}
	for _, n := range d.Stages {
		d.StageChart = append(d.StageChart, bars{Name: c.pages.word(v.lang, n.Stage.Label()), Tone: tone(n.Stage), Value: n.Count})
	}
	if err := c.pushFigures(v, &d); err != nil {
		return err
	}
	if err := c.talkFigures(v, &d, now); err != nil {
		return err
	}
	if c.Health != nil {
		d.Health = c.shown(v.lang, c.Health(ctx))
	}
	return c.show(w, v, "overview", "总览", d)
}

// pushFigures counts the pushes by state, and of those that wait or failed the newest by reason.
func (c *Console) pushFigures(v *visit, d *overviewData) error {
	counts, err := c.Outbox.Counts(v.Context())
	if err != nil {
		return err
	}
	for _, s := range push.States() {
		d.States = append(d.States, stateCount{s, counts[s]})
		if s == push.Sent || counts[s] == 0 {
			continue
		}
		page, err := c.Outbox.Pushes(v.Context(), push.Query{State: s, Limit: reasonScan})
		if err != nil {
			return err
		}
		by := map[push.Reason]int{}
		for _, p := range page.Pushes {
			by[p.Reason]++
		}
		for _, r := range push.Reasons() {
			if by[r] > 0 {
				d.Reasons = append(d.Reasons, reasonCount{s, r, by[r]})
			}
		}
	}
	slices.SortStableFunc(d.Reasons, func(a, b reasonCount) int { return b.Count - a.Count })
	return nil
}

// talk are the counts of one day that the overview shows.
type talk struct{ messages, answered, choice, unknown, other, up, down, told, failed int64 }

func talkOf(counts map[string]int64) (t talk) {
	for name, n := range counts {
		kind, what, _ := strings.Cut(name, ":")
		switch kind {
		case "message":
			t.messages += n
		case "up":
			t.up += n
		case "down":
			t.down += n
		case "push":
			switch push.State(what) {
			case push.Sent:
				t.told += n
			case push.Dead:
				t.failed += n
			}
		case "kind":
			switch what {
			case "answer":
				t.answered += n
			case "choice":
				t.choice += n
			case "unknown":
				t.unknown += n
			default:
				t.other += n
			}
		}
	}
	return t
}

// talkFigures adds today's figures and the charts of the last days.
func (c *Console) talkFigures(v *visit, d *overviewData, now time.Time) error {
	today := now.In(filing.Zone())
	first := today.AddDate(0, 0, 1-overviewDays)
	days, err := c.Tallies.Tallies(v.Context(), first.Format(time.DateOnly), today.Format(time.DateOnly))
	if err != nil {
		return err
	}
	messages := chart{Title: "消息数", Unit: "条", Series: []series{{Name: "消息", Tone: "wait"}}}
	replies := chart{Title: "回答情况", Unit: "条", Series: []series{{Name: "直接回答", Tone: "done"}, {Name: "反问", Tone: "act"}, {Name: "没答上", Tone: "bad"}}}
	thumbs := chart{Title: "用户评价", Unit: "次", Series: []series{{Name: "有用", Tone: "done"}, {Name: "没用", Tone: "bad"}}}
	pushes := chart{Title: "推送结果", Unit: "条", Series: []series{{Name: "已告知", Tone: "done"}, {Name: "发不出去", Tone: "bad"}}}
	for i := range overviewDays {
		day := first.AddDate(0, 0, i).Format(time.DateOnly)
		t := talkOf(days[day])
		for _, p := range []struct {
			c *chart
			v []int64
		}{{&messages, []int64{t.messages}}, {&replies, []int64{t.answered, t.choice, t.unknown}}, {&thumbs, []int64{t.up, t.down}}, {&pushes, []int64{t.told, t.failed}}} {
			p.c.Days = append(p.c.Days, day)
			for j, n := range p.v {
				p.c.Series[j].Values = append(p.c.Series[j].Values, n)
			}
		}
		if i == overviewDays-1 {
			d.Today = []figure{
				{"今日消息", t.messages}, {"直接回答", t.answered}, {"反问", t.choice}, {"没答上", t.unknown}, {"有用", t.up}, {"没用", t.down},
			}
		}
	}
	d.Charts = []chart{messages, replies, thumbs, pushes}
	return nil
}
