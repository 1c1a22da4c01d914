package wechat

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Token is an access token and when it ends.
type Token struct {
	Value   string
	Expires time.Time
}

// TokenStore shares tokens among the replicas of one bot. It may be slow, empty or down: a client then asks the platform, which gives all
// replicas the same stable token.
type TokenStore interface {
	// Token returns what was put under key last; the zero Token where there is nothing.
	Token(ctx context.Context, key string) (Token, error)
	// PutToken keeps t under key, at least until t.Expires.
	PutToken(ctx context.Context, key string, t Token) error
}

const (
	// The platform renews a stable token on request from 5 minutes before its end, and both are valid for those minutes. So it is asked
	// for anew a little after that.
	renewBefore = 4 * time.Minute
	// spare is the end of a token's life in which it is not used: clocks differ, and a call takes time.
	spare = 10 * time.Second
	// pauseAfterFailure keeps a failing renewal from being tried with every call while the old token is good.
	pauseAfterFailure = 10 * time.Second
	fetchWait         = 10 * time.Second
	storeWait         = 500 * time.Millisecond
	// A forced renewal makes the old token invalid at once. The platform allows 20 a day, 30 seconds apart; a few are left to operators.
	forcedPerDay = 16
	forcedApart  = 31 * time.Second
)

// stableTokens is the source of an account's own token: stable_token, which is the same for all who ask.
// Source: the platform's page on getStableAccessToken.
type stableTokens struct {
	client *Client
	appID  string
	secret string
	store  TokenStore
	now    func() time.Time
	log    *slog.Logger
	flight singleflight.Group

	mu      sync.Mutex
	current Token
	pause   time.Time // no renewal ahead of time before this
	refused *Error    // why the last attempt to fetch one failed; nil where it succeeded
	// refusedAt is when that was.
	refusedAt time.Time
	forced    []time.Time
}

func newStableTokens(c *Client, o ClientOptions) *stableTokens {
	return &stableTokens{client: c, appID: o.AppID, secret: o.AppSecret, store: o.Tokens, now: o.Now, log: o.Log}
}

// Token returns a token that should be valid. One near its end is renewed behind the caller's back; only without a
// valid one does he wait.
func (s *stableTokens) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	t, now, paused := s.current, s.now(), s.now().Before(s.pause)
	s.mu.Unlock()
	left := t.Expires.Sub(now)
	switch {
	case t.Value != "" && left > renewBefore:
		return t.Value, nil
	case t.Value != "" && left > spare:
		if !paused {
			s.flight.DoChan("renew", s.renewAhead)
		}
		return t.Value, nil
	}
	return s.wait(ctx, "renew", s.renewAhead)
}

// Renew returns another token than the one that the platform refused. Many callers may come with the same refused
// token; it is renewed once.
func (s *stableTokens) Renew(ctx context.Context, refused string) (string, error) {
	s.mu.Lock()
	if t := s.current; t.Value != refused && t.Expires.After(s.now()) { // somebody was faster
		s.mu.Unlock()
		return t.Value, nil
	}
	s.mu.Unlock()
	return s.wait(ctx, "replace "+refused, func() (any, error) { return s.replace(refused) })
}

// wait runs f once for all who wait for the same, each for as long as his own context lasts.
func (s *stableTokens) wait(ctx context.Context, key string, f func() (any, error)) (string, error) {
	select {
	case r := <-s.flight.DoChan(key, f):
		if r.Err != nil {
			return "", r.Err
		}
		return r.Val.(string), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// renewAhead fetches a token before the present one ends.
func (s *stableTokens) renewAhead() (any, error) {
	s.mu.Lock()
	now, present := s.now(), s.current
	s.mu.Unlock()
	if present.Expires.Sub(now) > renewBefore { // renewed while we came here
		return present.Value, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), fetchWait)
	defer cancel()
	if t, ok := s.shared(ctx); ok && t.Expires.Sub(now) > renewBefore {
		s.keep(t)
		return t.Value, nil
	}
	t, err := s.fetch(ctx, false)
	if err != nil {
		s.mu.Lock()
		s.pause = now.Add(pauseAfterFailure)
		s.mu.Unlock()
		s.log.Warn("access token not renewed", "error", err.Error(), "left", present.Expires.Sub(now))
		return "", err
	}
	s.keep(t)
	s.share(ctx, t)
	return t.Value, nil
}

// replace finds another token than the refused one: from another replica, else from the platform, by force only when nothing else helps.
func (s *stableTokens) replace(refused string) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchWait)
	defer cancel()
	s.mu.Lock()
	now, present := s.now(), s.current
	s.mu.Unlock()
	if present.Value != refused && present.Expires.Sub(now) > spare {
		return present.Value, nil
	}
	if t, ok := s.shared(ctx); ok && t.Value != refused && t.Expires.Sub(now) > spare {
		s.keep(t)
		return t.Value, nil
	}
	t, err := s.fetch(ctx, false)
	if err != nil {
		return "", err
	}
	if t.Value == refused {
		if !s.mayForce(ctx, now) {
			return "", &Error{
				Op: opToken, Class: ClassRetry, Reason: reasonToken,
				Detail: "the platform refuses the token it gives out",
				Advice: "微信不认它刚发出的 access_token，强制刷新的次数有限，稍后会再试。请确认 AppSecret 正确、没有其他系统在强制刷新。",
			}
		}
		if t, err = s.fetch(ctx, true); err != nil {
			return "", err
		}
		s.log.Warn("access token renewed by force")
	}
	s.keep(t)
	s.share(ctx, t)
	return t.Value, nil
}

