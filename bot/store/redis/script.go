package redis

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
)

//go:embed *.lua
var lua embed.FS

// script is a Lua script that may be called.
type script string

// The scripts. Each file says what it takes and returns.
const (
	scriptClaim    script = "claim.lua"
	scriptCommit   script = "commit.lua"
	scriptCredit   script = "credit.lua"
	scriptFollow   script = "follow.lua"
	scriptForget   script = "forget.lua"
	scriptLoad     script = "load.lua"
	scriptQuestion script = "question.lua"
	scriptScan     script = "scan.lua"
	scriptSettle   script = "settle.lua"
	scriptTrack    script = "track.lua"
	scriptWindow   script = "window.lua"
)

var scripts = readScripts()

func readScripts() map[script]*goredis.Script {
	all := make(map[script]*goredis.Script)
	files, _ := lua.ReadDir(".")
	for _, f := range files {
		src, _ := lua.ReadFile(f.Name())
		all[script(f.Name())] = goredis.NewScript(string(src))
	}
	return all
}

// call is one call of a script in a pipeline.
type call struct {
	script script
	keys   []string
	args   []any
	result *goredis.Cmd
}

// run calls one script.
func (s *Store) run(ctx context.Context, name script, keys []string, args ...any) *goredis.Cmd {
	return scripts[name].Run(ctx, s.client, keys, args...)
}

// runAll calls scripts together, in one round trip to each server. It returns the first error; what the calls without one did is done.
func (s *Store) runAll(ctx context.Context, calls []*call) error {
	todo := calls
	for range 2 {
		_, err := s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
			for _, c := range todo {
				c.result = scripts[c.script].EvalSha(ctx, p, c.keys, c.args...)
			}
			return nil
		})
		if err == nil {
			return nil
		}
		// A server that was restarted does not know the scripts. Those calls did nothing: they are made again.
		todo = slices.DeleteFunc(slices.Clone(todo), func(c *call) bool { return !noScript(c.result.Err()) })
		if len(todo) == 0 {
			return failure(ctx, err)
		}
		for _, c := range todo {
			if err := scripts[c.script].Load(ctx, s.client).Err(); err != nil {
				return failure(ctx, err)
			}
		}
	}
	for _, c := range calls {
		if err := c.result.Err(); err != nil && !errors.Is(err, goredis.Nil) {
			return failure(ctx, err)
		}
	}
	return nil
}

func noScript(err error) bool { return goredis.HasErrorPrefix(err, "NOSCRIPT") }

// pipe makes plain calls together. What is not there is no error here: each call tells by itself.
func (s *Store) pipe(ctx context.Context, fn func(p goredis.Pipeliner)) error {
	cmds, err := s.client.Pipelined(ctx, func(p goredis.Pipeliner) error {
		fn(p)
		return nil
	})
	if err == nil || errors.Is(err, goredis.Nil) {
		for _, c := range cmds {
			if err := c.Err(); err != nil && !errors.Is(err, goredis.Nil) {
				return failure(ctx, err)
			}
		}
		return nil
	}
	return failure(ctx, err)
}

// failure turns what go-redis returns into an error of ours. A server that cannot be reached, or says that it cannot serve now, is
// errs.ErrUnavailable. The address of the server may show, its password never does.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	var answer goredis.Error
	var network net.Error
	if errors.As(err, &answer) && !errors.As(err, &network) {
		word, _, _ := strings.Cut(answer.Error(), " ")
		switch word {
		case "ERR", "WRONGTYPE", "NOPERM", "CROSSSLOT", "NOSCRIPT", "EXECABORT": // ours to mend, waiting does not help
			return fmt.Errorf("store: redis refused a command: %w", err)
		}
	}
	return &errs.Error{Code: errs.CodeUnavailable, Message: "the store does not answer", Err: err}
}
