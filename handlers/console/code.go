package console

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"github.com/beianbot/beianbot/bot/filing"
)

// codeLife is how long a claim code is good.
const codeLife = 30 * 24 * time.Hour

// issued is a claim code that was just made; it is shown once.
type issued struct {
	Code    string
	Expires time.Time
	// Picture is a QR code; Scans tells that scanning it in WeChat is enough, otherwise it holds the code as text.
	Picture template.HTML
	Scans   bool
}

// issueCode makes a claim code and shows it, with a picture to print.
func (c *Console) issueCode(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	code := filing.NewCode()
	plain, _ := filing.ParseCode(code)
	expires := c.Now().Add(codeLife).UTC().Truncate(time.Second)
	if err := c.Filings.IssueCode(v.Context(), id, filing.HashCode(plain), expires); err != nil {
		return err
	}
	c.did(v, "filing.code", id, "")
	text := code
	if c.QRText != nil {
		scan, err := c.QRText(v.Context(), code, codeLife)
		if err != nil { // the code itself is good; it only comes without a way to scan it
			c.Log.WarnContext(v.Context(), "no QR code for a claim code", "err", err)
		} else if scan != "" {
			text = scan
		}
	}
	picture, err := drawQR(text)
	if err != nil {
		return err
	}
	p, err := c.readFiling(v, id)
	if err != nil {
		return err
	}
	p.Code = &issued{Code: code, Expires: expires, Picture: picture, Scans: text != code}
	return c.show(w, v, "code", "绑定码", p)
}

func (c *Console) revokeCodes(w http.ResponseWriter, v *visit) error {
	id := v.PathValue("id")
	if err := c.Filings.RevokeCodes(v.Context(), id); err != nil {
		return err
	}
	c.did(v, "filing.revoke", id, "")
	return back(w, v, "/filings/at/"+id, "revoked")
}

// drawQR draws a QR code in black on white, with its quiet zone, as SVG of numbers only.
func drawQR(content string) (template.HTML, error) {
	q, err := qrcode.New(content, qrcode.Medium)
	if err != nil {
		return "", fmt.Errorf("qr code: %w", err)
	}
	dots := q.Bitmap()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="qr" role="img" aria-label="QR" viewBox="0 0 %d %d" shape-rendering="crispEdges">`, len(dots), len(dots))
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path fill="#000" d="`, len(dots))
	for y, line := range dots {
		for x, dark := range line {
			if dark {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x, y)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()), nil
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
