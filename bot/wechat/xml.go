package wechat

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// What a message may consist of. Real ones have a depth of 3 and about 30 elements; an event over many templates has a few hundred.
const (
	maxDepth    = 8
	maxElements = 2000
)

// decodeXML decodes a document whose root is <xml> into v. Every error wraps ErrUnreadable and quotes nothing of the document.
func decodeXML(doc []byte, v any) error {
	doc = sanitise(doc)
	head := bytes.TrimLeft(doc, " \t\r\n\ufeff")
	if len(head) == 0 {
		return fmt.Errorf("%w: empty body", ErrUnreadable)
	}
	if head[0] == '{' || head[0] == '[' {
		return fmt.Errorf("%w: JSON; set the data format to XML on the platform's page", ErrUnreadable)
	}
	if head[0] != '<' {
		return fmt.Errorf("%w: not XML", ErrUnreadable)
	}
	bounded := &boundedTokens{inner: xml.NewDecoder(bytes.NewReader(doc))}
	if err := xml.NewTokenDecoder(bounded).Decode(v); err != nil {
		// The decoder's own words may quote the document, and a document holds personal data.
		return fmt.Errorf("%w: %s", ErrUnreadable, xmlFault(err))
	}
	return nil
}

func xmlFault(err error) string {
	var syntax *xml.SyntaxError
	var limit limitError
	switch {
	case errors.As(err, &limit):
		return string(limit)
	case errors.As(err, &syntax):
		return fmt.Sprintf("XML syntax error in line %d", syntax.Line)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "XML ends early"
	default:
		return "unexpected XML"
	}
}

type limitError string

func (l limitError) Error() string { return string(l) }

// boundedTokens passes tokens on while the document keeps within our bounds and is rooted in <xml>.
type boundedTokens struct {
	inner           *xml.Decoder
	depth, elements int
}

// Token implements xml.TokenReader.
func (b *boundedTokens) Token() (xml.Token, error) {
	t, err := b.inner.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case xml.StartElement:
		if b.depth == 0 && t.Name.Local != "xml" {
			return nil, limitError("root is not xml")
		}
		b.depth++
		b.elements++
		if b.depth > maxDepth {
			return nil, limitError("XML too deep")
		}
		if b.elements > maxElements {
			return nil, limitError("XML with too many elements")
		}
	case xml.EndElement:
		b.depth--
	case xml.Directive:
		return nil, limitError("XML with a document type")
	}
	return t, nil
}

// cdata is a text that is written as a CDATA section. A "]]>" inside it is split over two.
type cdata string

// MarshalXML implements xml.Marshaler.
func (c cdata) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Text string `xml:",cdata"`
	}{string(c)}, start)
}

// sanitise replaces invalid UTF-8 and drops the characters XML does not allow, which the platform passes on from people's keyboards and
// which would otherwise cost the whole message. It returns doc itself where nothing is wrong.
func sanitise(doc []byte) []byte {
	clean := true
	for i := 0; i < len(doc); {
		r, n := utf8.DecodeRune(doc[i:])
		if (r == utf8.RuneError && n == 1) || !xmlRune(r) {
			clean = false
			break
		}
		i += n
	}
	if clean {
		return doc
	}
	out := make([]byte, 0, len(doc)+16)
	for i := 0; i < len(doc); {
		r, n := utf8.DecodeRune(doc[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			out = utf8.AppendRune(out, utf8.RuneError)
		case xmlRune(r):
			out = append(out, doc[i:i+n]...)
		}
		i += n
	}
	return out
}

// xmlRune reports whether XML 1.0 allows r (section 2.2, production Char).
func xmlRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}
