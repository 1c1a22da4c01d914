package console

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/filing/sheet"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// pickOf reads what a list is asked for. What is not of a closed set is left out: an old bookmark still shows a list.
func pickOf(q url.Values) pick {
	p := pick{Text: q.Get("q"), Province: vocab.Province(q.Get("province")), Stage: vocab.Stage(q.Get("stage")), Platform: vocab.Platform(q.Get("platform"))}
	p.Source, p.Attention, p.Sort = filing.Source(q.Get("source")), q.Get("attention"), q.Get("sort")
	if !p.Stage.Valid() {
		p.Stage = ""
	}
	if !p.Province.Valid() {
		p.Province = ""
	}
	if !p.Platform.Valid() {
		p.Platform = ""
	}
	if !slices.Contains(filing.Sources(), p.Source) {
		p.Source = ""
	}
	if p.Attention != "overdue" && p.Attention != "due" {
		p.Attention = ""
	}
	if !slices.Contains(sorts, p.Sort) {
		p.Sort = sorts[0]
	}
	if len(p.Text) > 400 {
		p.Text = ""
	}
	p.Page, _ = strconv.Atoi(q.Get("p"))
	p.Page = min(max(p.Page, 1), 1_000_000)
	return p
}

// query writes a pick as it stands in an address.
func (p pick) query() url.Values {
	q := url.Values{}
	for k, v := range map[string]string{
		"q": p.Text, "province": string(p.Province), "stage": string(p.Stage), "platform": string(p.Platform), "source": string(p.Source),
		"attention": p.Attention,
	} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if p.Sort != sorts[0] {
		q.Set("sort", p.Sort)
	}
	return q
}

// At is the address of one page of the list.
func (p pick) At(page int) string {
	q := p.query()
	if page > 1 {
		q.Set("p", strconv.Itoa(page))
	}
	return "?" + q.Encode()
}

// By is the address of the list in another order.
func (p pick) By(sort string) string {
	p.Sort = sort
	return p.At(1)
}

// Export is the query of the export of the same filings.
func (p pick) Export() string { return "?" + p.query().Encode() }

type filingList struct {
	Pick               pick
	Rows               []*row
	Total, Page, Pages int
	Any                bool
	Now                time.Time
}

// Filtered reports whether the list is not that of all.
func (l filingList) Filtered() bool { return len(l.Pick.query()) > 0 }

func (c *Console) listFilings(w http.ResponseWriter, v *visit) error {
	if err := c.board.ready(v.Context()); err != nil {
		return err
	}
	p := pickOf(v.URL.Query())
	rows, total := c.board.find(p)
	if pages := (total + pageSize - 1) / pageSize; p.Page > pages && total > 0 {
		p.Page = pages
		rows, total = c.board.find(p)
	}
	l := filingList{Pick: p, Rows: rows, Total: total, Page: p.Page, Pages: (total + pageSize - 1) / pageSize, Now: c.Now()}
	if total == 0 {
		_, all := c.board.find(pick{Sort: sorts[0]})
		l.Any = all > 0
	}
	return c.show(w, v, "filings", "备案", l)
}

// exportFilings writes the filings of a list as CSV, read from the store anew as they go out.
func (c *Console) exportFilings(w http.ResponseWriter, v *visit) error {
	if err := c.board.ready(v.Context()); err != nil {
		return err
	}
	var ids []string
	c.board.each(pickOf(v.URL.Query()), func(r *row) bool {
		ids = append(ids, r.ID)
		return true
	})
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="filings-`+c.Now().In(chinatime.Zone()).Format("20060102-1504")+`.csv"`)
	c.did(v, "filing.export", "", strconv.Itoa(len(ids)))
	c.longer(w)
	out, err := sheet.NewWriter(w, sheet.WriteOptions{})
	if err != nil {
		return nil // the browser has gone
	}
	for part := range slices.Chunk(ids, exportBatch) {
		filings, err := c.Filings.FilingsByID(v.Context(), part)
		for _, id := range part {
			if f, ok := filings[id]; ok && err == nil {
				err = out.Write(f)
			}
		}
		if err != nil {
			c.Log.ErrorContext(v.Context(), "an export ended early", "err", err)
			panic(http.ErrAbortHandler) // half a file must not look like a whole one
		}
	}
	_ = out.Close()
	return nil
}

// exportBatch is how many filings of an export are read at once.
const exportBatch = 500

type filingPage struct {
	Filing    filing.Filing
	Guide     filing.Guide
	History   []filing.Event
	Followers []filing.Follower
	Pushes    []push.Push
	Form      reportForm
	Code      *issued
}

// readFiling gathers what the page of a filing shows.
func (c *Console) readFiling(v *visit, id string) (filingPage, error) {
	ctx := v.Context()
	f, err := c.Filings.Filing(ctx, id)
	if err != nil {
		if errors.Is(err, errs.ErrNotFound) {
			c.board.remove(id)
		}
		return filingPage{}, err
	}
	p := filingPage{Filing: f, Guide: filing.GuideTo(f, c.Now(), c.Calendar), Form: formOf(f)}
	if p.History, err = c.Filings.History(ctx, id); err != nil {
		return p, err
	}
	slices.Reverse(p.History)
	if p.Followers, err = c.Filings.Followers(ctx, id); err != nil {
		return p, err
	}
	page, err := c.Outbox.Pushes(ctx, push.Query{Filing: id, Limit: 20})
	p.Pushes = page.Pushes
	return p, err
}

func (c *Console) showFiling(w http.ResponseWriter, v *visit) error {
	p, err := c.readFiling(v, v.PathValue("id"))
	if err != nil {
		return err
	}
	return c.show(w, v, "filing", p.Filing.Name, p)
}

// removeFollower ends somebody's following: he bound by a code that went astray. The form has his masked id; nobody here sees a whole one.
func (c *Console) removeFollower(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	all, err := c.Filings.Followers(v.Context(), id)
	if err != nil {
		return err
	}
	user, err := desk.Follower(all, v.PostFormValue("user"))
	if err != nil {
		return err
	}
	if err := c.Filings.Untrack(v.Context(), user, id, c.Now()); err != nil {
		return err
	}
	c.did(v, "filing.unfollow", id, "")
	return back(w, v, "/filings/at/"+id, "unfollowed")
}

func (c *Console) deleteFiling(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	if v.PostFormValue("confirm") != id {
		return bad("请照原样输入编号，确认删除")
	}
	if err := c.Filings.Delete(v.Context(), id); err != nil {
		return err
	}
	c.board.remove(id)
	c.did(v, "filing.delete", id, "")
	return back(w, v, "/filings", "deleted")
}
