package kb

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beianbot/beianbot/kb/entity"
)

// Options says how a Knowledge is opened.
type Options struct {
	// Dir is a folder of YAML files laid over the embedded ones: an entry of the
	// same id replaces, a new id adds. Empty: embedded content only.
	Dir string
	// ClaimCode recognises a claim code and gives its written form. Nil: eight
	// characters of the alphabet without look-alikes, BA- in front or not.
	ClaimCode func(text string) (code string, ok bool)
	// Thresholds are the limits between answering, asking back and admitting.
	// The zero value means the measured defaults.
	Thresholds Thresholds
}

// Thresholds are the limits between the three outcomes, as calibrated
// probabilities from 0 to 1.
type Thresholds struct {
	// Answer: at or above it the best topic is answered.
	Answer float64
	// Lead: the best topic must be ahead of the second by this much to be answered.
	Lead float64
	// Offer: at or above it (and below Answer) the best topics are offered;
	// below it the bot admits not to know.
	Offer float64
	// Foreign: nothing is answered that is a matter outside with at least this
	// probability, however sure the answer seems.
	Foreign float64
	// Outside: nothing is offered either from this probability on.
	Outside float64
}

// DefaultThresholds are the measured limits.
func DefaultThresholds() Thresholds {
	return Thresholds{Answer: 0.55, Lead: 0.1, Offer: 0.1, Foreign: 0.4, Outside: 0.45}
}

// orDefault fills the limits that were left zero.
func (t Thresholds) orDefault() Thresholds {
	d := DefaultThresholds()
	for _, p := range []struct{ have, want *float64 }{
		{&t.Answer, &d.Answer},
		{&t.Lead, &d.Lead},
		{&t.Offer, &d.Offer},
		{&t.Foreign, &d.Foreign},
		{&t.Outside, &d.Outside},
	} {
		if *p.have == 0 {
			*p.have = *p.want
		}
	}
	return t
}

// Knowledge is the knowledge in force. It is safe for concurrent use; a reload
// swaps the whole without a pause.
type Knowledge struct {
	opts    Options
	current atomic.Pointer[Snapshot]
	mu      sync.Mutex // one reload at a time
}

// Open loads the embedded content and the overlay and makes them ready. It
// fails where either is broken.
func Open(opts Options) (*Knowledge, error) {
	k := &Knowledge{opts: opts}
	if err := k.Reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// With makes a Knowledge of a snapshot that was loaded with the same options. A Snapshot never changes, so that many may
// share one: to learn the content takes half a second.
func With(s *Snapshot, opts Options) *Knowledge {
	k := &Knowledge{opts: opts}
	k.current.Store(s)
	return k
}

// Reload reads the content again and puts it in force. Broken content is
// refused with an error that names file and line; the old stays in force.
func (k *Knowledge) Reload() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, err := Load(k.opts)
	if err != nil {
		return err
	}
	k.current.Store(s)
	return nil
}

// Watch reloads whenever a file of the overlay folder changes, looking every
// interval, until ctx ends. Each reload's outcome, nil or an error, goes to
// done, which may be nil. Without an overlay folder it returns at once.
func (k *Knowledge) Watch(ctx context.Context, interval time.Duration, done func(error)) {
	if k.opts.Dir == "" {
		return
	}
	tick := time.NewTicker(interval)
	defer tick.Stop()
	last := k.Snapshot().stamp
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, err := stampOf(k.opts.Dir)
		if err == nil && now == last {
			continue
		}
		if err == nil {
			last = now
			err = k.Reload()
		}
		if done != nil {
			done(err)
		}
	}
}

// Snapshot is the knowledge in force at this moment; it never changes.
func (k *Knowledge) Snapshot() *Snapshot { return k.current.Load() }

// Understand says what a message means. See Snapshot.Understand.
func (k *Knowledge) Understand(q Query) Result { return k.Snapshot().Understand(q) }

// Entry gives the entry with the id.
func (k *Knowledge) Entry(id string) (*Entry, bool) { return k.Snapshot().Entry(id) }

// Entries gives all entries in the order of the topic list. The slice and the
// entries are shared and must not be changed.
func (k *Knowledge) Entries() []*Entry { return k.Snapshot().Entries() }

// Text gives the words for a result: the entry's text for its entities, or the
// reply of small talk or of a matter that is somebody else's. ok is false
// where the knowledge has no words for it: commands, choices, the plainly unknown.
func (k *Knowledge) Text(r Result) (t Text, ok bool) { return k.Snapshot().Text(r) }

// TextOf gives the text of the entry with the id for the case the entities name.
func (k *Knowledge) TextOf(id string, set entity.Set) (Text, bool) {
	return k.Snapshot().TextOf(id, set)
}

// Groups gives the entries by group, in the order of the topic list.
func (k *Knowledge) Groups() []Group { return k.Snapshot().Groups() }
