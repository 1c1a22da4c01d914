package main

import (
	"fmt"

	"github.com/beianbot/beianbot/bot/service"
)

type menuCmd struct {
	Sync menuSyncCmd `cmd:"" help:"Put the menu in place at the platform."`
}

type menuSyncCmd struct {
	configFlag
}

func (c *menuSyncCmd) Run(w *world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	if err := service.SyncMenu(w.ctx, cfg); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.stdout, "The menu is in place. People who have the account open see it after five minutes at the latest.")
	return err
}
