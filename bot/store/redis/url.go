package redis

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ParseURL reads redis_url. The forms are
//
//	redis://[user:password@]host[:6379][/db]                                a single server
//	redis+sentinel://[user:password@]host[:26379],host.../master[/db]       the master of that name behind Sentinels
//	redis+cluster://[user:password@]host[:6379],host...                     a Cluster, known by some of its nodes
//	unix://[user:password@]/path/to/socket[?db=N]                           a single server on this machine
//
// and the same with rediss in place of redis for TLS. User and password are those of the data servers. The query may set
//
//	dial_timeout, read_timeout, write_timeout   durations such as 500ms (defaults 500ms, 800ms, 500ms)
//	pool_size                                   connections to each server (default 10 for each processor)
//	sentinel_username, sentinel_password        where the Sentinels want their own
//	db                                          the database, for unix
//
// Anything else is an error. No error tells what the address holds, because it may hold a password.
func ParseURL(raw string) (*goredis.UniversalOptions, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("redis_url: cannot be read as a URL")
	}
	o := &goredis.UniversalOptions{
		DialTimeout: 500 * time.Millisecond, ReadTimeout: 800 * time.Millisecond, WriteTimeout: 500 * time.Millisecond,
		PoolTimeout: time.Second,
		// Nothing is tried again unseen: a script that got no answer may have run.
		MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true,
		// No extra commands on connecting, which servers before 7.2 do not know.
		DisableIdentity: true, MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if u.User != nil {
		o.Username = u.User.Username()
		o.Password, _ = u.User.Password()
	}
	if err := readQuery(o, u); err != nil {
		return nil, err
	}
	scheme, kind, _ := strings.Cut(u.Scheme, "+")
	port := "6379"
	path := strings.Split(strings.Trim(u.Path, "/"), "/")
	if path[0] == "" {
		path = nil
	}
	switch {
	case u.Scheme == "unix":
		o.Addrs = []string{u.Path}
		if u.Path == "" || u.Host != "" {
			return nil, errors.New("redis_url: unix needs three slashes and a path")
		}
		return o, nil
	case scheme != "redis" && scheme != "rediss", strings.HasSuffix(u.Scheme, "+"):
		return nil, errors.New("redis_url: begins with redis://, rediss://, redis+sentinel://, redis+cluster:// or unix://")
	case kind == "":
	case kind == "sentinel":
		port = "26379"
		if len(path) == 0 {
			return nil, errors.New("redis_url: the name of the master is missing behind the addresses of the Sentinels")
		}
		o.MasterName, path = path[0], path[1:]
	case kind == "cluster":
		o.IsClusterMode = true
		if len(path) > 0 {
			return nil, errors.New("redis_url: a Cluster has no numbered databases")
		}
	default:
		return nil, errors.New("redis_url: behind redis+ comes sentinel or cluster")
	}
	if len(path) > 1 {
		return nil, errors.New("redis_url: too many slashes")
	}
	if len(path) == 1 {
		if o.DB, err = readDB(path[0]); err != nil {
			return nil, err
		}
	}
	if o.Addrs, err = readHosts(u.Host, port); err != nil {
		return nil, err
	}
	if kind == "" && len(o.Addrs) > 1 {
		return nil, errors.New("redis_url: several addresses need redis+sentinel:// or redis+cluster://")
	}
	if scheme == "rediss" {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		if kind == "" { // with several servers each connection is checked against its own
			o.TLSConfig.ServerName, _, _ = net.SplitHostPort(o.Addrs[0])
		}
	}
	return o, nil
}

// readHosts splits a list of addresses and completes each with the port.
func readHosts(list, port string) ([]string, error) {
	var out []string
	for h := range strings.SplitSeq(list, ",") {
		if h == "" {
			return nil, errors.New("redis_url: an address is missing")
		}
		host, p, err := net.SplitHostPort(h)
		if err != nil {
			host, p = strings.Trim(h, "[]"), port
		}
		if n, err := strconv.Atoi(p); host == "" || err != nil || n < 1 || n > 65535 {
			return nil, errors.New("redis_url: an address is not host or host:port")
		}
		out = append(out, net.JoinHostPort(host, p))
	}
	return out, nil
}

func readDB(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1<<16 {
		return 0, errors.New("redis_url: the database is a number")
	}
	return n, nil
}

// readQuery applies the settings in the query.
func readQuery(o *goredis.UniversalOptions, u *url.URL) error {
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return errors.New("redis_url: the settings behind ? cannot be read")
	}
	durations := map[string]*time.Duration{
		"dial_timeout": &o.DialTimeout, "read_timeout": &o.ReadTimeout, "write_timeout": &o.WriteTimeout,
	}
	var names []string
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names) // the same mistake gives the same error
	for _, name := range names {
		value := q.Get(name)
		switch {
		case durations[name] != nil:
			d, err := time.ParseDuration(value)
			if err != nil || d <= 0 || d > time.Minute {
				return fmt.Errorf("redis_url: %s is a duration such as 500ms, at most 1m", name)
			}
			*durations[name] = d
		case name == "pool_size":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 10000 {
				return errors.New("redis_url: pool_size is a number from 1 to 10000")
			}
			o.PoolSize = n
		case name == "sentinel_username":
			o.SentinelUsername = value
		case name == "sentinel_password":
			o.SentinelPassword = value
		case name == "db" && u.Scheme == "unix":
			if o.DB, err = readDB(value); err != nil {
				return err
			}
		default:
			return fmt.Errorf("redis_url: unknown setting %.40q", name)
		}
	}
	return nil
}
