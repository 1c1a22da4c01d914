package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
	"github.com/beianbot/beianbot/handlers/webhook"
)

// wrapText makes a callback with a text message of the test's person.
func wrapText(t *testing.T, id, text string) wechattest.Callback {
	t.Helper()
	c, err := wechattest.SampleAccount().Wrap([]byte(textMessage(id, text)), person, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// slow answers after d, or earlier when its context ends.
func slow(d time.Duration, text string, effects *atomic.Int32) chat.HandlerFunc {
	return func(ctx context.Context, _ *chat.Turn) (chat.Reply, error) {
		effects.Add(1)
		select {
		case <-time.After(d):
			return chat.Reply{Text: text}, nil
		case <-ctx.Done():
			return chat.Reply{}, fmt.Errorf("looking up: %w", ctx.Err())
		}
	}
}

// stubborn answers after d whatever its context says.
func stubborn(d time.Duration, text string, effects *atomic.Int32) chat.HandlerFunc {
	return func(context.Context, *chat.Turn) (chat.Reply, error) {
		effects.Add(1)
		time.Sleep(d)
		return chat.Reply{Text: text}, nil
	}
}

func drain(t *testing.T, s *site) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.endpoint.Drain(ctx); err != nil {
		t.Error(err)
	}
}

// A handler that needs too long gets the polite word out in time, and every later delivery gets the same bytes.
func TestOverrunIsPoliteAndFinal(t *testing.T) {
	for name, h := range map[string]func(*atomic.Int32) chat.HandlerFunc{
		"obeys its context":   func(e *atomic.Int32) chat.HandlerFunc { return slow(time.Hour, "late", e) },
		"ignores its context": func(e *atomic.Int32) chat.HandlerFunc { return stubborn(10*time.Second, "late", e) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, effects := newReplies(), atomic.Int32{}
				configure := func(o *webhook.Options) { o.Replies, o.Handler = store, h(&effects) }
				here, there := newSite(t, wechattest.SampleAccount(), configure), newSite(t, wechattest.SampleAccount(), configure)
				callback := wrapText(t, "1", "慢")
				first := must(t)(here.phone.Redeliver(t.Context(), callback))
				if first.Text != busyText || first.Took > 4500*time.Millisecond {
					t.Fatalf("%q after %v", first.Text, first.Took)
				}
				for range 2 {
					time.Sleep(5*time.Second - first.Took)
					for _, s := range []*site{here, there} {
						if a := must(t)(s.phone.Redeliver(t.Context(), callback)); string(a.Body) != string(first.Body) {
							t.Errorf("a retry got %q", a.Text)
						}
					}
				}
				drain(t, here)
				if a := must(t)(there.phone.Redeliver(t.Context(), callback)); string(a.Body) != string(first.Body) {
					t.Errorf("after the late result: %q", a.Text)
				}
				if effects.Load() != 1 {
					t.Errorf("%d effects", effects.Load())
				}
				if got := here.outcomes()[0]; got != webhook.OutcomeBusy {
					t.Errorf("outcome %s", got)
				}
			})
		})
	}
}

// When the platform hangs up before anything was said, the work is not lost: its next attempt gets the real reply.
func TestHungUpThenAnswered(t *testing.T) {
	for _, replica := range []string{"same", "other"} {
		t.Run(replica, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, effects := newReplies(), atomic.Int32{}
				configure := func(o *webhook.Options) {
					o.Replies, o.Handler = store, slow(3*time.Second, "真正的回答", &effects)
				}
				here, there := newSite(t, wechattest.SampleAccount(), configure), newSite(t, wechattest.SampleAccount(), configure)
				callback := wrapText(t, "1", "问")
				ctx, hangUp := context.WithTimeout(t.Context(), time.Second)
				defer hangUp()
				if _, err := here.phone.Redeliver(ctx, callback); err == nil {
					t.Fatal("the connection should have been gone")
				}
				next := here
				if replica == "other" {
					next = there
				}
				a := must(t)(next.phone.Redeliver(t.Context(), callback))
				if a.Text != "真正的回答" || effects.Load() != 1 {
					t.Errorf("%q, %d effects", a.Text, effects.Load())
				}
				drain(t, here)
				if got := here.outcomes()[0]; got != webhook.OutcomeGone {
					t.Errorf("outcome %s", got)
				}
			})
		})
	}
}

