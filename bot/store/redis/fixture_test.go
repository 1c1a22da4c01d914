package redis_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
)

// TestFixtures opens what earlier versions kept. See storetest.Fixtures for how a version adds its own.
func TestFixtures(t *testing.T) {
	redistest.SkipShort(t)
	storetest.Fixtures(t, storetest.Saved{Open: openKeys, Load: loadKeys, Save: saveKeys, Dump: dumpKeys})
}

// savedKey is a key in a fixture, one JSON object a line, so that any server takes it whatever wrote it. A text
// that is no UTF-8 stands in base64 behind base64Mark.
type savedKey struct {
	// Key is without the prefix of the store.
	Key  string `json:"key"`
	Type string `json:"type"`
	// Minutes is after how many minutes it expires, rounded up; zero where it does not.
	Minutes int64 `json:"minutes,omitempty"`
	// Text is of a string; Items are of a list, or of a set in order; Fields are of a hash, or the scores of a
	// sorted set by member.
	Text   string            `json:"text,omitempty"`
	Items  []string          `json:"items,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

const base64Mark = "base64:"

func asText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return base64Mark + base64.StdEncoding.EncodeToString([]byte(s))
}

func fromText(t testing.TB, s string) string {
	t.Helper()
	coded, ok := strings.CutPrefix(s, base64Mark)
	if !ok {
		return s
	}
	b, err := base64.StdEncoding.DecodeString(coded)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// keys is a store with its part of a server.
type keys struct {
	*redis.Store
	client *goredis.Client
	prefix string
}

func openKeys(t testing.TB, o storetest.Options) storetest.Whole {
	t.Helper()
	return openPrefix(t, "test:"+rand.Text()+":", o)
}

func openPrefix(t testing.TB, prefix string, o storetest.Options) keys {
	t.Helper()
	s, err := redis.Open(t.Context(), redis.Options{
		URL: shared(t).URL, Prefix: prefix, Planner: o.Planner,
		Now: o.Now, Wake: o.Wake,
	})
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Addr: shared(t).Addr})
	t.Cleanup(func() { _, _ = s.Close(), client.Close() })
	return keys{s, client, prefix}
}

// loadKeys writes the keys of a fixture under a prefix of their own, and opens them.
func loadKeys(t testing.TB, path string, o storetest.Options) storetest.Whole {
	t.Helper()
	b, err := os.ReadFile(path + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	client := goredis.NewClient(&goredis.Options{Addr: shared(t).Addr})
	defer func() { _ = client.Close() }()
	prefix := "test:" + rand.Text() + ":"
	pipe := client.Pipeline()
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var k savedKey
		if err := json.Unmarshal(lines.Bytes(), &k); err != nil {
			t.Fatal(err)
		}
		write(t, pipe, prefix+k.Key, k)
	}
	if _, err := pipe.Exec(t.Context()); err != nil || lines.Err() != nil {
		t.Fatal(err, lines.Err())
	}
	return openPrefix(t, prefix, o)
}

func write(t testing.TB, pipe goredis.Pipeliner, key string, k savedKey) {
	t.Helper()
	ctx := t.Context()
	switch k.Type {
	case "string":
		pipe.Set(ctx, key, fromText(t, k.Text), 0)
	case "list":
		for _, x := range k.Items {
			pipe.RPush(ctx, key, fromText(t, x))
		}
	case "set":
		for _, x := range k.Items {
			pipe.SAdd(ctx, key, fromText(t, x))
		}
	case "hash":
		for f, v := range k.Fields {
			pipe.HSet(ctx, key, f, fromText(t, v))
		}
	case "zset":
		for m, score := range k.Fields {
			pipe.Do(ctx, "ZADD", key, score, m)
		}
	default:
		t.Fatalf("%s: a key of type %q", k.Key, k.Type)
	}
	if k.Minutes > 0 {
		pipe.Expire(ctx, key, time.Duration(k.Minutes)*time.Minute)
	}
}

// read returns all keys of a store in order.
func read(t testing.TB, s keys) []savedKey {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var out []savedKey
	for it := s.client.Scan(ctx, 0, s.prefix+"*", 1000).Iterator(); it.Next(ctx); {
		out = append(out, readKey(ctx, s, it.Val(), ok))
	}
	slices.SortFunc(out, func(a, b savedKey) int { return cmp.Compare(a.Key, b.Key) })
	return slices.CompactFunc(out, func(a, b savedKey) bool { return a.Key == b.Key }) // a scan may return a key twice
}

func readKey(ctx context.Context, s keys, key string, ok func(error)) savedKey {
	kind, err := s.client.Type(ctx, key).Result()
	ok(err)
	k := savedKey{Key: strings.TrimPrefix(key, s.prefix), Type: kind}
	ttl, err := s.client.PTTL(ctx, key).Result()
	ok(err)
	if ttl > 0 {
		k.Minutes = int64((ttl + time.Minute - 1) / time.Minute)
	}
	switch kind {
	case "string":
		text, err := s.client.Get(ctx, key).Result()
		ok(err)
		k.Text = asText(text)
	case "list":
		k.Items, err = s.client.LRange(ctx, key, 0, -1).Result()
		ok(err)
	case "set":
		k.Items, err = s.client.SMembers(ctx, key).Result()
		ok(err)
		slices.Sort(k.Items)
	case "hash":
		k.Fields, err = s.client.HGetAll(ctx, key).Result()
		ok(err)
		for f, v := range k.Fields {
			k.Fields[f] = asText(v)
		}
	case "zset":
		rows, err := s.client.ZRangeWithScores(ctx, key, 0, -1).Result()
		ok(err)
		k.Fields = make(map[string]string)
		for _, r := range rows {
			k.Fields[r.Member.(string)] = fmt.Sprintf("%.0f", r.Score)
		}
	}
	for i, x := range k.Items {
		k.Items[i] = asText(x)
	}
	return k
}

func saveKeys(t testing.TB, s storetest.Whole, path string) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, k := range read(t, s.(keys)) {
		if err := enc.Encode(k); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path+".jsonl", b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dumpKeys returns every value by its key and field. Revisions and marks of places are random, and how a file is
// compressed may differ from one release of Go to the next.
func dumpKeys(t testing.TB, s storetest.Whole) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, k := range read(t, s.(keys)) {
		out[k.Key] = fmt.Sprint(k.Type, " ", k.Minutes, " ", k.Text)
		for i, x := range k.Items {
			out[fmt.Sprint(k.Key, " ", i)] = x
		}
		for _, f := range slices.Sorted(maps.Keys(k.Fields)) {
			v := k.Fields[f]
			switch {
			case strings.Contains(k.Key, "file_part"):
				v = "compressed"
			case f == "rev", strings.HasSuffix(k.Key, ":tracked"):
				v = "random"
			}
			out[k.Key+" "+f] = v
		}
	}
	return out
}
