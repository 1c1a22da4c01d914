package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/store/bolt"
)

type backupCmd struct {
	configFlag
	File string `arg:"" help:"Where the copy goes; must not exist."`
}

func (c *backupCmd) Run(w *world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	if cfg.RedisURL != "" {
		return errors.New("this configuration uses Redis: back that up with its own means (BGSAVE, AOF)")
	}
	s, err := bolt.Open(bolt.Options{Path: filepath.Join(cfg.DataDir, service.BoltFile)})
	if err != nil {
		return err
	}
	defer s.Close()
	f, err := os.OpenFile(c.File, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := s.Backup(w.ctx, f); err != nil {
		return errors.Join(err, f.Close(), os.Remove(c.File))
	}
	return errors.Join(f.Sync(), f.Close())
}

type restoreCmd struct {
	configFlag
	File string `arg:"" help:"The copy."`
}

// Run puts the copy in place only after it has been opened once, and keeps what was there beside it.
func (c *restoreCmd) Run(w *world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	path := filepath.Join(cfg.DataDir, service.BoltFile)
	data, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return err
	}
	fresh := path + ".restoring"
	if err := os.WriteFile(fresh, data, 0o600); err != nil {
		return err
	}
	s, err := bolt.Open(bolt.Options{Path: fresh})
	if err != nil {
		return errors.Join(fmt.Errorf("the copy is no good, nothing was changed: %w", err), os.Remove(fresh))
	}
	if err := s.Close(); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil {
		old, err := bolt.Open(bolt.Options{Path: path}) // refuses while a server has it open
		if err != nil {
			return errors.Join(err, os.Remove(fresh))
		}
		if err := errors.Join(old.Close(), os.Rename(path, path+".before-restore")); err != nil {
			return err
		}
		fmt.Fprintf(w.stdout, "what was there is kept as %s\n", path+".before-restore")
	}
	return os.Rename(fresh, path)
}
