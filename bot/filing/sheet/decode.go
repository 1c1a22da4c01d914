package sheet

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// lookAhead is how much is looked at to tell the encodings apart.
const lookAhead = 64 << 10

// decode returns r as UTF-8. The encoding is told by the mark at the beginning, as Excel writes it; without one the first character beyond
// ASCII decides: what follows is valid UTF-8, or it is GB18030, which WPS and older Excels write in China.
func decode(r io.Reader) (io.Reader, error) {
	br := bufio.NewReaderSize(r, lookAhead)
	head, err := br.Peek(4)
	if err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, _ = br.Discard(3)
		return br, nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return transform.NewReader(br, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return transform.NewReader(br, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewDecoder()), nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, Problem{Code: BadFile, Message: "这是 Excel 工作簿，不是 CSV。请在表格里用“另存为”，选“CSV UTF-8”格式，再导入"}
	}
	return &sniffer{br: br}, nil
}

// sniffer passes ASCII through and decides about the encoding at the first byte that is none.
type sniffer struct {
	br      *bufio.Reader
	decided io.Reader
}

func (s *sniffer) Read(p []byte) (int, error) {
	if s.decided != nil {
		return s.decided.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := s.br.Peek(1); err != nil {
		return 0, err
	}
	b, _ := s.br.Peek(min(s.br.Buffered(), len(p)))
	n := 0
	for n < len(b) && b[n] < utf8.RuneSelf {
		n++
	}
	if n > 0 {
		return s.br.Read(p[:n])
	}
	ahead, _ := s.br.Peek(lookAhead)
	if looksUTF8(ahead) {
		s.decided = s.br
	} else {
		s.decided = transform.NewReader(s.br, simplifiedchinese.GB18030.NewDecoder())
	}
	return s.decided.Read(p)
}

// looksUTF8 reports whether b is UTF-8, as far as it goes: a character may be cut off at the end, and a few bytes may be spoilt among many
// good characters. Chinese in GB18030 is hardly ever valid UTF-8 for more than two characters on end.
func looksUTF8(b []byte) bool {
	good, bad := 0, 0
	for len(b) > 0 && utf8.FullRune(b) {
		c, size := utf8.DecodeRune(b)
		switch {
		case c == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		b = b[size:]
	}
	return bad*10 <= good
}
