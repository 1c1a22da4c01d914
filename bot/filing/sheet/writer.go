package sheet

import (
	"bufio"
	"io"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"github.com/beianbot/beianbot/bot/csvguard"
	"github.com/beianbot/beianbot/bot/filing"
)

// WriteOptions say how a file is written. The zero value is what Excel and WPS open without a question: UTF-8 with a mark, Chinese headings.
type WriteOptions struct {
	// English writes English headings and the codes of stages and platforms in place of Chinese words.
	English bool
	// GB18030 writes that encoding in place of UTF-8. NoMark leaves out the mark before UTF-8.
	GB18030 bool
	NoMark  bool
}

// Writer writes filings as CSV, a row for each, with all that a Reader needs to make the same filings of them.
type Writer struct {
	options WriteOptions
	out     *bufio.Writer
	closers []io.Closer
	err     error
}

// NewWriter writes the headings and returns a Writer for the rows. Close must be called at the end.
func NewWriter(w io.Writer, o WriteOptions) (*Writer, error) {
	s := &Writer{options: o}
	if o.GB18030 {
		t := transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder())
		s.closers = append(s.closers, t)
		w = t
	}
	s.out = bufio.NewWriter(w)
	if !o.GB18030 && !o.NoMark {
		s.put("\ufeff")
	}
	cells := make([]string, len(headings))
	for i, h := range headings {
		cells[i] = h.chinese
		if o.English {
			cells[i] = h.english
		}
	}
	s.row(cells)
	return s, s.err
}

// Write writes a filing.
func (s *Writer) Write(f filing.Filing) error {
	cells := make([]string, len(headings))
	for i, h := range headings {
		cells[i] = csvguard.Escape(strings.TrimSpace(s.cell(h.col, f)))
	}
	s.row(cells)
	return s.err
}

// Close writes what is still in memory. It does not close the writer below.
func (s *Writer) Close() error {
	if err := s.out.Flush(); s.err == nil {
		s.err = err
	}
	for _, c := range s.closers {
		if err := c.Close(); s.err == nil {
			s.err = err
		}
	}
	return s.err
}

func (s *Writer) cell(c column, f filing.Filing) string {
	switch c {
	case colID:
		return f.ID
	case colName:
		return f.Name
	case colPlatform:
		if s.options.English {
			return string(f.Platform)
		}
		return f.Platform.Chinese()
	case colAppID:
		return f.AppID
	case colSubject:
		return f.Subject
	case colProvince:
		return string(f.Province)
	case colStage:
		if s.options.English {
			return string(f.Stage)
		}
		return f.Stage.Chinese()
	case colSince:
		return writeTime(f.Since)
	case colNumber:
		return f.Number
	case colFiledAt:
		return writeTime(f.FiledAt)
	case colReasons:
		return writeReasons(f.Reasons)
	case colCertificate:
		if f.CertificateExpires.IsZero() {
			return ""
		}
		return f.CertificateExpires.Format("2006-01-02")
	case colAt:
		return writeTime(f.ReportedAt)
	case colSelf:
		switch {
		case s.options.English && f.SelfReported:
			return "yes"
		case f.SelfReported:
			return "是"
		}
	case colNone:
	}
	return ""
}

func (s *Writer) row(cells []string) {
	for i, c := range cells {
		if i > 0 {
			s.put(",")
		}
		if strings.ContainsAny(c, ",\";|\t\r\n") || c != strings.TrimSpace(c) {
			c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
		}
		s.put(c)
	}
	s.put("\r\n")
}

func (s *Writer) put(text string) {
	if s.err == nil {
		_, s.err = s.out.WriteString(text)
	}
}
