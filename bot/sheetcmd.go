package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/filing/sheet"
)

type filingImportCmd struct {
	serverFlags
	DryRun bool   `help:"Say what would happen; change nothing."`
	Quiet  bool   `short:"q" help:"Only the summary."`
	File   string `arg:"" help:"The CSV; - for standard input."`
}

func (c *filingImportCmd) Run(w *world) error {
	in, err := inputFile(w, c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	return c.with(w, func(cl *client) error { return c.send(w, cl, data) })
}

// send streams the file to the server and prints what became of each row that was refused, a bar meanwhile, and the summary.
func (c *filingImportCmd) send(w *world, cl *client, data []byte) error {
	query := url.Values{}
	if c.DryRun {
		query.Set("dry_run", "true")
	}
	req, err := http.NewRequestWithContext(w.ctx, http.MethodPost, cl.base+"/api/v1/filings/import?"+query.Encode(), bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/csv")
	req.Header.Set("Accept", "application/x-ndjson")
	body, err := cl.stream(req)
	if err != nil {
		return err
	}
	defer body.Close()
	bar := newBar(w.stderr, bytes.Count(data, []byte("\n")))
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			sheet.Result
			Summary *sheet.Summary `json:"summary"`
			Error   *struct {
				Code    string `json:"code"`
				Message string `json:"message"`
			} `json:"error"`
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("the server's answer is not readable: %w", err)
		}
		if s := line.Summary; s != nil {
			bar.done()
			would := ""
			if s.DryRun {
				would = "would be "
			}
			fmt.Fprintf(w.stdout, "%d rows: %d %schanged, %d %srefused, %d notices\n", s.Rows, s.Changed, would, s.Refused, would, s.Pushes)
			if line.Error != nil {
				return errors.New(line.Error.Message)
			}
			return nil
		}
		bar.step()
		if len(line.Problems) == 0 || c.Quiet {
			continue
		}
		bar.clear()
		for _, p := range line.Problems {
			fmt.Fprintln(w.stdout, p.Error())
		}
	}
	return errors.Join(errors.New("the answer ended early; import the file again"), lines.Err())
}

// bar shows on a terminal how far a long file is.
type bar struct {
	out         io.Writer
	rows, total int
	shown       time.Time
	visible     bool
}

// newBar makes a bar for about so many rows. Where out is no terminal it shows nothing.
func newBar(out io.Writer, total int) *bar {
	b := &bar{out: out, total: max(total, 1)}
	if f, ok := out.(*os.File); ok {
		if st, err := f.Stat(); err == nil {
			b.visible = st.Mode()&os.ModeCharDevice != 0
		}
	}
	return b
}

func (b *bar) step() {
	b.rows++
	if !b.visible || time.Since(b.shown) < 100*time.Millisecond {
		return
	}
	b.shown = time.Now()
	const width = 40
	full := min(b.rows*width/b.total, width)
	fmt.Fprintf(b.out, "\r[%s%s] %d", strings.Repeat("█", full), strings.Repeat("·", width-full), b.rows)
}

func (b *bar) clear() {
	if b.visible && !b.shown.IsZero() {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}

func (b *bar) done() { b.clear() }

type filingExportCmd struct {
	serverFlags
	Stage    string `help:"Only this stage."`
	Province string `help:"Only this province."`
	Text     string `short:"q" help:"Only those whose id, name, app id, subject or number holds this."`
	English  bool   `help:"English headings, and codes in place of Chinese words."`
	GB18030  bool   `name:"gb18030" help:"In that encoding in place of UTF-8."`
	File     string `arg:"" default:"-" help:"Where it goes; - for standard output."`
}

func (c *filingExportCmd) Run(w *world) error {
	query := url.Values{}
	for k, v := range map[string]string{"stage": c.Stage, "province": c.Province, "q": c.Text} {
		if v != "" {
			query.Set(k, v)
		}
	}
	if c.English {
		query.Set("format", "english")
	}
	if c.GB18030 {
		query.Set("encoding", "gb18030")
	}
	return c.with(w, func(cl *client) error {
		req, err := http.NewRequestWithContext(w.ctx, http.MethodGet, cl.base+"/api/v1/filings/export?"+query.Encode(), nil)
		if err != nil {
			return err
		}
		body, err := cl.stream(req)
		if err != nil {
			return err
		}
		defer body.Close()
		if c.File == "-" {
			_, err = io.Copy(w.stdout, body)
			return err
		}
		f, err := os.Create(c.File)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, body)
		return errors.Join(err, f.Close())
	})
}
