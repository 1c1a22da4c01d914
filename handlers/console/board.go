package console

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/width"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// How fresh the board is: it asks for what changed this often, and reads everything anew this often, which is when it learns of filings
// that somebody else deleted.
const (
	boardFresh = 2 * time.Second
	boardAnew  = 10 * time.Minute
	// boardOverlap is how far it looks back beyond the newest change it knows: the clocks of two replicas differ.
	boardOverlap = 30 * time.Second
	// boardLook is how many filings it looks at within the overlap before it stops at the first page that it knows: an import may have
	// changed very many at once.
	boardLook = 1000
)

// row is a filing as the lists need it.
type row struct {
	ID, Name, Subject, Number string
	Province                  vocab.Province
	Platform                  vocab.Platform
	Stage                     vocab.Stage
	Source                    filing.Source
	Since, Updated            time.Time
	// Due is the deadline, Kind what for. Late is from when it is overdue: a deadline that is over, or a review beyond its usual time.
	Due  time.Time
	Kind filing.DeadlineKind
	Late time.Time
	text string
}

func newRow(f filing.Filing, cal *filing.Calendar) *row {
	r := &row{
		ID: f.ID, Name: f.Name, Subject: f.Subject, Province: f.Province, Number: f.Number, Platform: f.Platform, Stage: f.Stage, Source: f.Source,
		Since: f.Since, Updated: f.UpdatedAt, text: fold(strings.Join([]string{f.ID, f.Name, f.AppID, f.Subject, f.Number}, "\n")),
	}
	if kind, at, _, ok := filing.Deadline(f); ok {
		r.Kind, r.Due = kind, at
		if kind != filing.DeadlinePolice {
			r.Late = at
		}
	}
	if w, ok := filing.ReviewWindow(f, cal); ok && w.Dated {
		r.Late = w.Last.AddDate(0, 0, 1)
	}
	return r
}

func fold(s string) string { return strings.ToLower(width.Fold.String(s)) }

// Overdue reports whether the filing has taken longer than it should at now.
func (r *row) Overdue(now time.Time) bool { return !r.Late.IsZero() && !now.Before(r.Late) }

// board is an index of all filings in memory: the stores list by one thing at a time, newest first, and the console filters and sorts by
// many. It keeps up by asking for what was changed last, so that being fresh costs one short call.
type board struct {
	filings Filings
	cal     *filing.Calendar
	now     func() time.Time

	busy sync.Mutex // one refresh at a time
	mu   sync.RWMutex
	byID map[string]*row
	// orders holds the rows sorted, each made when it is first asked for after a change.
	orders     map[string][]*row
	stages     map[vocab.Stage]int
	newest     time.Time
	asked, all time.Time
	started    bool
}

func newBoard(f Filings, cal *filing.Calendar, now func() time.Time) *board {
	return &board{filings: f, cal: cal, now: now, byID: map[string]*row{}, orders: map[string][]*row{}, stages: map[vocab.Stage]int{}}
}

// ready brings the board up to date for a page, unless Run did so a moment ago, so that no page waits for it.
func (b *board) ready(ctx context.Context) error {
	b.mu.RLock()
	fresh := b.started && time.Since(b.asked) < 2*boardFresh
	b.mu.RUnlock()
	if fresh {
		return nil
	}
	return b.refresh(ctx)
}

// refresh brings the board up to date.
func (b *board) refresh(ctx context.Context) error {
	b.busy.Lock()
	defer b.busy.Unlock()
	now := time.Now() // how long ago it was asked is a matter of this process, whatever the program's clock says
	b.mu.RLock()
	whole, since := !b.started || now.Sub(b.all) >= boardAnew, b.newest.Add(-boardOverlap)
	b.mu.RUnlock()
	var found []*row
	q := filing.Query{Limit: 500}
	if !whole {
		q.Limit = 50 // usually next to nothing has changed
	}
	for {
		page, err := b.filings.Filings(ctx, q)
		if err != nil {
			return fmt.Errorf("read the filings: %w", err)
		}
		for _, f := range page.Filings {
			found = append(found, newRow(f, b.cal))
		}
		n := len(page.Filings)
		if page.Next == "" || !whole && n > 0 && (page.Filings[n-1].UpdatedAt.Before(since) || len(found) > boardLook && b.knows(found[len(found)-n:])) {
			break
		}
		q.Cursor, q.Limit = page.Next, 500
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if whole {
		b.byID = make(map[string]*row, len(found))
		b.orders, b.stages = map[string][]*row{}, map[vocab.Stage]int{}
		b.all = now
	}
	b.lay(found...)
	if whole {
		for _, by := range sorts { // so that no page has to
			b.orders[by] = b.sorted(by)
		}
	}
	b.asked, b.started = now, true
	return nil
}

// knows reports whether all of the rows lie on the board as they are.
func (b *board) knows(rows []*row) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, r := range rows {
		if old, ok := b.byID[r.ID]; !ok || !old.Updated.Equal(r.Updated) {
			return false
		}
	}
	return true
}

