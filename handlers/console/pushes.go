package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers"
)

type pushList struct {
	State  push.State
	Reason vocab.Reason
	Filing string
	Pushes []push.Push
	Next   string
	States []stateCount
	// Reasons are those that can be chosen.
	Reasons []vocab.Reason
	Pause   push.Pause
}

func (c *Console) listPushes(w http.ResponseWriter, v *visit) error {
	q := v.URL.Query()
	l := pushList{State: push.State(q.Get("state")), Reason: vocab.Reason(q.Get("reason")), Filing: q.Get("filing"), Reasons: vocab.Reasons()}
	if !slices.Contains(push.States(), l.State) {
		l.State = ""
	}
	if !slices.Contains(vocab.Reasons(), l.Reason) {
		l.Reason = ""
	}
	if l.Filing != "" && !filing.ValidID(l.Filing) {
		l.Filing = ""
	}
	counts, err := c.Outbox.Counts(v.Context())
	if err != nil {
		return err
	}
	for _, s := range push.States() {
		l.States = append(l.States, stateCount{s, counts[s]})
	}
	page, err := c.Outbox.Pushes(v.Context(), push.Query{State: l.State, Reason: l.Reason, Filing: l.Filing, Cursor: q.Get("cursor"), Limit: pageSize})
	if err != nil {
		return err
	}
	l.Pushes, l.Next = page.Pushes, page.Next
	if l.Pause, err = c.Outbox.Paused(v.Context()); err != nil {
		return err
	}
	return c.show(w, v, "pushes", "推送", l)
}

// Many reports whether the pushes of the list can be sent again together.
func (l pushList) Many() bool {
	return len(l.Pushes) > 1 && l.Filing == "" && (l.State == push.Dead || l.State == push.Held)
}

// NextPage is the address of the rest of the list.
func (l pushList) NextPage() string {
	q := url.Values{"cursor": {l.Next}}
	for k, s := range map[string]string{"state": string(l.State), "reason": string(l.Reason), "filing": l.Filing} {
		if s != "" {
			q.Set(k, s)
		}
	}
	return "?" + q.Encode()
}

// moment is one point in a push's life.
type moment struct {
	At   time.Time
	What string
	Note string
	// Code is the platform's error, 0 for none.
	Code int
	Tone string
}

type pushPage struct {
	Push    push.Push
	Text    string
	Advice  string
	Life    []moment
	CanGo   bool // it may be retried
	CanDrop bool
}

func (c *Console) showPush(w http.ResponseWriter, v *visit) error {
	p, err := c.Outbox.Push(v.Context(), v.PathValue("id"))
	if err != nil {
		return err
	}
	d := pushPage{
		Push: p, Text: handlers.Notice(p, c.Now()).Text(), Life: life(p),
		CanGo:   p.State == push.Dead || p.State == push.Held || p.State == push.Pending,
		CanDrop: p.State != push.Sent && p.State != push.Dropped,
	}
	if c.Advice != nil {
		d.Advice = c.Advice(p)
	}
	return c.show(w, v, "push", "推送", d)
}

// life tells a push's life: how it came about, what happened to it, and what is still to come.
func life(p push.Push) []moment {
	out := []moment{{At: p.CreatedAt, What: "产生", Tone: "off"}}
	for _, m := range p.Trail {
		out = append(out, momentOf(m))
	}
	switch {
	case p.State == push.Leased:
		out = append(out, moment{At: p.LeasedUntil, What: "最晚此时有结果", Tone: "off"})
	case p.State == push.Pending && p.Due.After(p.CreatedAt.Add(time.Minute)):
		out = append(out, moment{At: p.Due, What: "可以发送", Tone: "off"})
	case len(p.Trail) == 0 && p.UpdatedAt.After(p.CreatedAt): // written before there were trails
		out = append(out, momentOf(push.Moment{At: p.UpdatedAt, State: p.State, Reason: p.Reason, Channel: p.Channel, Code: p.Code}))
	}
	slices.SortStableFunc(out, func(a, b moment) int { return a.At.Compare(b.At) })
	return out
}

func momentOf(m push.Moment) moment {
	out := moment{At: m.At, What: stateWords[m.State], Note: m.Reason.Chinese(), Code: m.Code, Tone: "wait"}
	switch m.State {
	case push.Leased:
		out.What, out.Note, out.Tone = "尝试发送", m.Channel.Chinese(), "off"
	case push.Sent:
		out.Note, out.Tone, out.Code = m.Channel.Chinese(), "done", 0
	case push.Dead:
		out.Tone = "bad"
	case push.Held:
		out.Tone = "act"
	case push.Dropped:
		out.Tone = "off"
	case push.Pending:
	}
	return out
}

func (c *Console) retryPush(w http.ResponseWriter, v *visit) error {
	p, err := c.Outbox.Retry(v.Context(), v.PathValue("id"), c.Now())
	if err != nil {
		return err
	}
	c.did(v, "push.retry", p.ID, p.Filing)
	return back(w, v, "/pushes/"+p.ID, "retried")
}

// maxRetries is how many pushes one press of the button sends again.
const maxRetries = 500

// retryPushes sends all those of a state and reason again: the cause of many failures was mended. Others may have dealt with some meanwhile,
// which harms nothing.
func (c *Console) retryPushes(w http.ResponseWriter, v *visit) error {
	q := push.Query{State: push.State(v.PostFormValue("state")), Reason: vocab.Reason(v.PostFormValue("reason")), Limit: maxRetries}
	if q.State != push.Dead && q.State != push.Held || q.Reason != "" && !slices.Contains(vocab.Reasons(), q.Reason) {
		return bad("只能批量重试发不出去的，和等用户下次发消息的")
	}
	page, err := c.Outbox.Pushes(v.Context(), q)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range page.Pushes {
		if p.Reason == vocab.ReasonUncertain && q.Reason != vocab.ReasonUncertain { // he may have it already; who wants that asks for it
			continue
		}
		_, err := c.Outbox.Retry(v.Context(), p.ID, c.Now())
		switch code := errs.CodeOf(err); {
		case err == nil:
			n++
		case code != errs.CodeNotFound && code != errs.CodeConflict:
			return err
		}
	}
	c.did(v, "push.retryall", string(q.State)+" "+string(q.Reason), strconv.Itoa(n))
	return back(w, v, "/pushes", "retriedall")
}

func (c *Console) dropPush(w http.ResponseWriter, v *visit) error {
	p, err := c.Outbox.Drop(v.Context(), v.PathValue("id"), c.Now())
	if err != nil {
		return err
	}
	c.did(v, "push.drop", p.ID, p.Filing)
	return back(w, v, "/pushes/"+p.ID, "dropped")
}

// pausePushes stops all sending, at every replica, until somebody lets it go on.
func (c *Console) pausePushes(w http.ResponseWriter, v *visit) error {
	p := push.Pause{Since: c.Now(), Why: strings.Join(strings.Fields(v.PostFormValue("why")), " ")}
	if len([]rune(p.Why)) > push.MaxWhy {
		return bad("原因太长，最多 200 个字")
	}
	if err := c.Outbox.SetPaused(v.Context(), p); err != nil {
		return err
	}
	c.did(v, "push.pause", "", p.Why)
	return back(w, v, "/pushes", "paused")
}

func (c *Console) resumePushes(w http.ResponseWriter, v *visit) error {
	if err := c.Outbox.SetPaused(v.Context(), push.Pause{}); err != nil {
		return err
	}
	c.did(v, "push.resume", "", "")
	return back(w, v, "/pushes", "resumed")
}
