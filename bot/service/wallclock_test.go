package service_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// machineClock says where the program may look at the machine's clock, by package and function, and why that decides
// nothing that a person could see. What does decide something goes by a clock that comes in from outside (Options.Now),
// so that a test or the demo can say which moment it is. A package's default for a missing Now needs no entry.
var machineClock = map[string]string{
	"bot: main": "the clock enters here",

	"bot/demo: NewClock": "measures how long the demo has run; the moment at which it began is given",
	"bot/demo: Now":      "measures how long the demo has run; the moment at which it began is given",

	"bot: step":                            "measures: a progress bar is drawn ten times a second",
	"bot/service: NewAsker":                "measures how long an answer took",
	"bot/service: Original":                "measures how long a file is remembered; its content is the same",
	"bot/service: retire":                  "measures how long an old endpoint of this process may still have work",
	"bot/store/redis: mark":                "measures between replicas how long an act takes",
	"bot/store/redis: idle":                "measures between replicas how long an act takes",
	"bot/wechat: once":                     "measures how long a call took",
	"bot/wechat/wechattest: Redeliver":     "measures how long an answer took",
	"bot/wechat/wechattest: nextMessageID": "makes numbers that no earlier run has used",
	"handlers/console: ready":              "measures how long ago this process read the list",
	"handlers/console: refresh":            "measures how long ago this process read the list",
	"handlers/console: writeImport":        "measures how long ago progress was written down",
	"handlers/webhook: ServeHTTP":          "measures how long an answer took",
	"handlers/webhook: handle":             "measures how long an answer took",
	"handlers/webhook: left":               "measures how much of the platform's five seconds is left",
	"handlers/webhook: run":                "measures how long a reply has been remembered in this process",
	"handlers/webhook: lead":               "measures how long a reply has been remembered in this process",
	"handlers/webhook: decide":             "measures how long a reply has been remembered in this process",
	"handlers/webhook: told":               "measures for how long a record has been tried",
	"kb: Eval":                             "measures how long an answer took",

	"bot/demo: raw":               "the deadline of a write",
	"handlers/api: importFilings": "the deadline of a read and a write",
	"handlers/api: exportFilings": "the deadline of a write",
	"handlers/console: longer":    "the deadline of a read and a write",
	"handlers: withKept":          "the deadline of a context, which the runtime keeps by the machine's clock",
}

// testTools are packages of tests only. Their waiting has deadlines by the machine's clock.
var testTools = []string{"bot/demo/demotest", "bot/store/storetest", "bot/store/storetest/redistest"}

// TestNothingDecidesByTheMachinesClock looks for time.Now, time.Since and time.Until in the whole program.
func TestNothingDecidesByTheMachinesClock(t *testing.T) {
	root := filepath.Join("..", "..")
	used, files := map[string]bool{}, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || slices.Contains(testTools, dir) {
			return nil
		}
		files++
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, look := range looksAtClock(f) {
			key := dir + ": " + look.in
			if used[key] = true; machineClock[key] == "" {
				t.Errorf("%v: %q looks at the machine's clock. Take the time from outside, "+
					"or say in machineClock why it decides nothing.", set.Position(look.at), key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 200 {
		t.Fatalf("only %d files seen", files)
	}
	for key := range machineClock {
		if !used[key] {
			t.Errorf("machineClock has %q, which does not look at the clock any more", key)
		}
	}
}

// look is one look at the machine's clock, in a function or method with a name; in is empty outside of any.
type look struct {
	in string
	at token.Pos
}

// looksAtClock finds them in a file. That time.Now is what a missing Now or now stands for is none.
func looksAtClock(f *ast.File) (found []look) {
	name := ""
	for _, imp := range f.Imports {
		if path, _ := strconv.Unquote(imp.Path.Value); path == "time" {
			if name = "time"; imp.Name != nil {
				name = imp.Name.Name
			}
		}
	}
	if name == "" {
		return nil
	}
	isNow := func(e ast.Expr) bool { return isLook(e, name, "Now") }
	for _, decl := range f.Decls {
		in := ""
		if fn, ok := decl.(*ast.FuncDecl); ok {
			in = fn.Name.Name
		}
		defaults := map[ast.Expr]bool{}
		ast.Inspect(decl, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				if len(n.Lhs) == 1 && len(n.Rhs) == 1 && isNow(n.Rhs[0]) && isNowName(n.Lhs[0]) {
					defaults[n.Rhs[0]] = true
				}
			case ast.Expr:
				if isLook(n, name, "Now", "Since", "Until") && !defaults[n] {
					found = append(found, look{in, n.Pos()})
				}
			}
			return true
		})
	}
	return found
}

// isLook reports whether e is one of the functions of the package that is called pkg here.
func isLook(e ast.Expr, pkg string, functions ...string) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok || !slices.Contains(functions, s.Sel.Name) {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// isNowName reports whether e is a field that holds a clock.
func isNowName(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	return ok && strings.EqualFold(s.Sel.Name, "now")
}

// TestLooksAtClock: the search finds what it must, whatever the package is called, and lets a default be.
func TestLooksAtClock(t *testing.T) {
	for source, want := range map[string][]string{
		`import "time"; func f() { _ = time.Now() }`:                                    {"f"},
		`import "time"; func (s *S) f() { _ = time.Since(s.at); _ = time.Until(s.at) }`: {"f", "f"},
		`import clock "time"; func (s S[T]) f() { g(clock.Now) }`:                       {"f"},
		`import "time"; var x = time.Now()`:                                             {""},
		`import "time"; func f() { if o.Now == nil { o.Now = time.Now } }`:              nil,
		`import "time"; func f() { w.now = time.Now }`:                                  nil,
		`import "time"; func f() { o.Now = time.Now() }`:                                {"f"},
		`import "time"; func f() { now := time.Now(); o.at = time.Now }`:                {"f", "f"},
		`import "time"; func f() { _ = time.After(time.Second); _ = time.Duration(1) }`: nil,
		`import "example.org/time/v2"; func f() { _ = time.Now() }`:                     nil,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x; "+source, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range looksAtClock(f) {
			got = append(got, l.in)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}
