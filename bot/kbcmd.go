package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/kb"
)

type kbCmd struct {
	Lint      kbLintCmd      `cmd:"" help:"Check the knowledge."`
	Eval      kbEvalCmd      `cmd:"" help:"Measure understanding on labelled questions."`
	Export    kbExportCmd    `cmd:"" help:"Write the knowledge out."`
	Import    kbImportCmd    `cmd:"" help:"Turn an export into a folder to lay over the knowledge."`
	Train     kbTrainCmd     `cmd:"" help:"Learn the weights of understanding from the knowledge anew."`
	Questions kbQuestionsCmd `cmd:"" help:"List what could not be answered well, most asked first."`
}

type kbLintCmd struct {
	configFlag
	Facts []string `placeholder:"FILE" help:"Also check that every number in a fact stands in one of these fact sheets."`
	Dir   string   `arg:"" optional:"" help:"A folder of entries laid over the embedded ones."`
}

// knowledge loads what the configuration names; dir, where it is not empty, is laid over it in place of kb.dir.
func (f configFlag) knowledge(w *world, dir string) (*kb.Snapshot, error) {
	cfg, err := f.load(w)
	if err != nil {
		return nil, err
	}
	if dir != "" {
		cfg.KB.Dir = dir
	}
	return kb.Load(service.KnowledgeOptions(cfg))
}

func (c *kbLintCmd) Run(w *world) error {
	s, err := c.knowledge(w, c.Dir)
	if err != nil {
		return err
	}
	findings := kb.Lint(s, kb.LintOptions{Today: w.now()})
	if len(c.Facts) > 0 {
		var sheets []io.Reader
		for _, name := range c.Facts {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			defer f.Close()
			sheets = append(sheets, f)
		}
		more, err := kb.LintFacts(s.Entries(), sheets...)
		if err != nil {
			return err
		}
		findings = append(findings, more...)
	}
	bad := 0
	for _, f := range findings {
		if f.Severity == kb.SeverityError {
			bad++
		}
		fmt.Fprintln(w.stdout, f)
	}
	fmt.Fprintf(w.stdout, "%d entries, %d findings, %d of them errors\n", len(s.Entries()), len(findings), bad)
	if bad > 0 {
		return fmt.Errorf("the knowledge has %d errors", bad)
	}
	return nil
}

type kbEvalCmd struct {
	configFlag
	JSON     bool               `name:"json" help:"The report as JSON."`
	Baseline bool               `help:"Measure bleve out of the box on the same knowledge instead."`
	Min      map[string]float64 `placeholder:"NAME=SHARE" help:"Fail below a floor: right, shown, refused, commands, smalltalk; or above one: wrong, calibration."`
	Against  string             `placeholder:"FILE" help:"A report of before (JSON): show what was lost and won."`
	Files    []string           `arg:"" help:"Labelled questions, one JSON object a line."`
}

func (c *kbEvalCmd) Run(w *world) error {
	s, err := c.knowledge(w, "")
	if err != nil {
		return err
	}
	var u kb.Understander = s
	if c.Baseline {
		if u, err = kb.Baseline(s); err != nil {
			return err
		}
	}
	var files []io.Reader
	for _, name := range c.Files {
		f, err := inputFile(w, name)
		if err != nil {
			return err
		}
		defer f.Close()
		files = append(files, f, newline{})
	}
	report, err := kb.Eval(u, io.MultiReader(files...))
	if err != nil {
		return err
	}
	if err := c.print(w, report); err != nil {
		return err
	}
	if c.Against != "" {
		f, err := os.Open(c.Against)
		if err != nil {
			return err
		}
		defer f.Close()
		old, err := kb.ReadReport(f)
		if err != nil {
			return err
		}
		if err := report.Against(old).WriteText(w.stdout); err != nil {
			return err
		}
	}
	return floors(report, c.Min)
}

