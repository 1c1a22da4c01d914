package console

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"encoding/csv"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/filing/sheet"
)

// Bounds of an import.
const (
	maxImport     = 8 << 20 // bytes of the file
	maxImportRows = 10000
	importBatch   = 200
	// importLife is how long an uploaded file waits to be confirmed, and its result to be looked at. It waits in this process's memory.
	importLife = 30 * time.Minute
	maxImports = 8
	// shownRows is how many rows a page shows; the counts and the error file tell of all.
	shownRows = 200
)

// importRow is one row of the file and what becomes of it.
type importRow struct {
	Number   int
	ID, Name string
	// Verdict is new, move, change, same, wrong; after the import those that were written say so by Done.
	Verdict  string
	From, To filing.Stage
	Problem  string
	Done     bool
	report   filing.Report
}

// importJob is a file from its upload to its result.
type importJob struct {
	ID, By  string
	mu      sync.Mutex
	made    time.Time
	rows    []*importRow
	state   string // waiting, running, done, failed
	done    int
	pushes  int
	trouble string
}

// importView is a job as a page shows it.
type importView struct {
	ID, State, Trouble             string
	Rows                           []importRow
	Total, Done, Written, Pushes   int
	New, Move, Change, Same, Wrong int
	Left                           int // rows that are not shown
}

// imports holds the jobs under way.
type imports struct {
	now  func() time.Time
	mu   sync.Mutex
	jobs map[string]*importJob
}

func newImports(now func() time.Time) *imports {
	return &imports{now: now, jobs: map[string]*importJob{}}
}

// add keeps a job, and lets old ones go. Errors: too many under way.
func (m *imports) add(j *importJob) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, old := range m.jobs {
		if old.made.Add(importLife).Before(m.now()) && old.stateNow() != "running" {
			delete(m.jobs, id)
		}
	}
	if len(m.jobs) >= maxImports {
		for id, old := range m.jobs { // the oldest that nobody confirmed gives way
			if old.stateNow() != "running" {
				delete(m.jobs, id)
				break
			}
		}
	}
	if len(m.jobs) >= maxImports {
		return &trouble{http.StatusTooManyRequests, "同时导入的文件太多，请稍后再试"}
	}
	j.ID, j.made = rand.Text(), m.now()
	m.jobs[j.ID] = j
	return nil
}

func (m *imports) get(id, by string) (*importJob, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	if !ok || j.By != by {
		return nil, &trouble{http.StatusNotFound, "这个文件已经不在了，请重新上传"}
	}
	return j, nil
}

func (j *importJob) stateNow() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.state
}

func (j *importJob) view() importView {
	j.mu.Lock()
	defer j.mu.Unlock()
	v := importView{ID: j.ID, State: j.state, Trouble: j.trouble, Total: len(j.rows), Done: j.done, Pushes: j.pushes}
	for _, r := range j.rows {
		switch r.Verdict {
		case "new":
			v.New++
		case "move":
			v.Move++
		case "change":
			v.Change++
		case "same":
			v.Same++
		case "wrong":
			v.Wrong++
		}
		if r.Done {
			v.Written++
		}
	}
	for _, wrong := range []bool{true, false} { // what is wrong is shown first
		for _, r := range j.rows {
			if (r.Verdict == "wrong") != wrong {
				continue
			}
			if len(v.Rows) < shownRows {
				v.Rows = append(v.Rows, *r)
			} else {
				v.Left++
			}
		}
	}
	return v
}

func (c *Console) importPage(w http.ResponseWriter, v *visit) error {
	return c.show(w, v, "import", "导入表格", map[string]string{"Wrong": ""})
}

// uploadImport reads a file and shows what each of its rows would do; nothing is written.
func (c *Console) uploadImport(w http.ResponseWriter, v *visit) error {
	again := func(status int, text string) error {
		c.render(w, v, status, "import", "导入表格", map[string]string{"Wrong": text})
		return nil
	}
	if err := v.ParseMultipartForm(1 << 20); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return again(http.StatusRequestEntityTooLarge, "文件太大，最多 8 MB。请分几次导入。")
		}
		return again(http.StatusBadRequest, "没有收到文件")
	}
	defer func() { _ = v.MultipartForm.RemoveAll() }()
	file, _, err := v.FormFile("file")
	if err != nil {
		return again(http.StatusBadRequest, "请先选择文件")
	}
	defer file.Close()
	j, err := c.readImport(v.Context(), file, v.who.Name)
	var p sheet.Problem
	var own *trouble
	switch {
	case errors.As(err, &p):
		return again(http.StatusUnprocessableEntity, p.Error())
	case errors.As(err, &own):
		return again(own.status, own.text)
	case err != nil:
		return err
	}
	if err := c.imports.add(j); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/filings/import/"+j.ID, http.StatusSeeOther)
	return nil
}

