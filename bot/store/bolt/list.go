package bolt

import (
	"bytes"
	"context"

	bbolt "go.etcd.io/bbolt"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store"
)

// Filings is part of filing.Store. It walks the narrowest index and looks only at what the index carries until a filing fits.
func (s *Store) Filings(ctx context.Context, q filing.Query) (filing.Page, error) {
	limit, err := store.CheckLimit(q.Limit)
	if err != nil {
		return filing.Page{}, err
	}
	from, _, err := store.ParseCursor(store.FilingCursor, q.Cursor)
	if err != nil {
		return filing.Page{}, err
	}
	text, err := store.Needle(q.Text)
	if err != nil {
		return filing.Page{}, err
	}
	bucket, prefix := bucketFilingsUpdated, []byte(nil)
	switch {
	case q.Stage != "":
		bucket, prefix = bucketFilingsStage, under(string(q.Stage))
	case q.Province != "":
		bucket, prefix = bucketFilingsProvince, under(string(q.Province))
	}
	var page filing.Page
	err = s.view(ctx, func(t *tx) error {
		c := t.bucket(bucket).Cursor()
		k, v := before(c, prefix, from)
		var last store.Position // the newest place from which nothing is missed
		for seen := 0; k != nil; k, v = step(c, prefix) {
			if seen++; seen > store.ScanLimit {
				page.Next = last.Cursor(store.FilingCursor)
				return nil
			}
			if seen%1000 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			at := store.Position{At: timeOf(k[len(prefix):]), ID: string(k[len(prefix)+8:])}
			parts := bytes.SplitN(v, []byte{0}, 3)
			fits := len(parts) == 3 && (q.Province == "" || string(parts[1]) == string(q.Province)) && bytes.Contains(parts[2], []byte(text))
			if fits && len(page.Filings) == limit {
				page.Next = last.Cursor(store.FilingCursor)
				return nil
			}
			last = at
			if !fits {
				continue
			}
			if f := t.filing(at.ID); f != nil {
				page.Filings = append(page.Filings, *f)
			}
		}
		return nil
	})
	return page, err
}

// before moves a cursor to the newest entry of an index that lies behind a position, or to the newest of all for the zero position.
func before(c *bbolt.Cursor, prefix []byte, from store.Position) (k, v []byte) {
	target := append(bytes.Clone(prefix), 0xff) // times begin with a zero byte
	if from.ID != "" {
		target = with(prefix, from.At, from.ID)
	}
	if k, _ = c.Seek(target); k == nil {
		k, v = c.Last()
	} else {
		k, v = c.Prev()
	}
	if !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return k, v
}

// step moves a cursor to the next older entry of an index.
func step(c *bbolt.Cursor, prefix []byte) (k, v []byte) {
	if k, v = c.Prev(); !bytes.HasPrefix(k, prefix) {
		return nil, nil
	}
	return k, v
}
