package service_test

import (
	"bufio"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/service"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/config"
)

// TestWhyRedisCannotBeUsed: each way in which the address of Redis can be wrong is told in a sentence that names the key, what is wrong and
// what helps, and no password.
func TestWhyRedisCannotBeUsed(t *testing.T) {
	const secret = "hunter2-the-password"
	open, locked := redistest.Start(t), redistest.Start(t)
	admin := goredis.NewClient(&goredis.Options{Addr: locked.Addr})
	for _, set := range [][2]string{{"requirepass", secret}} {
		if err := admin.ConfigSet(t.Context(), set[0], set[1]).Err(); err != nil {
			t.Fatal(err)
		}
	}
	_ = admin.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	_ = closed.Close()
	for _, tt := range []struct{ name, address, want string }{
		{"well", open.URL, ""},
		{"well, with a password", "redis://:" + secret + "@" + locked.Addr, ""},
		{"wrong password", "redis://:" + secret + "-not@" + locked.Addr, "refuses the user or the password"},
		{"no password", "redis://" + locked.Addr, "asks for a password"},
		{"nobody there", "redis://:" + secret + "@" + nobody, "nothing listens there"},
		{"no such host", "redis://:" + secret + "@no-such-host.invalid", "no host of this name"},
		{"another scheme", "http://:" + secret + "@" + open.Addr, "begins with redis://"},
		{"not an address", "redis://:" + secret + "@" + open.Addr + "\x7f", "cannot be read"},
		{"a database that is not there", open.URL + "/99", "no database with this number"},
		{"no Cluster", "redis+cluster://" + open.Addr, "is no Cluster"},
		{"no socket", "unix:///no/such/socket", "no such socket"},
		{"no TLS", "rediss://" + open.Addr, "TLS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := service.CheckStore(t.Context(), config.Config{RedisURL: tt.address})
			if tt.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil {
				t.Fatal("no error")
			}
			text := err.Error()
			if !strings.HasPrefix(text, "redis_url") || !strings.Contains(text, tt.want) || strings.Contains(text, "hunter2") || strings.Contains(text, "\n") {
				t.Errorf("%s", text)
			}
			if _, _, err := service.OpenAPI(t.Context(), config.Config{RedisURL: tt.address}, time.Now); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("at the start: %v", err)
			}
		})
	}
}

// TestRedisAnswersWithAnError: what a Redis in some state says is told in our words.
func TestRedisAnswersWithAnError(t *testing.T) {
	for says, want := range map[string]string{
		"-READONLY You can't write against a read only replica.":                           "a replica",
		"-LOADING Redis is loading the dataset in memory":                                  "still loading",
		"-MISCONF Redis is configured to save RDB snapshots":                               "cannot save",
		"-NOPERM this user has no permissions to run 'setnx'":                              "may not run",
		"-MOVED 3999 127.0.0.1:6381":                                                       "is a Cluster",
		"-ERR AUTH <password> called without any password configured for the default user": "Redis knows none",
		"-ODD nobody knows": "cannot be used: ODD nobody knows",
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		go answerAll(l, says)
		err = service.CheckStore(t.Context(), config.Config{RedisURL: (&url.URL{Scheme: "redis", Host: l.Addr().String()}).String()})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), l.Addr().String()) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// answerAll answers every command with the same.
func answerAll(l net.Listener, says string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			for in := bufio.NewScanner(c); in.Scan(); {
				if strings.HasPrefix(in.Text(), "*") {
					if _, err := fmt.Fprintf(c, "%s\r\n", says); err != nil {
						return
					}
				}
			}
		}()
	}
}
