package vocab

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// set is a table as the tests look at it, with codes as text.
type set struct {
	rows  []term[string]
	valid func(string) bool
	parse func(string) (string, bool) // nil where the set has no Parse function
}

func setOf[C ~string, R interface{ head() term[C] }](
	t table[C, R], valid func(C) bool, parse func(string) (C, bool),
) set {
	s := set{valid: func(c string) bool { return valid(C(c)) }}
	if parse != nil {
		s.parse = func(name string) (string, bool) {
			c, ok := parse(name)
			return string(c), ok
		}
	}
	for _, c := range t.codes {
		h := t.rows[c].head()
		s.rows = append(s.rows, term[string]{string(h.code), h.chinese, h.english, h.aliases})
	}
	return s
}

// sets are the tables by the type of their codes. Tones are no table: they have no names.
func sets() map[string]set {
	return map[string]set{
		"Platform":   setOf(platforms, Platform.Valid, ParsePlatform),
		"Stage":      setOf(stages, Stage.Valid, ParseStage),
		"Province":   setOf(provinces, Province.Valid, ParseProvince),
		"Channel":    setOf(channels, Channel.Valid, nil),
		"Kind":       setOf(kinds, Kind.Valid, nil),
		"Reason":     setOf(reasons, Reason.Valid, nil),
		"Permission": setOf(permissions, Permission.Valid, nil),
		"Role":       setOf(roles, Role.Valid, nil),
	}
}

// constant is one of the package's constants as its source has it.
type constant struct{ name, code string }

// source reads the constants of each type, and how often each constant begins a row, from the package's files.
func source(t *testing.T) (constants map[string][]constant, rows map[string]int) {
	t.Helper()
	constants, rows = map[string][]constant{}, map[string]int{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(fset, name, src, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				if of, ok := n.Type.(*ast.Ident); ok && len(n.Names) == 1 && len(n.Values) == 1 {
					if v, ok := n.Values[0].(*ast.BasicLit); ok {
						code, _ := strconv.Unquote(v.Value)
						constants[of.Name] = append(constants[of.Name], constant{n.Names[0].Name, code})
					}
				}
			case *ast.CompositeLit:
				if of, ok := n.Type.(*ast.IndexExpr); ok && len(n.Elts) > 0 {
					if id, ok := of.X.(*ast.Ident); ok && id.Name == "term" {
						rows[n.Elts[0].(*ast.Ident).Name]++
					}
				}
			}
			return true
		})
	}
	return constants, rows
}

// Every constant has one row and every row a constant, in the same order.
func TestConstantsHaveRows(t *testing.T) {
	constants, rows := source(t)
	for of, s := range sets() {
		var declared, listed []string
		for _, c := range constants[of] {
			if c.code == "" { // ReasonNone is in no set
				continue
			}
			declared = append(declared, c.code)
			if rows[c.name] != 1 {
				t.Errorf("%s has %d rows: add one to the table of %s", c.name, rows[c.name], of)
			}
			if !s.valid(c.code) {
				t.Errorf("%s is not valid", c.name)
			}
		}
		for _, r := range s.rows {
			listed = append(listed, r.code)
		}
		if !slices.Equal(declared, listed) {
			t.Errorf("%s: the constants are %v, the rows are %v", of, declared, listed)
		}
		if codes := slices.Compact(slices.Sorted(slices.Values(declared))); len(codes) != len(declared) {
			t.Errorf("%s: two constants have the same code, among %v", of, declared)
		}
		if s.valid("") || s.valid("no such code") {
			t.Errorf("%s: what is no code is valid", of)
		}
	}
	for of := range constants {
		if _, ok := sets()[of]; !ok && of != "Tone" {
			t.Errorf("the constants of %s belong to no table", of)
		}
	}
}

