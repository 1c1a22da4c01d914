package redis

import (
	"context"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

func (s *Store) codeKey(hash filing.CodeHash) string { return s.prefix + "code:" + string(hash) }

// IssueCode is part of filing.Store. The index comes first: without the filing's own word it is worth nothing.
func (s *Store) IssueCode(ctx context.Context, id string, hash filing.CodeHash, expires time.Time) error {
	if err := store.CheckKey("code", string(hash)); err != nil {
		return err
	}
	if _, err := s.Filing(ctx, id); err != nil {
		return err
	}
	now := s.now()
	if left := expires.Sub(now); left > 0 {
		if err := s.client.Set(ctx, s.codeKey(hash), id, left+time.Minute).Err(); err != nil {
			return failure(ctx, err)
		}
	}
	k := s.shardFor(id)
	var gone []string
	err := again(ctx, func() (bool, error) {
		a, err := s.load(ctx, id)
		if err != nil {
			return false, err
		}
		if a.Filing == nil {
			return false, errs.ErrNotFound
		}
		known, err := s.client.HGetAll(ctx, k.codes(id)).Result()
		if err != nil {
			return false, failure(ctx, err)
		}
		delete(known, string(hash))
		gone = surplus(known, now)
		c := newCommit()
		s.revise(c, id, &a)
		for _, h := range gone {
			c.do("HDEL", k.codes(id), h)
		}
		c.do("HSET", k.codes(id), string(hash), millis(expires))
		return s.commit(ctx, c)
	})
	if err != nil {
		return err
	}
	return s.dropCodes(ctx, gone)
}

// surplus returns the codes that have expired, and of the others those that give way to one more.
func surplus(codes map[string]string, now time.Time) (gone []string) {
	var valid []string
	for h, ends := range codes {
		if now.Before(timeOf(ends)) {
			valid = append(valid, h)
		} else {
			gone = append(gone, h)
		}
	}
	slices.SortFunc(valid, func(a, b string) int { return timeOf(codes[a]).Compare(timeOf(codes[b])) })
	return append(gone, valid[:max(0, len(valid)-store.MaxCodes+1)]...)
}

// dropCodes removes codes from the index.
func (s *Store) dropCodes(ctx context.Context, hashes []string) error {
	if len(hashes) == 0 {
		return nil
	}
	return s.pipe(ctx, func(p goredis.Pipeliner) {
		for _, h := range hashes {
			p.Del(ctx, s.codeKey(filing.CodeHash(h)))
		}
	})
}

// RevokeCodes is part of filing.Store.
func (s *Store) RevokeCodes(ctx context.Context, id string) error {
	k := s.shardFor(id)
	var gone []string
	err := again(ctx, func() (bool, error) {
		a, err := s.load(ctx, id)
		if err != nil {
			return false, err
		}
		if a.Filing == nil {
			return false, errs.ErrNotFound
		}
		if gone, err = s.client.HKeys(ctx, k.codes(id)).Result(); err != nil {
			return false, failure(ctx, err)
		}
		c := newCommit()
		s.revise(c, id, &a)
		c.do("DEL", k.codes(id))
		return s.commit(ctx, c)
	})
	if err != nil {
		return err
	}
	return s.dropCodes(ctx, gone)
}
