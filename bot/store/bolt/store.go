package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	bbolt "go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// Options make a Store. Path is required.
type Options struct {
	// Path is the file. It is made with mode 0600, its folder with 0700, where they are missing.
	Path string
	// LockTimeout is how long to wait for another process to let go of the file (default 2 s).
	LockTimeout time.Duration
	// Planner says which pushes follow from a change (default &push.Planner{}).
	Planner store.Planner
	// Now is the clock for methods that are not given a time (default time.Now).
	Now func() time.Time
	// Wake is called after pushes were added or made due, so that the worker of this process looks at once. It may be nil, must not block.
	Wake func()
	// Log is told what an operator may want to know (default: nothing is logged).
	Log *slog.Logger
}

// Store keeps everything in one file. Its methods may be called from any goroutine.
type Store struct {
	db     *bbolt.DB
	writes *writer
	plan   store.Planner
	now    func() time.Time
	wake   func()
	log    *slog.Logger
}

var _ store.Store = (*Store)(nil)

// Open opens the file, or makes it.
//
// It fails where another process holds the file after LockTimeout, where the file is not a store, and where a newer version wrote it.
func Open(o Options) (*Store, error) {
	s := &Store{plan: o.Planner, now: o.Now, wake: o.Wake, log: o.Log}
	if s.plan == nil {
		s.plan = &push.Planner{}
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.wake == nil {
		s.wake = func() {}
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if o.LockTimeout <= 0 {
		o.LockTimeout = 2 * time.Second
	}
	if err := os.MkdirAll(filepath.Dir(o.Path), 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	db, err := bbolt.Open(o.Path, 0o600, &bbolt.Options{
		Timeout: o.LockTimeout,
		// The list of free pages is rebuilt on opening instead of written with each commit: after a large erasure it would weigh on every one.
		NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
		// Address space, not memory: a file that grows beyond its mapping has to wait for every reader, a backup for instance.
		InitialMmapSize: initialMmap(),
	})
	if errors.Is(err, bbolterrors.ErrTimeout) {
		return nil, fmt.Errorf("store: %s is held by another process: is beianbot running already?", o.Path)
	}
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", o.Path, err)
	}
	s.db = db
	if err := s.prepare(); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("store: %s: %w", o.Path, err)
	}
	s.writes = newWriter(db)
	return s, nil
}

func initialMmap() int {
	if strconv.IntSize < 64 || runtime.GOOS == "windows" {
		return 0
	}
	return 1 << 30
}

// prepare makes what is missing and checks the schema.
func (s *Store) prepare() error {
	return s.db.Update(func(tx *bbolt.Tx) error {
		meta, err := tx.CreateBucketIfNotExists([]byte(bucketMeta))
		if err != nil {
			return err
		}
		if v := meta.Get([]byte("schema")); len(v) == 8 {
			if got := binary.BigEndian.Uint64(v); got > store.Schema {
				return fmt.Errorf("it was written by a newer version (schema %d, this one reads up to %d); "+
					"use that version or restore a backup", got, store.Schema)
			}
		}
		for _, b := range buckets {
			if _, err := tx.CreateBucketIfNotExists([]byte(b)); err != nil {
				return err
			}
		}
		return meta.Put([]byte("schema"), number(store.Schema))
	})
}

// Ping reports whether the store can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.view(ctx, func(*tx) error { return nil })
}

// Close finishes what is under way and closes the file. Closing again is no error.
func (s *Store) Close() error {
	s.writes.close()
	return s.db.Close()
}

// Backup writes a copy of the whole store as it is at this moment, while work goes on. The copy is a file that Open reads.
func (s *Store) Backup(ctx context.Context, w io.Writer) error {
	return s.view(ctx, func(t *tx) error {
		_, err := t.bolt.WriteTo(&untilDone{ctx: ctx, w: w})
		if err != nil && ctx.Err() != nil {
			return ctx.Err() // which bbolt does not wrap
		}
		return err
	})
}

// untilDone stops writing when its context ends.
type untilDone struct {
	ctx context.Context
	w   io.Writer
}

func (u *untilDone) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}

// Replies returns the store's side of chat.Replies.
func (s *Store) Replies() chat.Replies { return replies{s} }

// view runs fn on a snapshot.
func (s *Store) view(ctx context.Context, fn func(t *tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return unavailable(s.db.View(func(b *bbolt.Tx) error {
		t := &tx{bolt: b}
		if err := fn(t); err != nil {
			return err
		}
		return t.err
	}))
}

// update runs fn in a transaction and returns after it is on the disk. fn may run more than once, so it sets what it returns through its
// closure anew each time. An error undoes all it did.
func (s *Store) update(ctx context.Context, fn func(t *tx) error) error {
	return unavailable(s.writes.do(ctx, fn))
}

// unavailable turns the errors of a closed database into errs.ErrUnavailable.
func unavailable(err error) error {
	if errors.Is(err, bbolterrors.ErrDatabaseNotOpen) || errors.Is(err, errClosed) {
		return &errs.Error{Code: errs.CodeUnavailable, Message: "the store is closed", Err: err}
	}
	return err
}
