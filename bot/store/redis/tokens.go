package redis

import (
	"context"
	"time"

	"github.com/beianbot/beianbot/bot/store"
)

func (s *Store) tokenKey(name string) string { return s.prefix + "token:" + name }

// Token is part of store.Tokens.
func (s *Store) Token(ctx context.Context, name string) (string, time.Time, error) {
	if err := store.CheckKey("key", name); err != nil {
		return "", time.Time{}, err
	}
	fields, err := s.client.HGetAll(ctx, s.tokenKey(name)).Result()
	if err != nil || fields["value"] == "" {
		return "", time.Time{}, failure(ctx, err)
	}
	return fields["value"], timeOf(fields["expires"]), nil
}

// PutToken is part of store.Tokens.
func (s *Store) PutToken(ctx context.Context, name, value string, expires time.Time) error {
	if err := store.CheckToken(name, value); err != nil {
		return err
	}
	key := s.tokenKey(name)
	c := newCommit()
	if value == "" {
		c.do("DEL", key)
	} else {
		c.do("HSET", key, "value", value, "expires", millis(expires))
	}
	_, err := s.commit(ctx, c)
	return err
}
