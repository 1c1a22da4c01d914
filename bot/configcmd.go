package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/config"
)

type configCmd struct {
	configFlag
	Check bool `help:"Also say what is missing to serve an account, and whether Redis can be used where it is configured."`
}

func (c *configCmd) Run(w *world) error {
	load := config.Load
	if c.Check {
		load = config.LoadToServe
	}
	cfg, warnings, err := load(c.File, w.environ)
	for _, warning := range warnings {
		fmt.Fprintln(w.stderr, "beianbot: warning:", warning)
	}
	if err != nil {
		return err
	}
	out, err := cfg.YAML()
	if err != nil {
		return err
	}
	if _, err := w.stdout.Write(out); err != nil {
		return err
	}
	if c.Check {
		return service.CheckStore(w.ctx, cfg)
	}
	return nil
}

type versionCmd struct{}

// version is set by the linker in a release: -ldflags "-X main.version=v1.2.3".
var version = ""

func (versionCmd) Run(w *world) error {
	v, revision := version, ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if v == "" {
			v = info.Main.Version
		}
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value
			}
		}
	}
	if v == "" || v == "(devel)" {
		v = "development"
	}
	_, err := fmt.Fprintf(w.stdout, "beianbot %s%s %s %s/%s\n", v, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
