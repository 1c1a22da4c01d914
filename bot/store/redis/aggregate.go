package redis

import (
	"context"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
)

// loaded is an aggregate with the revision under which it was read; empty where the filing is not known.
type loaded struct {
	store.Aggregate
	rev string
	// open are the open pushes with the very text that was read.
	open map[string]kept
}

// kept is a push with the very text that is kept of it. Another version may encode the same push otherwise, so a check is made of the text.
type kept struct {
	push.Push
	text string
}

func readPush(text string) (kept, error) {
	p := kept{text: text}
	err := decode("push", text, &p.Push)
	return p, err
}

// loadCall makes the call that reads an aggregate.
func (s *Store) loadCall(id string) *call {
	k := s.shardFor(id)
	return &call{script: scriptLoad, keys: []string{k.filing(id), k.followers(id), k.open(id), k.push()}}
}

// load reads an aggregate.
func (s *Store) load(ctx context.Context, id string) (loaded, error) {
	c := s.loadCall(id)
	c.result = s.run(ctx, c.script, c.keys)
	if err := c.result.Err(); err != nil {
		return loaded{}, failure(ctx, err)
	}
	return readLoaded(c.result)
}

// readLoaded reads what load.lua returned.
func readLoaded(cmd *goredis.Cmd) (loaded, error) {
	row, err := cmd.Slice()
	if err != nil {
		return loaded{}, err
	}
	if len(row) != 4 {
		return loaded{}, nil
	}
	a := loaded{open: make(map[string]kept)}
	a.rev, _ = row[0].(string)
	text, _ := row[1].(string)
	a.Filing = new(filing.Filing)
	if err := decode("filing", text, a.Filing); err != nil {
		return loaded{}, err
	}
	for _, text := range texts(row[2]) {
		var f filing.Follower
		if err := decode("follower", text, &f); err != nil {
			return loaded{}, err
		}
		a.Followers = append(a.Followers, f)
	}
	slices.SortFunc(a.Followers, compareFollowers)
	for _, text := range texts(row[3]) {
		if text == "" {
			continue
		}
		p, err := readPush(text)
		if err != nil {
			return loaded{}, err
		}
		a.Open, a.open[p.ID] = append(a.Open, p.Push), p
	}
	slices.SortFunc(a.Open, store.CompareAge)
	return a, nil
}

func texts(v any) []string {
	rows, _ := v.([]any)
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		text, _ := r.(string)
		out = append(out, text)
	}
	return out
}

func compareFollowers(a, b filing.Follower) int {
	if c := a.Since.Compare(b.Since); c != 0 {
		return c
	}
	return strings.Compare(a.User, b.User)
}

// fresh leaves out of a change the pushes whose ID is or was in use, as its planner does not know them.
func (s *Store) fresh(ctx context.Context, id string, changes ...*store.Change) error {
	return s.freshOf(ctx, func(int) string { return id }, changes)
}

// freshOf is fresh for changes of several filings.
func (s *Store) freshOf(ctx context.Context, id func(i int) string, changes []*store.Change) error {
	known := make(map[*store.Change]*goredis.SliceCmd)
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, c := range changes {
			if len(c.Add) > 0 {
				fields := make([]string, len(c.Add))
				for j, a := range c.Add {
					fields[j] = a.ID
				}
				known[c] = p.HMGet(ctx, s.shardFor(id(i)).push(), fields...)
			}
		}
	})
	if err != nil {
		return err
	}
	for c, cmd := range known {
		values := cmd.Val()
		add := c.Add[:0:0]
		for j, p := range c.Add {
			if values[j] == nil {
				add = append(add, p)
			}
		}
		c.Add = add
	}
	return nil
}

// write adds a change of a filing to a commit. fresh has been asked before.
func (s *Store) write(c *commit, id string, a *loaded, ch *store.Change) {
	k := s.shardFor(id)
	if ch.Filing == nil && ch.Put == nil && ch.Remove == "" && len(ch.Add) == 0 && len(ch.Drop) == 0 {
		return
	}
	s.revise(c, id, a)
	if ch.Filing != nil {
		s.putFiling(c, a.Filing, ch.Filing)
	}
	if ch.Event != nil {
		c.do("RPUSH", k.history(id), encode(ch.Event))
		c.do("LTRIM", k.history(id), -filing.MaxHistory, -1)
	}
	if ch.Sample != nil {
		s.putSample(c, k, *ch.Sample)
	}
	if ch.Put != nil {
		c.do("HSET", k.followers(id), userHash(ch.Put.User), encode(ch.Put))
	}
	if ch.Remove != "" {
		c.do("HDEL", k.followers(id), userHash(ch.Remove))
	}
	for i := range ch.Drop {
		before := a.open[ch.Drop[i].ID]
		c.record(k.push(), before.ID, before.text)
		s.putPush(c, &before.Push, &ch.Drop[i])
	}
	for i := range ch.Add {
		c.absent(k.push(), ch.Add[i].ID)
		s.putPush(c, nil, &ch.Add[i])
	}
}

// revise checks that a filing is as it was read, and gives it a new revision. It is random, so that a filing that was deleted and made
// anew is never taken for the one that was read.
func (s *Store) revise(c *commit, id string, a *loaded) {
	key := s.shardFor(id).filing(id)
	if a.rev == "" {
		c.absent(key, "rev")
	} else {
		c.value(key, "rev", a.rev)
	}
	c.do("HSET", key, "rev", store.NewLease())
}