// Even a hanging handler with nobody listening leaves a decided message and a free seat.
func TestHungUpAndNeverReady(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
			o.Replies, o.Handler, o.MaxInFlight = store, stubborn(time.Minute, "late", &effects), 1
		})
		callback := wrapText(t, "1", "问")
		ctx, hangUp := context.WithTimeout(t.Context(), time.Second)
		defer hangUp()
		_, _ = s.phone.Redeliver(ctx, callback)
		time.Sleep(9 * time.Second) // the platform's third attempt
		if a := must(t)(s.phone.Redeliver(t.Context(), callback)); a.Text != busyText || a.Took != 0 {
			t.Errorf("%q after %v", a.Text, a.Took)
		}
		// The handler still runs, so its seat is taken, and others hear so at once.
		if a := must(t)(s.phone.Redeliver(t.Context(), wrapText(t, "2", "问"))); a.Text != busyText || a.Took != 0 {
			t.Errorf("%q after %v", a.Text, a.Took)
		}
		drain(t, s)
		if got, want := s.outcomes(), []webhook.Outcome{webhook.OutcomeGone, webhook.OutcomeRepeated, webhook.OutcomeOverloaded}; !slices.Equal(got, want) {
			t.Errorf("outcomes %v", got)
		}
	})
}

// A replica that dies at work is replaced by the one that gets the platform's next attempt, once its lease has ended.
func TestDeadReplica(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		callback := wrapText(t, "1", "绑定")
		dead := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
			o.Replies = store
			o.Handler = chat.HandlerFunc(func(context.Context, *chat.Turn) (chat.Reply, error) {
				effects.Add(1)
				store.set(func(r *replies) { r.settleFails = 1000 }) // nothing it does from here on is seen
				time.Sleep(time.Hour)
				return chat.Reply{}, nil
			})
		})
		ctx, kill := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer kill()
		_, _ = dead.phone.Redeliver(ctx, callback)
		time.Sleep(4900 * time.Millisecond)
		alive := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
			o.Replies = store
			o.Handler = chat.HandlerFunc(func(context.Context, *chat.Turn) (chat.Reply, error) {
				effects.Add(1)
				store.set(func(r *replies) { r.settleFails = 0 })
				return chat.Reply{Text: "已绑定"}, nil
			})
		})
		a := must(t)(alive.phone.Redeliver(t.Context(), callback))
		if a.Text != "已绑定" || effects.Load() != 2 {
			t.Errorf("%q after %v, %d attempts", a.Text, a.Took, effects.Load())
		}
		if a.Took < 200*time.Millisecond || a.Took > time.Second {
			t.Errorf("took over after %v", a.Took)
		}
		time.Sleep(2 * time.Hour) // lets the dead one's goroutine end
	})
}

// Another replica that works and works: nothing is done twice, and the platform hears success in time.
func TestOtherReplicaNeverSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		callback := wrapText(t, "1", "问")
		s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) { o.Replies, o.Handler = store, slow(0, "x", &effects) })
		// Somebody else holds the claim for long.
		if _, err := store.Claim(t.Context(), chat.Delivery{Key: keyOf(t, "1", "问"), Lease: time.Hour}); err != nil {
			t.Fatal(err)
		}
		a := must(t)(s.phone.Redeliver(t.Context(), callback))
		if !a.Silent() || string(a.Body) != "success" || a.Took > 4500*time.Millisecond || effects.Load() != 0 {
			t.Errorf("%q after %v, %d effects", a.Body, a.Took, effects.Load())
		}
		drain(t, s)
		if got := s.outcomes(); got[0] != webhook.OutcomeUndecided {
			t.Errorf("outcomes %v", got)
		}
		if store.claimed > 60 {
			t.Errorf("asked the store %d times", store.claimed)
		}
	})
}

