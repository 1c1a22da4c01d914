package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/config"
)

type serveCmd struct {
	configFlag
}

// stopTime is how long a stop may take: a message's budget and a push in hand, with room to spare.
const stopTime = 20 * time.Second

func (c *serveCmd) Run(w *world) error {
	cfg, err := config.LoadToServe(c.File, w.environ)
	if err != nil {
		return err
	}
	log := newLog(w.stderr, cfg.Log)
	s, err := service.New(w.ctx, service.Options{Config: cfg, Log: log})
	if err != nil {
		return err
	}
	if err := s.Start(w.ctx); err != nil {
		return err
	}
	for {
		select {
		case <-w.reload:
			if err := s.Reload(); err != nil {
				log.Error("not reloaded, the old knowledge stays", "err", err)
			}
		case <-w.ctx.Done():
			log.Info("stopping")
			ctx, cancel := context.WithTimeout(context.Background(), stopTime)
			defer cancel()
			err := s.Stop(ctx)
			log.Info("stopped")
			return err
		}
	}
}

func newLog(w io.Writer, c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
