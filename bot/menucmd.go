package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

type menuCmd struct {
	Show menuShowCmd `cmd:"" help:"Print the menu: the one edited in the console or by the API, else what came with the program."`
	Set  menuSetCmd  `cmd:"" help:"Keep a menu as menu show prints it; sync puts it in place."`
	Sync menuSyncCmd `cmd:"" help:"Put the menu in place at the platform."`
}

type menuShowCmd struct {
	serverFlags
}

func (c *menuShowCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error { return cl.show(w.ctx, http.MethodGet, "/api/v1/menu", nil, nil) })
}

type menuSetCmd struct {
	serverFlags
	File string `arg:"" help:"JSON as menu show prints it; - reads standard input. {\"menu\":null} goes back to what came with the program."`
}

// maxMenu bounds the file of a menu: no menu that the platform takes is as large.
const maxMenu = 64 << 10

func (c *menuSetCmd) Run(w *world) error {
	f, err := inputFile(w, c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxMenu))
	if err != nil {
		return err
	}
	if !json.Valid(data) {
		return fmt.Errorf("%s is not JSON", c.File)
	}
	return c.with(w, func(cl *client) error {
		return cl.show(w.ctx, http.MethodPut, "/api/v1/menu", nil, json.RawMessage(data))
	})
}

type menuSyncCmd struct {
	serverFlags
}

// Run publishes what the console shows: the running server's menu, or the store's where none runs.
func (c *menuSyncCmd) Run(w *world) error {
	return c.with(w, func(cl *client) error {
		var menu struct {
			Edited bool `json:"edited"`
		}
		if err := cl.call(w.ctx, http.MethodPost, "/api/v1/menu/sync", nil, nil, &menu); err != nil {
			return err
		}
		which := "The menu that came with the program"
		if menu.Edited {
			which = "The edited menu"
		}
		_, err := fmt.Fprintln(w.stdout, which+" is in place. People who have the account open see it after five minutes at the latest.")
		return err
	})
}
