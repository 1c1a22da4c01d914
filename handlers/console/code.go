package console

import (
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/qr"
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
	picture, err := qr.New(text)
	if err != nil {
		return err
	}
	p, err := c.readFiling(v, id)
	if err != nil {
		return err
	}
	svg := template.HTML(picture.SVG(`class="qr" role="img" aria-label="QR"`)) // of numbers only, whatever the text
	p.Code = &issued{Code: code, Expires: expires, Picture: svg, Scans: text != code}
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

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