// putFiling writes a filing and its indexes; nil stands for none, before or after.
func (s *Store) putFiling(c *commit, before, after *filing.Filing) {
	id := cmpOr(before, after).ID
	k := s.shardFor(id)
	stage := func(f *filing.Filing) string { return k.filingsStage(string(f.Stage)) }
	province := func(f *filing.Filing) string { return k.filingsProv(string(f.Province)) }
	if before != nil {
		at := place(before.UpdatedAt, id)
		if after == nil || !after.UpdatedAt.Equal(before.UpdatedAt) {
			c.do("ZREM", k.filings(), at)
		}
		if after == nil || !after.UpdatedAt.Equal(before.UpdatedAt) || after.Stage != before.Stage {
			c.do("ZREM", stage(before), at)
		}
		if after == nil || !after.UpdatedAt.Equal(before.UpdatedAt) || after.Province != before.Province {
			c.do("ZREM", province(before), at)
		}
	}
	if after == nil {
		c.do("DEL", k.filing(id))
		c.do("HDEL", k.texts(), id)
		return
	}
	at := place(after.UpdatedAt, id)
	c.do("HSET", k.filing(id), "json", encode(after))
	c.do("ZADD", k.filings(), 0, at)
	c.do("ZADD", stage(after), 0, at)
	c.do("ZADD", province(after), 0, at)
	text := string(after.Stage) + "\x00" + string(after.Province) + "\x00" + store.SearchText(*after)
	c.do("HSET", k.texts(), id, text)
}

func cmpOr(a, b *filing.Filing) *filing.Filing {
	if a != nil {
		return a
	}
	return b
}

// putSample keeps a stay, and lets those go that no longer count.
func (s *Store) putSample(c *commit, k shard, sm filing.Sample) {
	key := k.samples(string(sm.Stage), string(sm.Platform), string(sm.Province))
	c.do("SADD", k.sampleGroups(string(sm.Stage)), string(sm.Platform)+"\x00"+string(sm.Province))
	c.do("ZADD", key, millis(sm.Left), encode(sm))
	c.do("ZREMRANGEBYSCORE", key, "-inf", "("+millis(sm.Left.Add(-filing.SampleKeep)))
	c.do("ZREMRANGEBYRANK", key, 0, -filing.MaxSamples-1)
}

// entry is one place in an index where a push stands.
type entry struct {
	key, member string
	// score is for sorted sets; set tells a plain set.
	score string
	set   bool
}

// entries returns where a push stands.
func (k shard) entries(p *push.Push) []entry {
	at := place(p.CreatedAt, p.ID)
	es := []entry{
		{key: k.pushes(), member: at, score: "0"},
		{key: k.pushesState(string(p.State)), member: at, score: "0"},
		{key: k.pushesOf(p.Filing), member: at, score: "0"},
	}
	if p.State == push.Pending || p.State == push.Held {
		es = append(es, entry{key: k.open(p.Filing), member: p.ID, set: true})
	}
	if at, ok := store.DueAt(*p); ok {
		es = append(es, entry{key: k.due(), member: rank(*p), score: millis(at)})
	}
	if p.State.Final() {
		es = append(es, entry{key: k.ended(), member: p.ID, score: millis(p.UpdatedAt)})
	}
	return es
}

// putPush writes a push and what changes of its indexes; nil stands for none, before or after.
func (s *Store) putPush(c *commit, before, after *push.Push) {
	var was, will []entry
	var k shard
	if before != nil {
		k = s.shardFor(before.Filing)
		was = k.entries(before)
		if before.State == push.Leased {
			c.removeIf(k.lanes(), lane(*before), holder(*before))
		}
	}
	if after != nil {
		k = s.shardFor(after.Filing)
		will = k.entries(after)
	}
	for _, e := range was {
		if slices.ContainsFunc(will, func(w entry) bool { return w.key == e.key && w.member == e.member }) {
			continue
		}
		if e.set {
			c.do("SREM", e.key, e.member)
		} else {
			c.do("ZREM", e.key, e.member)
		}
	}
	for _, e := range will {
		switch {
		case slices.Contains(was, e):
		case e.set:
			c.do("SADD", e.key, e.member)
		default:
			c.do("ZADD", e.key, e.score, e.member)
		}
	}
	if after == nil {
		c.do("HDEL", k.push(), before.ID)
		return
	}
	c.do("HSET", k.push(), after.ID, encode(after))
	if after.State == push.Leased {
		c.do("HSET", k.lanes(), lane(*after), holder(*after))
	}
}

// change reads a filing, asks what is to change, and commits it, until nobody was quicker. It returns what it read and what it wrote.
func (s *Store) change(ctx context.Context, id string, fn func(a *loaded) (store.Change, error)) (a loaded, ch store.Change, err error) {
	if !filing.ValidID(id) {
		return loaded{}, store.Change{}, errs.ErrNotFound
	}
	err = again(ctx, func() (bool, error) {
		if a, err = s.load(ctx, id); err != nil {
			return false, err
		}
		if ch, err = fn(&a); err != nil {
			return false, err
		}
		if err := s.fresh(ctx, id, &ch); err != nil {
			return false, err
		}
		c := newCommit()
		s.write(c, id, &a, &ch)
		return s.commit(ctx, c)
	})
	if err != nil {
		return a, store.Change{}, err
	}
	s.after(ctx, &a, ch)
	return a, ch, nil
}

// after does what follows a committed change outside its transaction: the worker is woken, and what waited for somebody's next message and
// is dropped goes from his list. Where that fails, Waiting does it.
func (s *Store) after(ctx context.Context, a *loaded, ch store.Change) {
	if len(ch.Add) > 0 {
		s.wake()
	}
	var gone []push.Push
	for _, p := range ch.Drop {
		gone = append(gone, a.open[p.ID].Push)
	}
	s.unnoteAll(ctx, gone)
}
