package store

import (
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// Aggregate is a filing with what hangs on it, as read at the start of a transaction.
type Aggregate struct {
	// Filing is nil where it is not known.
	Filing    *filing.Filing
	Followers []filing.Follower
	// Open are its pushes that are Pending or Held.
	Open []push.Push
}

// Change is what a transaction writes of an aggregate. The zero Change writes nothing.
type Change struct {
	// Filing is the new state; nil where it stays as it is.
	Filing *filing.Filing
	// Event is appended to the history, Sample to the samples, where they are not nil.
	Event  *filing.Event
	Sample *filing.Sample
	// Put is a follower to add or overwrite; Remove the id of one to remove.
	Put    *filing.Follower
	Remove string
	// Add are new pushes. The store leaves out those whose ID it has. Drop are open pushes in their new, Dropped form.
	Add, Drop []push.Push
}

// Follower returns the follower with the given id.
func (a *Aggregate) Follower(user string) (filing.Follower, bool) {
	i := slices.IndexFunc(a.Followers, func(f filing.Follower) bool { return f.User == user })
	if i < 0 {
		return filing.Follower{}, false
	}
	return a.Followers[i], true
}

// Report merges a report. The change is zero where the report says nothing that is not known, not even by its time.
func (a *Aggregate) Report(pl Planner, r filing.Report, now time.Time) (filing.Outcome, Change, error) {
	now = Stamp(now)
	out, err := filing.Merge(a.Filing, r, now)
	if err != nil {
		return out, Change{}, err
	}
	if !out.Changed && out.Filing.ReportedAt.Equal(a.Filing.ReportedAt) {
		return out, Change{}, nil
	}
	c := Change{Filing: &out.Filing}
	if out.Changed {
		c.Event = &out.Event
		if a.Filing != nil {
			if s, ok := filing.SampleOf(*a.Filing, out.Event); ok {
				c.Sample = &s
			}
		}
	}
	a.plan(pl, &c, out.Filing, a.Followers, now)
	return out, c, nil
}

// Follow makes user a follower. known tells that he was one before; then nothing changes. Errors: ErrLimit.
func (a *Aggregate) Follow(pl Planner, user string, now time.Time) (c Change, known bool, err error) {
	if _, ok := a.Follower(user); ok {
		return Change{}, true, nil
	}
	if len(a.Followers) >= filing.MaxFollowers {
		return Change{}, false, errs.ErrLimit
	}
	now = Stamp(now)
	f := filing.Follower{User: user, Since: now, Notify: filing.NotifyNone}
	c.Put = &f
	a.plan(pl, &c, *a.Filing, append(slices.Clone(a.Followers), f), now)
	return c, false, nil
}

// Unfollow ends user's following. Errors: ErrNotFound where he does not follow it.
func (a *Aggregate) Unfollow(pl Planner, user string, now time.Time) (Change, error) {
	if a.Filing == nil {
		return Change{}, errs.ErrNotFound
	}
	if _, ok := a.Follower(user); !ok {
		return Change{}, errs.ErrNotFound
	}
	c := Change{Remove: user}
	rest := slices.DeleteFunc(slices.Clone(a.Followers), func(f filing.Follower) bool { return f.User == user })
	a.plan(pl, &c, *a.Filing, rest, Stamp(now))
	return c, nil
}

// Want notes what user wants to be told. Errors: ErrNotFound where he does not follow it.
func (a *Aggregate) Want(pl Planner, user string, want filing.Notify, now time.Time) (Change, error) {
	if a.Filing == nil {
		return Change{}, errs.ErrNotFound
	}
	f, ok := a.Follower(user)
	if !ok {
		return Change{}, errs.ErrNotFound
	}
	c := Change{}
	rest := slices.Clone(a.Followers)
	if f.Notify != want {
		f.Notify = want
		c.Put = &f
		rest[slices.IndexFunc(rest, func(g filing.Follower) bool { return g.User == user })] = f
	}
	a.plan(pl, &c, *a.Filing, rest, Stamp(now))
	return c, nil
}

// plan asks the planner what follows from the new state and writes it into c.
func (a *Aggregate) plan(pl Planner, c *Change, f filing.Filing, followers []filing.Follower, now time.Time) {
	add, drop := pl.Plan(push.Situation{Filing: f, Followers: followers, Open: a.Open, Event: c.Event, Now: now})
	for _, p := range a.Open {
		if why, ok := drop[p.ID]; ok {
			c.Drop = append(c.Drop, ended(p, push.Dropped, why, now))
		}
	}
	seen := make(map[string]bool, len(add))
	for _, p := range add {
		if seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		p.State, p.Lease, p.LeasedUntil = push.Pending, "", time.Time{}
		c.Add = append(c.Add, stamped(p))
	}
}

// ValidNotify reports whether n is one of the wishes there are.
func ValidNotify(n filing.Notify) bool {
	return n == filing.NotifyNone || n == filing.NotifyImportant || n == filing.NotifyAll
}
