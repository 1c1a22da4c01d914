package redis_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/vocab"
)

// crash is a hook that lets a process die at a given round trip: from there on nothing reaches Redis. With late set, the fatal one still
// does, and only its answer is lost. With meanwhile set, nobody dies: it runs before that round trip.
type crash struct {
	at        int
	late      bool
	meanwhile func()
	n         int
}

var errCrash = errors.New("the process died")

func (c *crash) dead() (before, after bool) {
	if c.at == 0 {
		return false, false
	}
	c.n++
	if c.meanwhile != nil {
		if c.n == c.at {
			c.meanwhile()
		}
		return false, false
	}
	return c.n > c.at || c.n == c.at && !c.late, c.n == c.at && c.late
}

func (c *crash) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *crash) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		before, after := c.dead()
		if before {
			cmd.SetErr(errCrash)
			return errCrash
		}
		err := next(ctx, cmd)
		if after {
			cmd.SetErr(errCrash)
			return errCrash
		}
		return err
	}
}

func (c *crash) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []goredis.Cmder) error {
		before, after := c.dead()
		var err error
		if !before {
			err = next(ctx, cmds)
		}
		if before || after {
			for _, cmd := range cmds {
				cmd.SetErr(errCrash)
			}
			return errCrash
		}
		return err
	}
}

// world is a store whose process can die, and the clock and the client with which to look at what it left.
type world struct {
	*redis.Store
	t      *testing.T
	ctx    context.Context
	clock  *storetest.Clock
	client goredis.UniversalClient
	prefix string
	crash  *crash
}

func newWorld(t *testing.T) *world {
	t.Helper()
	o, err := redis.ParseURL(shared(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, ctx: t.Context(), clock: storetest.NewClock(), client: goredis.NewUniversalClient(o), crash: &crash{}}
	w.prefix = "crash:" + rand.Text() + ":"
	w.client.AddHook(w.crash)
	w.Store, err = redis.Open(t.Context(), redis.Options{Client: w.client, Prefix: w.prefix, Planner: storetest.Planner{}, Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("unexpected error: %v", err)
	}
}

func (w *world) report(id string, stage vocab.Stage) {
	w.t.Helper()
	_, err := w.Apply(w.ctx, filing.Report{ID: id, Name: id, Stage: stage})
	w.ok(err)
}

// follow makes a person a follower who wants to be told everything.
func (w *world) follow(id, user string) {
	w.t.Helper()
	w.ok(w.Adopt(w.ctx, id, user, w.clock.Now()))
	w.ok(w.SetNotify(w.ctx, user, id, filing.NotifyAll, w.clock.Now()))
}

func (w *world) lease() []push.Push {
	w.t.Helper()
	ps, err := w.Lease(w.ctx, w.clock.Now(), 10, time.Minute)
	w.ok(err)
	return ps
}

func (w *world) take(user string) int {
	w.t.Helper()
	n, err := w.tell(user)
	w.ok(err)
	return n
}

// tell has a reply that tells what waits for a person go out. The platform repeats the message until it does.
func (w *world) tell(user string) (n int, err error) {
	ps, err := w.Waiting(w.ctx, user, "k", w.clock.Now())
	if err != nil {
		return 0, err
	}
	if ps, err = w.Take(w.ctx, "k", ps, w.clock.Now(), time.Minute); err != nil {
		return 0, err
	}
	var told []string
	for _, p := range ps {
		told = append(told, p.Ref())
	}
	return len(ps), w.Replies().Told(w.ctx, user, told, w.clock.Now())
}

// agree checks that what persons and filings know of each other agrees.
func (w *world) agree(id string, users ...string) {
	w.t.Helper()
	fs, err := w.Followers(w.ctx, id)
	if err != nil && !errors.Is(err, errs.ErrNotFound) {
		w.t.Fatal(err)
	}
	follows := make(map[string]bool)
	for _, f := range fs {
		follows[f.User] = true
	}
	for _, user := range users {
		tracked, err := w.Tracked(w.ctx, user)
		w.ok(err)
		found := false
		for _, tr := range tracked {
			found = found || tr.Filing.ID == id
		}
		if found != follows[user] {
			w.t.Fatalf("%s follows %s: the filing says %v, the person's list %v", user, id, follows[user], found)
		}
	}
}

// leftovers returns every key and value that holds a text.
func (w *world) leftovers(text string) (out []string) {
	w.t.Helper()
	for it := w.client.Scan(w.ctx, 0, w.prefix+"*", 1000).Iterator(); it.Next(w.ctx); {
		key := it.Val()
		if strings.Contains(strings.TrimPrefix(key, w.prefix), text) {
			out = append(out, "key "+key)
		}
		var values any
		switch kind := w.client.Type(w.ctx, key).Val(); kind {
		case "hash":
			values = w.client.HGetAll(w.ctx, key).Val()
		case "set":
			values = w.client.SMembers(w.ctx, key).Val()
		case "zset":
			values = w.client.ZRange(w.ctx, key, 0, -1).Val()
		case "list":
			values = w.client.LRange(w.ctx, key, 0, -1).Val()
		default:
			values = w.client.Get(w.ctx, key).Val()
		}
		if strings.Contains(fmt.Sprint(values), text) {
			out = append(out, "value of "+key)
		}
	}
	return out
}

// userKey makes a key of a person, as the layout says.
func (w *world) userKey(user, name string) string {
	return w.prefix + "{u" + redis.UserHash(user) + "}:" + name
}
