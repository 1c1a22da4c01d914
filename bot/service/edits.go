package service

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/kb"
)

// editsEvery is how often a replica asks whether the knowledge was edited at another: an edit must answer everywhere within two seconds.
const editsEvery = 500 * time.Millisecond

// edits keeps what the desk changed in the knowledge laid over what came with the program. It is the knowledge for everybody else, so that
// what lies beneath can be replaced.
type edits struct {
	base atomic.Pointer[base]
	desk *desk.Desk
	log  *slog.Logger

	mu      sync.Mutex // one refresh at a time
	edition int64

	originals struct {
		sync.Mutex
		read    time.Time
		content *kb.Content
	}
}

// base is the knowledge beneath the edits, by the options with which it was opened.
type base struct {
	know    *kb.Knowledge
	overlay *kb.Overlay
	options kb.Options
}

func newEdits(know *kb.Knowledge, o kb.Options, d *desk.Desk, log *slog.Logger) *edits {
	e := &edits{desk: d, log: log}
	e.base.Store(&base{know, kb.NewOverlay(know), o})
	return e
}

// Snapshot is the knowledge in force.
func (e *edits) Snapshot() *kb.Snapshot { return e.base.Load().know.Snapshot() }

// Understand, Text, Entry and Entries are those of the knowledge in force.
func (e *edits) Understand(q kb.Query) kb.Result { return e.Snapshot().Understand(q) }

// Text gives the words for a result.
func (e *edits) Text(r kb.Result) (kb.Text, bool) { return e.Snapshot().Text(r) }

// Entry gives the entry with the id.
func (e *edits) Entry(id string) (*kb.Entry, bool) { return e.Snapshot().Entry(id) }

// Entries gives all entries in the order of the topic list.
func (e *edits) Entries() []*kb.Entry { return e.Snapshot().Entries() }

// first puts the edits in force at the start. Where the store does not answer, what came with the program holds until it does.
func (e *edits) first(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := e.Refresh(ctx); err != nil {
		e.log.Warn("the edited knowledge is not in force yet", "err", err)
	}
}

// rebuild reads the knowledge's files anew and lays the edits over it; with others it opens it anew, because the
// options are others. What is broken is refused and the old stays. Knowledge that was opened anew is in force once
// putIn is called.
func (e *edits) rebuild(ctx context.Context, o kb.Options, others bool) (putIn func(), err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !others {
		if err := e.base.Load().overlay.Reload(); err != nil {
			return nil, err
		}
		return e.forgetOriginals, nil
	}
	if err := readable("kb.dir", o.Dir); err != nil {
		return nil, err
	}
	know, err := kb.Open(o)
	if err != nil {
		return nil, err
	}
	edition, err := e.desk.DraftEdition(ctx)
	if err != nil {
		return nil, err
	}
	all, err := e.parts(ctx)
	if err != nil {
		return nil, err
	}
	next := &base{know, kb.NewOverlay(know), o}
	if err := next.overlay.Lay(sorted(all)); err != nil {
		return nil, err
	}
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.base.Store(next)
		e.edition = edition // what was edited meanwhile is laid over it by the next Refresh
		e.forgetOriginals()
	}, nil
}

// parts reads the drafts. One that the program cannot work with any more is left out and logged: what came with the program holds then.
func (e *edits) parts(ctx context.Context) (map[string]kb.Part, error) {
	drafts, err := e.desk.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]kb.Part, len(drafts))
	for key, d := range drafts {
		if d.Entry == nil {
			continue
		}
		p, err := kb.ReadPart(key, d.Entry)
		if err != nil {
			e.log.ErrorContext(ctx, "an edited part of the knowledge cannot be used, what came with the program holds", "part", key, "err", err)
			continue
		}
		out[key] = p
	}
	return out, nil
}

// sorted brings the parts into an order that does not change.
func sorted(in map[string]kb.Part) []kb.Part {
	var out []kb.Part
	for _, key := range slices.Sorted(maps.Keys(in)) {
		out = append(out, in[key])
	}
	return out
}

// Try builds what would be in force with part in place of the one with the key, or without the desk's changes of it where part is nil.
func (e *edits) Try(ctx context.Context, key string, part *kb.Part) (*kb.Snapshot, error) {
	all, err := e.parts(ctx)
	if err != nil {
		return nil, err
	}
	delete(all, key)
	if part != nil {
		all[key] = *part
	}
	return e.base.Load().overlay.Try(sorted(all))
}

// Refresh puts in force what the desk has by now. Where nothing was edited since, it is one short question to the store.
func (e *edits) Refresh(ctx context.Context) error {
	_, err := e.refresh(ctx)
	return err
}

// refresh is Refresh; it reports whether there was anything new.
func (e *edits) refresh(ctx context.Context) (edited bool, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	edition, err := e.desk.DraftEdition(ctx)
	if err != nil || edition == e.edition {
		return false, err
	}
	all, err := e.parts(ctx)
	if err != nil {
		return false, err
	}
	e.edition = edition // what is broken does not get better by trying it twice a second
	return true, e.base.Load().overlay.Lay(sorted(all))
}

// run refreshes until ctx ends.
func (e *edits) run(ctx context.Context, done func(error)) {
	t := time.NewTicker(editsEvery)
	defer t.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		edited, err := e.refresh(ctx)
		if err != nil && !failing && ctx.Err() == nil || err == nil && edited {
			done(err)
		}
		failing = err != nil
	}
}

// originalsKeep is how long what came with the program, or lies in the folder, is remembered before it is read again.
const originalsKeep = 30 * time.Second

// forgetOriginals has what came with the program read again.
func (e *edits) forgetOriginals() {
	e.originals.Lock()
	defer e.originals.Unlock()
	e.originals.content = nil
}

// Original is the part with the key without the desk's changes.
func (e *edits) Original(key string) (kb.Part, bool) {
	e.originals.Lock()
	defer e.originals.Unlock()
	if now := time.Now(); e.originals.content == nil || now.Sub(e.originals.read) > originalsKeep {
		c, err := kb.ReadContent(e.base.Load().options.Dir)
		if err != nil {
			e.log.Warn("the knowledge as it came cannot be read", "err", err)
			return kb.Part{}, false
		}
		e.originals.read, e.originals.content = now, c
	}
	return e.originals.content.Part(key)
}
