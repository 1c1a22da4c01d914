package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/filing/sheet"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Bounds of a file to import: as large as 100,000 rows get, and as long as they take.
const (
	maxImport  = 64 << 20
	importTime = 10 * time.Minute
)

// importFilings takes a CSV as Excel or WPS writes it. It answers {"rows":[…],"summary":{…}}, or, to whoever accepts
// application/x-ndjson, one row a line as they are dealt with and the summary last. ?dry_run=true changes nothing.
func (s *server) importFilings(w http.ResponseWriter, r *http.Request) error {
	control := http.NewResponseController(w)
	end := time.Now().Add(importTime)
	// Not every ResponseWriter has deadlines, and one that has none needs no longer ones.
	_ = control.SetReadDeadline(end)
	_ = control.SetWriteDeadline(end)
	stream := strings.Contains(r.Header.Get("Accept"), "application/x-ndjson")
	if stream {
		_ = control.EnableFullDuplex()
	}
	var rows []sheet.Result
	begun := false
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	dry := r.URL.Query().Get("dry_run") == "true"
	row := func(res sheet.Result) error {
		if !stream {
			rows = append(rows, res)
			return nil
		}
		if !begun {
			begun = true
			w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
		}
		return enc.Encode(res)
	}
	sum, err := sheet.Import(r.Context(), s.Filings, r.Body, sheet.ImportOptions{
		ReadOptions: sheet.ReadOptions{Now: s.Now(), Source: filing.FromCSV, By: by(r)}, DryRun: dry, Row: row,
	})
	if !dry && sum.Rows > 0 {
		note := fmt.Sprintf("%d rows, %d changed, %d refused", sum.Rows, sum.Changed, sum.Refused)
		if err != nil { // what was applied before it stays
			note += ", ended early"
		}
		s.did(r, "filing.import", "", note)
	}
	var p sheet.Problem
	if err != nil && !begun {
		if errors.As(err, &p) {
			return &problem{http.StatusUnprocessableEntity, string(p.Code), p.Error()}
		}
		return err
	}
	if stream {
		last := map[string]any{"summary": sum}
		if err != nil { // too late for a status
			s.Log.ErrorContext(r.Context(), "import ended early", "err", err)
			last["error"] = map[string]string{"code": "internal", "message": "the import ended early; import the file again"}
		}
		return enc.Encode(last)
	}
	if rows == nil {
		rows = []sheet.Result{}
	}
	write(w, http.StatusOK, map[string]any{"rows": rows, "summary": sum})
	return nil
}

// exportFilings writes every filing that the query selects as CSV. ?format=english gives codes for words, ?encoding=gb18030 that encoding.
func (s *server) exportFilings(w http.ResponseWriter, r *http.Request) error {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(importTime))
	q := r.URL.Query()
	o := sheet.WriteOptions{English: q.Get("format") == "english", GB18030: strings.EqualFold(q.Get("encoding"), "gb18030")}
	query := filing.Query{Stage: vocab.Stage(q.Get("stage")), Province: vocab.Province(q.Get("province")), Text: q.Get("q"), Limit: 500}
	page, err := s.Filings.Filings(r.Context(), query)
	if err != nil {
		return err
	}
	charset := "utf-8"
	if o.GB18030 {
		charset = "gb18030"
	}
	w.Header().Set("Content-Type", "text/csv; charset="+charset)
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="filings-%s.csv"`, s.Now().Format("20060102")))
	out, err := sheet.NewWriter(w, o)
	if err != nil {
		return err
	}
	for {
		for _, f := range page.Filings {
			if err := out.Write(f); err != nil {
				return nil // the caller has hung up
			}
		}
		if query.Cursor = page.Next; query.Cursor == "" {
			return out.Close()
		}
		if page, err = s.Filings.Filings(r.Context(), query); err != nil {
			s.Log.ErrorContext(r.Context(), "export ended early", "err", err)
			panic(http.ErrAbortHandler) // half a file must not look like a whole one
		}
	}
}
