package service

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/beianbot/beianbot"

// code is what the type checker knows of the packages that map the configuration onto the program.
type code struct {
	// funcs are the functions of both packages by their objects; those of the service also by name.
	funcs  map[types.Object]*function
	byName map[string]types.Object
}

// function is one function or method.
type function struct {
	reads map[string]bool // keys of the configuration whose value it uses
	calls map[types.Object]bool
	// start are the keys that it reads straight from the configuration of the start, which a reload does not change;
	// usesStart tells that it has to do with that configuration at all.
	start     map[string]bool
	usesStart bool
}

// readCode checks the types of bot/service and bot, tests left out, and notes which function reads which key.
func readCode(t *testing.T) *code {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export",
		module+"/bot/service", module+"/bot")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	type listed struct {
		ImportPath, Dir, Export string
		GoFiles                 []string
	}
	packages := map[string]listed{}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p
	}
	fset := token.NewFileSet()
	imp := importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		p, ok := packages[path]
		if !ok {
			return nil, fmt.Errorf("no export data of %s", path)
		}
		return os.Open(p.Export)
	})
	configuration, err := imp.Import(module + "/config")
	if err != nil {
		t.Fatal(err)
	}
	leaves := map[types.Object]string{}
	keysOf(configuration.Scope().Lookup("Config").Type(), "", leaves)
	c := &code{funcs: map[types.Object]*function{}, byName: map[string]types.Object{}}
	for _, path := range []string{module + "/bot/service", module + "/bot"} {
		p := packages[path]
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
		info := &types.Info{Selections: map[*ast.SelectorExpr]*types.Selection{}, Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
		if _, err := (&types.Config{Importer: imp}).Check(path, fset, files, info); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			c.addFile(f, info, leaves, path == module+"/bot/service")
		}
	}
	return c
}

// keysOf finds the field of each key by the yaml tags.
func keysOf(t types.Type, path string, leaves map[types.Object]string) {
	s := t.Underlying().(*types.Struct)
	for i := range s.NumFields() {
		f := s.Field(i)
		_, name, _ := strings.Cut(s.Tag(i), `yaml:"`)
		name, _, _ = strings.Cut(name, `"`)
		name = strings.TrimPrefix(path+"."+name, ".")
		if _, section := f.Type().Underlying().(*types.Struct); section {
			keysOf(f.Type(), name, leaves)
		} else {
			leaves[f] = name
		}
	}
}

func (c *code) addFile(f *ast.File, info *types.Info, leaves map[types.Object]string, byName bool) {
	for _, d := range f.Decls {
		decl, ok := d.(*ast.FuncDecl)
		if !ok || decl.Body == nil {
			continue
		}
		fn := &function{reads: map[string]bool{}, calls: map[types.Object]bool{}, start: map[string]bool{}}
		obj := info.Defs[decl.Name]
		c.funcs[obj] = fn
		if byName {
			c.byName[decl.Name.Name] = obj
		}
		written := map[ast.Expr]bool{}
		ast.Inspect(decl.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, left := range n.Lhs {
					written[left] = true
				}
			case *ast.SelectorExpr:
				s := info.Selections[n]
				if s == nil {
					break
				}
				if key := leaves[s.Obj()]; key != "" && !written[n] {
					fn.reads[key] = true
					fn.start[key] = fn.start[key] || fromStart(n.X, info)
				}
				fn.usesStart = fn.usesStart || isStart(s)
			case *ast.Ident:
				if used, ok := info.Uses[n].(*types.Func); ok {
					fn.calls[used] = true
				}
			}
			return true
		})
	}
}

// isStart reports whether a selection is Options.Config, the configuration of the start.
func isStart(s *types.Selection) bool {
	return s.Obj().Name() == "Config" && strings.HasSuffix(s.Recv().String(), module+"/bot/service.Options")
}

// fromStart reports whether x leads to Options.Config by selectors alone: s.options.Config.Push.
func fromStart(x ast.Expr, info *types.Info) bool {
	for {
		sel, ok := x.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		if s := info.Selections[sel]; s != nil && isStart(s) {
			return true
		}
		x = sel.X
	}
}

// reachedFrom returns the keys that a function of the service reads, with all that it calls within the service. None of
// them may use the configuration of the start.
func (c *code) reachedFrom(t *testing.T, name string) map[string]bool {
	t.Helper()
	start, ok := c.byName[name]
	if !ok {
		t.Fatalf("no function %s", name)
	}
	reads, seen := map[string]bool{}, map[types.Object]bool{}
	var visit func(obj types.Object)
	visit = func(obj types.Object) {
		f := c.funcs[obj]
		if f == nil || seen[obj] {
			return
		}
		seen[obj] = true
		if f.usesStart {
			t.Errorf("%s, by way of %s, uses the configuration of the start, which a reload does not change", name, obj.Name())
		}
		for key := range f.reads {
			reads[key] = true
		}
		for called := range f.calls {
			visit(called)
		}
	}
	visit(start)
	return reads
}
