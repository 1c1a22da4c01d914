package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/desk"
)

var _ desk.Records = (*Store)(nil)

// deskKey makes a key of the desk. They share a hash tag; doc.go says what is in them.
func (s *Store) deskKey(name string) string { return s.prefix + "{desk}:" + name }

func (s *Store) deskLog(name string) string { return s.deskKey("log:" + name) }

// Record is part of desk.Records.
func (s *Store) Record(ctx context.Context, kind, name string) ([]byte, error) {
	if err := desk.CheckRecord(kind, name, nil); err != nil {
		return nil, err
	}
	b, err := s.client.HGet(ctx, s.deskKey("of:"+kind), name).Bytes()
	if errors.Is(err, goredis.Nil) {
		return nil, nil
	}
	return b, failure(ctx, err)
}

// Records is part of desk.Records.
func (s *Store) Records(ctx context.Context, kind string) (map[string][]byte, error) {
	if err := desk.CheckName(kind); err != nil {
		return nil, err
	}
	all, err := s.client.HGetAll(ctx, s.deskKey("of:"+kind)).Result()
	if err != nil {
		return nil, failure(ctx, err)
	}
	out := make(map[string][]byte, len(all))
	for k, v := range all {
		out[k] = []byte(v)
	}
	return out, nil
}

// SwapRecord is part of desk.Records.
func (s *Store) SwapRecord(ctx context.Context, kind, name string, old, next []byte) (bool, error) {
	if err := desk.CheckRecord(kind, name, next); err != nil {
		return false, err
	}
	key := s.deskKey("of:" + kind)
	c := newCommit()
	if old == nil {
		c.absent(key, name)
	} else {
		c.record(key, name, string(old))
	}
	c.do("HINCRBY", s.deskKey("editions"), kind, 1)
	if next == nil {
		c.do("HDEL", key, name)
	} else {
		c.do("HSET", key, name, string(next))
	}
	return s.commit(ctx, c)
}

// Edition is part of desk.Records.
func (s *Store) Edition(ctx context.Context, kind string) (int64, error) {
	if err := desk.CheckName(kind); err != nil {
		return 0, err
	}
	n, err := s.client.HGet(ctx, s.deskKey("editions"), kind).Int64()
	if errors.Is(err, goredis.Nil) {
		return 0, nil
	}
	return n, failure(ctx, err)
}

// AppendLine is part of desk.Records.
func (s *Store) AppendLine(ctx context.Context, log string, line []byte, keep int) error {
	if err := desk.CheckRecord(log, log, line); err != nil {
		return err
	}
	lines := s.deskKey("lines")
	return again(ctx, func() (bool, error) {
		text, err := s.client.HGet(ctx, lines, log).Result()
		if err != nil && !errors.Is(err, goredis.Nil) {
			return false, failure(ctx, err)
		}
		n, _ := strconv.ParseInt(text, 10, 64)
		c := newCommit()
		if text == "" {
			c.absent(lines, log)
		} else {
			c.value(lines, log, text)
		}
		c.do("HSET", lines, log, n+1)
		c.do("ZADD", s.deskLog(log), n+1, fmt.Sprintf("%012x%s", n+1, line))
		c.do("ZREMRANGEBYSCORE", s.deskLog(log), "-inf", n+1-int64(max(keep, 1)))
		return s.commit(ctx, c)
	})
}

// Lines is part of desk.Records.
func (s *Store) Lines(ctx context.Context, log string, before int64, limit int) ([]desk.Line, error) {
	limit, err := desk.CheckLines(log, limit)
	if err != nil {
		return nil, err
	}
	top := "+inf"
	if before > 0 {
		top = "(" + strconv.FormatInt(before, 10)
	}
	members, err := s.client.ZRangeArgs(ctx, goredis.ZRangeArgs{
		Key: s.deskLog(log), ByScore: true, Rev: true, Start: top, Stop: "-inf", Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, failure(ctx, err)
	}
	var out []desk.Line
	for _, m := range members {
		if len(m) < placeDigits {
			continue
		}
		n, _ := strconv.ParseInt(strings.TrimLeft(m[:placeDigits], "0"), 16, 64)
		out = append(out, desk.Line{Number: n, Data: []byte(m[placeDigits:])})
	}
	return out, nil
}
