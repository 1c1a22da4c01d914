package wechat

import (
	"context"
	"errors"
	"time"
)

// Where the calls are that a daily quota may stop, for Client.Quota.
const (
	PathTemplate     = "/cgi-bin/message/template/send"
	PathSubscription = "/cgi-bin/message/subscribe/bizsend"
	PathCustomer     = "/cgi-bin/message/custom/send"
)

// Quota is how often a call may be made today, China's time, and how often it was. A Limit of 0 means that the platform told none.
type Quota struct {
	Limit  int `json:"daily_limit"`
	Used   int `json:"used"`
	Remain int `json:"remain"`
}

// Quota asks how much of a call's daily quota is left; path is that of the call. Source: the platform's page on getApiQuota. An account
// that may not use the call is told 76022 or 48001.
func (c *Client) Quota(ctx context.Context, path string) (Quota, error) {
	var answer struct {
		Quota Quota `json:"quota"`
	}
	body := map[string]string{"cgi_path": path}
	err := c.Do(ctx, Call{Op: opQuota, Path: "/cgi-bin/openapi/quota/get", Body: body}, &answer)
	return answer.Quota, err
}

// TokenState is what is known of the account's access token, without the token.
type TokenState struct {
	// Have tells that there is one, Expires when it ends.
	Have    bool
	Expires time.Time
	// Refused is why the last attempt to get one failed, At when; nil where it succeeded, or none was made.
	Refused *Error
	At      time.Time
}

// TokenState tells how it stands with the access token, without asking anybody.
func (c *Client) TokenState() TokenState { return c.tokens.state() }

// FetchToken makes sure that there is an access token, so that TokenState tells whether the account lets us in.
func (c *Client) FetchToken(ctx context.Context) error {
	if _, err := c.tokens.Token(ctx); err != nil {
		return c.tokenError(Call{Op: opToken}, err)
	}
	return nil
}

func (s *stableTokens) state() TokenState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return TokenState{
		Have: s.current.Value != "" && s.current.Expires.After(s.now()), Expires: s.current.Expires, Refused: s.refused, At: s.refusedAt,
	}
}

// failed remembers why no token could be fetched.
func (s *stableTokens) failed(err error, at time.Time) {
	var e *Error
	if !errors.As(err, &e) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused, s.refusedAt = e, at
}