// The order is: settle, then write. A crash in between gives the next attempt the same bytes and no second effect.
func TestSettledBeforeWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		store.settleDelay = 100 * time.Millisecond
		configure := func(o *webhook.Options) { o.Replies, o.Handler = store, slow(0, "已绑定", &effects) }
		here := newSite(t, wechattest.SampleAccount(), configure)
		callback := wrapText(t, "1", "绑定")
		w := &crashingWriter{onWrite: func() {
			store.mu.Lock()
			defer store.mu.Unlock()
			if store.settled != 1 {
				t.Error("written before it was settled")
			}
		}}
		deliver(t, here.endpoint, w, callback) // dies while writing
		there := newSite(t, wechattest.SampleAccount(), configure)
		a := must(t)(there.phone.Redeliver(t.Context(), callback))
		if string(a.Body) != string(w.lost) || effects.Load() != 1 {
			t.Errorf("%q, %d effects", a.Text, effects.Load())
		}
	})
}

// A store that settles slowly delays a reply by a twentieth of the budget at most; settling goes on behind it.
func TestSlowSettlementDelaysLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		store.settleDelay = 2 * time.Second
		configure := func(o *webhook.Options) { o.Replies, o.Handler = store, slow(0, "答", &effects) }
		here, there := newSite(t, wechattest.SampleAccount(), configure), newSite(t, wechattest.SampleAccount(), configure)
		callback := wrapText(t, "1", "问")
		a := must(t)(here.phone.Redeliver(t.Context(), callback))
		if a.Text != "答" || a.Took > 225*time.Millisecond {
			t.Errorf("%q after %v", a.Text, a.Took)
		}
		b := must(t)(there.phone.Redeliver(t.Context(), callback)) // waits for the settlement
		if string(b.Body) != string(a.Body) || effects.Load() != 1 {
			t.Errorf("%q, %d effects", b.Text, effects.Load())
		}
		drain(t, here)
	})
}

func TestFailedSettlementIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, effects := newReplies(), atomic.Int32{}
		store.settleFails = 2
		configure := func(o *webhook.Options) { o.Replies, o.Handler = store, slow(0, "答", &effects) }
		here, there := newSite(t, wechattest.SampleAccount(), configure), newSite(t, wechattest.SampleAccount(), configure)
		callback := wrapText(t, "1", "问")
		a := must(t)(here.phone.Redeliver(t.Context(), callback))
		b := must(t)(there.phone.Redeliver(t.Context(), callback))
		if string(b.Body) != string(a.Body) || effects.Load() != 1 {
			t.Errorf("%q, %d effects", b.Text, effects.Load())
		}
		drain(t, here)
	})
}

