package service

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers/webhook"
)

// Reloaded tells what a reload found, by the paths of keys.
type Reloaded struct {
	// Changed are the keys whose new values are in force, Restart those whose new values will be after a restart.
	Changed, Restart []string
}

// Reload reads configuration, knowledge and holiday calendar anew. All is built and checked first and then put in force at once: where
// anything is broken all of it is refused, the old stays, and the error says why. Other replicas must be told by themselves.
func (s *Service) Reload(ctx context.Context) (Reloaded, error) {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	r, err := s.reload(ctx)
	s.noteReload(err)
	if err != nil {
		s.log.Error("not reloaded, the old stays", "err", err)
		return r, err
	}
	s.log.Info("reloaded", "changed", r.Changed)
	if len(r.Restart) > 0 {
		s.log.Warn("changed, in force after a restart", "keys", r.Restart)
	}
	for _, w := range s.live.Load().calendar.Warnings(s.now()) {
		s.log.Warn("holiday calendar", "warning", w)
	}
	return r, nil
}

// lastReload is what became of the last reload, whatever it was of; err is nil where it went through.
type lastReload struct {
	at  time.Time
	err error
}

func (s *Service) noteReload(err error) {
	s.metrics.reloaded(err)
	s.reloaded.Store(&lastReload{s.now(), err})
}

func (s *Service) reload(ctx context.Context) (r Reloaded, err error) {
	old := s.live.Load()
	c := old.config
	if s.options.Reread != nil {
		if c, err = s.options.Reread(); err == nil {
			err = c.Validate()
		}
		if err != nil {
			return r, fmt.Errorf("the configuration has mistakes: %w", err)
		}
	}
	for _, key := range config.Changed(old.config, c) {
		if waits(key) {
			r.Restart = append(r.Restart, key)
		} else {
			r.Changed = append(r.Changed, key)
		}
	}
	c = c.Keeping(old.config, r.Restart)
	next, err := s.build(ctx, c, old)
	if err != nil {
		return Reloaded{}, err
	}
	putIn, err := s.edits.rebuild(ctx, KnowledgeOptions(c), differs(partKnowledge, old.config, c))
	if err != nil {
		return Reloaded{}, fmt.Errorf("the knowledge: %w", err)
	}
	// From here on nothing fails.
	putIn()
	if s.options.Level != nil {
		s.options.Level.Set(LogLevel(c))
	}
	s.live.Store(next)
	s.restart.Store(&r.Restart)
	if next.endpoint != old.endpoint {
		s.retire(old.endpoint)
	}
	old.end()
	return r, nil
}

// LogLevel is the level that the configuration names.
func LogLevel(c config.Config) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log.Level)); err != nil { // validated, so it names one
		return slog.LevelInfo
	}
	return level
}

// retired is an endpoint that gets no more requests. Those that it had are answered by it.
type retired struct {
	endpoint *webhook.Endpoint
	at       time.Time
}

// retiredKeep is longer than an endpoint can have anything left to do.
const retiredKeep = time.Minute

// retire remembers an endpoint for Stop to wait for, and forgets those that have long been done.
func (s *Service) retire(e *webhook.Endpoint) {
	s.retired = slices.DeleteFunc(s.retired, func(r retired) bool { return time.Since(r.at) > retiredKeep })
	s.retired = append(s.retired, retired{e, time.Now()})
}
