package kb

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/beianbot/beianbot/bot/csvguard"
)

// Files gives the snapshot's content as files: one a group, one for the
// commands, one for small talk and matters outside.
func (s *Snapshot) Files() []*File {
	var out []*File
	for _, g := range s.Groups() {
		out = append(out, &File{Group: g.ID, Entries: g.Topics, name: g.ID + ".yaml"})
	}
	if len(s.content.Commands) > 0 {
		out = append(out, &File{Commands: s.content.Commands, name: "commands.yaml"})
	}
	if len(s.content.SmallTalk)+len(s.content.Outside) > 0 {
		out = append(out, &File{SmallTalk: s.content.SmallTalk, Outside: s.content.Outside, name: "aside.yaml"})
	}
	if len(s.content.Broad) > 0 {
		out = append(out, &File{Broad: s.content.Broad, name: "broad.yaml"})
	}
	if len(s.content.Wordings) > 0 {
		out = append(out, &File{Wordings: s.content.Wordings, name: "wordings.yaml"})
	}
	return out
}

// ExportYAML writes the content as a stream of YAML documents, one a file.
func ExportYAML(w io.Writer, s *Snapshot) error {
	for _, f := range s.Files() {
		b, err := f.yaml()
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "---\n%s", b); err != nil {
			return err
		}
	}
	return nil
}

// yaml gives the file as an editor would write it.
func (f *File) yaml() ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(f); err != nil {
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	if err := enc.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// ImportYAML reads a stream of YAML documents as ExportYAML writes it.
func ImportYAML(r io.Reader) ([]*File, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxImportBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxImportBytes {
		return nil, fmt.Errorf("larger than %d bytes", maxImportBytes)
	}
	var out []*File
	for i, part := range documentStart.Split(string(data), maxFiles+1) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		f, err := ParseFile(fmt.Sprintf("document %d", i), []byte(part))
		if err != nil {
			return nil, err
		}
		f.setName()
		out = append(out, f)
	}
	return out, nil
}

const maxImportBytes = 16 << 20

var documentStart = regexp.MustCompile(`(?m)^---\s*$`)

func (f *File) setName() {
	switch {
	case f.Group != "":
		f.name = f.Group + ".yaml"
	case len(f.Commands) > 0:
		f.name = "commands.yaml"
	case len(f.Wordings) > 0:
		f.name = "wordings.yaml"
	case len(f.Broad) > 0:
		f.name = "broad.yaml"
	default:
		f.name = "aside.yaml"
	}
}

// csvHeader names the columns of the CSV form: one row for each text.
var csvHeader = []string{"kind", "id", "group", "field", "when", "text", "from", "sources", "grade"}

// ExportCSV writes the content as a table for a spreadsheet: one row for each
// title, answer, detail, facet, related topic, fact and variant.
func ExportCSV(w io.Writer, s *Snapshot) error {
	cw := csv.NewWriter(w)
	rows := [][]string{csvHeader}
	for _, e := range s.content.Entries {
		add := func(field, when, text string, more ...string) {
			row := []string{"topic", e.ID, e.Group, field, when, text, "", "", ""}
			copy(row[6:], more)
			rows = append(rows, row)
		}
		add("title", "", e.Title)
		add("answer", "", e.Answer)
		if e.Detail != "" {
			add("detail", "", e.Detail)
		}
		for i, f := range e.Facets {
			when := fmt.Sprintf("%d;%s", i+1, f.When)
			if f.Lead != "" {
				add("facet lead", when, f.Lead)
			}
			if f.Answer != "" {
				add("facet answer", when, f.Answer)
			}
		}
		for _, r := range e.Related {
			add("related", "", r)
		}
		for _, f := range e.Facts {
			add("fact", "", f.Text, f.From, strings.Join(f.Sources, ";"), f.Grade)
		}
		if !e.Reviewed.IsZero() {
			add("reviewed", "", e.Reviewed.Format("2006-01-02"))
		}
		for _, v := range e.Variants {
			add("variant", "", v)
		}
	}
	for _, part := range []struct {
		kind string
		list []*Aside
	}{{"command", s.content.Commands}, {"smalltalk", s.content.SmallTalk}, {"outside", s.content.Outside}, {"wordings", s.content.Wordings}} {
		for _, a := range part.list {
			if a.Answer != "" {
				rows = append(rows, []string{part.kind, a.ID, "", "answer", "", a.Answer, "", "", ""})
			}
			for _, v := range a.Variants {
				rows = append(rows, []string{part.kind, a.ID, "", "variant", "", v, "", "", ""})
			}
		}
	}
	for _, b := range s.content.Broad {
		for _, word := range b.Words {
			rows = append(rows, []string{"broad", b.Words[0], "", "word", "", word, "", "", ""})
		}
		for _, id := range b.Topics {
			rows = append(rows, []string{"broad", b.Words[0], "", "topic", "", id, "", "", ""})
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = csvguard.Escape(row[i]) // what people asked becomes a wording at one press
		}
	}
	if err := cw.WriteAll(rows); err != nil {
		return err
	}
	return cw.Error()
}

