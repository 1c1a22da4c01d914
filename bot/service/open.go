package service

import (
	"context"
	"net/url"
	"path/filepath"

	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/config"
)

// BoltFile is the name of the embedded store's file in data_dir.
const BoltFile = "beianbot.db"

// openStore opens Redis where an address is set, else the embedded store.
func openStore(ctx context.Context, c config.Config, s *Service, planner store.Planner) (store.Store, error) {
	wake := func() {
		if l := s.live.Load(); l != nil {
			l.worker.Wake()
		}
	}
	if c.RedisURL != "" {
		st, err := redis.Open(ctx, redis.Options{URL: c.RedisURL, Planner: planner, Now: s.now, Wake: wake, Log: s.log})
		if err != nil {
			return nil, redisProblem(c.RedisURL, err)
		}
		return st, nil
	}
	return bolt.Open(bolt.Options{Path: filepath.Join(c.DataDir, BoltFile), Planner: planner, Now: s.now, Wake: wake, Log: s.log})
}

// storeName says for the log which store is in use.
func storeName(c config.Config) string {
	if c.RedisURL == "" {
		return "embedded"
	}
	if u, err := url.Parse(c.RedisURL); err == nil {
		return "redis " + u.Host
	}
	return "redis"
}
