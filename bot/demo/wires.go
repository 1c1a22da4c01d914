package demo

import (
	"sync"
	"time"
)

// wireRecord is what crossed the network for one thing that happened.
type wireRecord struct {
	ID   int       `json:"id"`
	What string    `json:"what"`
	At   time.Time `json:"at"`
	// Query, Request, Reply, Status and Micros belong to a callback.
	Query   string `json:"query,omitempty"`
	Request *Wire  `json:"request,omitempty"`
	Reply   *Wire  `json:"reply,omitempty"`
	Status  int    `json:"status,omitempty"`
	Micros  int64  `json:"micros,omitempty"`
	// Push is the body of the call that sent a message.
	Push string `json:"push,omitempty"`
}

// maxWires is how many raw exchanges are kept.
const maxWires = 40

// wires keeps the newest raw exchanges.
type wires struct {
	mu      sync.Mutex
	next    int
	records []wireRecord
}

// add keeps a record and returns its number, from 1.
func (w *wires) add(r wireRecord) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.next++
	r.ID = w.next
	w.records = append(w.records, r)
	if len(w.records) > maxWires {
		w.records = append(w.records[:0:0], w.records[len(w.records)-maxWires:]...)
	}
	return r.ID
}

// list returns the records, oldest first.
func (w *wires) list() []wireRecord {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]wireRecord{}, w.records...)
}

// clear forgets them; numbers go on.
func (w *wires) clear() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.records = nil
}
