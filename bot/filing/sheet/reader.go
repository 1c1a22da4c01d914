package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/csvguard"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/truncate"
)

// ReadOptions say how a file is read.
type ReadOptions struct {
	// Now completes dates without a year, and no date may lie after it. Required.
	Now time.Time
	// Source and By go into every report. The empty Source means filing.FromCSV.
	Source filing.Source
	By     string
}

// Reader reads reports from a file, a row at a time.
type Reader struct {
	options ReadOptions
	rows    *records
	row     int
	columns []heading
}

type heading struct {
	col  column
	name string
}

// Row is one row of a file.
type Row struct {
	// Number counts as the spreadsheet does: the headings are row 1.
	Number int
	// Report is what the row says. It is of no use where there are Problems.
	Report   filing.Report
	Problems []Problem
}

// errNoTime is a mistake of the caller's.
var errNoTime = errors.New("sheet: ReadOptions.Now is required")

// NewReader finds out how the file is written and reads its headings. An error that the person who made the file can mend is a Problem;
// others are those of r.
func NewReader(r io.Reader, o ReadOptions) (*Reader, error) {
	if o.Now.IsZero() {
		return nil, errNoTime
	}
	if o.Source == "" {
		o.Source = filing.FromCSV
	}
	text, err := decode(r)
	if err != nil {
		return nil, err
	}
	br := bufio.NewReaderSize(text, 2*headSize)
	comma, err := separator(br)
	if err != nil {
		return nil, err
	}
	s := &Reader{options: o, rows: newRecords(br, comma)}
	if err := s.readHeadings(); err != nil {
		return nil, err
	}
	return s, nil
}

// titleRows is how many rows are looked at for the headings: some sheets have a title above them.
const titleRows = 5

func knownHeadings(cells [][]byte) (known int) {
	for _, c := range cells {
		if len(c) <= 256 && columnNamed(string(c)) != colNone {
			known++
		}
	}
	return known
}

// headingRow reports whether a row is the one of the headings: a title may happen to be the name of one column.
func headingRow(cells [][]byte) bool {
	known := knownHeadings(cells)
	for _, c := range cells {
		if col := columnNamed(string(c)); known == 1 && (col == colID || col == colAppID) {
			return true
		}
	}
	return known > 1
}

// headSize is how much is looked at to find the headings.
const headSize = 16 << 10

// separators are what can stand between two cells, the likeliest first.
const separators = ",\t;|"

// separator tells which character separates the cells: the one that a line sep=; at the beginning names, as Excel understands it, or the
// one that makes most headings of the first lines.
func separator(br *bufio.Reader) (byte, error) {
	head, err := br.Peek(headSize)
	if err != nil && err != io.EOF && !errors.Is(err, bufio.ErrBufferFull) {
		return 0, err
	}
	if rest, ok := bytes.CutPrefix(bytes.ToLower(head[:min(4, len(head))]), []byte("sep=")); ok && len(rest) == 0 && len(head) > 4 {
		c := head[4]
		if end := bytes.IndexByte(head, '\n'); strings.IndexByte(separators, c) >= 0 && end >= 0 && end <= 6 {
			_, _ = br.Discard(end + 1)
			return c, nil
		}
	}
	best, most := byte(','), 0
	for _, c := range []byte(separators) {
		rows := newRecords(bytes.NewReader(head), c)
		for range titleRows {
			cells, err := rows.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if known := knownHeadings(cells); known > most {
				best, most = c, known
			}
		}
	}
	return best, nil
}

func (s *Reader) readHeadings() error {
	for {
		cells, err := s.rows.next()
		switch {
		case errors.Is(err, io.EOF) && s.row == 0:
			return Problem{Code: NoHeadings, Message: "文件里没有内容"}
		case errors.Is(err, io.EOF):
			return noHeadings(s.row)
		case err != nil && !errors.Is(err, errQuote) && !errors.Is(err, errLong):
			return err
		}
		s.row++
		switch {
		case err == nil && headingRow(cells):
			return s.takeHeadings(cells)
		case s.row >= titleRows:
			return noHeadings(s.row)
		}
	}
}

func noHeadings(row int) error {
	return Problem{Row: row, Code: NoHeadings, Message: "没有找到列名。请在第一行写列名，例如：编号、名称、平台、省份、阶段、时间"}
}

