package demo

import (
	"io"
	"net/http"

	"github.com/beianbot/beianbot/bot/qr"
)

// serveQR draws a filing's QR code. On the real platform it holds an address of the platform's that stands for the code; here it holds
// the code itself, which the page's own scanner reads.
func (s *Server) serveQR(w http.ResponseWriter, r *http.Request) {
	code, err := s.codeOf(r.PathValue("filing"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	picture, err := qr.New(code)
	if err != nil {
		http.Error(w, "no picture", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	_, _ = io.WriteString(w, picture.SVG(""))
}
