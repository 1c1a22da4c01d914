package bolt_test

import (
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/store/storetest"
)

// TestMain also holds every store to ending what it started.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fresh opens a new store in a folder of its own.
func fresh(t testing.TB, o storetest.Options) store.Store {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "beianbot.db"), o)
}

func reopen(t testing.TB, path string, o storetest.Options) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(bolt.Options{Path: path, Planner: o.Planner, Now: o.Now, Wake: o.Wake})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) { storetest.Run(t, fresh) }

func TestRaces(t *testing.T) { storetest.Races(t, fresh) }

func TestModel(t *testing.T) { storetest.Model(t, fresh) }

func Benchmark(b *testing.B) { storetest.Benchmark(b, fresh) }
