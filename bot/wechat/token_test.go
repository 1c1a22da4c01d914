package wechat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

const tokenPath = "/cgi-bin/stable_token"

// tokenStore is a wechat.TokenStore in memory, with faults.
type tokenStore struct {
	mu     sync.Mutex
	tokens map[string]wechat.Token
	down   bool
	delay  time.Duration
	panics bool
}

func (s *tokenStore) trouble() error {
	s.mu.Lock()
	delay, down, panics := s.delay, s.down, s.panics
	s.mu.Unlock()
	time.Sleep(delay)
	if panics {
		panic("SECRET")
	}
	if down {
		return errors.New("connection refused while writing SECRET")
	}
	return nil
}

func (s *tokenStore) Token(_ context.Context, key string) (wechat.Token, error) {
	if err := s.trouble(); err != nil {
		return wechat.Token{}, errors.New("down")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens[key], nil
}

func (s *tokenStore) PutToken(_ context.Context, key string, t wechat.Token) error {
	if err := s.trouble(); err != nil {
		return errors.New("down")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tokens == nil {
		s.tokens = map[string]wechat.Token{}
	}
	s.tokens[key] = t
	return nil
}

func (b *box) send(t *testing.T) {
	t.Helper()
	if _, err := b.client.SendTemplate(t.Context(), template(b.user)); err != nil {
		t.Errorf("%v", err)
	}
}

// Many who need a token at once cause one call for it.
func TestTokenIsFetchedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newPlatform(t, noon)
		b.Script(wechattest.Fault{Path: tokenPath, Delay: time.Second})
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { b.send(t) })
		}
		wg.Wait()
		if n := b.Calls(tokenPath); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

// Who gives up waits no longer, and does not spoil it for the others.
func TestWaitingForATokenEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newPlatform(t, noon)
		b.Script(wechattest.Fault{Path: tokenPath, Delay: 5 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			b.send(t)
		}()
		_, err := b.client.SendTemplate(ctx, template(b.user))
		if !errors.Is(err, context.DeadlineExceeded) || wechat.Unsure(err) {
			t.Errorf("%v", err)
		}
		<-done
		if n := b.Calls(tokenPath); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

// A token is renewed shortly before its end, behind the callers' backs; while that fails, the old one serves.
func TestTokenIsRenewedEarlyAndServedStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newPlatform(t, noon)
		calls := func(want int) {
			t.Helper()
			b.send(t)
			synctest.Wait()
			if n := b.Calls(tokenPath); n != want {
				t.Errorf("%d calls for tokens, want %d", n, want)
			}
		}
		calls(1)
		b.forward(2*time.Hour - 5*time.Minute)
		calls(1)
		b.forward(2 * time.Minute)
		b.Script(wechattest.Fault{Path: tokenPath, Code: -1, Times: -1})
		calls(2) // the call works, the renewal behind it does not
		calls(2) // and is not tried with every call
		b.forward(11 * time.Second)
		calls(3)
		b.Heal()
		b.forward(11 * time.Second)
		calls(4)
		b.forward(10 * time.Minute) // the first one would be over by now
		calls(4)

		b.forward(3 * time.Hour)
		b.Script(wechattest.Fault{Path: tokenPath, Code: 40164})
		_, err := b.client.SendTemplate(t.Context(), template(b.user))
		if e := asError(t, err); e.Code != 40164 || e.Class != wechat.ClassSetup || e.Unsure || e.Op != "template.send" || !strings.Contains(e.Detail, "203.0.113.7") {
			t.Errorf("%+v", e)
		}
		calls(6)
		b.checkSecrets(t, err.Error())
	})
}

