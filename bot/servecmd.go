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
	cfg, warnings, err := config.LoadToServe(c.File, w.environ)
	if err != nil {
		return err
	}
	level := new(slog.LevelVar)
	level.Set(service.LogLevel(cfg))
	log := newLog(w.stderr, cfg.Log, level)
	warn := func(warnings config.Problems) {
		for _, warning := range warnings {
			log.Warn("configuration", "warning", warning.String())
		}
	}
	warn(warnings)
	reread := func() (config.Config, error) {
		cfg, warnings, err := config.LoadToServe(c.File, w.environ)
		warn(warnings)
		return cfg, err
	}
	s, err := service.New(w.ctx, service.Options{
		Config: cfg, Reread: reread, Log: log, Level: level, Now: w.now,
	})
	if err != nil {
		return err
	}
	if err := s.Start(w.ctx); err != nil {
		return err
	}
	for {
		select {
		case <-w.reload:
			_, _ = s.Reload(w.ctx) // which says in the log what came of it
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

func newLog(w io.Writer, c config.Log, level slog.Leveler) *slog.Logger {
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}
