package demo

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The sides of a conversation and the kinds of entries.
const (
	me     = "me"
	them   = "them"
	system = "system" // the platform's own grey words

	kindText     = "text"
	kindCard     = "card"
	kindVoice    = "voice"
	kindImage    = "image"
	kindVideo    = "video"
	kindLocation = "location"
)

// Entry is one thing in the conversation.
type Entry struct {
	// Seq counts from 1 in one conversation.
	Seq  int       `json:"seq"`
	Side string    `json:"side"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
	// Parts are the words of a text; for a voice message what was recognised in it.
	Parts []Part `json:"parts,omitempty"`
	Card  *Card  `json:"card,omitempty"`
	// Via says how it came: reply, template, subscription, customer.
	Via string `json:"via,omitempty"`
	// Pushed is set for what arrived without being asked for.
	Pushed bool `json:"pushed,omitempty"`
	// Wire is the number of its raw messages, 0 for none.
	Wire int `json:"wire,omitempty"`
}

// Card is a template message.
type Card struct {
	Title string `json:"title"`
	Rows  []Row  `json:"rows"`
	URL   string `json:"url,omitempty"`
}

// maxEntries is how much of the conversation is kept for a page that opens later.
const maxEntries = 300

// event is one server-sent event. One without an id cannot be asked for again.
type event struct {
	name string
	id   string
	data any
}

// transcript keeps the conversation and tells every open page of what is added to it.
type transcript struct {
	mu      sync.Mutex
	epoch   string
	seq     int
	entries []Entry
	pages   map[chan event]struct{}
	closed  bool
}

func newTranscript() *transcript {
	return &transcript{epoch: newEpoch(), pages: map[chan event]struct{}{}}
}

func newEpoch() string { return rand.Text()[:10] }

// append adds an entry to the conversation named epoch and sends it to all pages. An entry for a conversation that is over is dropped.
func (t *transcript) append(epoch string, e Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if epoch != t.epoch {
		return
	}
	t.seq++
	e.Seq = t.seq
	t.entries = append(t.entries, e)
	if len(t.entries) > maxEntries {
		t.entries = append(t.entries[:0:0], t.entries[len(t.entries)-maxEntries:]...)
	}
	t.send(t.event(e))
}

// tell sends something that is not part of the conversation to all pages.
func (t *transcript) tell(name string, data any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.send(event{name: name, data: data})
}

// clear begins a new conversation and returns its name.
func (t *transcript) clear() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.epoch, t.seq, t.entries = newEpoch(), 0, nil
	t.send(event{name: "clear", id: t.epoch + "-0", data: struct{}{}})
	return t.epoch
}

func (t *transcript) event(e Entry) event {
	return event{name: "entry", id: fmt.Sprintf("%s-%d", t.epoch, e.Seq), data: e}
}

// send gives ev to every page. One that does not keep up is cut off: it comes back by itself and says what it saw last.
func (t *transcript) send(ev event) {
	for page := range t.pages {
		select {
		case page <- ev:
		default:
			delete(t.pages, page)
			close(page)
		}
	}
}

// maxPages bounds how many pages may listen at a time.
const maxPages = 32

// listen returns what a page has missed since last, an event's id or nothing, and a channel of what follows. It is closed when the page
// must come back. ok is false where too many pages listen or the demo ends.
func (t *transcript) listen(last string) (missed []event, live chan event, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || len(t.pages) >= maxPages {
		return nil, nil, false
	}
	epoch, number, _ := strings.Cut(last, "-")
	seen, err := strconv.Atoi(number)
	if epoch != t.epoch || err != nil {
		seen = 0
		missed = append(missed, event{name: "clear", id: t.epoch + "-0", data: struct{}{}})
	}
	for _, e := range t.entries {
		if e.Seq > seen {
			missed = append(missed, t.event(e))
		}
	}
	live = make(chan event, 64)
	t.pages[live] = struct{}{}
	return missed, live, true
}

// leave ends a page's listening.
func (t *transcript) leave(live chan event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, ok := t.pages[live]; ok {
		delete(t.pages, live)
		close(live)
	}
}

// close ends all pages for good.
func (t *transcript) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for page := range t.pages {
		delete(t.pages, page)
		close(page)
	}
}
