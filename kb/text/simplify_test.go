package text

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSimplifyByHand: what people write in Traditional characters becomes what was written by hand beside it. The table
// does not depend on the library: another one must make the same of it.
func TestSimplifyByHand(t *testing.T) {
	data, err := os.ReadFile("testdata/traditional.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) < 100 {
		t.Fatalf("only %d sentences", len(lines))
	}
	for _, line := range lines {
		traditional, want, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("no tab in %q", line)
		}
		if got := Simplify(traditional); got != want {
			t.Errorf("%s became %s, want %s", traditional, got, want)
		}
		if got := Simplify(want); got != want {
			t.Errorf("%s is Simplified and became %s", want, got)
		}
	}
}

// TestSimplifyOnce: over all of the knowledge and the labelled questions, what is Simplified once stays as it is,
// character by character in its place.
func TestSimplifyOnce(t *testing.T) {
	files, err := filepath.Glob("../content/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines, changed := 0, 0
	for _, name := range append(files, "../testdata/questions.jsonl") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			once := Simplify(line)
			lines++
			if once != line {
				changed++
			}
			if twice := Simplify(once); twice != once || utf8.RuneCountInString(once) != utf8.RuneCountInString(line) {
				t.Errorf("%s: %q became %q, then %q", filepath.Base(name), line, once, twice)
			}
		}
	}
	if lines < 10000 || changed < 200 {
		t.Errorf("only %d lines, %d of them with Traditional characters", lines, changed)
	}
}
