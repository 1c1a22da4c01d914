package kb

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// again builds the export of files that were read back.
func again(t *testing.T, files []*File) string {
	t.Helper()
	c := &Content{}
	if err := c.lay(files); err != nil {
		t.Fatal(err)
	}
	c.order()
	var b bytes.Buffer
	if err := ExportYAML(&b, &Snapshot{content: c}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestRoundTrip(t *testing.T) {
	for name, s := range map[string]*Snapshot{"toy": toy(t), "embedded": embedded(t).Snapshot()} {
		var y, table bytes.Buffer
		if err := ExportYAML(&y, s); err != nil {
			t.Fatal(err)
		}
		want := y.String()
		files, err := ImportYAML(&y)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, again(t, files)); d != "" {
			t.Errorf("%s through YAML: %s", name, d)
		}
		if err := ExportCSV(&table, s); err != nil {
			t.Fatal(err)
		}
		if files, err = ImportCSV(&table); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, again(t, files)); d != "" {
			t.Errorf("%s through CSV: %s", name, d)
		}
	}
}

func TestWriteDir(t *testing.T) {
	s := toy(t)
	dir := t.TempDir()
	if err := WriteDir(dir, s.Files()); err != nil {
		t.Fatal(err)
	}
	k, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	e, ok := k.Entry("total-time")
	if want, _ := s.Entry("total-time"); !ok || e.Answer != want.Answer {
		t.Errorf("written and read back: %+v", e)
	}
	if err := WriteDir(dir, []*File{{name: "../x.yaml"}}); err == nil {
		t.Error("a path outside the folder is accepted")
	}
}

func TestImportCSVRefuses(t *testing.T) {
	head := strings.Join(csvHeader, ",") + "\n"
	for _, c := range []struct{ csv, want string }{
		{"a,b\n", "wrong number of fields"},
		{"a,b,c,d,e,f,g,h,i\n", "the columns must be"},
		{head + "topic,,g,title,,x,,,\n", "line 2: no id"},
		{head + "planet,a,g,title,,x,,,\n", `line 2: unknown kind "planet"`},
		{head + "topic,a,g,colour,,x,,,\n", `line 2: unknown field "colour"`},
		{head + "topic,a,g,title,,x,,,\ntopic,a,g,facet lead,1;colour=red,x,,,\n", "line 3: unknown condition"},
		{head + "topic,a,g,title,,x,,,\n", "a has no answer"},
		{head + "topic,a,g,reviewed,,soon,,,\n", "line 2"},
	} {
		_, err := ImportCSV(strings.NewReader(c.csv))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.csv, err, c.want)
		}
	}
}

func FuzzImportCSV(f *testing.F) {
	f.Add(strings.Join(csvHeader, ",") + "\ntopic,a,g,facet lead,1;province=上海|北京,x,,,\n")
	f.Fuzz(func(t *testing.T, s string) {
		_, _ = ImportCSV(strings.NewReader(s))
	})
}

func TestCSVIsNoFormula(t *testing.T) {
	dir := t.TempDir()
	text := "entries:\n  - {id: x, title: '=1+1', answer: \"@SUM(A1)\", variants: ['+86', '-1 天', '＝1', ' =2', \"'quoted\", '=HYPERLINK(\"http://x\")']}\n"
	if err := os.WriteFile(filepath.Join(dir, "x.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	k, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := ExportCSV(&b, k.Snapshot()); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		for _, bad := range []string{",=", ",@", ",+", ",-", ",\"=", ",＝", ", ="} {
			if strings.HasPrefix(line, "topic,x,") && strings.Contains(line, bad) {
				t.Errorf("a formula: %s", line)
			}
		}
	}
	files, err := ImportCSV(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for _, e := range f.Entries {
			want := []string{"+86", "-1 天", "＝1", " =2", "'quoted", "=HYPERLINK(\"http://x\")"}
			if e.ID == "x" && (e.Title != "=1+1" || e.Answer != "@SUM(A1)" || !slices.Equal(e.Variants, want)) {
				t.Errorf("came back as %+v", e)
			}
		}
	}
}
