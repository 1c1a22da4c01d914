package console

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/beianbot/beianbot/bot/csvguard"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing/sheet"
)

// Bounds of an import. An uploaded file lies with the desk, so that every replica can show and write it.
const (
	maxImportRows = 100_000
	// shownRows is how many rows a page shows; the files of rows and of errors tell of all.
	shownRows = 200
	// shownBytes bounds each text of a row that is shown, keptBytes all those that are kept with a file, so that its note stays small.
	shownBytes = 200
	keptBytes  = 40 << 10
	// importTime is how long uploading, and looking at every row, may take.
	importTime = 5 * time.Minute
	// importBeat is how often a file that is being written says so, importLost how long it may be silent before somebody else may go on.
	importBeat = time.Second
	importLost = 30 * time.Second
)

// importState says how far a file is.
type importState string

const (
	importWaiting importState = "waiting" // it was looked at and waits for a yes
	importRunning importState = "running"
	importFailed  importState = "failed" // it stopped; it can go on
	importDone    importState = "done"
)

// importNote is what is remembered of an uploaded file beside its content.
type importNote struct {
	State importState `json:"state"`
	// Beat is when whoever writes the file last said so.
	Beat time.Time `json:"beat,omitzero"`
	// Total is how many rows the file has. Plan is what they would do, as the file was looked at; Result what they did so far.
	Total  int         `json:"total"`
	Plan   importTally `json:"plan"`
	Result importTally `json:"result"`
}

// lost reports whether nobody writes the file any more, though nobody said so.
func (n importNote) lost(now time.Time) bool {
	return n.State == importRunning && now.Sub(n.Beat) > importLost
}

// importPageData is a file as its page shows it.
type importPageData struct {
	importNote
	ID string
	// Lost tells that the file has to be gone on with, though it says that it is being written.
	Lost bool
}

// Tally is what the page tells of: what would happen, and once it is begun what did.
func (p importPageData) Tally() importTally {
	if p.State == importWaiting {
		return p.Plan
	}
	return p.Result
}

func (c *Console) importPage(w http.ResponseWriter, v *visit) error {
	return c.show(w, v, "import", "导入表格", map[string]string{"Wrong": ""})
}

// uploadImport keeps a file and shows what each of its rows would do; nothing is written.
func (c *Console) uploadImport(w http.ResponseWriter, v *visit) error {
	again := func(status int, text string) error {
		c.render(w, v, status, "import", "导入表格", map[string]string{"Wrong": text})
		return nil
	}
	c.longer(w)
	content, err := uploaded(v.Request)
	if err != nil {
		return again(http.StatusBadRequest, "没有收到文件，请先选择文件")
	}
	f, err := c.Desk.PutFile(v.Context(), v.who.Name, content)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large) || errors.Is(err, desk.ErrFileTooLarge):
		return again(http.StatusRequestEntityTooLarge, "文件太大，最多 32 MB。请分几次导入。")
	case err != nil:
		return err
	}
	note, err := c.lookAtImport(v.Context(), f)
	if err == nil {
		_, err = c.Desk.NoteFile(v.Context(), f, note)
	}
	if err != nil {
		if derr := c.Desk.DropFile(context.WithoutCancel(v.Context()), f); derr != nil {
			c.Log.WarnContext(v.Context(), "an uploaded file stays until it is swept", "err", derr)
		}
		var p sheet.Problem
		var own *trouble
		switch {
		case errors.As(err, &p):
			return again(http.StatusUnprocessableEntity, p.Error())
		case errors.As(err, &own):
			return again(own.status, own.text)
		}
		return err
	}
	http.Redirect(w, v.Request, "/filings/import/"+f.ID, http.StatusSeeOther)
	return nil
}

// longer gives a request that deals with a whole file the time for it.
func (c *Console) longer(w http.ResponseWriter) {
	control, end := http.NewResponseController(w), time.Now().Add(importTime)
	_ = control.SetReadDeadline(end) // a writer without deadlines needs no longer ones
	_ = control.SetWriteDeadline(end)
}

// uploaded is the file of a form, read as it comes.
func uploaded(r *http.Request) (*multipart.Part, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, err
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, err
		}
		if part.FormName() == "file" && part.FileName() != "" {
			return part, nil
		}
	}
}

// importSheet imports what lies in a file: for nothing where o.DryRun says so, from the row on that o.Skip says, telling o.Row of each.
func (c *Console) importSheet(ctx context.Context, f desk.File, o sheet.ImportOptions) error {
	content, err := c.Desk.OpenFile(ctx, f)
	if err != nil {
		return err
	}
	defer content.Close()
	o.ReadOptions, o.MostRows = sheet.ReadOptions{Now: c.Now(), By: f.By}, maxImportRows
	_, err = sheet.Import(ctx, c.Filings, content, o)
	if errors.Is(err, sheet.ErrTooManyRows) {
		return &trouble{http.StatusRequestEntityTooLarge, "一次最多 100000 行，请分几次导入"}
	}
	return err
}

// lookAtImport finds out what the rows of a file would do.
func (c *Console) lookAtImport(ctx context.Context, f desk.File) (importNote, error) {
	note := importNote{State: importWaiting}
	err := c.importSheet(ctx, f, sheet.ImportOptions{DryRun: true, Row: func(r sheet.Result) error {
		note.Plan.add(r)
		return nil
	}})
	if err == nil && note.Plan.Rows == 0 {
		err = &trouble{http.StatusUnprocessableEntity, "文件里只有列名，没有内容"}
	}
	note.Total = note.Plan.Rows
	return note, err
}

