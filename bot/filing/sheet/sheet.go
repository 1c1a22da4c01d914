// Package sheet reads and writes filings as CSV, the way Excel and WPS write and read it: in UTF-8 with or without a mark, GB18030 or UTF-16,
// with commas, semicolons or tabs, with Chinese or English headings, with dates as people type them. A row is read by itself: what is wrong
// with one harms no other. Nothing is kept but the row at hand, so a file may be as long as it likes.
package sheet

import "fmt"

// Code says what kind of thing is wrong with a cell, a row or a file.
type Code string

// The codes of problems.
const (
	BadFile      Code = "bad_file"     // not a CSV at all
	NoHeadings   Code = "no_headings"  // the first row is not one of headings
	BadQuote     Code = "bad_quote"    // a quotation mark without its counterpart
	RowTooLong   Code = "row_too_long" // a row beyond MaxRow
	TooManyCells Code = "too_many_cells"
	BadEncoding  Code = "bad_encoding"
	Missing      Code = "missing"
	BadID        Code = "bad_id"
	BadStage     Code = "bad_stage"
	BadPlatform  Code = "bad_platform"
	BadProvince  Code = "bad_province"
	BadDate      Code = "bad_date"
	BadChoice    Code = "bad_choice" // neither yes nor no
	BadValue     Code = "bad_value"  // breaks another rule for the field
)

// Bounds of what is read.
const (
	MaxRow     = 128 << 10 // bytes of one row
	MaxColumns = 64
)

// Problem is something wrong at one place of a file, told to the person who made it.
type Problem struct {
	// Row counts as the spreadsheet does: the headings are row 1. 0 is the file as a whole.
	Row int `json:"row"`
	// Column is the heading as the file has it; empty for the row as a whole.
	Column  string `json:"column,omitempty"`
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

// Error returns the problem as one line: 第 3 行“日期”：…
func (p Problem) Error() string {
	s := p.Message
	if p.Column != "" {
		s = "“" + p.Column + "”：" + s
	}
	switch {
	case p.Row == 0:
		return s
	case p.Column == "":
		return fmt.Sprintf("第 %d 行：%s", p.Row, s)
	}
	return fmt.Sprintf("第 %d 行%s", p.Row, s)
}
