package service_test

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateWire = flag.Bool("update-wire", false, "write the golden of what is encoded as JSON anew")

// TestWireNames holds every type that the program encodes as JSON, or decodes, to naming each field for the wire in
// a tag, so that renaming a field in Go changes nothing outside. Which types these are is found by following what
// is given to encoding/json through the program.
//
// The golden has the names of each such type, a line each, without the names of Go: a rename leaves it as it is. A
// line that changes is a change for stores, clients or conversations under way, and has to be one that was meant
// (-update-wire).
func TestWireNames(t *testing.T) {
	w := newWire(t)
	w.follow()
	if len(w.found) < 100 {
		t.Errorf("only %d types are encoded as JSON", len(w.found))
	}
	for _, bad := range slices.Sorted(maps.Keys(w.untagged)) {
		t.Errorf("%s has no json tag", bad)
	}
	for _, lost := range slices.Sorted(maps.Keys(w.lost)) {
		t.Errorf("%s: what is encoded here is not found out", lost)
	}
	got := strings.Join(slices.Compact(slices.Sorted(maps.Values(w.found))), "\n") + "\n"
	path := filepath.Join("testdata", "wire.golden")
	if *updateWire {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("names on the wire changed (-want +got):\n%s", d)
	}
}

// wire finds the types that are encoded.
type wire struct {
	fset     *token.FileSet
	packages []wirePackage
	// sinks are the parameters, by function and number, and the fields of which the values are encoded.
	sinks map[sink]bool
	// maps are the variables with maps of any that are encoded.
	maps map[types.Object]bool
	// found has the names of each type; untagged the fields without, lost the places where the type is not known.
	found    map[string]string
	untagged map[string]bool
	lost     map[string]bool
	seen     map[types.Type]bool
}

// sink is a parameter of a function, by its full name and number, its first result (aResult), or a field (aField).
type sink struct {
	name string
	n    int
}

const (
	aField  = -1
	aResult = -2
)

type wirePackage struct {
	files []*ast.File
	info  *types.Info
}

// newWire reads all packages of the program, with the compiler's export data for what they import.
func newWire(t *testing.T) *wire {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-export", "-deps",
		"-json=ImportPath,Export,Dir,GoFiles", "-tags", "", module+"...")
	cmd.Stderr = t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	type listed struct {
		ImportPath, Export, Dir string
		GoFiles                 []string
	}
	exports := make(map[string]string)
	var ours []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		// What the platform in a box says is the platform's wire, not ours.
		if strings.HasPrefix(p.ImportPath, module) && !strings.HasPrefix(p.ImportPath, module+"bot/wechat/wechat") {
			ours = append(ours, p)
		}
	}
	w := &wire{
		fset: token.NewFileSet(), found: make(map[string]string), untagged: make(map[string]bool),
		lost: make(map[string]bool),
		seen: make(map[types.Type]bool), maps: make(map[types.Object]bool),
		sinks: map[sink]bool{
			{"encoding/json.Marshal", 0}: true, {"encoding/json.MarshalIndent", 0}: true,
			{"encoding/json.Unmarshal", 1}:         true,
			{"(*encoding/json.Encoder).Encode", 0}: true, {"(*encoding/json.Decoder).Decode", 0}: true,
		},
	}
	from := importer.ForCompiler(w.fset, "gc", func(path string) (io.ReadCloser,
		error,
	) {
		return os.Open(exports[path])
	})
	for _, p := range ours {
		pkg := wirePackage{info: &types.Info{
			Types: make(map[ast.Expr]types.TypeAndValue), Defs: make(map[*ast.Ident]types.Object),
			Uses:       make(map[*ast.Ident]types.Object),
			Selections: make(map[*ast.SelectorExpr]*types.Selection),
		}}
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(w.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			pkg.files = append(pkg.files, f)
		}
		conf := types.Config{Importer: from}
		if _, err := conf.Check(p.ImportPath, w.fset, pkg.files, pkg.info); err != nil {
			t.Fatal(err)
		}
		w.packages = append(w.packages, pkg)
	}
	return w
}

// follow looks through the program until no new sinks are found.
func (w *wire) follow() {
	for known := -1; known != len(w.sinks)+len(w.maps); {
		known = len(w.sinks) + len(w.maps)
		clear(w.lost)
		for _, p := range w.packages {
			for _, f := range p.files {
				for _, d := range f.Decls {
					ast.Inspect(d, func(n ast.Node) bool { w.look(p, d, n); return true })
				}
			}
		}
	}
}

// look finds at a node of a declaration what goes into a sink.
func (w *wire) look(p wirePackage, in ast.Decl, n ast.Node) {
	switch n := n.(type) {
	case *ast.CallExpr:
		f := p.called(n)
		for i, arg := range n.Args {
			if f != nil && w.sinks[sink{f.FullName(), i}] {
				w.encoded(p, in, arg)
			}
		}
	case *ast.KeyValueExpr:
		if id, ok := n.Key.(*ast.Ident); ok && w.field(p.info.Uses[id]) {
			w.encoded(p, in, n.Value)
		}
	case *ast.ReturnStmt:
		if f, ok := in.(*ast.FuncDecl); ok && len(n.Results) > 0 && w.sinks[sink{p.function(f).FullName(), aResult}] {
			w.encoded(p, in, n.Results[0])
		}
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if len(n.Lhs) != len(n.Rhs) {
				break
			}
			if x, ok := to.(*ast.IndexExpr); ok {
				to = x.X
			}
			if id, ok := to.(*ast.Ident); ok && w.maps[p.info.ObjectOf(id)] {
				w.encoded(p, in, n.Rhs[i])
			}
			if s, ok := to.(*ast.SelectorExpr); ok && w.field(p.info.Uses[s.Sel]) {
				w.encoded(p, in, n.Rhs[i])
			}
		}
	}
}

