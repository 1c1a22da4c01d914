package httpstatus

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/errs"
)

// Every code that any package declares is unique and has a status here; nothing else has one.
func TestEveryCodeHasAStatus(t *testing.T) {
	declared := map[errs.Code]string{}
	for name, code := range codes(t) {
		if other := declared[code]; other != "" {
			t.Errorf("%s and %s are both %q", name, other, code)
		}
		declared[code] = name
		if status, ok := Of(code); !ok || status < 400 || status > 599 {
			t.Errorf("%s, %q, has status %d", name, code, status)
		}
	}
	for code := range statuses {
		if declared[code] == "" {
			t.Errorf("%q has a status, and nobody declares it", code)
		}
	}
	if len(declared) < 11 {
		t.Errorf("only %d codes found: %v", len(declared), declared)
	}
	if _, ok := Of(""); ok {
		t.Error("no code at all has a status")
	}
}

// codes reads the constants of type errs.Code from the source of the whole module, by the place where they stand. It
// fails the test where a coded error is made with a literal, which no table could know.
func codes(t *testing.T) map[string]errs.Code {
	t.Helper()
	out := map[string]errs.Code{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		own := file.Name.Name == "errs"
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if !isNamed(n.Type, "Code", own) {
					break
				}
				for i, name := range n.Names {
					if i < len(n.Values) {
						if s, ok := literal(n.Values[i]); ok {
							out[file.Name.Name+"."+name.Name] = errs.Code(s)
							continue
						}
					}
					t.Errorf("%s: %s is no plain string", fset.Position(n.Pos()), name.Name)
				}
			case *ast.CompositeLit:
				if !isNamed(n.Type, "Error", own) {
					break
				}
				for _, e := range n.Elts {
					kv, ok := e.(*ast.KeyValueExpr)
					if !ok {
						t.Errorf("%s: a coded error without the names of its fields", fset.Position(n.Pos()))
						break
					}
					if _, ok := literal(kv.Value); ok && kv.Key.(*ast.Ident).Name == "Code" {
						t.Errorf("%s: the code is a literal; declare it", fset.Position(n.Pos()))
					}
				}
			case *ast.CallExpr:
				if !isNamed(n.Fun, "Errorf", own) && !isNamed(n.Fun, "Code", own) || len(n.Args) == 0 {
					break
				}
				if _, ok := literal(n.Args[0]); ok {
					t.Errorf("%s: the code is a literal; declare it", fset.Position(n.Pos()))
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// isNamed reports whether e is errs.name, or name itself inside package errs.
func isNamed(e ast.Expr, name string, own bool) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return own && e.Name == name
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && x.Name == "errs" && e.Sel.Name == name
	}
	return false
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}
