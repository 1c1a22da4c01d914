package kb

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"
	"time"
)

// Overlay lays entries that somebody edited while the program runs over those of a Knowledge: over the embedded ones and over those of the
// folder. What is read by the Knowledge stays what it is; only reloading goes through the Overlay, so that an edit survives it.
type Overlay struct {
	k *Knowledge

	mu      sync.Mutex
	entries []*Entry

	tried struct {
		sync.Mutex
		key  string
		made *Snapshot
	}
}

// NewOverlay makes an Overlay without any entry.
func NewOverlay(k *Knowledge) *Overlay { return &Overlay{k: k} }

// Try builds what would be in force with the entries in place of those that lie there now, and puts nothing in force. An entry that the
// program could not work with is an error. What was built last is remembered, so that trying, saving and putting in force build once.
func (o *Overlay) Try(entries []*Entry) (*Snapshot, error) {
	stamp, err := stampOf(o.k.opts.Dir)
	if err != nil {
		return nil, err
	}
	said, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s %x", stamp, sha256.Sum256(said))
	o.tried.Lock() // one at a time: building costs memory and both processors
	defer o.tried.Unlock()
	if o.tried.key == key {
		return o.tried.made, nil
	}
	c, err := ReadContent(o.k.opts.Dir)
	if err != nil {
		return nil, err
	}
	var files []*File
	for _, e := range entries {
		own := *e // the caller's entry stays as it is
		own.source, own.line = overlayName, 0
		if err := own.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", overlayName, err)
		}
		files = append(files, &File{Group: own.Group, Entries: []*Entry{&own}, name: overlayName})
	}
	if err := c.lay(files); err != nil {
		return nil, err
	}
	c.order()
	s, err := newSnapshot(c, o.k.opts)
	if err != nil {
		return nil, err
	}
	s.stamp = stamp
	o.tried.key, o.tried.made = key, s
	return s, nil
}

// overlayName stands for the file of an edited entry.
const overlayName = "console"

// Lay puts the entries in force, in place of those that lay there. What is broken is refused and the old stays. Where only texts have
// changed they are in force at once, before what recognises questions has been built anew, which takes about a second.
func (o *Overlay) Lay(entries []*Entry) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range entries {
		if err := e.check(); err != nil {
			return fmt.Errorf("%s: %w", overlayName, err)
		}
	}
	if quick := o.k.Snapshot().withTexts(entries); quick != nil {
		o.k.current.Store(quick)
	}
	return o.put(entries)
}

// put builds and puts in force.
func (o *Overlay) put(entries []*Entry) error {
	o.k.mu.Lock()
	defer o.k.mu.Unlock()
	s, err := o.Try(entries)
	if err != nil {
		return err
	}
	o.entries = entries
	o.k.current.Store(s)
	return nil
}

// Reload reads the content again and lays the entries over it anew. See Knowledge.Reload.
func (o *Overlay) Reload() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.put(o.entries)
}

// Watch is Knowledge.Watch with the entries laid over what is read.
func (o *Overlay) Watch(ctx context.Context, interval time.Duration, done func(error)) {
	dir := o.k.opts.Dir
	if dir == "" {
		return
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	last := o.k.Snapshot().stamp
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, err := stampOf(dir)
		if err == nil && now == last {
			continue
		}
		if err == nil {
			last = now
			err = o.Reload()
		}
		if done != nil {
			done(err)
		}
	}
}

// withTexts is the snapshot with the texts of the entries, recognising questions as before. It is nil where nothing of it would change, or
// an entry is not in it.
func (s *Snapshot) withTexts(entries []*Entry) *Snapshot {
	over := map[string]*Entry{}
	for _, e := range entries {
		if _, known := s.byID[e.ID]; known {
			own := *e
			own.source, own.line = overlayName, 0
			over[e.ID] = &own
		}
	}
	if len(over) == 0 {
		return nil
	}
	next, content := *s, *s.content
	content.Entries = make([]*Entry, len(s.content.Entries))
	next.byID = make(map[string]*Entry, len(s.byID))
	for i, e := range s.content.Entries {
		if o := over[e.ID]; o != nil {
			e = o
		}
		content.Entries[i], next.byID[e.ID] = e, e
	}
	next.content = &content
	return &next
}

// CheckEntry refuses an entry that the program could not work with; style is Lint's matter.
func CheckEntry(e *Entry) error { return e.check() }
