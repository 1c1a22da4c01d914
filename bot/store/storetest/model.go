package storetest

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// model is a store that is obviously right: maps and loops, one caller at a time, nothing kept but what is asked for. It decides with
// filing.Merge and Planner, as every store must.
type model struct {
	filings   map[string]filing.Filing
	events    map[string][]filing.Event
	followers map[string]map[string]filing.Follower // by filing and person
	ever      map[string]map[string]bool            // by person and filing: whether he ever followed it
	codes     map[filing.CodeHash]modelCode
	samples   []filing.Sample
	pushes    map[string]push.Push
	people    map[string]modelPerson
	replies   map[string]modelReply // by person and key
	memories  map[string]modelReply // by person
	guesses   map[string]modelGuesses
	takenBy   map[string]string // by push: the key under which a reply took it last
	paused    bool
	rested    map[string]bool     // people for whom something ever rested: a note of that may stay a while
	lanes     map[modelLane]int64 // wrong codes of all, by hour
}

type modelCode struct {
	filing  string
	expires time.Time
}

type modelPerson struct {
	left    bool
	moved   time.Time
	window  push.Window
	credits int
}

type modelReply struct {
	settled bool
	text    string
	told    []string
	until   time.Time
}

// modelGuesses are a person's tries, each with when it was; those that were right are gone from it.
type modelGuesses struct {
	wrong []time.Time
	// newest is the lane of the newest try, while it may be taken back.
	newest filing.GuessLane
	right  time.Time
}

// modelLane is a lane in an hour.
type modelLane struct {
	lane filing.GuessLane
	hour time.Time
}

func newModel() *model {
	return &model{
		filings: map[string]filing.Filing{}, events: map[string][]filing.Event{}, followers: map[string]map[string]filing.Follower{},
		ever: map[string]map[string]bool{}, codes: map[filing.CodeHash]modelCode{}, pushes: map[string]push.Push{},
		people: map[string]modelPerson{}, replies: map[string]modelReply{}, memories: map[string]modelReply{},
		guesses: map[string]modelGuesses{}, lanes: map[modelLane]int64{}, rested: map[string]bool{}, takenBy: map[string]string{},
	}
}

func (m *model) apply(r filing.Report, now time.Time) (filing.Outcome, error) {
	var cur *filing.Filing
	if f, ok := m.filings[r.ID]; ok {
		cur = &f
	}
	out, err := filing.Merge(cur, r, now)
	if err != nil {
		return out, err
	}
	m.filings[r.ID] = out.Filing
	if !out.Changed {
		if !out.Filing.ReportedAt.Equal(cur.ReportedAt) { // else it says nothing at all
			m.plan(r.ID, nil, now)
		}
		return out, nil
	}
	m.events[r.ID] = append(m.events[r.ID], out.Event)
	if cur != nil {
		if s, ok := filing.SampleOf(*cur, out.Event); ok {
			m.samples = append(m.samples, s)
		}
	}
	out.Pushes = m.plan(r.ID, &out.Event, now)
	return out, nil
}

// plan adds and drops the pushes that follow from the state of a filing.
func (m *model) plan(id string, ev *filing.Event, now time.Time) (added int) {
	add, drop := Planner{}.Plan(push.Situation{
		Filing: m.filings[id], Followers: m.follows(id), Open: m.open(id), Event: ev, Now: now,
	})
	for id, why := range drop {
		m.end(id, push.Dropped, why, now)
	}
	for _, p := range add {
		if _, had := m.pushes[p.ID]; !had {
			m.pushes[p.ID] = p
			added++
		}
	}
	return added
}

func (m *model) end(id string, s push.State, why vocab.Reason, now time.Time) {
	p := m.pushes[id]
	p.State, p.Reason, p.UpdatedAt, p.Lease, p.LeasedUntil = s, why, now, "", time.Time{}
	m.pushes[id] = p
}

func (m *model) open(id string) (out []push.Push) {
	for _, p := range m.pushes {
		if p.Filing == id && (p.State == push.Pending || p.State == push.Held) {
			out = append(out, p)
		}
	}
	return out
}

func (m *model) follows(id string) (out []filing.Follower) {
	for _, f := range m.followers[id] {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b filing.Follower) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.User, b.User))
	})
	return out
}