func (s *Reader) takeHeadings(cells [][]byte) error {
	if len(cells) > MaxColumns {
		return Problem{Row: s.row, Code: TooManyCells, Message: fmt.Sprintf("最多 %d 列", MaxColumns)}
	}
	seen := map[column]string{}
	for _, c := range cells {
		h := heading{name: strings.TrimSpace(truncate.Bytes(string(c), 120))}
		if utf8.ValidString(h.name) {
			h.col = columnNamed(h.name)
		}
		if was, ok := seen[h.col]; ok && h.col != colNone {
			return Problem{Row: s.row, Column: h.name, Code: NoHeadings, Message: "和“" + was + "”是同一项，请只留一列"}
		}
		seen[h.col] = h.name
		s.columns = append(s.columns, h)
	}
	_, hasID := seen[colID]
	_, hasApp := seen[colAppID]
	if !hasID && !hasApp {
		return Problem{Row: s.row, Code: NoHeadings, Message: "缺“编号”列（也可以是 AppID）"}
	}
	return nil
}

// Next returns the next row that is not empty, good or bad. io.EOF ends the file; any other error is that of the file's reader.
func (s *Reader) Next() (Row, error) {
	for {
		cells, err := s.rows.next()
		if errors.Is(err, io.EOF) {
			return Row{}, io.EOF
		}
		s.row++
		row := Row{Number: s.row}
		switch {
		case errors.Is(err, errQuote):
			row.problem("", BadQuote, "引号没有配对")
			return row, nil
		case errors.Is(err, errLong):
			row.problem("", RowTooLong, fmt.Sprintf("这一行超过 %d KB", MaxRow>>10))
			return row, nil
		case err != nil:
			return Row{}, err
		}
		if blank(cells) {
			continue
		}
		s.read(&row, cells)
		return row, nil
	}
}

func blank(cells [][]byte) bool {
	for _, c := range cells {
		if len(bytes.TrimSpace(c)) > 0 {
			return false
		}
	}
	return true
}

func (r *Row) problem(column string, code Code, message string) {
	r.Problems = append(r.Problems, Problem{Row: r.Number, Column: column, Code: code, Message: message})
}

func (s *Reader) read(row *Row, cells [][]byte) {
	row.Report = filing.Report{Source: s.options.Source, By: s.options.By}
	if len(cells) > MaxColumns {
		row.problem("", TooManyCells, fmt.Sprintf("最多 %d 列", MaxColumns))
		return
	}
	names := map[column]string{}
	for i, h := range s.columns {
		if h.col == colNone {
			continue
		}
		names[h.col] = h.name
		if i >= len(cells) {
			continue
		}
		cell := string(cells[i])
		if !utf8.ValidString(cell) || strings.ContainsRune(cell, utf8.RuneError) {
			row.problem(h.name, BadEncoding, "文字编码有误，请另存为“CSV UTF-8”再导入")
			continue
		}
		if cell = strings.TrimSpace(csvguard.Unescape(strings.Trim(cell, " \u3000\u00a0"))); cell != "" {
			s.take(row, h, cell)
		}
	}
	s.complete(row, names)
}

// complete checks what concerns a row as a whole.
func (s *Reader) complete(row *Row, names map[column]string) {
	r := &row.Report
	if r.ID == "" && !row.has(names[colID]) {
		switch {
		case filing.ValidID(r.AppID):
			r.ID = r.AppID
		case names[colID] != "":
			row.problem(names[colID], Missing, "要填编号")
		default:
			row.problem(names[colAppID], Missing, "要填 AppID")
		}
	}
	if len(row.Problems) > 0 {
		return
	}
	if !r.Since.IsZero() && !r.At.IsZero() && r.Since.After(r.At) {
		row.problem(names[colSince], BadDate, "不能晚于“"+names[colAt]+"”")
		return
	}
	if err := r.Validate(); err != nil {
		field, rule := ruleWords(err)
		row.problem(names[field], BadValue, rule)
	}
}

// has reports whether there is a problem with a column.
func (r *Row) has(column string) bool {
	for _, p := range r.Problems {
		if p.Column == column && column != "" {
			return true
		}
	}
	return false
}

// ruleWords tells in Chinese which rule of filing.Report.Validate was broken in which column.
func ruleWords(err error) (column, string) {
	field, _, _ := strings.Cut(err.Error(), ":")
	most := func(n int) string { return fmt.Sprintf("最多 %d 个字，不能有控制字符", n) }
	switch field {
	case "name":
		return colName, most(filing.MaxName)
	case "app_id":
		return colAppID, most(filing.MaxField)
	case "subject":
		return colSubject, most(filing.MaxField)
	case "number":
		return colNumber, most(filing.MaxField)
	case "reasons":
		return colReasons, fmt.Sprintf("最多 %d 条", filing.MaxReasons)
	case "reasons.field", "reasons.error", "reasons.suggest":
		return colReasons, "每项" + most(filing.MaxReason)
	case "at":
		return colAt, "年份不对"
	case "since":
		return colSince, "年份不对"
	case "filed_at":
		return colFiledAt, "年份不对"
	case "certificate_expires":
		return colCertificate, "年份不对"
	}
	return colNone, "内容不符合要求"
}
