package wechattest

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
)

// tokens are the access tokens the platform has given out. Stable and classic tokens live side by side.
type tokens struct {
	stable, classic token
	old             []token     // replaced, but valid for a while yet
	forced          []time.Time // forced refreshes of the day
}

type token struct {
	value   string
	expires time.Time
}

// The rules of the platform's pages on access_token and stable_token.
const (
	renewEarly   = 5 * time.Minute // and both tokens are valid for that long
	forcedPerDay = 20
	forcedApart  = 30 * time.Second
)

func (p *Platform) stableToken(w http.ResponseWriter, r *http.Request) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil || json.Unmarshal(body, &in) != nil {
		fail(w, 47001)
		return
	}
	if code := p.checkSecret(in.AppID, in.Secret); code != 0 {
		fail(w, code)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	t := &p.tokens
	switch {
	case in.ForceRefresh:
		today := t.forced[:0:0]
		for _, at := range t.forced {
			if now.Sub(at) < 24*time.Hour {
				today = append(today, at)
			}
		}
		if len(today) >= forcedPerDay {
			fail(w, 45009)
			return
		}
		if len(today) == 0 || now.Sub(today[len(today)-1]) >= forcedApart {
			t.forced = append(today, now)
			t.stable, t.old = p.newToken(now), nil
		}
	case t.stable.value == "" || !now.Before(t.stable.expires):
		t.stable = p.newToken(now)
	case t.stable.expires.Sub(now) <= min(renewEarly, p.o.TokenTTL/4):
		t.old = append(t.old, t.stable)
		t.stable = p.newToken(now)
	}
	respond(w, map[string]any{"access_token": t.stable.value, "expires_in": int(t.stable.expires.Sub(now).Seconds())})
}

func (p *Platform) classicToken(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if code := p.checkSecret(q.Get("appid"), q.Get("secret")); code != 0 {
		fail(w, code)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now, t := p.now(), &p.tokens
	if t.classic.value != "" {
		t.old = append(t.old, token{t.classic.value, now.Add(renewEarly)})
	}
	t.classic = p.newToken(now)
	respond(w, map[string]any{"access_token": t.classic.value, "expires_in": int(p.o.TokenTTL.Seconds())})
}

func (p *Platform) newToken(now time.Time) token {
	return token{"80_" + randomHex(64), now.Add(p.o.TokenTTL)}
}

func (p *Platform) checkSecret(appID, secret string) int {
	switch {
	case appID != p.o.Account.AppID:
		return 40013
	case secret != p.o.Account.AppSecret:
		return 40125
	}
	return 0
}

// checkToken returns 0 for a valid token, else the code of what is wrong with it.
func (p *Platform) checkToken(value string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if value == "" {
		return 41001
	}
	now := p.now()
	for _, t := range append([]token{p.tokens.stable, p.tokens.classic}, p.tokens.old...) {
		if t.value != value {
			continue
		}
		if now.Before(t.expires) {
			return 0
		}
		return 42001
	}
	return 40001
}

// RevokeTokens makes every token given out so far invalid, as somebody's forced refresh or a changed secret does. The next normal
// request for a stable token gets a new one.
func (p *Platform) RevokeTokens() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tokens.stable, p.tokens.classic, p.tokens.old = token{}, token{}, nil
}

// Tokens returns every token that is or lately was valid, so that a test can look for them where they must not be.
func (p *Platform) Tokens() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	values := []string{p.tokens.stable.value, p.tokens.classic.value}
	for _, t := range p.tokens.old {
		values = append(values, t.value)
	}
	return values
}
