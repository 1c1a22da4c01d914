package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// errQuote and errLong are what can be wrong with a record; the records after it are read all the same.
var (
	errQuote = errors.New("a quotation mark without its counterpart")
	errLong  = errors.New("row too long")
)

// records splits text into rows and cells. encoding/csv does not serve here: it reads a whole file into one cell where a quotation mark is
// left open, and gives up at the first row that is not as it should be.
type records struct {
	br    *bufio.Reader
	comma byte
	// back is what was read too far, to be read again; again tells that the last byte came from it.
	back  []byte
	again bool
	raw   []byte
	// text and ends hold the cells of a row without a string for each.
	text  []byte
	ends  []int
	cells [][]byte
}

func newRecords(r io.Reader, comma byte) *records {
	return &records{br: bufio.NewReaderSize(r, 32<<10), comma: comma}
}

func (r *records) readByte() (byte, error) {
	if r.again = len(r.back) > 0; r.again {
		c := r.back[0]
		r.back = r.back[1:]
		return c, nil
	}
	return r.br.ReadByte()
}

// peekByte returns the byte that comes next and leaves it there.
func (r *records) peekByte() (c byte, ok bool) {
	if len(r.back) > 0 {
		return r.back[0], true
	}
	b, err := r.br.Peek(1)
	if err != nil {
		return 0, false // it comes again
	}
	return b[0], true
}

// unread puts b in front of what comes.
func (r *records) unread(b []byte) {
	r.back = append(bytes.Clone(b), r.back...)
}

// next returns the cells of the next row, in the reader's own memory until the next call. io.EOF ends the file. errQuote and errLong concern
// the row alone.
func (r *records) next() ([][]byte, error) {
	r.raw, r.text, r.ends = r.raw[:0], r.text[:0], r.ends[:0]
	quoted, begun := false, false // within quotation marks; the cell has begun
	for {
		c, err := r.readByte()
		if errors.Is(err, io.EOF) {
			switch {
			case quoted:
				return nil, r.reopen()
			case len(r.raw) == 0:
				return nil, io.EOF
			}
			return r.row(), nil
		}
		if err != nil {
			return nil, err
		}
		r.raw = append(r.raw, c)
		if len(r.raw) > MaxRow {
			if quoted {
				return nil, r.reopen()
			}
			return nil, r.skip(c)
		}
		switch {
		case quoted && c == '"':
			if after, ok := r.peekByte(); ok && after == '"' {
				_, _ = r.readByte()
				r.raw = append(r.raw, after)
				r.text = append(r.text, after)
			} else {
				quoted = false
			}
		case quoted && c == '\n' && r.again:
			// Read for the second time, a quotation mark ends with its line: otherwise a file made for it would be read again and again.
			return nil, errQuote
		case quoted:
			r.text = append(r.text, c)
		case c == '"' && !begun:
			quoted, begun = true, true
		case c == r.comma:
			r.ends = append(r.ends, len(r.text))
			begun = false
		case c == '\n':
			return r.row(), nil
		case c == '\r':
			if after, ok := r.peekByte(); ok && after == '\n' {
				_, _ = r.readByte()
			}
			return r.row(), nil
		default:
			r.text = append(r.text, c)
			begun = true
		}
	}
}

func (r *records) row() [][]byte {
	r.ends = append(r.ends, len(r.text))
	r.cells = r.cells[:0]
	from := 0
	for _, end := range r.ends {
		r.cells = append(r.cells, r.text[from:end])
		from = end
	}
	return r.cells
}

// reopen gives up a row with an open quotation mark, but for its first line, and lets the rest be read again: the row lost is one and not the
// rest of the file.
func (r *records) reopen() error {
	end := bytes.IndexAny(r.raw, "\r\n")
	if end < 0 {
		if len(r.raw) > MaxRow {
			return r.skip(0)
		}
		return errQuote
	}
	if bytes.HasPrefix(r.raw[end:], []byte("\r\n")) {
		end++
	}
	r.unread(r.raw[end+1:])
	return errQuote
}

// skip reads to the end of the line.
func (r *records) skip(c byte) error {
	for c != '\n' {
		var err error
		if c, err = r.readByte(); err != nil {
			break // it comes again
		}
	}
	return errLong
}
