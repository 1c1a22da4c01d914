package redis

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
)

// commit gathers checks and writes for commit.lua. All its keys carry the same hash tag.
type commit struct {
	keys   []string
	index  map[string]int
	checks []any
	writes []any
}

func newCommit() *commit { return &commit{index: make(map[string]int)} }

func (c *commit) key(name string) int {
	i, ok := c.index[name]
	if !ok {
		c.keys = append(c.keys, name)
		i = len(c.keys)
		c.index[name] = i
	}
	return i
}

// value, record, absent and score demand that something is still as it was read: a short value, a long one, nothing, a score.
func (c *commit) value(key, field, value string) {
	c.checks = append(c.checks, "value", c.key(key), field, value)
}

func (c *commit) record(key, field, value string) {
	sum := sha1.Sum([]byte(value))
	c.checks = append(c.checks, "sha1", c.key(key), field, hex.EncodeToString(sum[:]))
}

func (c *commit) absent(key, field string) {
	c.checks = append(c.checks, "absent", c.key(key), field, "")
}

func (c *commit) score(key, member, score string) {
	c.checks = append(c.checks, "score", c.key(key), member, score)
}

// do adds a write.
func (c *commit) do(command, key string, args ...any) {
	c.writes = append(c.writes, len(args), command, c.key(key))
	c.writes = append(c.writes, args...)
}

// removeIf removes a field where it has a value.
func (c *commit) removeIf(key, field, value string) { c.do("HDELEQ", key, field, value) }

// call makes the call of the script.
func (c *commit) call() *call {
	args := make([]any, 0, 1+len(c.checks)+len(c.writes))
	args = append(args, len(c.checks)/4)
	args = append(args, c.checks...)
	args = append(args, c.writes...)
	return &call{script: scriptCommit, keys: c.keys, args: args}
}

// commit writes, and reports whether nothing had changed before.
func (s *Store) commit(ctx context.Context, c *commit) (bool, error) {
	if len(c.writes) == 0 {
		return true, nil
	}
	call := c.call()
	n, err := s.run(ctx, call.script, call.keys, call.args...).Int()
	return n == 1, failure(ctx, err)
}

// mostTries is how often a change is tried against others before it is given up.
const mostTries = 20

// again runs fn until it reports that its commit went through, with a growing, random pause in between.
func again(ctx context.Context, fn func() (done bool, err error)) error {
	for try := range mostTries {
		done, err := fn()
		if done || err != nil {
			return err
		}
		t := time.NewTimer(time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 6))))
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return failure(ctx, ctx.Err())
		}
	}
	return errs.Errorf(errs.CodeConflict, "others changed the same record %d times in a row", mostTries)
}

// encode writes a record. The types that are kept always encode.
func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: a record does not encode: %v", err))
	}
	return string(b)
}

func decode(what, text string, v any) error {
	if err := json.Unmarshal([]byte(text), v); err != nil {
		return fmt.Errorf("store: a record of a %s in Redis cannot be read: %w", what, err)
	}
	return nil
}
