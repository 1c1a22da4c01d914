package redis

import (
	"context"
	"errors"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Apply is part of filing.Store.
func (s *Store) Apply(ctx context.Context, r filing.Report) (filing.Outcome, error) {
	if err := r.Validate(); err != nil {
		return filing.Outcome{}, errors.Join(ctx.Err(), err)
	}
	var out filing.Outcome
	_, ch, err := s.change(ctx, r.ID, func(a *loaded) (ch store.Change, err error) {
		out, ch, err = a.Report(s.plan, r, s.now())
		return ch, err
	})
	if err != nil {
		if errs.CodeOf(err) != filing.CodeStaleReport {
			out = filing.Outcome{}
		}
		return out, err
	}
	out.Pushes = len(ch.Add)
	return out, nil
}

// ApplyBatch is part of filing.Batches. Each report is a transaction of its own here; what is saved is the waiting.
func (s *Store) ApplyBatch(ctx context.Context, rs []filing.Report) ([]filing.Result, error) {
	results := make([]filing.Result, len(rs))
	for part := range slices.Chunk(indices(len(rs)), store.MaxBatch) {
		for len(part) > 0 { // two reports of one filing go one after the other
			seen := make(map[string]bool)
			var round, later []int
			for _, i := range part {
				if seen[rs[i].ID] {
					later = append(later, i)
					continue
				}
				seen[rs[i].ID] = true
				round = append(round, i)
			}
			if err := s.applyRound(ctx, rs, round, results); err != nil {
				return results, err
			}
			part = later
		}
	}
	return results, ctx.Err()
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// applyRound applies reports of different filings together. One that others get in the way of is then applied by itself.
func (s *Store) applyRound(ctx context.Context, rs []filing.Report, round []int, results []filing.Result) error {
	var calls []*call
	var at []int
	for _, i := range round {
		if err := rs[i].Validate(); err != nil {
			results[i] = filing.Result{ID: rs[i].ID, Err: err}
			continue
		}
		calls, at = append(calls, s.loadCall(rs[i].ID)), append(at, i)
	}
	if len(calls) == 0 {
		return nil
	}
	if err := s.runAll(ctx, calls); err != nil {
		return err
	}
	as := make([]loaded, len(calls))
	changes := make([]*store.Change, len(calls))
	for n, c := range calls {
		var err error
		if as[n], err = readLoaded(c.result); err != nil {
			return err
		}
		i := at[n]
		out, ch, err := as[n].Report(s.plan, rs[i], s.now())
		results[i] = filing.Result{Outcome: out, Err: err}
		changes[n] = &ch
	}
	if err := s.freshOf(ctx, func(n int) string { return rs[at[n]].ID }, changes); err != nil {
		return err
	}
	var commits []*call
	var whose []int
	for n, ch := range changes {
		c := newCommit()
		s.write(c, rs[at[n]].ID, &as[n], ch)
		if len(c.writes) > 0 {
			commits, whose = append(commits, c.call()), append(whose, n)
		} else {
			results[at[n]].ID = rs[at[n]].ID
		}
	}
	if len(commits) == 0 {
		return nil
	}
	if err := s.runAll(ctx, commits); err != nil {
		return err
	}
	for j, c := range commits {
		n := whose[j]
		i := at[n]
		if done, err := c.result.Int(); err != nil {
			return failure(ctx, err)
		} else if done != 1 {
			out, err := s.Apply(ctx, rs[i])
			if err != nil && errs.CodeOf(err) == errs.CodeUnavailable {
				return err
			}
			results[i] = filing.Result{ID: rs[i].ID, Outcome: out, Err: err}
			continue
		}
		results[i].ID, results[i].Pushes = rs[i].ID, len(changes[n].Add)
		s.after(ctx, &as[n], *changes[n])
	}
	return nil
}

// Filing is part of filing.Store.
func (s *Store) Filing(ctx context.Context, id string) (filing.Filing, error) {
	var f filing.Filing
	text, err := s.client.HGet(ctx, s.shardFor(id).filing(id), "json").Result()
	if errors.Is(err, goredis.Nil) {
		return f, errs.ErrNotFound
	}
	if err != nil {
		return f, failure(ctx, err)
	}
	return f, decode("filing", text, &f)
}

// History is part of filing.Store.
func (s *Store) History(ctx context.Context, id string) ([]filing.Event, error) {
	k := s.shardFor(id)
	var known *goredis.IntCmd
	var list *goredis.StringSliceCmd
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		known, list = p.Exists(ctx, k.filing(id)), p.LRange(ctx, k.history(id), 0, -1)
	})
	if err != nil {
		return nil, err
	}
	if known.Val() == 0 {
		return nil, errs.ErrNotFound
	}
	var events []filing.Event
	for _, text := range list.Val() {
		var ev filing.Event
		if err := decode("event", text, &ev); err != nil {
			return nil, err
		}
		events = append(events, ev)
	}
	return events, nil
}

// Followers is part of filing.Store.
func (s *Store) Followers(ctx context.Context, id string) ([]filing.Follower, error) {
	a, err := s.load(ctx, id)
	if err != nil {
		return nil, err
	}
	if a.Filing == nil {
		return nil, errs.ErrNotFound
	}
	return a.Followers, nil
}

