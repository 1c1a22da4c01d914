package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Target is where an import goes.
type Target interface {
	ApplyBatch(ctx context.Context, rs []filing.Report) ([]filing.Result, error)
	FilingsByID(ctx context.Context, ids []string) (map[string]filing.Filing, error)
}

// ImportOptions say how a file is imported.
type ImportOptions struct {
	ReadOptions
	// DryRun finds out what would happen and changes nothing.
	DryRun bool
	// Skip is how many rows are passed over at the beginning: they were dealt with before.
	Skip int
	// MostRows is how many rows the file may have; 0 means any number. A longer one ends with ErrTooManyRows.
	MostRows int
	// Row is told the result of every row, in order. It may be nil; an error of it ends the import.
	Row func(Result) error
}

// Result is what became of one row.
type Result struct {
	Row int    `json:"row"`
	ID  string `json:"id,omitempty"`
	// Name is the filing's, and To its stage after the row; From is the one before, empty for a filing that is new. A row that was refused
	// has no stages.
	Name string      `json:"name,omitempty"`
	From vocab.Stage `json:"from,omitempty"`
	To   vocab.Stage `json:"to,omitempty"`
	// Changed tells that the row said something new; Pushes is how many notices followed from it.
	Changed bool `json:"changed"`
	Pushes  int  `json:"pushes,omitempty"`
	// Problems are why the row was refused; it then changed nothing.
	Problems []Problem `json:"problems,omitempty"`
}

// New reports whether the row made a filing, or would.
func (r Result) New() bool { return r.Changed && r.From == "" && r.To != "" }

// Moved reports whether the row brought a filing to another stage, or would.
func (r Result) Moved() bool { return r.Changed && r.From != "" && r.From != r.To }

// ErrTooManyRows ends an import of a file that is too long. What was applied before stays.
var ErrTooManyRows = errors.New("too many rows")

// Summary counts the results of an import.
type Summary struct {
	Rows    int  `json:"rows"`
	Changed int  `json:"changed"`
	Refused int  `json:"refused"`
	Pushes  int  `json:"pushes"`
	DryRun  bool `json:"dry_run,omitempty"`
}

// importBatch is how many rows go into one transaction.
const importBatch = 500

// Import reads a file and applies its rows, one by one in their order. A bad row harms no other, and the same file again changes nothing.
// The error is a Problem for a file that is no CSV at all, else that of the file's reader, of the target, or of o.Row; what was applied
// before it stays.
func Import(ctx context.Context, to Target, r io.Reader, o ImportOptions) (Summary, error) {
	sum := Summary{DryRun: o.DryRun}
	in, err := NewReader(r, o.ReadOptions)
	if err != nil {
		return sum, err
	}
	apply := to.ApplyBatch
	if o.DryRun {
		apply = (&rehearsal{target: to, now: o.Now, seen: map[string]*filing.Filing{}}).apply
	}
	tell := func(res Result) error {
		sum.Rows++
		sum.Pushes += res.Pushes
		switch {
		case len(res.Problems) > 0:
			sum.Refused++
		case res.Changed:
			sum.Changed++
		}
		if o.Row == nil {
			return nil
		}
		return o.Row(res)
	}
	var rows []Row
	seen := 0
	flush := func() error {
		results, err := applyGood(ctx, apply, rows)
		rows = rows[:0]
		for _, res := range results {
			if err := tell(res); err != nil {
				return err
			}
		}
		return err
	}
	for {
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			return sum, flush()
		}
		if err != nil {
			return sum, errors.Join(flush(), err)
		}
		if seen++; seen <= o.Skip {
			continue
		}
		if o.MostRows > 0 && seen > o.MostRows {
			return sum, errors.Join(flush(), ErrTooManyRows)
		}
		rows = append(rows, row)
		if len(rows) == importBatch {
			if err := flush(); err != nil {
				return sum, err
			}
		}
	}
}

// applyGood applies the rows without problems and returns a result for every row, in order; fewer where the target failed in between.
func applyGood(ctx context.Context, apply func(context.Context, []filing.Report) ([]filing.Result, error), rows []Row) ([]Result, error) {
	var reports []filing.Report
	for _, row := range rows {
		if len(row.Problems) == 0 {
			reports = append(reports, row.Report)
		}
	}
	var done []filing.Result
	var err error
	if len(reports) > 0 {
		if done, err = apply(ctx, reports); err != nil {
			err = fmt.Errorf("apply rows: %w", err)
		}
	}
	out := make([]Result, 0, len(rows))
	next := 0
	for _, row := range rows {
		res := Result{Row: row.Number, ID: row.Report.ID, Name: row.Report.Name, Problems: row.Problems}
		if len(row.Problems) == 0 {
			if next >= len(done) || done[next].ID == "" { // the target failed before this one
				return out, err
			}
			d := done[next]
			next++
			if d.Err != nil {
				res.Problems = []Problem{refusal(row, d.Err)}
			} else {
				res.Changed, res.Pushes = d.Changed, d.Pushes
				res.Name, res.To = d.Filing.Name, d.Filing.Stage
				if res.From = d.Event.From; !d.Changed {
					res.From = res.To
				}
			}
		}
		out = append(out, res)
	}
	return out, err
}

// refusal says to the person who made the file why the store refused a row.
func refusal(row Row, err error) Problem {
	p := Problem{Row: row.Number, Code: Code(errs.CodeOf(err)), Message: err.Error()}
	switch {
	case errors.Is(err, filing.ErrStaleReport):
		p.Message = "已有比这一行更新的记录，没有覆盖"
	case errors.Is(err, filing.ErrFutureReport):
		p.Message = "时间比现在晚 10 分钟以上"
	case errors.Is(err, errs.ErrInvalid) && row.Report.Name == "":
		p.Message = "第一次导入这个编号，要有名称"
	case errors.Is(err, errs.ErrInvalid):
	default:
		p.Message = "暂时写不进去，请稍后再导入一次"
	}
	return p
}

// rehearsal applies reports to nothing: it knows what the target holds and what earlier rows would have made of it.
type rehearsal struct {
	target Target
	now    time.Time
	seen   map[string]*filing.Filing
}

func (r *rehearsal) apply(ctx context.Context, rs []filing.Report) ([]filing.Result, error) {
	var ids []string
	for _, report := range rs {
		if _, known := r.seen[report.ID]; !known {
			r.seen[report.ID] = nil
			ids = append(ids, report.ID)
		}
	}
	there, err := r.target.FilingsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for id, f := range there {
		r.seen[id] = &f
	}
	out := make([]filing.Result, 0, len(rs))
	for _, report := range rs {
		o, err := filing.Merge(r.seen[report.ID], report, r.now)
		if err == nil {
			f := o.Filing
			r.seen[report.ID] = &f
		}
		out = append(out, filing.Result{ID: report.ID, Outcome: o, Err: err})
	}
	return out, nil
}