// lay puts rows on the board, where they are newer than what lies there. Orders are shared with those who read them, so they are made anew:
// few rows are moved within a copy, of many the whole is sorted when it is next asked for.
func (b *board) lay(rows ...*row) {
	var old, fresh []*row
	for _, r := range rows {
		was, ok := b.byID[r.ID]
		if ok && !r.Updated.After(was.Updated) {
			continue
		}
		if ok {
			old = append(old, was)
		}
		b.byID[r.ID] = r
		fresh = append(fresh, r)
		if r.Updated.After(b.newest) {
			b.newest = r.Updated
		}
	}
	b.move(old, fresh)
}

// fewMoved is up to how many rows are moved one by one.
const fewMoved = 200

// move takes rows out of every order and puts others in.
func (b *board) move(old, fresh []*row) {
	for _, r := range old {
		b.stages[r.Stage]--
	}
	for _, r := range fresh {
		b.stages[r.Stage]++
	}
	if len(old)+len(fresh) > fewMoved {
		clear(b.orders)
		return
	}
	if len(old)+len(fresh) == 0 {
		return
	}
	for by, rows := range b.orders {
		next := make([]*row, len(rows), len(rows)+len(fresh))
		copy(next, rows)
		for _, r := range old {
			if i, ok := slices.BinarySearchFunc(next, r, compareBy(by)); ok {
				next = slices.Delete(next, i, i+1)
			}
		}
		for _, r := range fresh {
			i, _ := slices.BinarySearchFunc(next, r, compareBy(by))
			next = slices.Insert(next, i, r)
		}
		b.orders[by] = next
	}
}

// put notes a filing that was just written here, remove one that was just deleted.
func (b *board) put(f filing.Filing) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lay(newRow(f, b.cal))
}

func (b *board) remove(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r, ok := b.byID[id]; ok {
		delete(b.byID, id)
		b.move([]*row{r}, nil)
	}
}

// counts returns how many filings stand in each stage.
func (b *board) counts() map[vocab.Stage]int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return maps.Clone(b.stages)
}

// sorts are the orders there are; the first is the usual one.
var sorts = []string{"updated", "due", "since", "name"}

// order returns all rows in an order. The slice is shared and must not be changed.
func (b *board) order(by string) []*row {
	b.mu.RLock()
	rows, ok := b.orders[by]
	b.mu.RUnlock()
	if ok {
		return rows
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if rows, ok := b.orders[by]; ok {
		return rows
	}
	rows = b.sorted(by)
	b.orders[by] = rows
	return rows
}

func (b *board) sorted(by string) []*row {
	rows := make([]*row, 0, len(b.byID))
	for _, r := range b.byID {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, compareBy(by))
	return rows
}

// compareBy compares rows for an order. No two filings are equal in it.
func compareBy(by string) func(x, y *row) int {
	last := func(x, y *row) int {
		return cmp.Or(y.Updated.Compare(x.Updated), strings.Compare(x.ID, y.ID))
	}
	switch by {
	case "due": // the nearest first, those without a deadline last
		return func(x, y *row) int {
			if c := compareBool(x.first().IsZero(), y.first().IsZero()); c != 0 {
				return c
			}
			if c := x.first().Compare(y.first()); c != 0 {
				return c
			}
			return last(x, y)
		}
	case "since":
		return func(x, y *row) int {
			if c := x.Since.Compare(y.Since); c != 0 {
				return c
			}
			return last(x, y)
		}
	case "name":
		return func(x, y *row) int {
			if c := strings.Compare(x.Name, y.Name); c != 0 {
				return c
			}
			return last(x, y)
		}
	}
	return last
}

// first is when the filing first asks for attention.
func (r *row) first() time.Time {
	if r.Due.IsZero() {
		return r.Late
	}
	return r.Due
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// pick says which filings a list shows.
type pick struct {
	Text     string
	Province vocab.Province
	Stage    vocab.Stage
	Platform vocab.Platform
	Source   filing.Source
	// Attention is "", "overdue", or "due" for a deadline within 24 hours.
	Attention string
	Sort      string
	Page      int
}

// pageSize is how many filings a list shows at once.
const pageSize = 50

// find returns the page of those that fit, and how many fit in all.
func (b *board) find(p pick) (page []*row, total int) {
	now, needle := b.now(), fold(strings.TrimSpace(p.Text))
	from := max(p.Page-1, 0) * pageSize
	for _, r := range b.order(p.Sort) {
		if !r.fits(p, needle, now) {
			continue
		}
		if total >= from && len(page) < pageSize {
			page = append(page, r)
		}
		total++
	}
	return page, total
}

// each calls fn for every filing that fits until it returns false.
func (b *board) each(p pick, fn func(*row) bool) {
	now, needle := b.now(), fold(strings.TrimSpace(p.Text))
	for _, r := range b.order(p.Sort) {
		if r.fits(p, needle, now) && !fn(r) {
			return
		}
	}
}

func (r *row) fits(p pick, needle string, now time.Time) bool {
	switch {
	case p.Stage != "" && r.Stage != p.Stage, p.Province != "" && r.Province != p.Province, p.Platform != "" && r.Platform != p.Platform,
		p.Source != "" && r.Source != p.Source:
		return false
	case p.Attention == "overdue" && !r.Overdue(now):
		return false
	case p.Attention == "due" && !r.soon(now):
		return false
	}
	return needle == "" || strings.Contains(r.text, needle)
}

// soon reports whether a deadline is within 24 hours.
func (r *row) soon(now time.Time) bool {
	return !r.Due.IsZero() && r.Due.After(now) && r.Due.Sub(now) <= 24*time.Hour
}