// importFile reads a file with its note.
func (c *Console) importFile(v *visit) (desk.File, importNote, error) {
	var note importNote
	f, err := c.Desk.File(v.Context(), v.who.Name, v.PathValue("job"))
	if err == nil && f.Note == nil { // it is still being looked at
		err = errs.ErrNotFound
	}
	if errors.Is(err, errs.ErrNotFound) {
		err = &trouble{http.StatusNotFound, "这个文件已经不在了，请重新上传"}
	}
	if err != nil {
		return f, note, err
	}
	return f, note, json.Unmarshal(f.Note, &note)
}

func (c *Console) showImport(w http.ResponseWriter, v *visit) error {
	f, note, err := c.importFile(v)
	if err != nil {
		return err
	}
	return c.show(w, v, "importjob", "导入表格", importPageData{importNote: note, ID: f.ID, Lost: note.lost(c.Now())})
}

// runImport writes the rows that are good, in the background; the page shows how far it is.
func (c *Console) runImport(w http.ResponseWriter, v *visit) error {
	f, note, err := c.importFile(v)
	if err != nil {
		return err
	}
	first := note.State == importWaiting
	if first || note.State == importFailed || note.lost(c.Now()) {
		note.State, note.Beat = importRunning, c.Now()
		note.Plan.Wrong, note.Plan.Good = nil, nil // from now on the page shows what became of the rows
		f, err = c.Desk.NoteFile(v.Context(), f, note)
		switch {
		case errs.CodeOf(err) == errs.CodeConflict: // it was begun by another press of the button in the same moment
		case err != nil:
			return err
		default:
			if first {
				c.did(v, "filing.import", "", fmt.Sprint(note.Total))
			}
			c.background(func(ctx context.Context) { c.writeImport(ctx, f, note) })
		}
	}
	http.Redirect(w, v.Request, "/filings/import/"+f.ID, http.StatusSeeOther)
	return nil
}

// writeImport applies the rows that were not dealt with yet. Where it stops, by a store that fails or a program that ends, it can go on
// from there: at most the last batch is applied again, which changes nothing where each filing stands in one row.
func (c *Console) writeImport(ctx context.Context, f desk.File, note importNote) {
	keep := func(ctx context.Context) error {
		note.Beat = c.Now()
		next, err := c.Desk.NoteFile(ctx, f, note)
		if err == nil {
			f = next
		}
		return err
	}
	beat := time.Now()
	err := c.importSheet(ctx, f, sheet.ImportOptions{Skip: note.Result.Rows, Row: func(r sheet.Result) error {
		note.Result.add(r)
		if time.Since(beat) < importBeat {
			return nil
		}
		beat = time.Now()
		return keep(ctx)
	}})
	if errs.CodeOf(err) == errs.CodeConflict {
		c.Log.WarnContext(ctx, "an import ends here: another goes on with it, or its file is gone", "rows", note.Result.Rows, "total", note.Total)
		return
	}
	note.State = importDone
	if err != nil {
		note.State = importFailed
		c.Log.ErrorContext(ctx, "an import stopped", "err", err)
	} else if err := c.board.refresh(ctx); err != nil { // so that the lists show it at once
		c.Log.WarnContext(ctx, "the console's index of filings is not fresh", "err", err)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if err := keep(last); err != nil {
		c.Log.ErrorContext(ctx, "how far an import got is not known; it will be found lost and can go on", "err", err)
	}
}

// importRows sends what every row does as a file; importErrors only the rows that are refused, with the reasons, to be mended.
func (c *Console) importRows(w http.ResponseWriter, v *visit) error {
	return c.sendRows(w, v, "import-rows", func(importVerdict) bool { return true })
}

func (c *Console) importErrors(w http.ResponseWriter, v *visit) error {
	return c.sendRows(w, v, "import-errors", func(x importVerdict) bool { return x == rowWrong })
}

// dropImport forgets a file that was looked at and shall not be written.
func (c *Console) dropImport(w http.ResponseWriter, v *visit) error {
	f, note, err := c.importFile(v)
	if err != nil {
		return err
	}
	if note.State == importRunning && !note.lost(c.Now()) {
		return &trouble{http.StatusConflict, "正在写入，不能取消"}
	}
	if err := c.Desk.DropFile(v.Context(), f); err != nil {
		return err
	}
	http.Redirect(w, v.Request, "/filings/import", http.StatusSeeOther)
	return nil
}

// sendRows looks at the file anew: a row that was refused is refused again, for the same reason.
func (c *Console) sendRows(w http.ResponseWriter, v *visit, name string, wanted func(importVerdict) bool) error {
	f, _, err := c.importFile(v)
	if err != nil {
		return err
	}
	c.longer(w)
	out := csv.NewWriter(w)
	begin := func() {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
		_, _ = io.WriteString(w, "\ufeff")
		_ = out.Write([]string{"行", "编号", "名称", "结果", "问题"})
	}
	begun := false
	err = c.importSheet(v.Context(), f, sheet.ImportOptions{DryRun: true, Row: func(r sheet.Result) error {
		if !begun {
			begun = true
			begin()
		}
		if x := verdictOf(r); wanted(x) {
			return out.Write([]string{
				fmt.Sprint(r.Row), csvguard.Escape(r.ID), csvguard.Escape(r.Name), verdictWords[x],
				csvguard.Escape(problems(r.Problems)),
			})
		}
		return nil
	}})
	if err != nil && !begun {
		return err
	}
	if err != nil {
		c.Log.ErrorContext(v.Context(), "a file of rows ended early", "err", err)
		panic(http.ErrAbortHandler) // half a file must not look like a whole one
	}
	out.Flush()
	return nil
}
