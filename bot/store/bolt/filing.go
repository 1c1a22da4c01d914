package bolt

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Apply is part of filing.Store.
func (s *Store) Apply(ctx context.Context, r filing.Report) (filing.Outcome, error) {
	var out filing.Outcome
	var refused error
	err := s.update(ctx, func(t *tx) error {
		out, refused = s.apply(t, r)
		return nil
	})
	if err != nil {
		return filing.Outcome{}, err
	}
	if out.Pushes > 0 {
		s.wake()
	}
	return out, refused
}

// ApplyBatch is part of filing.Batches.
func (s *Store) ApplyBatch(ctx context.Context, rs []filing.Report) ([]filing.Result, error) {
	results := make([]filing.Result, len(rs))
	for start := 0; start < len(rs); start += store.MaxBatch {
		part := rs[start:min(start+store.MaxBatch, len(rs))]
		done := make([]filing.Result, len(part))
		pushes := 0
		err := s.update(ctx, func(t *tx) error {
			pushes = 0
			for i, r := range part {
				done[i].Outcome, done[i].Err = s.apply(t, r)
				done[i].ID = r.ID
				pushes += done[i].Pushes
			}
			return nil
		})
		if err != nil {
			return results, err
		}
		copy(results[start:], done)
		if pushes > 0 {
			s.wake()
		}
	}
	return results, nil
}

// apply merges one report and writes what follows. Where it refuses the report it has written nothing.
func (s *Store) apply(t *tx, r filing.Report) (filing.Outcome, error) {
	a := t.aggregate(r.ID)
	out, c, err := a.Report(s.plan, r, s.now())
	if err != nil {
		return out, err
	}
	out.Pushes = t.write(r.ID, a, c)
	return out, nil
}

// aggregate reads a filing with its followers and open pushes.
func (t *tx) aggregate(id string) *store.Aggregate {
	a := &store.Aggregate{Filing: t.filing(id)}
	if a.Filing == nil {
		return a
	}
	a.Followers = t.followers(id)
	t.prefixed(bucketPushesOpen, under(id), func(rest, _ []byte) bool {
		if p, ok := t.push(string(rest)); ok {
			a.Open = append(a.Open, p)
		}
		return true
	})
	slices.SortFunc(a.Open, store.CompareAge)
	return a
}

func (t *tx) filing(id string) *filing.Filing {
	var f filing.Filing
	if !t.getJSON(bucketFilings, []byte(id), &f) {
		return nil
	}
	return &f
}

func (t *tx) followers(id string) []filing.Follower {
	var fs []filing.Follower
	t.prefixed(bucketFollowers, under(id), func(_, v []byte) bool {
		var f filing.Follower
		if t.decode(bucketFollowers, v, &f) {
			fs = append(fs, f)
		}
		return true
	})
	slices.SortFunc(fs, compareFollowers)
	return fs
}

// write writes a change of a filing and returns how many pushes were added.
func (t *tx) write(id string, a *store.Aggregate, c store.Change) (added int) {
	if c.Filing != nil {
		t.putFiling(a.Filing, c.Filing)
	}
	if c.Event != nil {
		t.putEvent(id, *c.Event)
	}
	if c.Sample != nil {
		t.putSample(*c.Sample)
	}
	if c.Put != nil {
		t.putJSON(bucketFollowers, key(id, c.Put.User), c.Put)
		t.put(bucketTracked, key(c.Put.User, id), []byte("1"))
	}
	if c.Remove != "" {
		t.del(bucketFollowers, key(id, c.Remove))
		t.put(bucketTracked, key(c.Remove, id), []byte("0"))
	}
	for _, p := range c.Drop {
		t.changePush(p)
	}
	for _, p := range c.Add {
		if t.get(bucketPushes, []byte(p.ID)) == nil {
			t.putPush(nil, &p)
			added++
		}
	}
	return added
}

// putFiling writes a filing and its indexes; nil stands for none, before or after.
func (t *tx) putFiling(before, after *filing.Filing) {
	if before != nil {
		t.del(bucketFilingsUpdated, with(nil, before.UpdatedAt, before.ID))
		t.del(bucketFilingsStage, with(under(string(before.Stage)), before.UpdatedAt, before.ID))
		t.del(bucketFilingsProvince, with(under(string(before.Province)), before.UpdatedAt, before.ID))
	}
	switch {
	case before == nil || after == nil || before.Stage != after.Stage:
		if before != nil {
			t.count(bucketCounts, []byte("stage."+string(before.Stage)), -1)
		}
		if after != nil {
			t.count(bucketCounts, []byte("stage."+string(after.Stage)), 1)
		}
	}
	if after == nil {
		t.del(bucketFilings, []byte(before.ID))
		return
	}
	text := key(string(after.Stage), string(after.Province), store.SearchText(*after))
	t.putJSON(bucketFilings, []byte(after.ID), after)
	t.put(bucketFilingsUpdated, with(nil, after.UpdatedAt, after.ID), text)
	t.put(bucketFilingsStage, with(under(string(after.Stage)), after.UpdatedAt, after.ID), text)
	t.put(bucketFilingsProvince, with(under(string(after.Province)), after.UpdatedAt, after.ID), text)
}

// putEvent appends to the history and lets the oldest go beyond MaxHistory. Events are numbered without gaps, so the one to go is known.
func (t *tx) putEvent(id string, ev filing.Event) {
	t.putJSON(bucketHistory, append(under(id), number(uint64(ev.Seq))...), ev)
	if old := ev.Seq - filing.MaxHistory; old > 0 {
		t.del(bucketHistory, append(under(id), number(uint64(old))...))
	}
}

