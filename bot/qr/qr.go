// Package qr draws QR codes in black on white, with the quiet zone of four modules that the standard asks for (ISO/IEC
// 18004, 9.1).
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"

	goqr "github.com/piglig/go-qr"
)

const (
	// quiet is the width of the light border, in modules.
	quiet = 4
	// maxContent bounds what a code holds, in bytes. That much fits whatever it is; MakeSegmentsOptimally would not
	// return for a text that does not fit.
	maxContent = 1000
)

// Code is a QR code: a square of modules, its quiet zone included.
type Code struct{ symbol *goqr.QrCode }

// New encodes a text of at most 1,000 bytes of UTF-8 in the smallest code that can lose 15 % of its area, or more where
// that makes it no larger.
func New(content string) (Code, error) {
	if len(content) > maxContent {
		return Code{}, fmt.Errorf("qr: %d bytes, at most %d", len(content), maxContent)
	}
	segments, err := goqr.MakeSegmentsOptimally(content, goqr.Medium, goqr.MinVersion, goqr.MaxVersion)
	if err != nil {
		return Code{}, fmt.Errorf("qr: %w", err)
	}
	symbol, err := goqr.EncodeStandardSegments(segments, goqr.Medium)
	if err != nil {
		return Code{}, fmt.Errorf("qr: %w", err)
	}
	return Code{symbol}, nil
}

// Size returns how many modules a side has.
func (c Code) Size() int { return c.symbol.Size() + 2*quiet }

// Dark reports whether a module is black.
func (c Code) Dark(x, y int) bool { return c.symbol.Module(x-quiet, y-quiet) }

// SVG draws the code, one unit a module. attributes, such as `class="qr"`, go into the svg element as they are, so they
// must come from the program. Nothing of the content stands in the picture as text.
func (c Code) SVG(attributes string) string {
	n := c.Size()
	if attributes != "" {
		attributes = " " + attributes
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg"%s viewBox="0 0 %d %d" shape-rendering="crispEdges">`,
		attributes, n, n)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path fill="#000" d="`, n)
	for y := range n {
		for x := range n {
			if c.Dark(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}

// PNG draws the code with a side of so many pixels, at least one a module.
func (c Code) PNG(pixels int) ([]byte, error) {
	n := c.Size()
	pixels = max(pixels, n)
	img := image.NewPaletted(image.Rect(0, 0, pixels, pixels), color.Palette{color.White, color.Black})
	for y := range pixels {
		for x := range pixels {
			if c.Dark(x*n/pixels, y*n/pixels) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return b.Bytes(), nil
}
