package console

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/kb"
)

// lintFormats are all formats that Lint and LintFacts make findings of, as they are written in the code.
func lintFormats(t *testing.T) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("../../kb/[bl]*.go") // broad.go, lint….go
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	at := map[string]int{"add": 3, "addClass": 3, "finding": 5} // where the format stands
	out := map[string]bool{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			var f string
			switch fun := call.Fun.(type) {
			case *ast.SelectorExpr:
				f = fun.Sel.Name
			case *ast.Ident:
				f = fun.Name
			}
			i, ok := at[f]
			if !ok || len(call.Args) <= i || call.Ellipsis.IsValid() {
				return true
			}
			lit, ok := call.Args[i].(*ast.BasicLit)
			if !ok {
				t.Errorf("%s: a finding of which the format is not written there", name)
				return true
			}
			format, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[format] = true
			return true
		})
	}
	return out
}

// TestEveryFindingHasItsWords: whatever Lint says is said in Chinese on a Chinese page, and in its own words on an English one.
func TestEveryFindingHasItsWords(t *testing.T) {
	data, err := fs.ReadFile(files, "words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	english := map[string]string{}
	if err := json.Unmarshal(data, &english); err != nil {
		t.Fatal(err)
	}
	formats := lintFormats(t)
	if len(formats) < 35 {
		t.Errorf("only %d formats were found", len(formats))
	}
	for f := range formats {
		switch w := lintWords[f]; {
		case w == "":
			t.Errorf("no Chinese for %q", f)
		case english[w] != f:
			t.Errorf("%q is %q in English, want %q", w, english[w], f)
		}
	}
	for f := range lintWords {
		if !formats[f] {
			t.Errorf("Lint does not say %q", f)
		}
	}
}

// TestFindingWords: the arguments come to their places.
func TestFindingWords(t *testing.T) {
	p, err := newPages(&Console{})
	if err != nil {
		t.Fatal(err)
	}
	f := kb.Finding{Text: "in English", Format: "%q is %q of %s", Args: []any{"老铁", "老铁你好", "hello"}}
	say := func(lang string) string {
		return findingWords(func(s string, args ...any) string { return p.word(lang, s, args...) }, f)
	}
	if got := say("zh"); got != "问法“老铁”和 hello 的“老铁你好”是同一句" {
		t.Error(got)
	}
	if got := say("en"); got != `"老铁" is "老铁你好" of hello` {
		t.Error(got)
	}
	if f.Format = "unheard of"; say("zh") != f.Text || strings.Contains(say("zh"), "%!") {
		t.Error(say("zh"))
	}
}
