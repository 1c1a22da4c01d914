package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/config"
)

// checkTime is how long CheckStore waits for Redis.
const checkTime = 5 * time.Second

// CheckStore says in plain words why the configured Redis cannot be used; nil where it can, or where the embedded store is configured, which
// is not opened, because a server may have it open. It writes nothing but the schema's number into a Redis that is new.
func CheckStore(ctx context.Context, c config.Config) error {
	if c.RedisURL == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	s, err := redis.Open(ctx, redis.Options{URL: c.RedisURL, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return redisProblem(c.RedisURL, err)
	}
	return s.Close()
}

// redisForms is what an operator can write.
const redisForms = "the forms are redis://[user:password@]host[:port][/db], rediss:// for TLS, redis+sentinel://…/master, redis+cluster:// and unix://"

// redisWords are parts of what Redis or the network says, and what that means to an operator. The first that fits counts.
var redisWords = []struct{ part, means string }{
	{"WRONGPASS", "Redis refuses the user or the password. Correct them in the address, or in the file that BEIANBOT_REDIS_URL_FILE names."},
	{"invalid password", "Redis refuses the password. Correct it in the address, or in the file that BEIANBOT_REDIS_URL_FILE names."},
	{"NOAUTH", "Redis asks for a password and the address has none. Write it as redis://:password@host."},
	{"without any password configured", "the address has a password and Redis knows none. Take it out, or set one at Redis (requirepass)."},
	{"NOPERM", "this user of Redis may not run the commands that are needed. Give him all commands on the keys beianbot:*."},
	{"DB index is out of range", "Redis has no database with this number. Correct the number behind the last slash."},
	{"cluster support disabled", "this Redis is no Cluster. Write redis:// in place of redis+cluster://."},
	{"MOVED", "this Redis is a Cluster. Write redis+cluster:// in place of redis://."},
	{"READONLY", "this Redis is a replica that takes no writes. Name the master, or use redis+sentinel://."},
	{"LOADING", "Redis is still loading its data. Start again when it has."},
	{"MISCONF", "Redis takes no writes because it cannot save to its disk. Look at its log."},
	{"first record does not look like a TLS handshake", "Redis speaks no TLS there. Write redis:// in place of rediss://, or name its TLS port."},
	{"x509", "the certificate of Redis is not one that this machine trusts for that name. Use the name in it, or install its authority."},
	{"sentinels specified in configuration are unreachable", "no Sentinel answers for this master. Check the addresses and the master's name."},
	{"connection refused", "nothing listens there. Start Redis, or correct the host and the port."},
	{"no such host", "there is no host of this name. Correct the name, or the machine's DNS."},
	{"no such file", "there is no such socket. Start Redis, or correct the path."},
	{"no route to host", "the network does not lead there. Check the address, routes and firewalls."},
	{"deadline exceeded", "no answer in time. Check that Redis runs, that no firewall is in between, and that rediss:// is written only where it speaks TLS."},
	{"i/o timeout", "no answer in time. Check that Redis runs, that no firewall is in between, and that rediss:// is written only where it speaks TLS."},
	{"EOF", "the connection is closed at once. Perhaps Redis wants TLS: write rediss:// then."},
	{"connection reset", "the connection is closed at once. Perhaps Redis wants TLS: write rediss:// then."},
}

// redisProblem says what keeps Redis from being used: the key, where it was looked for, what is wrong and what helps. It never tells a
// password: of the address it tells the hosts only.
func redisProblem(address string, err error) error {
	if err == nil {
		return nil
	}
	if words, ours := strings.CutPrefix(err.Error(), "redis_url: "); ours { // the address itself cannot be read
		return fmt.Errorf("redis_url: %s; %s", words, redisForms)
	}
	if strings.HasPrefix(err.Error(), "store: ") && !strings.Contains(err.Error(), "refused a command") {
		return fmt.Errorf("redis_url: %w", err) // about what lies there, in words of its own
	}
	cause := err
	for next := errors.Unwrap(cause); next != nil; next = errors.Unwrap(cause) {
		cause = next
	}
	at := "redis_url"
	if u, perr := url.Parse(address); perr == nil && u.Host+u.Path != "" {
		at += " (" + u.Host + u.Path + ")"
	}
	said := err.Error() + " " + cause.Error()
	for _, w := range redisWords {
		if strings.Contains(said, w.part) {
			return &storeError{at + ": " + w.means, err}
		}
	}
	return &storeError{at + ": Redis cannot be used: " + cause.Error(), err}
}

// storeError is an error told in words of our own; its cause stays to be looked for.
type storeError struct {
	words string
	cause error
}

func (e *storeError) Error() string { return e.words }
func (e *storeError) Unwrap() error { return e.cause }
