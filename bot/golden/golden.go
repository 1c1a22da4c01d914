// Package golden compares what tests produce with files in testdata. “go test ./pkg -update” writes the files anew;
// read what changed before you commit them. Only tests import it.
package golden

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Equal fails the test unless the file testdata/name, below the directory of the test's package, holds got. With
// -update it writes the file instead.
func Equal(t testing.TB, name, got string) {
	t.Helper()
	if err := compare(filepath.Join("testdata", name), got, *update); err != nil {
		t.Error(err)
	}
}

func compare(path, got string, update bool) error {
	if update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, []byte(got), 0o644)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w; go test -update writes it", err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		return fmt.Errorf("%s differs (-want +got); go test -update writes it anew:\n%s", path, d)
	}
	return nil
}
