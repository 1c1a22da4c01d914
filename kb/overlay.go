package kb

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Overlay lays parts that somebody edited while the program runs over those of a Knowledge: over the embedded ones and over those of the
// folder. What is read by the Knowledge stays what it is; only reloading goes through the Overlay, so that an edit survives it.
type Overlay struct {
	k *Knowledge

	mu sync.Mutex
	// parts are those that shall be in force.
	parts []Part

	tried struct {
		sync.Mutex
		key  string
		made *Snapshot
	}
}

// NewOverlay makes an Overlay without any part.
func NewOverlay(k *Knowledge) *Overlay { return &Overlay{k: k} }

// Try builds what would be in force with the parts in place of those that lie there now, and puts nothing in force. A part that the
// program could not work with is an error. What was built last is remembered, so that trying, saving and putting in force build once.
func (o *Overlay) Try(parts []Part) (*Snapshot, error) {
	stamp, err := stampOf(o.k.opts.Dir)
	if err != nil {
		return nil, err
	}
	key, err := keyOf(stamp, parts)
	if err != nil {
		return nil, err
	}
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
	for _, p := range parts {
		if err := p.Check(); err != nil {
			return nil, fmt.Errorf("%s: %w", overlayName, err)
		}
		files = append(files, p.file(overlayName))
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

// keyOf tells contents apart by what lies in the folder and what is laid over it.
func keyOf(stamp string, parts []Part) (string, error) {
	h := sha256.New()
	for _, p := range parts {
		said, err := json.Marshal(p)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d %s", p.Key(), len(said), said)
	}
	return fmt.Sprintf("%s %x", stamp, h.Sum(nil)), nil
}

// overlayName stands for the file of an edited part.
const overlayName = "console"

// Lay puts the parts in force, in place of those that lay there. What is broken is refused and the old stays in force; where it is not the parts
// themselves that are broken but the folder beneath them, they are remembered, and in force with the next Reload that works. Where only texts
// have changed they are in force at once, before what recognises questions has been built anew, which takes about a second.
func (o *Overlay) Lay(parts []Part) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range parts {
		if err := p.Check(); err != nil {
			return fmt.Errorf("%s: %w", overlayName, err)
		}
	}
	before := o.k.Snapshot()
	if quick := before.withTexts(parts); quick != nil {
		o.k.current.Store(quick)
	}
	had := o.parts
	o.parts = parts
	err := o.put()
	if err != nil {
		o.k.current.Store(before)
		if _, broken := ReadContent(o.k.opts.Dir); broken == nil {
			o.parts = had
		}
	}
	return err
}

// put builds with the parts and puts in force.
func (o *Overlay) put() error {
	o.k.mu.Lock()
	defer o.k.mu.Unlock()
	s, err := o.Try(o.parts)
	if err != nil {
		return err
	}
	o.k.current.Store(s)
	return nil
}

// Reload reads the content again and lays the parts over it anew. See Knowledge.Reload.
func (o *Overlay) Reload() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.put()
}

// Watch is Knowledge.Watch with the parts laid over what is read.
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

// withTexts is the snapshot with the texts of the parts, recognising questions as before. It is nil where it has none of the parts.
func (s *Snapshot) withTexts(parts []Part) *Snapshot {
	next, content := *s, *s.content
	content.Entries = slices.Clone(s.content.Entries)
	next.byID, next.asides = maps.Clone(s.byID), maps.Clone(s.asides)
	next.content = &content
	known := false
	for _, p := range parts {
		f := p.file(overlayName)
		for _, e := range f.Entries {
			if i := slices.IndexFunc(content.Entries, func(x *Entry) bool { return x.ID == e.ID }); i >= 0 {
				content.Entries[i], next.byID[e.ID], known = e, e, true
			}
		}
		for _, a := range append(f.SmallTalk, f.Outside...) {
			if _, ok := next.asides[a.ID]; ok {
				next.asides[a.ID], known = a, true
			}
		}
	}
	if !known {
		return nil
	}
	return &next
}

// CheckEntry refuses an entry that the program could not work with; style is Lint's matter.
func CheckEntry(e *Entry) error { return Part{Entry: e}.Check() }