// A refused token is renewed once for all who met the refusal, at one replica and at many.
func TestRefusedTokenIsRenewedOnce(t *testing.T) {
	for _, code := range []int{40001, 40014, 42001} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &tokenStore{}
				shared := func(o *wechat.ClientOptions) { o.Tokens = store }
				a := newPlatform(t, noon, shared)
				b := a.replica(t, shared)
				a.send(t)
				b.send(t)
				if n := a.Calls(tokenPath); n != 1 {
					t.Errorf("%d calls at first", n)
				}
				a.RevokeTokens()
				a.Script(wechattest.Fault{Path: templatePath, Code: code, Times: 20, Delay: time.Second})
				var wg sync.WaitGroup
				for range 10 {
					wg.Go(func() { a.send(t) })
					wg.Go(func() { b.send(t) })
				}
				wg.Wait()
				// Two replicas that meet the refusal in the same moment may both ask; they get the same token.
				if n := a.Calls(tokenPath); n < 2 || n > 3 {
					t.Errorf("%d calls in all", n)
				}
				a.checkSecrets(t)
			})
		})
	}
}

// When the platform keeps giving out the token it refuses, renewal is forced, within the platform's limits.
func TestForcedRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &tokenStore{}
		b := newPlatform(t, noon, func(o *wechat.ClientOptions) { o.Tokens = store })
		b.send(t)
		forced := 0
		for i := range 30 {
			b.fault(40001) // though the token is the one the platform gives out
			_, err := b.client.SendTemplate(t.Context(), template(b.user))
			if err == nil {
				forced++
			} else if e := asError(t, err); e.Class != wechat.ClassRetry || e.Unsure {
				t.Fatalf("%+v", e)
			}
			if i%2 == 0 {
				b.forward(5 * time.Second) // too early for another one
			} else {
				b.forward(time.Minute)
			}
			synctest.Wait()
		}
		if forced == 0 || forced > 16 {
			t.Errorf("forced %d times", forced)
		}
		// Another replica knows of it.
		other := b.replica(t, func(o *wechat.ClientOptions) { o.Tokens = store })
		b.Script(wechattest.Fault{Path: templatePath, Code: 40001})
		if _, err := other.client.SendTemplate(t.Context(), template(b.user)); forced == 16 && err == nil {
			t.Error("a replica forced once more")
		}
	})
}

// One retry, no more.
func TestRefusedTwice(t *testing.T) {
	b := newPlatform(t, noon)
	b.Script(wechattest.Fault{Path: templatePath, Code: 42001, Times: 2})
	_, err := b.client.SendTemplate(t.Context(), template(b.user))
	if e := asError(t, err); e.Class != wechat.ClassToken || e.Code != 42001 || e.Unsure {
		t.Errorf("%+v", e)
	}
	if n := b.Calls(templatePath); n != 2 {
		t.Errorf("%d calls", n)
	}
	b.send(t)
}

// A store that is down, hangs or panics costs no send.
func TestTokenStoreTrouble(t *testing.T) {
	for name, change := range map[string]func(*tokenStore){
		"down":    func(s *tokenStore) { s.down = true },
		"hanging": func(s *tokenStore) { s.delay = time.Minute },
		"panics":  func(s *tokenStore) { s.panics = true },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &tokenStore{}
				change(store)
				b := newPlatform(t, noon, func(o *wechat.ClientOptions) { o.Tokens = store })
				start := time.Now()
				b.send(t)
				if d := time.Since(start); d > 2*time.Second {
					t.Errorf("took %v", d)
				}
				b.RevokeTokens()
				b.send(t)
				if !strings.Contains(b.log.String(), "token store") {
					t.Error("nobody was told")
				}
				b.checkSecrets(t)
				time.Sleep(10 * time.Minute) // lets the hanging calls end
			})
		})
	}
}

// A new replica takes the token that is shared, without asking the platform.
func TestSharedToken(t *testing.T) {
	store := &tokenStore{}
	shared := func(o *wechat.ClientOptions) { o.Tokens = store }
	a := newPlatform(t, noon, shared)
	a.send(t)
	a.replica(t, shared).send(t)
	if n := a.Calls(tokenPath); n != 1 {
		t.Errorf("%d calls", n)
	}
}
