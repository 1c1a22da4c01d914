package redis

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// candidate is a push that is due, as the due set of its shard tells.
type candidate struct {
	shard  shard
	member string
	score  float64
	id     string
	lane   string
}

// Lease is part of push.Outbox. Each look at all shards costs one round trip, and reads no more than is wanted of each; a second one reads
// the chosen pushes, a third takes them, each by itself, so that two workers cost each other little.
func (s *Store) Lease(ctx context.Context, now time.Time, limit int, ttl time.Duration) ([]push.Push, error) {
	now = store.Stamp(now)
	if limit <= 0 {
		return nil, ctx.Err()
	}
	var leased []push.Push
	skip := make(map[string]bool) // members that are blocked by their lane, or were lost to another
	busy := make(map[string]bool) // lanes that are out
	for depth := min(limit, 64); len(leased) < limit; depth *= 2 {
		due, more, err := s.dueNow(ctx, now, depth)
		if err != nil {
			return leased, leasedError(leased, err)
		}
		var chosen []candidate
		for _, c := range due {
			if len(leased)+len(chosen) == limit {
				break
			}
			if !skip[c.member] && !busy[c.lane] {
				busy[c.lane] = true
				chosen = append(chosen, c)
			}
		}
		got, err := s.leaseAll(ctx, chosen, now, ttl)
		if err != nil {
			return leased, leasedError(leased, err)
		}
		leased = append(leased, got...)
		for _, c := range chosen {
			skip[c.member] = true
		}
		if !more && len(chosen) == 0 {
			break
		}
	}
	return leased, nil
}

// leasedError keeps what was leased before an error: its lease would have to end first.
func leasedError(leased []push.Push, err error) error {
	if len(leased) > 0 {
		return nil
	}
	return err
}

// dueNow returns what is due, the longest due first, from up to depth members of each shard. more tells that there may be others: then
// nothing is returned from behind the last member of a shard that may have more.
func (s *Store) dueNow(ctx context.Context, now time.Time, depth int) (due []candidate, more bool, err error) {
	cmds := make([]*goredis.ZSliceCmd, shards)
	err = s.pipe(ctx, func(p goredis.Pipeliner) {
		for n := range cmds {
			cmds[n] = p.ZRangeArgsWithScores(ctx, goredis.ZRangeArgs{
				Key: s.shard(n).due(), ByScore: true, Start: "-inf", Stop: millis(now), Count: int64(depth),
			})
		}
	})
	if err != nil {
		return nil, false, err
	}
	var end *candidate
	for n, cmd := range cmds {
		k := s.shard(n)
		for _, z := range cmd.Val() {
			member, _ := z.Member.(string)
			id, lane := readRank(member)
			due = append(due, candidate{k, member, z.Score, id, lane})
		}
		if len(cmd.Val()) == depth {
			if last := due[len(due)-1]; end == nil || compareCandidates(last, *end) < 0 {
				end = &last
			}
		}
	}
	slices.SortFunc(due, compareCandidates)
	if end == nil {
		return due, false, nil
	}
	i, _ := slices.BinarySearchFunc(due, *end, compareCandidates)
	return due[:i+1], true, nil
}

func compareCandidates(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.score, b.score), strings.Compare(a.member, b.member))
}

// leaseAll leases what can be leased of the candidates, in their order.
func (s *Store) leaseAll(ctx context.Context, cs []candidate, now time.Time, ttl time.Duration) ([]push.Push, error) {
	if len(cs) == 0 {
		return nil, nil
	}
	type found struct{ push, lane *goredis.StringCmd }
	rows := make([]found, len(cs))
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, c := range cs {
			rows[i] = found{p.HGet(ctx, c.shard.push(), c.id), p.HGet(ctx, c.shard.lanes(), c.lane)}
		}
	})
	if err != nil {
		return nil, err
	}
	var calls []*call
	var after []push.Push
	for i, c := range cs {
		if rows[i].push.Err() != nil {
			continue // gone
		}
		p, err := readPush(rows[i].push.Val())
		if err != nil {
			return nil, err
		}
		at, ok := store.DueAt(p.Push)
		if !ok || at.After(now) {
			continue // taken meanwhile
		}
		holder, ends, _ := cutSpace(rows[i].lane.Val())
		if holder != "" && holder != p.ID && now.Before(timeOf(ends)) {
			continue // another of its lane is out
		}
		leased := store.Lease(p.Push, store.NewLease(), now, ttl)
		w := s.turning(p, &leased)
		if holder == "" {
			w.absent(c.shard.lanes(), c.lane)
		} else {
			w.value(c.shard.lanes(), c.lane, rows[i].lane.Val())
		}
		calls, after = append(calls, w.call()), append(after, leased)
	}
	if len(calls) == 0 {
		return nil, nil
	}
	if err := s.runAll(ctx, calls); err != nil {
		return nil, err
	}
	var out []push.Push
	for i, c := range calls {
		if n, err := c.result.Int(); err == nil && n == 1 { // else another worker has it
			out = append(out, after[i])
		}
	}
	return out, nil
}

// NextDue is part of push.Outbox. It may lie in the past while the only push that is due waits for another of its lane.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	cmds := make([]*goredis.ZSliceCmd, shards)
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for n := range cmds {
			cmds[n] = p.ZRangeWithScores(ctx, s.shard(n).due(), 0, 0)
		}
	})
	if err != nil {
		return time.Time{}, err
	}
	var next time.Time
	for _, cmd := range cmds {
		for _, z := range cmd.Val() {
			if at := timeOf(strconv.FormatFloat(z.Score, 'f', 0, 64)); next.IsZero() || at.Before(next) {
				next = at
			}
		}
	}
	return next, nil
}

func cutSpace(s string) (before, after string, ok bool) { return strings.Cut(s, " ") }

func compare(a, b string) int { return strings.Compare(a, b) }