// String writes the condition as key=value|value;key=value.
func (w When) String() string {
	var parts []string
	for _, p := range []struct {
		key    string
		values []string
	}{{"province", w.Province}, {"platform", w.Platform}, {"subject", w.Subject}, {"stage", w.Stage}} {
		if len(p.values) > 0 {
			parts = append(parts, p.key+"="+strings.Join(p.values, "|"))
		}
	}
	return strings.Join(parts, ";")
}

// parseWhen reads what When.String writes.
func parseWhen(s string) (When, error) {
	var w When
	for _, p := range strings.Split(s, ";") {
		key, values, ok := strings.Cut(p, "=")
		list := strings.Split(values, "|")
		switch {
		case !ok:
			return w, fmt.Errorf("condition %q is not key=value", p)
		case key == "province":
			w.Province = list
		case key == "platform":
			w.Platform = list
		case key == "subject":
			w.Subject = list
		case key == "stage":
			w.Stage = list
		default:
			return w, fmt.Errorf("unknown condition %q", key)
		}
	}
	return w, nil
}

// ImportCSV reads a table as ExportCSV writes it. Errors name the line.
func ImportCSV(r io.Reader) ([]*File, error) {
	cr := csv.NewReader(io.LimitReader(r, maxImportBytes))
	cr.FieldsPerRecord = len(csvHeader)
	t := &table{files: map[string]*File{}, entries: map[string]*Entry{}, asides: map[string]*Aside{}}
	for n := 0; ; n++ {
		row, err := cr.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if n == 0 {
			row[0] = strings.TrimPrefix(row[0], "\ufeff")
			if !slices.Equal(row, csvHeader) {
				return nil, fmt.Errorf("line 1: the columns must be %s", strings.Join(csvHeader, ","))
			}
			continue
		}
		for i := range row {
			row[i] = csvguard.Unescape(row[i])
		}
		line, _ := cr.FieldPos(0)
		if err := t.add(row); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	for _, f := range t.order {
		f.setName()
		for _, e := range f.Entries {
			if err := e.check(); err != nil {
				return nil, err
			}
		}
		for _, b := range f.Broad {
			if err := b.check(); err != nil {
				return nil, err
			}
		}
	}
	return t.order, nil
}

// WriteDir writes each file into the folder under its name, whole or not at all.
func WriteDir(dir string, files []*File) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if f.name == "" || f.name != filepath.Base(f.name) || strings.HasPrefix(f.name, ".") {
			return fmt.Errorf("%q is no file name", f.name)
		}
		b, err := f.yaml()
		if err != nil {
			return err
		}
		tmp := filepath.Join(dir, "."+f.name+".tmp")
		if err := os.WriteFile(tmp, b, 0o644); err != nil {
			return err
		}
		if err := os.Rename(tmp, filepath.Join(dir, f.name)); err != nil {
			return err
		}
	}
	return nil
}
