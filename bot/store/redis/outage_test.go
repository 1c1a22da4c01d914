package redis_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestRedisComesAndGoes kills the server: every call says so, and quickly. What was answered before is there again afterwards.
func TestRedisComesAndGoes(t *testing.T) {
	srv := redistest.Start(t)
	s, err := redis.Open(t.Context(), redis.Options{URL: srv.URL, Planner: storetest.Planner{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ctx := t.Context()
	d := chat.Delivery{Key: "k", User: "u", At: time.Now(), Lease: time.Minute, Keep: time.Hour}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.Apply(ctx, filing.Report{ID: "a", Name: "a", Stage: vocab.StagePlatformReview})
	must(err)
	must(s.Adopt(ctx, "a", "u", time.Now()))
	must(s.SetNotify(ctx, "u", "a", filing.NotifyAll, time.Now()))
	_, err = s.Replies().Claim(ctx, d)
	must(err)
	must(s.Replies().Settle(ctx, d, chat.Answer{Reply: []byte("reply")}))
	_, err = s.Apply(ctx, filing.Report{ID: "a", Stage: vocab.StageSMSPending})
	must(err)

	srv.Kill()
	begin := time.Now()
	for name, call := range storetest.Calls(s) {
		if err := call(ctx); !errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("%s without a server: %v", name, err)
		}
	}
	if took := time.Since(begin); took > 20*time.Second { // some 50 calls, each refused at once
		t.Errorf("the calls took %v", took)
	}

	must(srv.Restart())
	back, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for s.Ping(back) != nil && back.Err() == nil { // the client looks for it once a second
	}
	c, err := s.Replies().Claim(ctx, d)
	must(err)
	if c.State != chat.ClaimDone || string(c.Reply) != "reply" {
		t.Fatalf("%+v", c)
	}
	ps, err := s.Lease(ctx, time.Now(), 10, time.Minute)
	must(err)
	if len(ps) != 1 {
		t.Fatalf("%d pushes are due", len(ps))
	}
	// The restarted server has forgotten the scripts, which pipelines notice too.
	results, err := s.ApplyBatch(ctx, []filing.Report{{ID: "a", Stage: vocab.StageAuthorityReview}, {ID: "b", Name: "b"}})
	must(err)
	if !results[0].Changed || !results[1].Changed {
		t.Fatalf("%+v", results)
	}
	must(s.Ping(ctx))
}

// TestKilledWhileManyWrite kills the server under writers, several times: every change that was answered for is there at the end, with its
// pushes, and none is there twice.
func TestKilledWhileManyWrite(t *testing.T) {
	srv := redistest.Start(t)
	s, err := redis.Open(t.Context(), redis.Options{URL: srv.URL, Planner: storetest.Planner{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ctx := t.Context()
	const writers, filings = 6, 25
	stages := []vocab.Stage{vocab.StagePlatformReview, vocab.StageSMSPending, vocab.StageAuthorityReview, vocab.StageFiled}
	for i := range writers * filings {
		id := fmt.Sprint("f", i)
		if _, err := s.Apply(ctx, filing.Report{ID: id, Name: id, Stage: vocab.StageNotFiled}); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(s.Adopt(ctx, id, "u", time.Now()), nil); err != nil && !errors.Is(err, errs.ErrLimit) {
			t.Fatal(err)
		}
		_ = s.SetNotify(ctx, "u", id, filing.NotifyAll, time.Now())
	}
	var wg sync.WaitGroup
	progress := make(chan struct{}, writers*filings*len(stages))
	for w := range writers {
		wg.Go(func() {
			for i := range filings {
				id := fmt.Sprint("f", w*filings+i)
				for _, stage := range stages {
					for { // a report is made again until it is answered for
						_, err := s.Apply(ctx, filing.Report{ID: id, Stage: stage})
						if err == nil {
							break
						}
						if !errors.Is(err, errs.ErrUnavailable) {
							t.Error(err)
							return
						}
					}
					progress <- struct{}{}
				}
			}
		})
	}
	for range 4 {
		for range 100 {
			<-progress
		}
		srv.Kill()
		if err := srv.Restart(); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	for i := range writers * filings {
		id := fmt.Sprint("f", i)
		events, err := s.History(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) != 1+len(stages) {
			t.Fatalf("%s has %d events", id, len(events))
		}
		page, err := s.Pushes(ctx, push.Query{Filing: id})
		if err != nil {
			t.Fatal(err)
		}
		// A change for each stage, and two reminders of the SMS, for those that the person follows.
		if want := len(stages) + 2; i < filing.MaxTracked && len(page.Pushes) != want {
			t.Fatalf("%s has %d pushes, want %d", id, len(page.Pushes), want)
		}
	}
}

func TestSilentServer(t *testing.T) {
	srv := redistest.Start(t)
	s, err := redis.Open(t.Context(), redis.Options{URL: srv.URL + "?read_timeout=100ms"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	srv.Freeze()
	t.Cleanup(srv.Thaw)
	begin := time.Now()
	err = s.Ping(t.Context())
	if took := time.Since(begin); !errors.Is(err, errs.ErrUnavailable) || took > 2*time.Second {
		t.Fatalf("after %v: %v", took, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	begin = time.Now()
	err = s.Ping(ctx)
	if took := time.Since(begin); !errors.Is(err, errs.ErrUnavailable) || took > time.Second {
		t.Fatalf("after %v: %v", took, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	client := goredis.NewClient(&goredis.Options{Addr: shared(t).Addr})
	t.Cleanup(func() { _ = client.Close() })
	for _, c := range []struct {
		name, url, schema, want string
	}{
		{"a newer schema", shared(t).URL, "99", "newer version (schema 99"},
		{"a foreign prefix", shared(t).URL, "hello", "is not a schema version"},
		{"a wrong password", strings.Replace(shared(t).URL, "//", "//someone:hunter2@", 1), "", "does not answer"},
		{"nobody there", "redis://:hunter2@127.0.0.1:1", "", "does not answer"},
		{"no name", "redis://:hunter2@nowhere.invalid", "", "does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			prefix := "refused:" + c.schema + ":"
			if c.schema != "" {
				if err := client.Set(t.Context(), prefix+"schema", c.schema, 0).Err(); err != nil {
					t.Fatal(err)
				}
			}
			_, err := redis.Open(t.Context(), redis.Options{URL: c.url, Prefix: prefix})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			for ; err != nil; err = errors.Unwrap(err) {
				if strings.Contains(err.Error(), "hunter2") {
					t.Fatalf("the error tells the password: %v", err)
				}
			}
		})
	}
}

// TestSentinel finds the server by way of a Sentinel.
func TestSentinel(t *testing.T) {
	sentinel := redistest.StartSentinel(t, shared(t), "mymaster")
	s, err := redis.Open(t.Context(), redis.Options{URL: sentinel.URL, Prefix: "sentinel:"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Apply(t.Context(), filing.Report{ID: "a", Name: "a"}); err != nil {
		t.Fatal(err)
	}
}

// TestLayout holds to what doc.go promises to those who read the keys: no key names a person, and each has a prefix and a known form.
func TestLayout(t *testing.T) {
	w := newWorld(t)
	const user = "oOpenIDOfSomebody"
	for _, id := range []string{"a", "b"} {
		w.report(id, vocab.StagePlatformReview)
		w.follow(id, user)
		w.report(id, vocab.StageSMSPending)
	}
	w.ok(w.IssueCode(w.ctx, "a", "hash", w.clock.Now().Add(time.Hour)))
	p := w.lease()[0]
	p.State = push.Held
	w.ok(w.Finish(w.ctx, p))
	w.ok(w.SetFollowing(w.ctx, user, false, w.clock.Now()))
	_, err := w.Guess(w.ctx, user, w.clock.Now())
	w.ok(err)
	w.ok(w.AddTallies(w.ctx, "2026-11-23", map[string]int64{"text": 1}))
	w.ok(w.NoteQuestion(w.ctx, chat.Question{Kind: chat.QuestionUnknown, Text: "x", Topic: "t"}))
	w.ok(w.PutToken(w.ctx, "access", "secret", w.clock.Now().Add(time.Hour)))
	d := chat.Delivery{Key: "k", User: user, At: w.clock.Now(), Lease: time.Minute, Keep: time.Hour}
	_, err = w.Replies().Claim(w.ctx, d)
	w.ok(err)
	w.ok(w.Replies().Settle(w.ctx, d, chat.Answer{Reply: []byte("reply"), Memory: []byte("memory")}))

	keys := w.client.Keys(w.ctx, "*").Val()
	found := make(map[string]bool)
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, w.prefix)
		if !ok {
			continue
		}
		if strings.Contains(key, user) {
			t.Errorf("%s names a person", rest)
		}
		tag, name, _ := strings.Cut(rest, ":")
		if strings.HasPrefix(tag, "{") {
			name, _, _ = strings.Cut(name, ":")
			found[tag[:2]+" "+name] = true
		} else {
			found[tag] = true
		}
	}
	for _, want := range []string{
		"{f filing", "{f history", "{f followers", "{f codes", "{f open", "{f pushes", "{f filings", "{f texts", "{f push", "{f due", "{f lanes", "{f samples",
		"{u user", "{u memory", "{u d", "{u held", "{u tracked", "{u ever", "{u guesses", "code", "guesses", "left", "token", "schema",
		"{q unknown", "{t 2026-11-23", "{t days",
	} {
		if !found[want] {
			t.Errorf("there is no key %s", want)
		}
		delete(found, want)
	}
	for name := range found {
		t.Errorf("the layout does not speak of %s", name)
	}
}