// With the store down or hanging, questions are answered all the same, once a replica.
func TestStoreDown(t *testing.T) {
	for name, change := range map[string]func(*replies){
		"down":             func(r *replies) { r.down = true },
		"hanging":          func(r *replies) { r.claimDelay, r.settleDelay = 20*time.Second, 20*time.Second },
		"hanging and down": func(r *replies) { r.down, r.claimDelay, r.settleDelay = true, 20*time.Second, 20*time.Second },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store, effects := newReplies(), atomic.Int32{}
				change(store)
				s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
					o.Replies, o.Handler = store, slow(100*time.Millisecond, "答", &effects)
				})
				callback := wrapText(t, "1", "问")
				var wg sync.WaitGroup
				bodies := make([]string, 3)
				for i := range bodies {
					wg.Go(func() {
						a, err := s.phone.Redeliver(t.Context(), callback)
						if err != nil {
							t.Error(err)
							return
						}
						if a.Text != "答" || a.Took > 500*time.Millisecond {
							t.Errorf("%q after %v", a.Text, a.Took)
						}
						bodies[i] = string(a.Body)
					})
				}
				wg.Wait()
				time.Sleep(10 * time.Second)
				late := must(t)(s.phone.Redeliver(t.Context(), callback))
				if bodies[0] != bodies[1] || bodies[1] != bodies[2] || string(late.Body) != bodies[0] || effects.Load() != 1 {
					t.Errorf("%d effects, bodies %q", effects.Load(), bodies)
				}
				drain(t, s)
				if !s.seen[0].Degraded {
					t.Error("nobody can see that the store was missing")
				}
				// The store comes back, and all is well.
				store.set(func(r *replies) { r.down, r.claimDelay, r.settleDelay = false, 0, 0 })
				if a := must(t)(s.phone.Redeliver(t.Context(), wrapText(t, "2", "问"))); a.Text != "答" || a.Took != 100*time.Millisecond {
					t.Errorf("%q after %v", a.Text, a.Took)
				}
				if s.seen[len(s.seen)-1].Degraded {
					t.Error("still degraded")
				}
			})
		})
	}
}

// What goes wrong in a handler is told politely, once, and logged without anything personal.
func TestHandlerTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		h       chat.HandlerFunc
		outcome webhook.Outcome
	}{
		"error": {func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			return chat.Reply{}, fmt.Errorf("no row for %s who asked %s", t.User, t.Text)
		}, webhook.OutcomeFailed},
		"panic": {func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			panic("cannot help " + t.User + " with " + t.Text)
		}, webhook.OutcomePanicked},
		"runtime panic": {func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			return chat.Reply{Text: t.Text[len(t.Text)+len(t.User):]}, nil
		}, webhook.OutcomePanicked},
	} {
		t.Run(name, func(t *testing.T) {
			store := newReplies()
			s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) { o.Replies, o.Handler = store, c.h })
			callback := wrapText(t, "1", "我的小程序叫某某")
			a := must(t)(s.phone.Redeliver(t.Context(), callback))
			b := must(t)(s.phone.Redeliver(t.Context(), callback))
			if a.Text != errorText || string(a.Body) != string(b.Body) {
				t.Errorf("%q, then %q", a.Text, b.Text)
			}
			if got, want := s.outcomes(), []webhook.Outcome{c.outcome, webhook.OutcomeRepeated}; !slices.Equal(got, want) {
				t.Errorf("outcomes %v", got)
			}
			log := s.log.String()
			if !strings.Contains(log, "level=ERROR") || strings.Contains(log, person) || strings.Contains(log, "某某") {
				t.Errorf("log: %s", log)
			}
			if strings.Contains(name, "panic") && !strings.Contains(log, "TestHandlerTrouble") {
				t.Errorf("log does not tell where it happened: %s", log)
			}
			if len(store.memory) != 0 {
				t.Error("half-made memory was kept")
			}
		})
	}
}

func TestSilence(t *testing.T) {
	s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
		o.Replies = newReplies()
		o.Handler = chat.HandlerFunc(func(context.Context, *chat.Turn) (chat.Reply, error) { return chat.Reply{}, nil })
	})
	a := must(t)(s.phone.Unfollow(t.Context()))
	b := must(t)(s.phone.Redeliver(t.Context(), a.Callback))
	if a.Status != http.StatusOK || string(a.Body) != "success" || string(b.Body) != "success" {
		t.Errorf("%q, %q", a.Body, b.Body)
	}
	if s.seen[0].Outcome != webhook.OutcomeSilent || s.seen[0].Event != chat.EventUnfollow {
		t.Errorf("%+v", s.seen[0])
	}
}

