package demo

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/skip2/go-qrcode"
)

// serveQR draws a filing's QR code. On the real platform it holds an address of the platform's that stands for the code; here it holds
// the code itself, which the page's own scanner reads.
func (s *Server) serveQR(w http.ResponseWriter, r *http.Request) {
	code, err := s.codeOf(r.PathValue("filing"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	svg, err := drawQR(code)
	if err != nil {
		http.Error(w, "no picture", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = w.Write(svg)
}

// drawQR draws a QR code in black on white, with its quiet zone.
func drawQR(content string) ([]byte, error) {
	q, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		return nil, fmt.Errorf("demo: qr: %w", err)
	}
	dots := q.Bitmap()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges">`, len(dots), len(dots))
	b.WriteString(`<path fill="#fff" d="M0 0h` + fmt.Sprint(len(dots)) + `v` + fmt.Sprint(len(dots)) + `H0z"/><path d="`)
	for y, row := range dots {
		for x, dark := range row {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String()), nil
}
