package bolt

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/store"
)

type token struct {
	Value   string    `json:"value"`
	Expires time.Time `json:"expires"`
}

// Token is part of store.Tokens.
func (s *Store) Token(ctx context.Context, name string) (string, time.Time, error) {
	if err := store.CheckKey("key", name); err != nil {
		return "", time.Time{}, err
	}
	var k token
	err := s.view(ctx, func(t *tx) error {
		t.getJSON(bucketTokens, []byte(name), &k)
		return nil
	})
	return k.Value, k.Expires, err
}

// PutToken is part of store.Tokens.
func (s *Store) PutToken(ctx context.Context, name, value string, expires time.Time) error {
	if err := store.CheckToken(name, value); err != nil {
		return err
	}
	return s.update(ctx, func(t *tx) error {
		if value == "" {
			t.del(bucketTokens, []byte(name))
			return nil
		}
		t.putJSON(bucketTokens, []byte(name), token{Value: value, Expires: store.Stamp(expires)})
		return nil
	})
}