// Memory goes from turn to turn; what was not changed is not written, and what cannot be read is forgotten.
func TestMemory(t *testing.T) {
	store := newReplies()
	var turns []chat.Memory
	s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
		o.Replies = store
		o.Handler = chat.HandlerFunc(func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			turns = append(turns, t.Memory)
			switch t.Text {
			case "记住":
				t.Memory.Topic, t.Memory.Offered = "materials", []chat.Choice{{Label: "甲", Send: "乙"}}
			case "忘掉":
				t.Memory = chat.Memory{}
			case "坏":
				t.Memory.Form = json.RawMessage("{")
			case "太多":
				t.Memory.Question = strings.Repeat("备", 20000)
			}
			return chat.Reply{Text: "好"}, nil
		})
	})
	say := func(text string) {
		t.Helper()
		if a := must(t)(s.phone.Say(t.Context(), text)); a.Text != "好" {
			t.Fatalf("%q", a.Text)
		}
	}
	say("记住")
	say("看看")
	if m := turns[1]; m.Topic != "materials" || len(m.Offered) != 1 || m.Offered[0].Words() != "乙" {
		t.Errorf("remembered %+v", m)
	}
	before := string(store.memory[person])
	say("坏")
	say("太多")
	if got := string(store.memory[person]); got != before {
		t.Errorf("memory became %q", got)
	}
	say("忘掉")
	say("看看")
	if m := turns[5]; m.Topic != "" || m.Offered != nil {
		t.Errorf("remembered %+v", m)
	}
	store.memory[person] = []byte("not JSON")
	say("看看")
	if m := turns[6]; m.Topic != "" {
		t.Errorf("remembered %+v", m)
	}
}

func TestClaimTellsTheStoreWhatItNeeds(t *testing.T) {
	var got []chat.Delivery
	s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
		o.Replies = claimFunc(func(d chat.Delivery) (chat.Claim, error) {
			got = append(got, d)
			return chat.Claim{State: chat.ClaimFirst, Waiting: true, Tracks: true}, nil
		})
		o.Handler = chat.HandlerFunc(func(_ context.Context, t *chat.Turn) (chat.Reply, error) {
			return chat.Reply{Text: fmt.Sprint(t.Waiting, t.Tracks)}, nil
		})
	})
	if a := must(t)(s.phone.Say(t.Context(), "问")); a.Text != "true true" {
		t.Errorf("%q", a.Text)
	}
	must(t)(s.phone.Click(t.Context(), "status"))
	must(t)(s.phone.Tap(t.Context(), wechattest.Link{Words: "详细", ID: "101"}))
	for i, opens := range []chat.Window{chat.WindowMessage, chat.WindowTap, chat.WindowTap} {
		d := got[i]
		if d.User != person || len(d.Key) < 22 || d.Opens != opens || d.At.IsZero() || d.At.Sub(d.SentAt).Abs() > 2*time.Second {
			t.Errorf("%+v", d)
		}
		if d.Lease <= 4500*time.Millisecond || d.Lease >= 10*time.Second || d.Keep < 10*time.Minute {
			t.Errorf("lease %v, keep %v", d.Lease, d.Keep)
		}
	}
}

func TestNewRefusesIncompleteOptions(t *testing.T) {
	if _, err := webhook.New(webhook.Options{}); err == nil {
		t.Error("no envelope, no handler, no error")
	}
	seen := map[webhook.Outcome]bool{}
	for _, o := range webhook.Outcomes() {
		if seen[o] || o == "" {
			t.Errorf("outcome %q twice", o)
		}
		seen[o] = true
	}
}

// A store that panics is a store that is down.
func TestPanickingStore(t *testing.T) {
	s := newSite(t, wechattest.SampleAccount(), func(o *webhook.Options) {
		o.Replies = claimFunc(func(chat.Delivery) (chat.Claim, error) { panic(errors.New("index out of range for " + person)) })
	})
	if a := must(t)(s.phone.Say(t.Context(), "问")); a.Text != "你说：问" {
		t.Errorf("%q", a.Text)
	}
	if strings.Contains(s.log.String(), person) {
		t.Errorf("log: %s", s.log)
	}
}