// fetch asks the platform.
func (s *stableTokens) fetch(ctx context.Context, force bool) (Token, error) {
	asked := s.now()
	var answer struct {
		Token   string `json:"access_token"`
		Expires int    `json:"expires_in"`
	}
	err := s.client.once(ctx, Call{
		Op: opToken, Path: "/cgi-bin/stable_token", NoToken: true,
		Body: map[string]any{"grant_type": "client_credential", "appid": s.appID, "secret": s.secret, "force_refresh": force},
	}, "", &answer)
	if err == nil && (answer.Token == "" || answer.Expires <= 0) {
		err = garbled(opToken, "answer without a token")
	}
	if err != nil {
		s.failed(err, asked)
		return Token{}, err
	}
	return Token{Value: answer.Token, Expires: asked.Add(time.Duration(answer.Expires) * time.Second)}, nil
}

// keep makes t the present token.
func (s *stableTokens) keep(t Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.pause, s.refused = t, time.Time{}, nil
}

// shared returns what another replica put into the store, if the store can tell.
func (s *stableTokens) shared(ctx context.Context) (Token, bool) {
	t, err := s.ask(ctx, s.key())
	if err != nil {
		s.log.Warn("token store cannot be read", "error", s.words(err))
		return Token{}, false
	}
	return t, t.Value != ""
}

// share puts t into the store. Without the store each replica keeps its own.
func (s *stableTokens) share(ctx context.Context, t Token) {
	if err := s.put(ctx, s.key(), t); err != nil {
		s.log.Warn("token store cannot be written", "error", s.words(err))
	}
}

// mayForce reports whether the token may be renewed by force now, and if so notes it, for the other replicas too.
func (s *stableTokens) mayForce(ctx context.Context, now time.Time) bool {
	s.mu.Lock()
	times := s.forced
	s.mu.Unlock()
	if t, err := s.ask(ctx, s.key()+":forced"); err == nil && t.Value != "" {
		times = append(times[:len(times):len(times)], parseTimes(t.Value)...)
	}
	var today []time.Time
	seen := map[int64]bool{}
	for _, at := range times {
		if age := now.Sub(at); age >= 24*time.Hour || seen[at.Unix()] {
			continue
		} else if age < forcedApart {
			return false
		}
		seen[at.Unix()] = true
		today = append(today, at)
	}
	if len(today) >= forcedPerDay {
		return false
	}
	today = append(today, now)
	s.mu.Lock()
	s.forced = today
	s.mu.Unlock()
	if err := s.put(ctx, s.key()+":forced", Token{Value: formatTimes(today), Expires: now.Add(24 * time.Hour)}); err != nil {
		s.log.Warn("token store cannot be written", "error", s.words(err))
	}
	return true
}

func (s *stableTokens) key() string { return "stable:" + s.appID }

func (s *stableTokens) words(err error) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return redactor{s.secret, s.current.Value}.words(err.Error())
}

// ask and put reach the store for a short while and survive whatever it does.
func (s *stableTokens) ask(ctx context.Context, key string) (Token, error) {
	return inTime(ctx, s.store, func(ctx context.Context) (Token, error) { return s.store.Token(ctx, key) })
}

func (s *stableTokens) put(ctx context.Context, key string, t Token) error {
	_, err := inTime(ctx, s.store, func(ctx context.Context) (Token, error) { return Token{}, s.store.PutToken(ctx, key, t) })
	return err
}

func inTime(ctx context.Context, store TokenStore, f func(context.Context) (Token, error)) (Token, error) {
	if store == nil {
		return Token{}, nil
	}
	type result struct {
		t   Token
		err error
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	done := make(chan result, 1)
	go func() {
		defer cancel()
		r := result{err: errors.New("wechat: token store panicked")}
		defer func() {
			_ = recover()
			done <- r
		}()
		t, err := f(ctx)
		r = result{t, err}
	}()
	select {
	case r := <-done:
		return r.t, r.err
	case <-ctx.Done():
		select {
		case r := <-done: // finished, which is what ended ctx
			return r.t, r.err
		default:
			return Token{}, ctx.Err()
		}
	}
}

func parseTimes(s string) []time.Time {
	var times []time.Time
	for _, f := range strings.Split(s, ",") {
		if n, err := strconv.ParseInt(f, 10, 64); err == nil && len(times) < 100 {
			times = append(times, time.Unix(n, 0))
		}
	}
	return times
}

func formatTimes(times []time.Time) string {
	var parts []string
	for _, t := range times {
		parts = append(parts, strconv.FormatInt(t.Unix(), 10))
	}
	return strings.Join(parts, ",")
}