func (m *model) delete(id string) error {
	if _, ok := m.filings[id]; !ok {
		return errs.ErrNotFound
	}
	delete(m.filings, id)
	delete(m.events, id)
	delete(m.followers, id)
	for h, c := range m.codes {
		if c.filing == id {
			delete(m.codes, h)
		}
	}
	for pid, p := range m.pushes {
		if p.Filing == id {
			delete(m.pushes, pid)
		}
	}
	return nil
}

func (m *model) issue(id string, h filing.CodeHash, expires time.Time) error {
	if _, ok := m.filings[id]; !ok {
		return errs.ErrNotFound
	}
	m.codes[h] = modelCode{id, expires}
	return nil
}

func (m *model) revoke(id string) error {
	if _, ok := m.filings[id]; !ok {
		return errs.ErrNotFound
	}
	for h, c := range m.codes {
		if c.filing == id {
			delete(m.codes, h)
		}
	}
	return nil
}

func (m *model) claim(h filing.CodeHash, user string, now time.Time) (string, bool, error) {
	c, ok := m.codes[h]
	if !ok || !now.Before(c.expires) {
		return "", false, filing.ErrBadCode
	}
	_, known := m.followers[c.filing][user]
	return c.filing, known, m.adopt(c.filing, user, now)
}

func (m *model) adopt(id, user string, now time.Time) error {
	if _, ok := m.filings[id]; !ok {
		return errs.ErrNotFound
	}
	if _, known := m.followers[id][user]; known {
		return nil
	}
	if m.followers[id] == nil {
		m.followers[id] = map[string]filing.Follower{}
	}
	if m.ever[user] == nil {
		m.ever[user] = map[string]bool{}
	}
	m.ever[user][id] = true
	m.followers[id][user] = filing.Follower{User: user, Since: now, Notify: filing.NotifyNone}
	m.plan(id, nil, now)
	return nil
}

func (m *model) untrack(user, id string, now time.Time) error {
	if _, ok := m.followers[id][user]; !ok {
		return errs.ErrNotFound
	}
	delete(m.followers[id], user)
	m.plan(id, nil, now)
	return nil
}

func (m *model) notify(user, id string, want filing.Notify, now time.Time) error {
	f, ok := m.followers[id][user]
	if !ok {
		return errs.ErrNotFound
	}
	f.Notify = want
	m.followers[id][user] = f
	m.plan(id, nil, now)
	return nil
}

func (m *model) forget(user string) {
	for id, p := range m.pushes {
		if p.User == user {
			delete(m.pushes, id)
		}
	}
	for id := range m.ever[user] {
		delete(m.followers[id], user)
		if f, ok := m.filings[id]; ok && f.SelfReported && len(m.followers[id]) == 0 {
			_ = m.delete(id)
		}
	}
	delete(m.ever, user)
	delete(m.people, user)
	delete(m.memories, user)
	m.guesses[user] = modelGuesses{wrong: m.guesses[user].wrong}
}

func (m *model) tracked(user string) (out []filing.Tracking) {
	for id, fs := range m.followers {
		if f, ok := fs[user]; ok {
			out = append(out, filing.Tracking{Filing: m.filings[id], Follower: f})
		}
	}
	slices.SortFunc(out, func(a, b filing.Tracking) int {
		return cmp.Or(a.Follower.Since.Compare(b.Follower.Since), strings.Compare(a.Filing.ID, b.Filing.ID))
	})
	return out
}

// dueAt returns when a push is up for a lease; ok is false where it never is.
func dueAt(p push.Push) (at time.Time, ok bool) {
	switch p.State {
	case push.Pending:
		if p.LeasedUntil.After(p.Due) { // a reply is telling it
			return p.LeasedUntil, true
		}
		return p.Due, true
	case push.Leased:
		return p.LeasedUntil, true
	case push.Held, push.Sent, push.Dead, push.Dropped:
	}
	return time.Time{}, false
}

// lease says which pushes a lease must hand out, in order.
func (m *model) lease(now time.Time, limit int) (out []push.Push) {
	out1 := map[string]bool{} // lanes that are out
	var due []push.Push
	for _, p := range m.pushes {
		at, ok := dueAt(p)
		switch {
		case ok && !at.After(now):
			due = append(due, p)
		case p.State == push.Leased:
			out1[p.Filing+" "+p.User] = true
		}
	}
	slices.SortFunc(due, func(a, b push.Push) int {
		x, _ := dueAt(a)
		y, _ := dueAt(b)
		return cmp.Or(x.Compare(y), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Step, b.Step), strings.Compare(a.ID, b.ID))
	})
	for _, p := range due {
		if lane := p.Filing + " " + p.User; len(out) < limit && !out1[lane] {
			out1[lane] = true
			out = append(out, p)
		}
	}
	return out
}

