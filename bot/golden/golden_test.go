package golden

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

func TestCompare(t *testing.T) {
	path := filepath.Join(t.TempDir(), "testdata", "x.golden")
	if err := compare(path, "一\n二\n", false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a file: %v", err)
	}
	if err := compare(path, "一\n二\n", true); err != nil {
		t.Fatal(err)
	}
	if err := compare(path, "一\n二\n", false); err != nil {
		t.Errorf("the same: %v", err)
	}
	err := compare(path, "一\n三\n", false)
	for _, part := range []string{path, "二", "三"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("another: %v lacks %q", err, part)
		}
	}
}

// What Equal reports is a failure of its test, not of the one that runs it.
func TestEqual(t *testing.T) {
	if *update {
		return
	}
	Equal(t, "same.golden", "一样\n")
	var r recorder
	Equal(&r, "same.golden", "不一样\n")
	if !r.failed {
		t.Error("a difference is no failure")
	}
}

type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Helper()      {}
func (r *recorder) Error(...any) { r.failed = true }