// Filing is part of filing.Store.
func (s *Store) Filing(ctx context.Context, id string) (filing.Filing, error) {
	var f *filing.Filing
	err := s.view(ctx, func(t *tx) error {
		if f = t.filing(id); f == nil {
			return orNotFound(t)
		}
		return nil
	})
	if err != nil {
		return filing.Filing{}, err
	}
	return *f, nil
}

// FilingsByID is part of filing.Batches.
func (s *Store) FilingsByID(ctx context.Context, ids []string) (map[string]filing.Filing, error) {
	out := make(map[string]filing.Filing, len(ids))
	for part := range slices.Chunk(ids, store.MaxBatch) { // a long look keeps the file from reusing what was freed
		err := s.view(ctx, func(t *tx) error {
			for _, id := range part {
				if f := t.filing(id); f != nil {
					out[id] = *f
				}
			}
			return t.err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, ctx.Err()
}

// History is part of filing.Store.
func (s *Store) History(ctx context.Context, id string) ([]filing.Event, error) {
	var events []filing.Event
	err := s.view(ctx, func(t *tx) error {
		if t.get(bucketFilings, []byte(id)) == nil {
			return errs.ErrNotFound
		}
		t.prefixed(bucketHistory, under(id), func(_, v []byte) bool {
			var ev filing.Event
			if t.decode(bucketHistory, v, &ev) {
				events = append(events, ev)
			}
			return true
		})
		return nil
	})
	return events, err
}

// Delete is part of filing.Store.
func (s *Store) Delete(ctx context.Context, id string) error {
	var known bool
	err := s.update(ctx, func(t *tx) error {
		f := t.filing(id)
		if known = f != nil; known {
			t.deleteFiling(f)
		}
		return nil
	})
	if err == nil && !known {
		err = errs.ErrNotFound
	}
	return err
}

// deleteFiling removes a filing with everything that hangs on it. What it has taught about durations stays: it names nobody.
func (t *tx) deleteFiling(f *filing.Filing) {
	t.putFiling(f, nil)
	for _, rest := range t.keysOf(bucketHistory, under(f.ID), everything) {
		t.del(bucketHistory, append(under(f.ID), rest...))
	}
	for _, user := range t.keysOf(bucketFollowers, under(f.ID), everything) {
		t.del(bucketFollowers, append(under(f.ID), user...))
		t.put(bucketTracked, key(string(user), f.ID), []byte("0"))
	}
	t.revoke(f.ID)
	for _, rest := range t.keysOf(bucketPushesFiling, under(f.ID), everything) {
		if p, ok := t.push(string(rest[8:])); ok {
			t.putPush(&p, nil)
		}
	}
}

// putSample keeps a stay, and lets those go that no longer count.
func (t *tx) putSample(sm filing.Sample) {
	group := under(string(sm.Stage), string(sm.Platform), string(sm.Province))
	t.putJSON(bucketSamples, with(group, sm.Left, sm.ID), sm)
	oldest := sm.Left.Add(-filing.SampleKeep)
	n := 0
	var gone [][]byte
	c := t.bucket(bucketSamples).Cursor()
	k, _ := c.Seek(append(bytes.Clone(group), 0xff)) // behind the last of the group: times begin with a zero byte
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	for ; k != nil && bytes.HasPrefix(k, group); k, _ = c.Prev() {
		n++
		if n > filing.MaxSamples || timeOf(k[len(group):]).Before(oldest) {
			gone = append(gone, bytes.Clone(k))
			if len(gone) >= 16 { // a few each time: there is one more sample each time too
				break
			}
		}
	}
	for _, k := range gone {
		t.del(bucketSamples, k)
	}
}

// Samples is part of filing.Samples.
func (s *Store) Samples(ctx context.Context, stage vocab.Stage, platform vocab.Platform, province vocab.Province, since time.Time) ([]filing.Sample, error) {
	var out []filing.Sample
	err := s.view(ctx, func(t *tx) error {
		prefix := under(string(stage))
		if platform != "" {
			prefix = append(prefix, under(string(platform))...)
			if province != "" {
				prefix = append(prefix, under(string(province))...)
			}
		}
		t.prefixed(bucketSamples, prefix, func(_, v []byte) bool {
			var sm filing.Sample
			if t.decode(bucketSamples, v, &sm) && !sm.Left.Before(since) && (province == "" || sm.Province == province) {
				out = append(out, sm)
			}
			return true
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return store.NewestSamples(out), nil
}

// StageCounts is part of filing.Batches.
func (s *Store) StageCounts(ctx context.Context) (map[vocab.Stage]int, error) {
	counts := make(map[vocab.Stage]int)
	err := s.view(ctx, func(t *tx) error {
		t.prefixed(bucketCounts, []byte("stage."), func(rest, v []byte) bool {
			if n := int(uint64Of(v)); n > 0 {
				counts[vocab.Stage(rest)] = n
			}
			return true
		})
		return nil
	})
	return counts, err
}

func orNotFound(t *tx) error {
	if t.err != nil {
		return t.err
	}
	return errs.ErrNotFound
}

func compareFollowers(a, b filing.Follower) int {
	if c := a.Since.Compare(b.Since); c != 0 {
		return c
	}
	return bytes.Compare([]byte(a.User), []byte(b.User))
}