// readImport reads the file and foresees each row, with the rows before it applied.
func (c *Console) readImport(ctx context.Context, file io.Reader, by string) (*importJob, error) {
	now := c.Now()
	in, err := sheet.NewReader(file, sheet.ReadOptions{Now: now, By: by})
	if err != nil {
		return nil, err
	}
	j := &importJob{By: by, state: "waiting"}
	seen := map[string]*filing.Filing{}
	for {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if len(j.rows) >= maxImportRows {
			return nil, &trouble{http.StatusRequestEntityTooLarge, fmt.Sprintf("一次最多 %d 行，请分几次导入", maxImportRows)}
		}
		row := &importRow{Number: r.Number, ID: r.Report.ID, Name: r.Report.Name, report: r.Report}
		j.rows = append(j.rows, row)
		if len(r.Problems) > 0 {
			row.Verdict, row.Problem = "wrong", problems(r.Problems)
			continue
		}
		cur, ok := seen[row.ID]
		if !ok {
			f, err := c.Filings.Filing(ctx, row.ID)
			switch {
			case err == nil:
				cur = &f
			case !errors.Is(err, filing.ErrNotFound):
				return nil, err
			}
		}
		seen[row.ID] = row.foresee(cur, now)
	}
	if len(j.rows) == 0 {
		return nil, &trouble{http.StatusUnprocessableEntity, "文件里只有列名，没有内容"}
	}
	return j, nil
}

func problems(ps []sheet.Problem) string {
	var b bytes.Buffer
	for i, p := range ps {
		if i > 0 {
			b.WriteString("；")
		}
		p.Row = 0
		b.WriteString(p.Error())
	}
	return b.String()
}

// foresee says what the row would make of a filing, and returns the filing as it would be.
func (r *importRow) foresee(cur *filing.Filing, now time.Time) *filing.Filing {
	out, err := filing.Merge(cur, r.report, now)
	if err != nil {
		t, _ := tell(err)
		r.Verdict, r.Problem = "wrong", t.text
		if errors.Is(err, filing.ErrInvalid) && cur == nil && r.Name == "" {
			r.Problem = "第一次导入这个编号，要有名称"
		}
		return cur
	}
	r.To = out.Filing.Stage
	switch {
	case cur == nil:
		r.Verdict = "new"
	case out.Event.Moved() && out.Changed:
		r.Verdict, r.From = "move", cur.Stage
	case out.Changed:
		r.Verdict = "change"
	default:
		r.Verdict = "same"
	}
	if r.Name == "" {
		r.Name = out.Filing.Name
	}
	return &out.Filing
}

func (c *Console) showImport(w http.ResponseWriter, v *visit) error {
	j, err := c.imports.get(v.PathValue("job"), v.who.Name)
	if err != nil {
		return err
	}
	return c.show(w, v, "importjob", "导入表格", j.view())
}

// runImport writes the rows that are good, in the background; the page shows how far it is.
func (c *Console) runImport(w http.ResponseWriter, v *visit) error {
	j, err := c.imports.get(v.PathValue("job"), v.who.Name)
	if err != nil {
		return err
	}
	j.mu.Lock()
	begin := j.state == "waiting" || j.state == "failed"
	if begin {
		j.state, j.trouble = "running", ""
	}
	j.mu.Unlock()
	if begin {
		c.did(v, "filing.import", "", fmt.Sprintf("%d", len(j.rows)))
		ctx := context.WithoutCancel(v.Context())
		go c.writeImport(ctx, j)
	}
	http.Redirect(w, v.Request, "/filings/import/"+j.ID, http.StatusSeeOther)
	return nil
}

// writeImport applies the rows, a batch at a time. Where the store fails, it can be begun again: rows that were written change nothing.
func (c *Console) writeImport(ctx context.Context, j *importJob) {
	end := func(state, trouble string) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.state, j.trouble = state, trouble
	}
	for from := 0; from < len(j.rows); from += importBatch {
		batch := j.rows[from:min(from+importBatch, len(j.rows))]
		var reports []filing.Report
		var whose []*importRow
		for _, r := range batch {
			if r.Verdict != "wrong" && !r.Done {
				reports, whose = append(reports, r.report), append(whose, r)
			}
		}
		results, err := c.Filings.ApplyBatch(ctx, reports)
		j.mu.Lock()
		for i, res := range results {
			switch {
			case res.Err != nil:
				t, _ := tell(res.Err)
				whose[i].Verdict, whose[i].Problem = "wrong", t.text
			case res.ID != "":
				whose[i].Done = true
				j.pushes += res.Pushes
				if res.Changed {
					c.board.put(res.Filing)
				}
			}
		}
		j.done = from + len(batch)
		j.mu.Unlock()
		if err != nil {
			c.Log.ErrorContext(ctx, "an import stopped", "err", err)
			end("failed", "存储没有响应，导入停在这里。可以再点一次“继续导入”，已写入的行不会重复。")
			return
		}
	}
	end("done", "")
}

// importErrors sends the rows that were refused, with the reasons, as a file to mend.
func (c *Console) importErrors(w http.ResponseWriter, v *visit) error {
	j, err := c.imports.get(v.PathValue("job"), v.who.Name)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="import-errors.csv"`)
	_, _ = io.WriteString(w, "\ufeff")
	out := csv.NewWriter(w)
	_ = out.Write([]string{"行", "编号", "名称", "问题"})
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range j.rows {
		if r.Verdict == "wrong" {
			_ = out.Write([]string{fmt.Sprint(r.Number), plainCell(r.ID), plainCell(r.Name), r.Problem})
		}
	}
	out.Flush()
	return nil
}

// plainCell keeps a spreadsheet from taking a text for a formula.
func plainCell(s string) string {
	if s != "" && bytes.ContainsRune([]byte("=+-@\t\r"), rune(s[0])) {
		return "'" + s
	}
	return s
}
