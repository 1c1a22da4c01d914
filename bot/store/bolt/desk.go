package bolt

import (
	"bytes"
	"context"

	bbolt "go.etcd.io/bbolt"

	"github.com/beianbot/beianbot/bot/desk"
)

var _ desk.Records = (*Store)(nil)

// The buckets of the desk. doc.go says what is in them.
const (
	bucketDesk         = "desk"
	bucketDeskEditions = "desk_editions"
	bucketDeskLogs     = "desk_logs"
	bucketDeskLines    = "desk_lines"
)

// ensure makes a bucket where it is missing.
func (t *tx) ensure(bucket string) *bbolt.Bucket {
	b, err := t.bolt.CreateBucketIfNotExists([]byte(bucket))
	if err != nil {
		t.fail(err)
	}
	return b
}

// Record is part of desk.Records.
func (s *Store) Record(ctx context.Context, kind, name string) (value []byte, err error) {
	if err := desk.CheckRecord(kind, name, nil); err != nil {
		return nil, err
	}
	err = s.view(ctx, func(t *tx) error {
		if b := t.bucket(bucketDesk); b != nil {
			value = bytes.Clone(b.Get(key(kind, name)))
		}
		return nil
	})
	return value, err
}

// Records is part of desk.Records.
func (s *Store) Records(ctx context.Context, kind string) (map[string][]byte, error) {
	if err := desk.CheckName(kind); err != nil {
		return nil, err
	}
	out := make(map[string][]byte)
	err := s.view(ctx, func(t *tx) error {
		if t.bucket(bucketDesk) == nil {
			return nil
		}
		t.prefixed(bucketDesk, under(kind), func(rest, value []byte) bool {
			out[string(rest)] = bytes.Clone(value)
			return true
		})
		return nil
	})
	return out, err
}

// SwapRecord is part of desk.Records.
func (s *Store) SwapRecord(ctx context.Context, kind, name string, old, next []byte) (done bool, err error) {
	if err := desk.CheckRecord(kind, name, next); err != nil {
		return false, err
	}
	err = s.update(ctx, func(t *tx) error {
		b := t.ensure(bucketDesk)
		t.ensure(bucketDeskEditions)
		if t.err != nil {
			return t.err
		}
		k := key(kind, name)
		cur := b.Get(k)
		if done = (cur == nil) == (old == nil) && bytes.Equal(cur, old); !done {
			return nil
		}
		t.count(bucketDeskEditions, []byte(kind), 1)
		if next == nil {
			t.del(bucketDesk, k)
		} else {
			t.put(bucketDesk, k, next)
		}
		return nil
	})
	return done && err == nil, err
}

// Edition is part of desk.Records.
func (s *Store) Edition(ctx context.Context, kind string) (n int64, err error) {
	if err := desk.CheckName(kind); err != nil {
		return 0, err
	}
	err = s.view(ctx, func(t *tx) error {
		if b := t.bucket(bucketDeskEditions); b != nil {
			n = int64(uint64Of(b.Get([]byte(kind))))
		}
		return nil
	})
	return n, err
}

// AppendLine is part of desk.Records.
func (s *Store) AppendLine(ctx context.Context, log string, line []byte, keep int) error {
	if err := desk.CheckRecord(log, log, line); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		t.ensure(bucketDeskLogs)
		t.ensure(bucketDeskLines)
		if t.err != nil {
			return t.err
		}
		n := t.count(bucketDeskLines, []byte(log), 1)
		t.put(bucketDeskLogs, append(under(log), number(uint64(n))...), line)
		for _, rest := range t.keysOf(bucketDeskLogs, under(log), 100) { // the oldest come first
			if int64(uint64Of(rest)) > n-int64(max(keep, 1)) {
				break
			}
			t.del(bucketDeskLogs, append(under(log), rest...))
		}
		return nil
	})
}

// Lines is part of desk.Records.
func (s *Store) Lines(ctx context.Context, log string, before int64, limit int) (out []desk.Line, err error) {
	if limit, err = desk.CheckLines(log, limit); err != nil {
		return nil, err
	}
	err = s.view(ctx, func(t *tx) error {
		b := t.bucket(bucketDeskLogs)
		if b == nil {
			return nil
		}
		prefix := under(log)
		c := b.Cursor()
		target := append(bytes.Clone(prefix), 0xff)
		if before > 0 {
			target = append(bytes.Clone(prefix), number(uint64(before))...)
		}
		var v []byte
		k, _ := c.Seek(target)
		if k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
		for ; k != nil && bytes.HasPrefix(k, prefix) && len(out) < limit; k, v = c.Prev() {
			out = append(out, desk.Line{Number: int64(uint64Of(k[len(prefix):])), Data: bytes.Clone(v)})
		}
		return nil
	})
	return out, err
}