// floors fails where a figure is on the wrong side of its bound.
func floors(r kb.Report, bounds map[string]float64) error {
	figures := map[string]struct {
		got  float64
		most bool
	}{
		"right": {got: r.Right}, "shown": {got: r.Shown}, "refused": {got: r.Refused}, "commands": {got: r.CommandsRight},
		"smalltalk": {got: r.SmallTalkRight}, "wrong": {r.Wrong, true}, "calibration": {r.Calibration, true},
	}
	var failed []string
	for name, bound := range bounds {
		f, ok := figures[name]
		if !ok {
			return fmt.Errorf("no figure is called %q", name)
		}
		if !f.most && f.got < bound || f.most && f.got > bound {
			failed = append(failed, fmt.Sprintf("%s is %.3f, the bound is %.3f", name, f.got, bound))
		}
	}
	if len(failed) > 0 {
		slices.Sort(failed)
		return errors.New("understanding fell: " + strings.Join(failed, "; "))
	}
	return nil
}

func (c *kbEvalCmd) print(w *world, r kb.Report) error {
	if c.JSON {
		return r.WriteJSON(w.stdout)
	}
	return r.WriteText(w.stdout)
}

// newline separates files of which the last line may lack its end.
type newline struct{}

func (newline) Read(p []byte) (int, error) { return copy(p, "\n"), io.EOF }

type kbExportCmd struct {
	configFlag
	Format string `enum:"yaml,csv" default:"yaml" help:"yaml or csv."`
}

func (c *kbExportCmd) Run(w *world) error {
	s, err := c.knowledge(w, "")
	if err != nil {
		return err
	}
	if c.Format == "csv" {
		return kb.ExportCSV(w.stdout, s)
	}
	return kb.ExportYAML(w.stdout, s)
}

type kbImportCmd struct {
	Format string `enum:"yaml,csv" default:"yaml" help:"yaml or csv."`
	File   string `arg:"" help:"The export; - for standard input."`
	Dir    string `arg:"" help:"The folder to write, for kb.dir."`
}

func (c *kbImportCmd) Run(w *world) error {
	in, err := inputFile(w, c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	read := kb.ImportYAML
	if c.Format == "csv" {
		read = kb.ImportCSV
	}
	files, err := read(in)
	if err != nil {
		return err
	}
	return kb.WriteDir(c.Dir, files)
}

type kbTrainCmd struct {
	configFlag
	Questions string `placeholder:"FILE" help:"Labelled questions that calibrate the confidence; they teach nothing else."`
	Out       string `default:"kb/weights.json" help:"Where the learnt weights go."`
}

func (c *kbTrainCmd) Run(w *world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	o := kb.TrainOptions{Options: service.KnowledgeOptions(cfg), Log: w.stderr}
	if c.Questions != "" {
		f, err := os.Open(c.Questions)
		if err != nil {
			return err
		}
		defer f.Close()
		o.Questions = f
	}
	var learnt bytes.Buffer
	if err := kb.Train(&learnt, o); err != nil {
		return err
	}
	return os.WriteFile(c.Out, learnt.Bytes(), 0o644)
}

type kbQuestionsCmd struct {
	serverFlags
	Kind  string `enum:"unknown,choice,disliked,all" default:"unknown" help:"unknown, choice (had to be asked back), disliked, or all."`
	Limit int    `default:"50" help:"How many."`
	JSON  bool   `name:"json" help:"As JSON."`
}

func (c *kbQuestionsCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		q := url.Values{"limit": {strconv.Itoa(c.Limit)}}
		if c.Kind != "all" {
			q.Set("kind", c.Kind)
		}
		var page struct {
			Groups []api.Group `json:"groups"`
		}
		if err := cl.call(w.ctx, http.MethodGet, "/api/v1/questions", q, nil, &page); err != nil {
			return err
		}
		if c.JSON {
			enc := json.NewEncoder(w.stdout)
			enc.SetEscapeHTML(false)
			return enc.Encode(page.Groups)
		}
		var rows [][]string
		for _, g := range page.Groups {
			for i, x := range g.Questions {
				count := strconv.Itoa(g.Count)
				if i > 0 { // another wording of the one above
					count = ""
				}
				rows = append(rows, []string{count, string(x.Kind), x.Last.In(time.Local).Format("2006-01-02 15:04"), x.Topic, x.Text})
			}
		}
		return lines(w.stdout, rows)
	})
}
