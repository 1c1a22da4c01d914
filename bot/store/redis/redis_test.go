package redis_test

import (
	"crypto/rand"
	"fmt"
	"os"
	"testing"

	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
)

// server is shared by the tests of this package; each store has a prefix of its own.
var server *redistest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = redistest.Launch(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

func fresh(t testing.TB, o storetest.Options) store.Store { return on(t, server.URL, o) }

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

func TestContract(t *testing.T) { storetest.Run(t, fresh) }

func TestRaces(t *testing.T) { storetest.Races(t, fresh) }

func TestModel(t *testing.T) { storetest.Model(t, fresh) }

func Benchmark(b *testing.B) { storetest.Benchmark(b, fresh) }

// TestCluster runs the contract where a script that touches keys of two hash tags is refused.
func TestCluster(t *testing.T) {
	cluster := redistest.StartCluster(t)
	storetest.Run(t, func(t testing.TB, o storetest.Options) store.Store { return on(t, cluster.URL, o) })
}
