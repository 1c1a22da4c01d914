package console

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// overviewDays is how many days the charts show.
const overviewDays = 30

// maxSoon is how many filings with a deadline the overview names.
const maxSoon = 10

// reasonScan is how many of the newest pushes of a state are looked at for their reasons.
const reasonScan = 500

// stageCount is how many filings stand in a stage; Long is how long its bar is, of 100.
type stageCount struct {
	Stage vocab.Stage
	Count int
	Long  float64
}

type reasonCount struct {
	State  push.State
	Reason vocab.Reason
	Count  int
	// Stuck tells that an operator has to look at them: see push.Push.Stuck.
	Stuck bool
}

type overviewData struct {
	Soon     []*row
	MoreSoon int
	Overdue  int
	Today    []figure
	Charts   []chart
	Stages   []stageCount
	States   []stateCount
	Reasons  []reasonCount
	// Stuck is how many of the newest pushes an operator has to look at.
	Stuck  int
	Health []shownSign
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
	d.Stages = stageCounts(c.board.counts())
	if err := c.pushFigures(v, &d); err != nil {
		return err
	}
	if err := c.talkFigures(v, &d, now); err != nil {
		return err
	}
	if c.Health != nil {
		d.Health = c.shown(v, c.Health(ctx))
	}
	return c.show(w, v, "overview", "总览", d)
}

// stageCounts are the stages in which any filings stand, with bars of which the longest takes all the room.
func stageCounts(counts map[vocab.Stage]int) (out []stageCount) {
	most := 1
	for _, n := range counts {
		most = max(most, n)
	}
	for _, s := range vocab.Stages() {
		if n := counts[s]; n > 0 {
			out = append(out, stageCount{s, n, max(round(100*float64(n)/float64(most)), 1)}) // what there is at all can be seen
		}
	}
	return out
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
		by := map[vocab.Reason]int{}
		for _, p := range page.Pushes {
			by[p.Reason]++
		}
		for _, r := range vocab.Reasons() {
			if by[r] > 0 {
				stuck := push.Push{State: s, Reason: r}.Stuck()
				d.Reasons = append(d.Reasons, reasonCount{s, r, by[r], stuck})
				if stuck {
					d.Stuck += by[r]
				}
			}
		}
	}
	slices.SortStableFunc(d.Reasons, func(a, b reasonCount) int { return b.Count - a.Count })
	return nil
}

// talk are the counts of one day that the overview shows.
type talk struct{ messages, answered, choice, unknown, other, up, down, told, stuck int64 }

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
			switch what {
			case "told":
				t.told += n
			case "stuck":
				t.stuck += n
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
	today := now.In(chinatime.Zone())
	first := today.AddDate(0, 0, 1-overviewDays)
	days, err := c.Tallies.Tallies(v.Context(), first.Format(time.DateOnly), today.Format(time.DateOnly))
	if err != nil {
		return err
	}
	messages := chart{Title: "消息数", Unit: "条", Series: []series{{Name: "消息", Tone: "wait"}}}
	replies := chart{Title: "回答情况", Unit: "条", Series: []series{{Name: "直接回答", Tone: "done"}, {Name: "反问", Tone: "act"}, {Name: "没答上", Tone: "bad"}}}
	thumbs := chart{Title: "用户评价", Unit: "次", Series: []series{{Name: "有用", Tone: "done"}, {Name: "没用", Tone: "bad"}}}
	pushes := chart{Title: "推送结果", Unit: "条", Series: []series{{Name: "已告知", Tone: "done"}, {Name: "需要处理", Tone: "bad"}}}
	for i := range overviewDays {
		day := first.AddDate(0, 0, i).Format(time.DateOnly)
		t := talkOf(days[day])
		for _, p := range []struct {
			c *chart
			v []int64
		}{{&messages, []int64{t.messages}}, {&replies, []int64{t.answered, t.choice, t.unknown}}, {&thumbs, []int64{t.up, t.down}}, {&pushes, []int64{t.told, t.stuck}}} {
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
