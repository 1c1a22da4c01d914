package webhook

import (
	"container/list"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

// flight is one message on its way through this process.
type flight struct {
	// done is closed when reply may be written, or when the flight was abandoned.
	done chan struct{}

	mu       sync.Mutex
	started  bool
	decided  bool
	outcome  Outcome
	degraded bool
	answer   chat.Answer
}

// decide sets what everybody gets, unless that is set already, and reports whether it did. The caller who did must land the flight.
func (f *flight) decide(a chat.Answer, outcome Outcome) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.decided {
		return false
	}
	f.decided, f.answer, f.outcome = true, a, outcome
	return true
}

// result returns what was decided, and whether without the store; the outcome is empty for an abandoned flight. To be called once done is
// closed.
func (f *flight) result() (a chat.Answer, outcome Outcome, degraded bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.answer, f.outcome, f.degraded
}

// start notes that this process handles the message, and whether it does so without the store.
func (f *flight) start(degraded bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.started, f.degraded = true, degraded
}

func (f *flight) isStarted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.started
}

func (f *flight) isDegraded() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.degraded
}

// flights are the messages in the air and those that landed lately. It is bounded: landed ones go after a while or when room is needed,
// and no more are opened than may be led at the same time.
type flights struct {
	maxLeads, maxLanded int
	keep                time.Duration

	mu     sync.Mutex
	byKey  map[string]*entry
	leads  int
	landed *list.List // of *entry, oldest first
}

type entry struct {
	key    string
	flight *flight
	landed time.Time // zero while in the air
}

func newFlights(maxLeads, maxLanded int, keep time.Duration) *flights {
	return &flights{maxLeads: maxLeads, maxLanded: maxLanded, keep: keep, byKey: map[string]*entry{}, landed: list.New()}
}

// join returns the flight of a key and whether the caller opened it, in which case he must lead it to its end and then call leave. It
// returns nil when too many are led already.
func (t *flights) join(key string, now time.Time) (f *flight, opened bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	if e, ok := t.byKey[key]; ok {
		return e.flight, false
	}
	if t.leads >= t.maxLeads {
		return nil, false
	}
	e := &entry{key: key, flight: &flight{done: make(chan struct{})}}
	t.byKey[key] = e
	t.leads++
	return e.flight, true
}

// leave ends the lead that join gave. A lead may last longer than its flight, when the flight was decided without it.
func (t *flights) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.leads--
}

// land lets everybody who waits take the decided reply, and keeps it for those who come later.
func (t *flights) land(key string, f *flight, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.byKey[key]
	if !ok || e.flight != f || !e.landed.IsZero() {
		return
	}
	e.landed = now
	t.landed.PushBack(e)
	close(f.done)
}

// abandon lets everybody who waits try anew.
func (t *flights) abandon(key string, f *flight) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.byKey[key]; ok && e.flight == f && e.landed.IsZero() {
		delete(t.byKey, key)
		close(f.done)
	}
}

func (t *flights) forget(now time.Time) {
	for t.landed.Len() > 0 {
		e := t.landed.Front().Value.(*entry)
		if t.landed.Len() <= t.maxLanded && now.Sub(e.landed) < t.keep {
			return
		}
		t.landed.Remove(t.landed.Front())
		delete(t.byKey, e.key)
	}
}
