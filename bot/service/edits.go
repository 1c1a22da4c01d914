package service

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/kb"
)

// editsEvery is how often a replica asks whether the knowledge was edited at another: an edit must answer everywhere within two seconds.
const editsEvery = 500 * time.Millisecond

// edits keeps what the desk changed in the knowledge laid over what came with the program.
type edits struct {
	know    *kb.Knowledge
	overlay *kb.Overlay
	desk    *desk.Desk
	dir     string
	log     *slog.Logger

	mu      sync.Mutex // one refresh at a time
	edition int64

	originals struct {
		sync.Mutex
		read    time.Time
		entries map[string]*kb.Entry
	}
}

// Snapshot is the knowledge in force.
func (e *edits) Snapshot() *kb.Snapshot { return e.know.Snapshot() }

// entries reads the drafts. One that the program cannot work with any more is left out and logged: what came with the program holds then.
func (e *edits) entries(ctx context.Context) (map[string]*kb.Entry, error) {
	drafts, err := e.desk.Drafts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*kb.Entry, len(drafts))
	for id, d := range drafts {
		if d.Entry == nil {
			continue
		}
		x := new(kb.Entry)
		if err := json.Unmarshal(d.Entry, x); err == nil {
			err = kb.CheckEntry(x)
			if err == nil && x.ID == id {
				out[id] = x
				continue
			}
		}
		e.log.ErrorContext(ctx, "an edited entry cannot be used, the one that came with the program holds", "topic", id)
	}
	return out, nil
}

// sorted brings the entries into an order that does not change.
func sorted(in map[string]*kb.Entry) []*kb.Entry {
	out := make([]*kb.Entry, 0, len(in))
	for _, x := range in {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b *kb.Entry) int { return strings.Compare(a.ID, b.ID) })
	return out
}

// Try builds what would be in force with entry in place of the one with the id, or without the desk's changes of it where entry is nil.
func (e *edits) Try(ctx context.Context, id string, entry *kb.Entry) (*kb.Snapshot, error) {
	all, err := e.entries(ctx)
	if err != nil {
		return nil, err
	}
	delete(all, id)
	if entry != nil {
		all[id] = entry
	}
	return e.overlay.Try(sorted(all))
}

// Refresh puts in force what the desk has by now. Where nothing was edited since, it is one short question to the store.
func (e *edits) Refresh(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	edition, err := e.desk.DraftEdition(ctx)
	if err != nil || edition == e.edition {
		return err
	}
	all, err := e.entries(ctx)
	if err != nil {
		return err
	}
	e.edition = edition // what is broken does not get better by trying it twice a second
	return e.overlay.Lay(sorted(all))
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
		before := e.know.Snapshot()
		err := e.Refresh(ctx)
		if err != nil && !failing && ctx.Err() == nil || err == nil && e.know.Snapshot() != before {
			done(err)
		}
		failing = err != nil
	}
}

// originalsKeep is how long what came with the program, or lies in the folder, is remembered before it is read again.
const originalsKeep = 30 * time.Second

// Original is the entry without the desk's changes.
func (e *edits) Original(id string) (*kb.Entry, bool) {
	e.originals.Lock()
	defer e.originals.Unlock()
	if now := time.Now(); e.originals.entries == nil || now.Sub(e.originals.read) > originalsKeep {
		c, err := kb.ReadContent(e.dir)
		if err != nil {
			e.log.Warn("the knowledge as it came cannot be read", "err", err)
			return nil, false
		}
		e.originals.read, e.originals.entries = now, make(map[string]*kb.Entry, len(c.Entries))
		for _, x := range c.Entries {
			e.originals.entries[x.ID] = x
		}
	}
	x, ok := e.originals.entries[id]
	return x, ok
}