// Both names are there, and no name or alias leads to two rows or, through Parse, to another one.
func TestNamesAreUnambiguous(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for of, s := range sets() {
		owner := map[string]string{}
		for _, r := range s.rows {
			if !han.MatchString(r.chinese) || r.english == "" || han.MatchString(r.english) {
				t.Errorf("%s %s is called %q and %q", of, r.code, r.chinese, r.english)
			}
			for _, name := range append(strings.Fields(r.aliases), r.code, r.chinese, r.english) {
				if was, ok := owner[fold(name)]; ok && was != r.code {
					t.Errorf("%s: %q is %s and %s", of, name, was, r.code)
				}
				owner[fold(name)] = r.code
				if s.parse == nil {
					continue
				}
				if got, ok := s.parse(name); !ok || got != r.code {
					t.Errorf("%s: %q is read as %q, want %q", of, name, got, r.code)
				}
			}
		}
		if s.parse != nil {
			for _, name := range []string{"", "？", strings.Repeat("很长", maxName)} {
				if got, ok := s.parse(name); ok {
					t.Errorf("%s: %q is read as %q", of, name, got)
				}
			}
		}
	}
}

// A caller may do with a list what they like.
func TestListsAreTheCallersOwn(t *testing.T) {
	for range 2 {
		p, s, v := Platforms(), Stages(), Provinces()
		if p[0] != PlatformWeChat || s[0] != StageNotReady || v[0] != ProvinceBeijing {
			t.Fatalf("%v %v %v", p, s, v)
		}
		p[0], s[0], v[0] = "", "", ""
	}
}

func TestPlatformFacts(t *testing.T) {
	spoken, asked := map[string]Platform{}, map[string]Platform{}
	pattern, contact := regexp.MustCompile(`^`+PlatformPattern()+`$`), regexp.MustCompile(`^`+ContactPattern()+`$`)
	for _, p := range Platforms() {
		r := p.row()
		if p.Console() == "" || p.Resubmit() == "" || (r.console == anyConsole) != (p.ConsoleHint() != "") {
			t.Errorf("%s: console %q, resubmit %q, hint %q: all that is not known is anyConsole with anyHint",
				p, p.Console(), p.Resubmit(), p.ConsoleHint())
		}
		if p.Reference() == "" || p != PlatformOther && p.Reference() != p.Chinese() {
			t.Errorf("%s is referred to as %q", p, p.Reference())
		}
		if r.spoken == "" || r.asked == "" {
			t.Errorf("%s has no words in a sentence (%q) or in a question (%q): add them to its row",
				p, r.spoken, r.asked)
		}
		for _, w := range strings.Fields(r.spoken) {
			matched := pattern.MatchString(w) && pattern.MatchString(strings.ToUpper(w))
			if got, _ := ParsePlatform(w); got != p || !matched || spoken[w] != "" {
				t.Errorf("%s: %q in a sentence is %s, also of %q", p, w, got, spoken[w])
			}
			spoken[w] = p
		}
		for _, w := range p.Asked() {
			if asked[w] != "" {
				t.Errorf("%q asks about %s and %s", w, asked[w], p)
			}
			asked[w] = p
		}
		for _, w := range strings.Fields(r.contact) {
			if !contact.MatchString(w) {
				t.Errorf("%s: the pattern of contacts does not match %q", p, w)
			}
		}
	}
	if all := PlatformsByWeight(); all[len(all)-1] != PlatformWeChat || len(all) != len(Platforms()) {
		t.Errorf("by weight: %v", all)
	}
	p := Platform("")
	if p.Chinese()+p.English()+p.Reference() != "" || p.Console() != anyConsole || p.ConsoleHint() != anyHint {
		t.Error("words for what is no platform")
	}
}

