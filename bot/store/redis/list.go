package redis

import (
	"context"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// source is one shard's part of a list that runs from the newest to the oldest over all shards.
type source struct {
	index, texts string
	// found are members that fit and have not been used. Everything newer than at has been looked at; over tells that nothing is left.
	found []string
	at    string
	over  bool
}

// Filings is part of filing.Store. Each shard walks its own index; the walks are merged here.
func (s *Store) Filings(ctx context.Context, q filing.Query) (filing.Page, error) {
	limit, err := store.CheckLimit(q.Limit)
	if err != nil {
		return filing.Page{}, err
	}
	from, ok, err := store.ParseCursor(store.FilingCursor, q.Cursor)
	if err != nil {
		return filing.Page{}, err
	}
	text, err := store.Needle(q.Text)
	if err != nil {
		return filing.Page{}, err
	}
	sources := make([]*source, shards)
	for n := range sources {
		k := s.shard(n)
		src := &source{index: k.filings(), texts: k.texts()}
		switch {
		case q.Stage != "":
			src.index = k.filingsStage(string(q.Stage))
		case q.Province != "":
			src.index = k.filingsProv(string(q.Province))
		}
		if ok {
			src.at = place(from.At, from.ID)
		}
		sources[n] = src
	}
	province := string(q.Province)
	if q.Stage == "" {
		province = "" // the index has no others
	}
	members, next, err := s.merge(ctx, sources, limit, province, text)
	if err != nil {
		return filing.Page{}, err
	}
	page := filing.Page{}
	if next != "" {
		page.Next = position(next).Cursor(store.FilingCursor)
	}
	page.Filings, err = s.filingsByPlace(ctx, members)
	return page, err
}

// merge returns up to limit members, newest first, and behind which one to go on; empty where nothing is left. It looks at ScanLimit
// members at most, so that a search for something rare may return few, or none, and still a place to go on from.
func (s *Store) merge(ctx context.Context, sources []*source, limit int, province, text string) (members []string, next string, err error) {
	batch := limit + 1
	if province != "" || text != "" {
		batch = max(batch, 300)
	}
	for looked := 0; ; {
		var calls []*call
		var whose []*source
		for _, src := range sources {
			if !src.over && len(src.found) == 0 {
				calls = append(calls, &call{
					script: scriptScan, keys: []string{src.index, src.texts}, args: []any{src.at, batch, limit + 1, province, text},
				})
				whose = append(whose, src)
			}
		}
		if len(calls) > 0 {
			if err := s.runAll(ctx, calls); err != nil {
				return nil, "", err
			}
			for i, c := range calls {
				n, err := whose[i].take(c.result)
				if err != nil {
					return nil, "", failure(ctx, err)
				}
				looked += n
			}
		}
		for {
			src, blind := newest(sources)
			if src == nil && blind == "" {
				return members, "", nil
			}
			if src == nil { // something newer may still come from a source that was not walked far enough
				if looked >= store.ScanLimit {
					return members, blind, nil
				}
				break
			}
			if len(members) == limit {
				return members, members[limit-1], nil
			}
			members, src.found = append(members, src.found[0]), src.found[1:]
		}
	}
}

// take reads what scan.lua returned and tells how many members it looked at.
func (src *source) take(cmd *goredis.Cmd) (looked int, err error) {
	row, err := cmd.Slice()
	if err != nil || len(row) < 2 {
		return 0, err
	}
	n, _ := row[0].(int64)
	last, _ := row[1].(string)
	src.at, src.over = last, last == ""
	src.found = texts(row[2:])
	return int(n), nil
}

// newest returns the source whose next member is the newest of all. Where a source that has none at hand may yet bring a newer one, it
// returns no source but the place up to which that one was walked; where nothing is left, neither.
func newest(sources []*source) (best *source, blind string) {
	for _, src := range sources {
		switch {
		case len(src.found) > 0:
			if best == nil || src.found[0] > best.found[0] {
				best = src
			}
		case !src.over:
			blind = max(blind, src.at)
		}
	}
	if best != nil && (blind == "" || best.found[0] > blind) {
		return best, ""
	}
	return nil, blind
}

// filingsByPlace reads filings by the "time id" members of an index; those that are gone are left out.
func (s *Store) filingsByPlace(ctx context.Context, members []string) ([]filing.Filing, error) {
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = placeID(m)
	}
	return s.filingsNamed(ctx, ids)
}

// filingsNamed reads filings in one round trip, in the order of the ids; those that are gone are left out.
func (s *Store) filingsNamed(ctx context.Context, ids []string) ([]filing.Filing, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	cmds := make([]*goredis.StringCmd, len(ids))
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for i, id := range ids {
			cmds[i] = p.HGet(ctx, s.shardFor(id).filing(id), "json")
		}
	})
	if err != nil {
		return nil, err
	}
	var out []filing.Filing
	for _, cmd := range cmds {
		if cmd.Err() != nil {
			continue
		}
		var f filing.Filing
		if err := decode("filing", cmd.Val(), &f); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// FilingsByID is part of filing.Batches.
func (s *Store) FilingsByID(ctx context.Context, ids []string) (map[string]filing.Filing, error) {
	out := make(map[string]filing.Filing, len(ids))
	for part := range slices.Chunk(ids, store.MaxBatch) {
		fs, err := s.filingsNamed(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, f := range fs {
			out[f.ID] = f
		}
	}
	return out, ctx.Err()
}

// StageCounts is part of filing.Batches.
func (s *Store) StageCounts(ctx context.Context) (map[vocab.Stage]int, error) {
	type part struct {
		stage vocab.Stage
		n     *goredis.IntCmd
	}
	var parts []part
	err := s.pipe(ctx, func(p goredis.Pipeliner) {
		for _, st := range vocab.Stages() {
			for n := range shards {
				parts = append(parts, part{st, p.ZCard(ctx, s.shard(n).filingsStage(string(st)))})
			}
		}
	})
	if err != nil {
		return nil, err
	}
	counts := make(map[vocab.Stage]int)
	for _, p := range parts {
		if n := int(p.n.Val()); n > 0 {
			counts[p.stage] += n
		}
	}
	return counts, nil
}

func cutNUL(s string) (before, after string, ok bool) { return strings.Cut(s, "\x00") }
