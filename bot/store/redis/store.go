package redis

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// Options make a Store. URL or Client is required.
type Options struct {
	// URL says where Redis is. See ParseURL.
	URL string
	// Client is used instead of URL where it is set. The store closes it.
	Client goredis.UniversalClient
	// Prefix begins every key (default "beianbot:"). Stores with different prefixes may share a server.
	Prefix string
	// Planner says which pushes follow from a change (default &push.Planner{}).
	Planner store.Planner
	// Now is the clock for methods that are not given a time (default time.Now).
	Now func() time.Time
	// Wake is called after pushes were added or made due, so that the worker of this process looks at once. It may be nil, must not block.
	Wake func()
	// Log is told what an operator may want to know (default: nothing is logged).
	Log *slog.Logger
}

// Store keeps everything in Redis. Its methods may be called from any goroutine.
type Store struct {
	client goredis.UniversalClient
	prefix string
	plan   store.Planner
	now    func() time.Time
	wake   func()
	log    *slog.Logger
}

var _ store.Store = (*Store)(nil)

// Open connects and checks the schema. It fails with errs.ErrUnavailable where Redis does not answer; later on it may come and go.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{client: o.Client, prefix: o.Prefix, plan: o.Planner, now: o.Now, wake: o.Wake, log: o.Log}
	if s.prefix == "" {
		s.prefix = "beianbot:"
	}
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
	if s.client == nil {
		uo, err := ParseURL(o.URL)
		if err != nil {
			return nil, err
		}
		// go-redis writes to standard error, a line for every connection that fails, and knows one logger a process.
		goredis.SetLogger(quietly{s.log})
		s.client = goredis.NewUniversalClient(uo)
	}
	if err := s.prepare(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// prepare checks the schema, and notes it where there is none yet.
func (s *Store) prepare(ctx context.Context) error {
	key := s.prefix + "schema"
	if err := s.client.SetNX(ctx, key, store.Schema, 0).Err(); err != nil {
		return failure(ctx, err)
	}
	text, err := s.client.Get(ctx, key).Result()
	if err != nil {
		return failure(ctx, err)
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("store: %s in Redis is not a schema version: is the prefix used by something else?", key)
	}
	if n > store.Schema {
		return fmt.Errorf("store: what is in Redis was written by a newer version (schema %d, this one reads up to %d); use that version", n, store.Schema)
	}
	return nil
}

// Ping reports whether Redis answers.
func (s *Store) Ping(ctx context.Context) error {
	return failure(ctx, s.client.Ping(ctx).Err())
}

// Close ends the connections. Closing again is no error.
func (s *Store) Close() error {
	if err := s.client.Close(); err != nil && !errors.Is(err, goredis.ErrClosed) {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// Replies returns the store's side of chat.Replies.
func (s *Store) Replies() chat.Replies { return replies{s} }

// quietly is what go-redis writes to. What matters of it comes back as an error, so it is for looking closely only.
type quietly struct{ log *slog.Logger }

// Printf is what go-redis calls.
func (q quietly) Printf(ctx context.Context, format string, v ...any) {
	if q.log.Enabled(ctx, slog.LevelDebug) {
		q.log.DebugContext(ctx, "redis client", "says", fmt.Sprintf(format, v...))
	}
}