func TestStageFacts(t *testing.T) {
	asked, weights := map[string]Stage{}, map[int]Stage{}
	for _, s := range Stages() {
		r := s.row()
		if !s.Next().Valid() || s.Next() == s {
			t.Errorf("after %s comes %q: set next in its row", s, s.Next())
		}
		bad := s.Rejected() || s == StageSMSExpired
		if s.Tone() == "" || (s.Tone() == ToneBad) != bad || s.Review() && s.Tone() != ToneWait {
			t.Errorf("%s is shown as %q", s, s.Tone())
		}
		if s.Rejected() && (!s.HasReasons() || !s.Important()) || s.Step() < 0 || s.Step() > 4 {
			t.Errorf("%s: reasons %v, important %v, step %d", s, s.HasReasons(), s.Important(), s.Step())
		}
		if (r.asked == "") != (r.weight == 0) || r.weight != 0 && weights[r.weight] != "" {
			t.Errorf("%s: its words count with weight %d, which also %q has", s, r.weight, weights[r.weight])
		}
		weights[r.weight] = s
		for _, w := range s.Asked() {
			if asked[w] != "" {
				t.Errorf("%q tells %s and %s", w, asked[w], s)
			}
			asked[w] = s
		}
	}
	all := StagesByWeight()
	if len(all) == 0 || !slices.IsSortedFunc(all, func(a, b Stage) int { return a.row().weight - b.row().weight }) {
		t.Errorf("by weight: %v", all)
	}
}

func TestProvinceFacts(t *testing.T) {
	letters, places := map[rune]Province{}, map[string]Province{}
	if len(Provinces()) != 31 {
		t.Errorf("%d provinces", len(Provinces()))
	}
	for _, p := range Provinces() {
		if string(p) != p.Chinese() || len([]rune(p.Letter())) != 1 {
			t.Errorf("%s is called %s and has the letter %q", p, p.Chinese(), p.Letter())
		}
		for _, c := range provinces.rows[p].letters {
			if got, ok := ProvinceOfLetter(c); !ok || got != p || letters[c] != "" {
				t.Errorf("%c is of %s, want %s; also of %q", c, got, p, letters[c])
			}
			letters[c] = p
		}
		bare, suffixed := p.Places()
		for _, place := range append(bare, suffixed...) {
			if places[place] != "" || strings.HasSuffix(place, "市") {
				t.Errorf("%s is in %s, also in %q", place, p, places[place])
			}
			places[place] = p
		}
		if cities := p.Cities(); len(cities) > 0 && cities[0] != provinces.rows[p].capital || len(p.Names()) == 0 {
			t.Errorf("%s: cities %v, names %v", p, cities, p.Names())
		}
	}
	if _, ok := ProvinceOfLetter('港'); ok || Province("香港").Letter() != "" {
		t.Error("香港 has an authority of its own here")
	}
}

func TestRolesAndPermissions(t *testing.T) {
	for _, p := range Permissions() {
		least := slices.Index(Roles(), p.Least())
		for i, r := range Roles() {
			if r.May(p) != (i >= least) || least < 0 {
				t.Errorf("%s may %s: %v, from %q on", r, p, r.May(p), p.Least())
			}
		}
	}
	if Role("").May(PermissionView) || RoleAdmin.May("") || RoleAdmin.May("fly") || Role("king").May(PermissionView) {
		t.Error("what is no role or no permission is allowed")
	}
	if Lesser(RoleAdmin, RoleReader) != RoleReader || Lesser(RoleEditor, RoleOperator) != RoleEditor {
		t.Error("the lesser role")
	}
}

func TestKindsAndReasons(t *testing.T) {
	if KindChange.Important() || !KindSMS.Important() || !KindPSBFiling.ByDate() || KindSMS.ByDate() {
		t.Error("kinds")
	}
	stuck := map[Reason]bool{}
	for _, r := range Reasons() {
		if r.Stuck() {
			stuck[r] = true
		}
	}
	if !maps.Equal(stuck, map[Reason]bool{ReasonContent: true, ReasonForbidden: true, ReasonGaveUp: true}) {
		t.Errorf("stuck: %v", stuck)
	}
	if ReasonNone.Chinese() != "" || Reason("odd").Chinese() != "" || ReasonNone.Valid() {
		t.Error("words for what is no reason")
	}
}
