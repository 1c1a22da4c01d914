package redis_test

import (
	"crypto/rand"
	"os"
	"sync"
	"testing"

	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
)

// launched is the server that the tests of this package share; each store has a prefix of its own.
var launched struct {
	sync.Once
	server *redistest.Server
	err    error
}

// shared returns that server, which starts with the first test that asks for it. A test that runs in short mode is skipped.
func shared(t testing.TB) *redistest.Server {
	t.Helper()
	redistest.SkipShort(t)
	launched.Do(func() { launched.server, launched.err = redistest.Launch() })
	if launched.err != nil {
		t.Fatal(launched.err)
	}
	return launched.server
}

func TestMain(m *testing.M) {
	code := m.Run()
	if launched.server != nil {
		launched.server.Stop()
	}
	os.Exit(code)
}

func fresh(t testing.TB, o storetest.Options) store.Store { return on(t, shared(t).URL, o) }

func on(t testing.TB, url string, o storetest.Options) *redis.Store {
	t.Helper()
	s, err := redis.Open(t.Context(), redis.Options{
		URL: url, Prefix: "test:" + rand.Text() + ":", Planner: o.Planner, Now: o.Now, Wake: o.Wake,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestContract(t *testing.T) {
	redistest.SkipShort(t)
	storetest.Run(t, fresh)
}

func TestRaces(t *testing.T) {
	redistest.SkipShort(t)
	storetest.Races(t, fresh)
}

func TestModel(t *testing.T) {
	redistest.SkipShort(t)
	storetest.Model(t, fresh)
}

func Benchmark(b *testing.B) { storetest.Benchmark(b, fresh) }

// TestCluster runs the contract where a script that touches keys of two hash tags is refused.
func TestCluster(t *testing.T) {
	cluster := redistest.StartCluster(t)
	storetest.Run(t, func(t testing.TB, o storetest.Options) store.Store { return on(t, cluster.URL, o) })
}
