package service_test

import (
	"sync"
	"testing"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/kb"
)

// learned is the knowledge as it comes with the program, learned once for all tests of this package.
var learned = sync.OnceValues(func() (*kb.Snapshot, error) {
	return kb.Load(service.KnowledgeOptions(config.Default()))
})

// knowledge opens knowledge as the program does. What comes with the program, by the usual thresholds, is not learned
// anew.
func knowledge(o kb.Options) (*kb.Knowledge, error) {
	if o.Dir != "" || o.Thresholds != service.KnowledgeOptions(config.Default()).Thresholds {
		return kb.Open(o)
	}
	s, err := learned()
	if err != nil {
		return nil, err
	}
	return kb.With(s, o), nil
}

// skipLong skips a test that takes seconds in short mode. The check runs it.
func skipLong(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: takes seconds")
	}
}
