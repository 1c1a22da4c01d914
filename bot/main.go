// Command beianbot answers questions about 小程序备案 on a WeChat Official Account, tells people where their filings stand, and writes to
// them when something moves. This package is the command line: every command is a few lines over a package below.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	_ "time/tzdata" // the program tells Chinese time on machines without zone data

	"github.com/alecthomas/kong"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/config"
)

// cli is every command. The names are a contract with scripts and people.
type cli struct {
	Demo        demoCmd        `cmd:"" help:"Everything on one machine, with no account, no Redis and no configuration: opens a chat page."`
	Serve       serveCmd       `cmd:"" help:"Serve an Official Account. Stops cleanly on SIGTERM, reloads on SIGHUP."`
	Ask         askCmd         `cmd:"" help:"Say what the bot would say, without a server."`
	KB          kbCmd          `cmd:"" name:"kb" help:"Check, measure and move the knowledge."`
	Filing      filingCmd      `cmd:"" help:"Look at filings and report their state."`
	Push        pushCmd        `cmd:"" help:"Look at notices, send them again, drop them, pause sending, try the wording."`
	Menu        menuCmd        `cmd:"" help:"The account's menu."`
	Backup      backupCmd      `cmd:"" help:"Write a copy of the embedded store."`
	Restore     restoreCmd     `cmd:"" help:"Put a copy in the place of the embedded store."`
	Healthcheck healthcheckCmd `cmd:"" help:"Ask a running server whether it is well; exit 1 if not."`
	Config      configCmd      `cmd:"" help:"Print the effective configuration, secrets hidden."`
	Version     versionCmd     `cmd:"" help:"Print the version."`
}

// world is what a command may touch of the outside; tests replace it.
type world struct {
	ctx     context.Context
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
	environ []string
	// now is the clock of everything that a command does.
	now func() time.Time
	// reload is told each SIGHUP.
	reload <-chan os.Signal
}

func main() { os.Exit(runProcess(time.Now, os.Args[1:])) }

// runProcess carries out one command line in the world of this process, by the given clock, and returns the exit code.
func runProcess(now func() time.Time, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	return run(&world{
		ctx: ctx, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, environ: os.Environ(), now: now, reload: hup,
	}, args)
}

// exit leaves the parser when it has printed its help.
type exit int

// run carries out one command line and returns the exit code: 0 done, 1 failed, 2 not understood.
func run(w *world, args []string) (code int) {
	defer func() {
		if e, ok := recover().(exit); ok {
			code = int(e)
		}
	}()
	var c cli
	p, err := kong.New(&c,
		kong.Name("beianbot"),
		kong.Description("备案助手：答疑、查进度、提醒。A WeChat Official Account bot for mini program filings."),
		kong.UsageOnError(),
		kong.Writers(w.stdout, w.stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.Bind(w),
		kong.Vars{"platforms": codes(vocab.Platforms()), "stages": codes(vocab.Stages())},
	)
	if err != nil {
		fmt.Fprintln(w.stderr, "beianbot:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := p.Parse(args)
	if err != nil {
		fmt.Fprintln(w.stderr, "beianbot:", err)
		return 2
	}
	if err := k.Run(w); err != nil {
		var ps config.Problems
		if errors.As(err, &ps) {
			fmt.Fprintf(w.stderr, "beianbot: the configuration has mistakes:\n%s\n", ps.Error())
		} else {
			fmt.Fprintln(w.stderr, "beianbot:", err)
		}
		return 1
	}
	return 0
}

// configFlag is what every command has that reads the configuration.
type configFlag struct {
	File string `name:"config" short:"c" placeholder:"FILE" help:"Configuration file (YAML); BEIANBOT_* in the environment goes over it."`
}

// load reads the configuration for a command that works with it. Warnings are for serve and config to show.
func (f configFlag) load(w *world) (config.Config, error) {
	cfg, _, err := config.Load(f.File, w.environ)
	return cfg, err
}

// codes joins the codes of a closed set for a flag's help.
func codes[T ~string](values []T) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return strings.Join(out, " ")
}
