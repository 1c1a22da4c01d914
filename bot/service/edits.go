package service

import (
	"context"
	"log/slog"
	"maps"
	"slices"
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
		content *kb.Content
	}
}

// Snapshot is the knowledge in force.
func (e *edits) Snapshot() *kb.Snapshot { return e.know.Snapshot() }

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
	all, err := e.parts(ctx)
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

// Original is the part with the key without the desk's changes.
func (e *edits) Original(key string) (kb.Part, bool) {
	e.originals.Lock()
	defer e.originals.Unlock()
	if now := time.Now(); e.originals.content == nil || now.Sub(e.originals.read) > originalsKeep {
		c, err := kb.ReadContent(e.dir)
		if err != nil {
			e.log.Warn("the knowledge as it came cannot be read", "err", err)
			return kb.Part{}, false
		}
		e.originals.read, e.originals.content = now, c
	}
	return e.originals.content.Part(key)
}