func (m *model) nextDue() (next time.Time) {
	for _, p := range m.pushes {
		if at, ok := dueAt(p); ok && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

func (m *model) attempt(p push.Push, now time.Time) error {
	kept, ok := m.pushes[p.ID]
	switch {
	case !ok:
		return errs.ErrNotFound
	case kept.State != push.Leased || kept.Lease != p.Lease || !now.Before(kept.LeasedUntil):
		return push.ErrLeaseLost
	}
	kept.Attempts++
	if kept.FirstTry.IsZero() {
		kept.FirstTry = now
	}
	kept.Channel, kept.UpdatedAt = p.Channel, now
	m.pushes[p.ID] = kept
	return nil
}

func (m *model) finish(p push.Push) error {
	kept, ok := m.pushes[p.ID]
	switch {
	case !ok:
		return errs.ErrNotFound
	case kept.State != push.Leased || kept.Lease != p.Lease:
		return push.ErrLeaseLost
	}
	p.Lease, p.LeasedUntil = "", time.Time{}
	if _, follows := m.followers[p.Filing][p.User]; !follows && (p.State == push.Pending || p.State == push.Held) {
		p.State, p.Reason = push.Dropped, vocab.ReasonNotTracking
	}
	m.pushes[p.ID] = p
	m.rested[p.User] = m.rested[p.User] || p.State == push.Pending && waits(p)
	return nil
}

// waits is push.Push.Waits in words of its own.
func waits(p push.Push) bool {
	put := p.State == push.Pending && p.Reason != "" && p.FirstTry.IsZero() && !p.Due.Before(p.UpdatedAt.Add(2*time.Minute))
	return p.State == push.Held || put
}

func telling(p push.Push, now time.Time) bool {
	return p.State != push.Leased && p.Lease != "" && now.Before(p.LeasedUntil)
}

func (m *model) waiting(user, key string, now time.Time) (out []push.Push) {
	for _, p := range m.pushes {
		if p.User == user && m.take(p, key, now) && !m.paused {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b push.Push) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Step, b.Step), strings.Compare(a.ID, b.ID))
	})
	return out
}

// take says whether p may be taken under a key.
func (m *model) take(p push.Push, key string, now time.Time) bool {
	kept, ok := m.pushes[p.ID]
	return ok && waits(kept) && (!telling(kept, now) || m.takenBy[p.ID] == key)
}

func (m *model) told(id, user string, now time.Time) {
	p, ok := m.pushes[id]
	if !ok || p.User != user || p.State != push.Pending && p.State != push.Held {
		return
	}
	m.end(id, push.Sent, "", now)
	p = m.pushes[id]
	p.Channel = vocab.ChannelReply
	m.pushes[id] = p
}

func (m *model) retry(id string, now time.Time) error {
	p, ok := m.pushes[id]
	switch {
	case !ok:
		return errs.ErrNotFound
	case p.State != push.Dead && p.State != push.Held && p.State != push.Pending, telling(p, now):
		return &errs.Error{Code: errs.CodeConflict}
	}
	p.Lease, p.LeasedUntil = "", time.Time{}
	p.State, p.Reason, p.Due, p.UpdatedAt = push.Pending, "", now, now
	p.Attempts, p.FirstTry, p.Code, p.Detail, p.Channel, p.MessageID = 0, time.Time{}, 0, "", "", ""
	m.pushes[id] = p
	return nil
}

func (m *model) drop(id string, now time.Time) error {
	p, ok := m.pushes[id]
	switch {
	case !ok:
		return errs.ErrNotFound
	case p.State == push.Sent || p.State == push.Dropped:
		return &errs.Error{Code: errs.CodeConflict}
	}
	m.end(id, push.Dropped, vocab.ReasonOperator, now)
	return nil
}

func (m *model) sweep(before time.Time) (n int) {
	for id, p := range m.pushes {
		if p.State.Final() && p.UpdatedAt.Before(before) {
			delete(m.pushes, id)
			n++
		}
	}
	return n
}
