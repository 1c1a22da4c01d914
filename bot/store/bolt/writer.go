package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	bbolt "go.etcd.io/bbolt"
)

var errClosed = errors.New("store closed")

// mostShared is how many writers share one commit at most.
const mostShared = 128

// writer commits for everybody, one transaction at a time. Whoever arrives while a commit is under way waits for the next one and
// shares it with all others that wait; nobody waits for company. bbolt's own Batch waits a fixed time instead, and calls functions that
// failed again.
type writer struct {
	db    *bbolt.DB
	queue chan *write
	once  sync.Once
	quit  chan struct{} // closed: take no more
	done  chan struct{} // closed: the last commit is over
}

// write is one function that waits to be committed.
type write struct {
	ctx context.Context
	fn  func(*tx) error
	err error
	end chan struct{}
}

func newWriter(db *bbolt.DB) *writer {
	w := &writer{db: db, queue: make(chan *write, mostShared), quit: make(chan struct{}), done: make(chan struct{})}
	go w.run()
	return w
}

// do has fn committed. Where ctx ends before its commit began, fn is not run; once it began, do returns with its end.
func (w *writer) do(ctx context.Context, fn func(*tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &write{ctx: ctx, fn: fn, end: make(chan struct{})}
	select {
	case <-w.quit:
		return errClosed
	default:
	}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return errClosed
	}
	select {
	case <-j.end:
		return j.err
	case <-w.done: // the queue was left behind on closing; j may have been the last to be served
		select {
		case <-j.end:
			return j.err
		default:
			return errClosed
		}
	}
}

func (w *writer) close() {
	w.once.Do(func() { close(w.quit) })
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case j := <-w.queue:
			w.commit(w.gather(j))
		case <-w.quit:
			for { // what was queued before closing is still written
				select {
				case j := <-w.queue:
					w.commit(w.gather(j))
				default:
					return
				}
			}
		}
	}
}

// gather adds everybody who waits to the first one.
func (w *writer) gather(first *write) []*write {
	batch := []*write{first}
	for len(batch) < mostShared {
		select {
		case j := <-w.queue:
			batch = append(batch, j)
		default:
			return batch
		}
	}
	return batch
}

// commit runs all of the batch in one transaction. One that fails is taken out and the others are run again without it, so that the
// failure of one harms no other and leaves no trace.
func (w *writer) commit(batch []*write) {
	for len(batch) > 0 {
		bad := -1
		err := w.db.Update(func(b *bbolt.Tx) error {
			for i, j := range batch {
				if err := j.run(b); err != nil {
					bad = i
					return err
				}
			}
			return nil
		})
		if err != nil && bad >= 0 {
			batch[bad].err = err
			close(batch[bad].end)
			batch = append(batch[:bad], batch[bad+1:]...)
			continue
		}
		for _, j := range batch {
			j.err = err
			close(j.end)
		}
		return
	}
}

// run runs one function. A panic becomes its error: it must not end everybody's writing.
func (j *write) run(b *bbolt.Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: panic in a transaction: %v\n%s", r, debug.Stack())
		}
	}()
	if err := j.ctx.Err(); err != nil {
		return err
	}
	t := &tx{bolt: b}
	if err := j.fn(t); err != nil {
		return err
	}
	return t.err
}