// anyMap reports whether t is a map of any, which is what answers are put together in.
func anyMap(t types.Type) bool {
	if t == nil {
		return false
	}
	m, ok := t.Underlying().(*types.Map)
	return ok && types.IsInterface(m.Elem())
}

// called returns the function that is called; nil where it is a value.
func (p wirePackage) called(c *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	default:
		return nil
	}
	f, _ := p.info.Uses[id].(*types.Func)
	return f
}

// function returns the function that a declaration declares.
func (p wirePackage) function(f *ast.FuncDecl) *types.Func {
	fn, _ := p.info.Defs[f.Name].(*types.Func)
	return fn
}

func (w *wire) field(o types.Object) bool {
	v, ok := o.(*types.Var)
	return ok && v.IsField() && w.sinks[fieldSink(v)]
}

// fieldSink names a field by its package: one of the same name in another struct of the package counts too, which
// finds too much, never less.
func fieldSink(v *types.Var) sink {
	if v.Pkg() == nil {
		return sink{v.Name(), aField}
	}
	return sink{v.Pkg().Path() + "." + v.Name(), aField}
}

// encoded looks at an expression whose value is encoded.
func (w *wire) encoded(p wirePackage, in ast.Decl, e ast.Expr) {
	e = ast.Unparen(e)
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = u.X
	}
	t := p.info.TypeOf(e)
	if t == nil || types.Identical(t, types.Typ[types.UntypedNil]) {
		return
	}
	if lit, ok := e.(*ast.CompositeLit); ok { // a map or a slice of any: what stands in it counts
		for _, x := range lit.Elts {
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				x = kv.Value
			}
			if _, ok := t.Underlying().(*types.Struct); !ok {
				w.encoded(p, in, x)
			}
		}
	}
	if !types.IsInterface(t) {
		if id, ok := e.(*ast.Ident); ok && anyMap(t) {
			w.maps[p.info.ObjectOf(id)] = true
		}
		w.walk(t)
		return
	}
	switch x := e.(type) {
	case *ast.CallExpr:
		if f := p.called(x); f != nil {
			w.sinks[sink{f.FullName(), aResult}] = true
			return
		}
	case *ast.Ident:
		v, _ := p.info.Uses[x].(*types.Var)
		if f, ok := in.(*ast.FuncDecl); ok && v != nil {
			fn := p.function(f)
			params := fn.Signature().Params()
			for i := range params.Len() {
				if params.At(i) == v {
					w.sinks[sink{fn.FullName(), i}] = true
					return
				}
			}
		}
	case *ast.SelectorExpr:
		if v, ok := p.info.Uses[x.Sel].(*types.Var); ok && v.IsField() {
			w.sinks[fieldSink(v)] = true
			return
		}
	}
	w.lost[relative(w.fset.Position(e.Pos()))] = true
}

// walk looks at a type that is encoded, and at those in it.
func (w *wire) walk(t types.Type) {
	if w.seen[t] {
		return
	}
	w.seen[t] = true
	if n,
		ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() != nil && !strings.HasPrefix(n.Obj().Pkg().Path(), module) {
		return
	}
	if methods := types.NewMethodSet(types.NewPointer(t)); methods.Lookup(nil,
		"MarshalJSON") != nil || methods.Lookup(nil, "MarshalText") != nil {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		w.walk(u.Elem())
	case *types.Slice:
		w.walk(u.Elem())
	case *types.Array:
		w.walk(u.Elem())
	case *types.Map:
		w.walk(u.Elem())
	case *types.Struct:
		w.walkStruct(t, u)
	}
}

func (w *wire) walkStruct(t types.Type, s *types.Struct) {
	var names []string
	for i := range s.NumFields() {
		f := s.Field(i)
		tag, ok := reflect.StructTag(s.Tag(i)).Lookup("json")
		name, _, _ := strings.Cut(tag, ",")
		switch {
		case !ok && f.Embedded(): // its fields stand among the others
			names = append(names, "…")
			w.walk(f.Type())
			continue
		case !f.Exported() || tag == "-":
			continue
		case !ok || name == "":
			w.untagged[types.TypeString(t, nil)+"."+f.Name()] = true
		}
		names = append(names, tag)
		if types.IsInterface(f.Type()) {
			w.sinks[fieldSink(f)] = true
			continue
		}
		w.walk(f.Type())
	}
	if len(names) > 0 {
		w.found[types.TypeString(t, nil)] = strings.Join(names, " ")
	}
}

// relative is a place in the program, by the folder and file.
func relative(p token.Position) string {
	return filepath.Join(filepath.Base(filepath.Dir(p.Filename)),
		filepath.Base(p.Filename)) + strings.TrimPrefix(p.String(), p.Filename)
}
