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

// compareFiling compares everything that is kept of one filing.
func (m *machine) compareFiling(id string) {
	f, err := m.s.Filing(m.ctx, id)
	want, ok := m.model.filings[id]
	if !ok {
		m.errs("Filing", err, errs.ErrNotFound)
		return
	}
	m.ok("Filing", err)
	m.same("Filing", f, want)
	events, err := m.s.History(m.ctx, id)
	m.ok("History", err)
	m.same("History", events, m.model.events[id])
	fs, err := m.s.Followers(m.ctx, id)
	m.ok("Followers", err)
	m.same("Followers", fs, m.model.follows(id))
}

// compare compares everything that is kept.
func (m *machine) compare() {
	stages := make(map[vocab.Stage]int)
	for _, id := range someFilings {
		m.compareFiling(id)
		if f, ok := m.model.filings[id]; ok {
			stages[f.Stage]++
		}
	}
	counts, err := m.s.StageCounts(m.ctx)
	m.ok("StageCounts", err)
	m.same("StageCounts", counts, stages)
	m.comparePushes()
	var left []string
	for _, user := range someUsers {
		m.comparePerson(user)
		if p := m.model.people[user]; p.left {
			left = append(left, user)
		}
	}
	slices.SortFunc(left, func(a, b string) int {
		return cmp.Or(m.model.people[a].moved.Compare(m.model.people[b].moved), strings.Compare(a, b))
	})
	got, err := m.s.Left(m.ctx, m.now().Add(time.Hour), 10)
	m.ok("Left", err)
	m.same("Left", got, left)
	m.compareSamples()
}

func (m *machine) comparePushes() {
	byState := make(map[push.State]int)
	for _, s := range push.States() {
		byState[s] = 0
	}
	var want []push.Push
	for _, p := range m.model.pushes {
		want = append(want, p)
		byState[p.State]++
	}
	slices.SortFunc(want, func(a, b push.Push) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(b.ID, a.ID))
	})
	list := func(q push.Query) (all []push.Push) {
		q.Limit = 7
		for {
			page, err := m.s.Pushes(m.ctx, q)
			m.ok("Pushes", err)
			if all = append(all, page.Pushes...); page.Next == "" {
				return all
			}
			q.Cursor = page.Next
		}
	}
	m.same("Pushes", list(push.Query{}), want)
	for _, s := range push.States() {
		some := slices.DeleteFunc(slices.Clone(want), func(p push.Push) bool { return p.State != s })
		m.same("Pushes by state", ids(list(push.Query{State: s})), ids(some))
	}
	for _, id := range someFilings {
		some := slices.DeleteFunc(slices.Clone(want), func(p push.Push) bool { return p.Filing != id })
		m.same("Pushes by filing", ids(list(push.Query{Filing: id})), ids(some))
	}
	counts, err := m.s.Counts(m.ctx)
	m.ok("Counts", err)
	m.same("Counts", counts, byState)
	next, err := m.s.NextDue(m.ctx)
	m.ok("NextDue", err)
	m.same("NextDue", next, m.model.nextDue())
	for _, p := range want {
		got, err := m.s.Push(m.ctx, p.ID)
		m.ok("Push", err)
		m.same("Push", got, p)
	}
}

func (m *machine) comparePerson(user string) {
	tracked, err := m.s.Tracked(m.ctx, user)
	m.ok("Tracked", err)
	m.same("Tracked", tracked, m.model.tracked(user))
	for _, id := range someFilings {
		tr, err := m.s.Tracking(m.ctx, user, id)
		f, ok := m.model.followers[id][user]
		if !ok {
			m.errs("Tracking", err, errs.ErrNotFound)
			continue
		}
		m.ok("Tracking", err)
		m.same("Tracking", tr, filing.Tracking{Filing: m.model.filings[id], Follower: f})
	}
	p := m.model.people[user]
	want := push.User{Following: !p.left, Window: p.window}
	if p.left {
		want.LeftAt = p.moved
	}
	if p.credits > 0 {
		want.Credits = map[string]int{"template": p.credits}
	}
	u, err := m.s.User(m.ctx, user)
	m.ok("User", err)
	m.same("User", u, want)
}

func (m *machine) compareSamples() {
	for _, stage := range []vocab.Stage{vocab.StagePlatformReview, vocab.StageAuthorityReview} {
		for _, province := range []vocab.Province{"", vocab.ProvinceShanghai} {
			got, err := m.s.Samples(m.ctx, stage, "", province, time.Time{})
			m.ok("Samples", err)
			var want []filing.Sample
			for _, s := range m.model.samples {
				if s.Stage == stage && (province == "" || s.Province == province) {
					want = append(want, s)
				}
			}
			order := func(a, b filing.Sample) int {
				return cmp.Or(b.Left.Compare(a.Left), strings.Compare(a.ID, b.ID), a.Entered.Compare(b.Entered))
			}
			slices.SortFunc(want, order)
			slices.SortFunc(got, order)
			m.same("Samples", got, want)
		}
	}
}