// Delete is part of filing.Store. What the filing has taught about durations stays: it names nobody.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.remove(ctx, id, func(a *loaded) error {
		if a.Filing == nil {
			return errs.ErrNotFound
		}
		return nil
	})
}

// remove removes a filing with everything that hangs on it, unless fn refuses.
func (s *Store) remove(ctx context.Context, id string, fn func(a *loaded) error) error {
	k := s.shardFor(id)
	var a loaded
	var gone []kept
	var codes []string
	marks := make(map[string]string) // of the followers' lists
	err := again(ctx, func() (bool, error) {
		var err error
		if a, err = s.load(ctx, id); err != nil {
			return false, err
		}
		if err = fn(&a); err != nil {
			return false, err
		}
		if gone, err = s.pushesOf(ctx, id); err != nil {
			return false, err
		}
		var issued *goredis.StringSliceCmd
		tracked := make(map[string]*goredis.StringCmd)
		err = s.pipe(ctx, func(p goredis.Pipeliner) {
			issued = p.HKeys(ctx, k.codes(id))
			for _, f := range a.Followers {
				tracked[f.User] = p.HGet(ctx, s.person(f.User).tracked(), id)
			}
		})
		if err != nil {
			return false, err
		}
		codes = issued.Val()
		for user, mark := range tracked {
			marks[user] = mark.Val()
		}
		c := newCommit()
		c.value(k.filing(id), "rev", a.rev)
		for i := range gone {
			c.record(k.push(), gone[i].ID, gone[i].text)
			s.putPush(c, &gone[i].Push, nil)
		}
		for _, key := range []string{k.history(id), k.followers(id), k.codes(id), k.open(id)} {
			c.do("DEL", key)
		}
		s.putFiling(c, a.Filing, nil)
		return s.commit(ctx, c)
	})
	if err != nil {
		return err
	}
	// What follows only tidies up: nothing of it counts any longer.
	var calls []*call
	for user, mark := range marks {
		c := newCommit()
		c.removeIf(s.person(user).tracked(), id, mark)
		calls = append(calls, c.call())
	}
	for _, p := range gone {
		if p.Waits() {
			calls = append(calls, s.unnoting(p.Push, noteOf(p.Push)))
		}
	}
	if len(calls) > 0 {
		err = s.runAll(ctx, calls)
	}
	if err2 := s.dropCodes(ctx, codes); err != nil || err2 != nil {
		s.log.Warn("indexes of a deleted filing stay until they are next looked at", "err", errors.Join(err, err2))
	}
	return nil
}

// pushesOf reads every push of a filing.
func (s *Store) pushesOf(ctx context.Context, id string) ([]kept, error) {
	k := s.shardFor(id)
	members, err := s.client.ZRange(ctx, k.pushesOf(id), 0, -1).Result()
	if err != nil {
		return nil, failure(ctx, err)
	}
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = placeID(m)
	}
	return s.pushesByID(ctx, k, ids)
}

// pushesByID reads pushes of a shard; those that are gone are left out.
func (s *Store) pushesByID(ctx context.Context, k shard, ids []string) ([]kept, error) {
	var out []kept
	for part := range slices.Chunk(ids, 500) {
		values, err := s.client.HMGet(ctx, k.push(), part...).Result()
		if err != nil {
			return nil, failure(ctx, err)
		}
		for _, v := range values {
			text, ok := v.(string)
			if !ok {
				continue
			}
			p, err := readPush(text)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// Samples is part of filing.Samples.
func (s *Store) Samples(ctx context.Context, stage vocab.Stage, platform vocab.Platform, province vocab.Province, since time.Time) ([]filing.Sample, error) {
	type group struct {
		shard              shard
		platform, province string
	}
	var groups []group
	if platform != "" && province != "" {
		for n := range shards {
			groups = append(groups, group{s.shard(n), string(platform), string(province)})
		}
	} else {
		cmds := make([]*goredis.StringSliceCmd, shards)
		err := s.pipe(ctx, func(p goredis.Pipeliner) {
			for n := range cmds {
				cmds[n] = p.SMembers(ctx, s.shard(n).sampleGroups(string(stage)))
			}
		})
		if err != nil {
			return nil, err
		}
		for n, cmd := range cmds {
			for _, member := range cmd.Val() {
				pl, pr, _ := cutNUL(member)
				if (platform == "" || pl == string(platform)) && (province == "" || pr == string(province)) {
					groups = append(groups, group{s.shard(n), pl, pr})
				}
			}
		}
	}
	if len(groups) == 0 {
		return nil, nil
	}
	cmds := make([]*goredis.StringSliceCmd, len(groups))
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, g := range groups {
			cmds[i] = p.ZRangeArgs(ctx, goredis.ZRangeArgs{
				Key: g.shard.samples(string(stage), g.platform, g.province), ByScore: true, Rev: true,
				Start: "+inf", Stop: millis(since), Count: filing.MaxSamples,
			})
		}
	})
	if err != nil {
		return nil, err
	}
	var all []filing.Sample
	for _, cmd := range cmds {
		for _, text := range cmd.Val() {
			var sm filing.Sample
			if err := decode("sample", text, &sm); err != nil {
				return nil, err
			}
			if !sm.Left.Before(since) {
				all = append(all, sm)
			}
		}
	}
	return store.NewestSamples(all), nil
}
