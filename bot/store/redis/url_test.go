package redis_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/store/redis"
)

func TestParseURL(t *testing.T) {
	for _, c := range []struct {
		url   string
		want  goredis.UniversalOptions
		tls   bool
		error string // part of the error, where one is wanted
	}{
		{url: "redis://localhost", want: goredis.UniversalOptions{Addrs: []string{"localhost:6379"}}},
		{url: "redis://u:p%40ss@r.example:7000/3", want: goredis.UniversalOptions{Addrs: []string{"r.example:7000"}, Username: "u", Password: "p@ss", DB: 3}},
		{url: "redis://:secret@10.0.0.1", want: goredis.UniversalOptions{Addrs: []string{"10.0.0.1:6379"}, Password: "secret"}},
		{url: "redis://[::1]:6380/", want: goredis.UniversalOptions{Addrs: []string{"[::1]:6380"}}},
		{url: "redis://[::1]", want: goredis.UniversalOptions{Addrs: []string{"[::1]:6379"}}},
		{url: "rediss://r.example", want: goredis.UniversalOptions{Addrs: []string{"r.example:6379"}}, tls: true},
		{url: "unix:///run/redis.sock?db=2", want: goredis.UniversalOptions{Addrs: []string{"/run/redis.sock"}, DB: 2}},
		{
			url:  "redis+sentinel://u:p@s1,s2:5000/mymaster/4?sentinel_username=su&sentinel_password=sp",
			want: goredis.UniversalOptions{Addrs: []string{"s1:26379", "s2:5000"}, MasterName: "mymaster", DB: 4, Username: "u", Password: "p", SentinelUsername: "su", SentinelPassword: "sp"},
		},
		{url: "rediss+sentinel://s1/m", want: goredis.UniversalOptions{Addrs: []string{"s1:26379"}, MasterName: "m"}, tls: true},
		{url: "redis+cluster://:p@n1:7000,n2:7001", want: goredis.UniversalOptions{Addrs: []string{"n1:7000", "n2:7001"}, Password: "p", IsClusterMode: true}},
		{url: "rediss+cluster://n1/", want: goredis.UniversalOptions{Addrs: []string{"n1:6379"}, IsClusterMode: true}, tls: true},
		{
			url: "redis://r?dial_timeout=1s&read_timeout=2s&write_timeout=3s&pool_size=7",
			want: goredis.UniversalOptions{
				Addrs: []string{"r:6379"}, DialTimeout: time.Second, ReadTimeout: 2 * time.Second, WriteTimeout: 3 * time.Second, PoolSize: 7,
			},
		},
		{url: "", error: "begins with"},
		{url: "localhost:6379", error: "begins with"},
		{url: "http://localhost", error: "begins with"},
		{url: "redis+://localhost", error: "begins with"},
		{url: "redis+other://localhost", error: "sentinel or cluster"},
		{url: "redis://", error: "an address is missing"},
		{url: "redis://a,b", error: "several addresses"},
		{url: "redis://a,,b", error: "an address is missing"},
		{url: "redis://:secret@host:port", error: "cannot be read"},
		{url: "redis://:secret@host:99999", error: "host:port"},
		{url: "redis://:secret@host/x", error: "the database is a number"},
		{url: "redis://:secret@host/-1", error: "the database is a number"},
		{url: "redis://:secret@host/1/2", error: "too many slashes"},
		{url: "redis://:secret@host%zz", error: "cannot be read"},
		{url: "redis://host?read_timeout=secret", error: "a duration"},
		{url: "redis://host?read_timeout=2h", error: "a duration"},
		{url: "redis://host?pool_size=0", error: "a number"},
		{url: "redis://host?password=secret", error: `unknown setting "password"`},
		{url: "redis://host?a=%zz", error: "cannot be read"},
		{url: "redis+sentinel://s1", error: "name of the master"},
		{url: "redis+cluster://n1/2", error: "no numbered databases"},
		{url: "unix://host/run/redis.sock", error: "three slashes"},
		{url: "unix://", error: "three slashes"},
	} {
		t.Run(c.url, func(t *testing.T) {
			o, err := redis.ParseURL(c.url)
			if c.error != "" {
				if err == nil || !strings.Contains(err.Error(), c.error) || strings.Contains(err.Error(), "secret") {
					t.Fatalf("got %v, want %q and no secret", err, c.error)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			w := c.want
			if w.DialTimeout == 0 {
				w.DialTimeout, w.ReadTimeout, w.WriteTimeout = 500*time.Millisecond, 800*time.Millisecond, 500*time.Millisecond
			}
			if !slices.Equal(o.Addrs, w.Addrs) || o.Username != w.Username || o.Password != w.Password || o.DB != w.DB ||
				o.MasterName != w.MasterName || o.IsClusterMode != w.IsClusterMode || o.SentinelUsername != w.SentinelUsername ||
				o.SentinelPassword != w.SentinelPassword || o.DialTimeout != w.DialTimeout || o.ReadTimeout != w.ReadTimeout ||
				o.WriteTimeout != w.WriteTimeout || o.PoolSize != w.PoolSize || (o.TLSConfig != nil) != c.tls {
				t.Fatalf("got %+v", o)
			}
			if o.MaxRetries != -1 || o.DialerRetries != 1 {
				t.Fatal("it tries again unseen")
			}
			if c.tls && len(w.Addrs) == 1 && w.MasterName == "" && !w.IsClusterMode && o.TLSConfig.ServerName != "r.example" {
				t.Fatalf("the server is checked for the name %q", o.TLSConfig.ServerName)
			}
		})
	}
}

func FuzzParseURL(f *testing.F) {
	for _, s := range []string{"redis://u:hunter2@h:1/2?pool_size=3", "redis+sentinel://a,b/m/1", "unix:///x?db=1", "redis+cluster://[::1]:1,b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := redis.ParseURL(s)
		if err != nil {
			if strings.Contains(s, "hunter2") && strings.Contains(err.Error(), "hunter2@") {
				t.Fatalf("the error tells the password: %v", err)
			}
			return
		}
		if len(o.Addrs) == 0 {
			t.Fatal("no address and no error")
		}
	})
}
