package storetest

import (
	"cmp"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// A fixture is what a released version left in a store, saved under a name. Later versions must read it and go on
// from it. To add one beside the others, which stay as they are, name it by its day (the names sort by age):
//
//	go test ./handlers -run Fixture -fixture 2027-01-31                            the conversations that are under way
//	go test ./bot/store/bolt ./bot/store/redis -run Fixture -fixture 2027-01-31    the data
//
// -fixture-golden writes anew what is read of the fixtures; the difference has to be one that was meant.
var (
	newFixture = flag.String("fixture", "",
		"write what this version keeps as a new fixture of this name (testdata/fixture-NAME.*)")
	updateFixture = flag.Bool("fixture-golden", false, "write the goldens of what is read of the fixtures anew")
)

// NewFixture returns the name of the fixture that is to be written; empty where none is.
func NewFixture() string { return *newFixture }

// Whole is a store as the program uses it, with the records of the desk.
type Whole interface {
	store.Store
	desk.Records
}

// Facts are what has to be known of a fixture to go on from it.
type Facts struct {
	// At is where the clock stood when it was written.
	At time.Time `json:"at"`
	// Users are the people in it.
	Users []string `json:"users"`
	// Secrets are what was drawn at random (cookies, keys, tokens of leases, salts), by a name. Goldens have the
	// name in its place.
	Secrets map[string]string `json:"secrets"`
	// Cursors are those of the second pages, by the name of the query.
	Cursors map[string]string `json:"cursors"`
}

// veil puts the names of secrets in their place.
func (f Facts) veil(s string) string {
	names := slices.SortedFunc(maps.Keys(f.Secrets), func(a, b string) int { // one may be a part of another
		return cmp.Or(cmp.Compare(len(f.Secrets[b]), len(f.Secrets[a])), strings.Compare(a, b))
	})
	for _, n := range names {
		s = strings.ReplaceAll(s, f.Secrets[n], "<"+n+">")
	}
	return s
}

// Saved is how a store's own tests hand its fixtures to the contract. Paths are without the extension, relative to
// the test.
type Saved struct {
	// Open makes a new, empty store.
	Open func(t testing.TB, o Options) Whole
	// Load opens a copy of what Save wrote.
	Load func(t testing.TB, path string, o Options) Whole
	// Save writes what a store of Open keeps. It may close the store.
	Save func(t testing.TB, s Whole, path string)
	// Dump returns what a store of Open or Load keeps, as it is kept, by its place. It may close the store.
	Dump func(t testing.TB, s Whole) map[string]string
}

// shared is where the stores find what they have in common: the conversations and the goldens.
const shared = "../storetest/testdata"

// Fixtures holds a store to reading what earlier versions wrote, and to writing the newest fixture as it is.
func Fixtures(t *testing.T, saved Saved) {
	if *newFixture != "" {
		writeFixture(t, saved, *newFixture)
	}
	names := FixtureNames(t, "testdata")
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			x := &fixture{name: name, path: filepath.Join("testdata", "fixture-"+name), saved: saved}
			readJSON(t, x.path+".json", &x.facts)
			x.talks = ReadTalks(t, shared, name)
			t.Run("Read", x.testRead)
			t.Run("Cursors", x.testCursors)
			t.Run("Filings go on", x.testFilings)
			t.Run("Followers go on", x.testFollowers)
			t.Run("Pushes go on", x.testPushes)
			t.Run("Conversations go on", x.testTalks)
			t.Run("People go on", x.testPeople)
			t.Run("Guesses go on", x.testGuesses)
			t.Run("Desk goes on", x.testDesk)
		})
	}
	t.Run("Written as the newest", func(t *testing.T) { testRewritten(t, saved, names[len(names)-1]) })
}

// FixtureNames returns the names of the fixtures in a folder, the oldest first. There is at least one.
func FixtureNames(t testing.TB, dir string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "fixture-*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures in %s: %v", dir, err)
	}
	var names []string
	for _, p := range paths {
		names = append(names, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(p), "fixture-"), ".json"))
	}
	slices.Sort(names)
	return names
}

// ReadFacts reads what has to be known of the fixture with a name in a folder.
func ReadFacts(t testing.TB, dir, name string) (f Facts) {
	t.Helper()
	readJSON(t, filepath.Join(dir, "fixture-"+name+".json"), &f)
	return f
}

// Talk is a conversation that is under way.
type Talk struct {
	Name string `json:"name"`
	User string `json:"user"`
	// Memory is what is remembered of it, as handlers write it.
	Memory json.RawMessage `json:"memory"`
	// Own are the filings that the person registered in it.
	Own []filing.Filing `json:"own,omitempty"`
}

// ReadTalks reads the conversations of the fixture with a name in a folder.
func ReadTalks(t testing.TB, dir, name string) (talks []Talk) {
	t.Helper()
	readJSON(t, filepath.Join(dir, "talks-"+name+".json"), &talks)
	return talks
}

// writeFixture writes a new fixture. It changes none there is.
func writeFixture(t *testing.T, saved Saved, name string) {
	path := filepath.Join("testdata", "fixture-"+name)
	if _, err := os.Stat(path + ".json"); err == nil {
		t.Fatalf("there is a fixture %s; fixtures are not changed", name)
	}
	clock := NewClock()
	w := newFixtureWriter(t, saved, clock, name)
	w.writeAll()
	WriteJSON(t, path+".json", w.facts)
	saved.Save(t, w.all, path)
}

// testRewritten writes the newest fixture once more and compares what is kept, place by place: so nothing changes
// by accident that only writers see, or that readers forgive. Where something was to change, a new fixture is due.
func testRewritten(t *testing.T, saved Saved, name string) {
	var facts Facts
	path := filepath.Join("testdata", "fixture-"+name)
	readJSON(t, path+".json", &facts)
	want := veiled(facts, saved.Dump(t, saved.Load(t, path, Options{Planner: Planner{}, Now: NewClock().Now})))
	w := newFixtureWriter(t, saved, NewClock(), name)
	w.writeAll()
	w.complete()
	got := veiled(w.facts, saved.Dump(t, w.all))
	if d := gocmp.Diff(want, got); d != "" {
		t.Errorf("written otherwise than fixture %s; add a fixture where that is meant (-want +got):\n%s", name, d)
	}
	if len(want) < 100 {
		t.Errorf("the fixture has %d places only", len(want))
	}
}

func veiled(f Facts, dump map[string]string) map[string]string {
	out := make(map[string]string, len(dump))
	for k, v := range dump {
		out[f.veil(k)] = f.veil(v)
	}
	return out
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// WriteJSON writes v to a file, for people to read.
func WriteJSON(t testing.TB, path string, v any) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(pretty(t, v)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func pretty(t testing.TB, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
