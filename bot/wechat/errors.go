package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/truncate"
)

// Error is a failed call of the platform's API. Neither its words nor any of its fields hold a token, a secret or an openid.
type Error struct {
	// Op is the call: "template.send".
	Op string
	// Code is the platform's code, 0 where the platform gave none.
	Code int
	// Class says what may help, Reason is its short name (a metric label), Advice tells operators in Chinese what to do.
	Class  Class
	Reason string
	Advice string
	// Detail are the platform's own words, or the network's.
	Detail string
	// Unsure tells that the call may have taken effect: it was sent, at least in part, and no answer came. False means that it certainly
	// has not.
	Unsure bool
	// Until is when it may be tried again, for ClassLater.
	Until time.Time

	cause    error // only ever a context's error, which tells nothing
	timedOut bool
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "wechat: %s: %s", e.Op, e.Reason)
	if e.Code != 0 {
		fmt.Fprintf(&b, " (%d)", e.Code)
	}
	if e.Unsure {
		b.WriteString(", may have taken effect")
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap returns context.Canceled or context.DeadlineExceeded where one of them is why the call failed. Any other cause is kept in words
// only, since it may quote secrets.
func (e *Error) Unwrap() error { return e.cause }

// Unsure reports whether the call that returned err may have taken effect. An error that is none of ours counts as unsure.
func Unsure(err error) bool {
	if err == nil {
		return false
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Unsure
	}
	return true
}

// redactor takes secrets out of words.
type redactor []string

var secretParameter = regexp.MustCompile(`(?i)((?:access_token|component_access_token|secret|appsecret|refresh_token|authorizer_refresh_token|ticket)["']?\s*[=:]\s*["']?)[^&"'\s,}]+`)

// words returns what an error says, without secrets and of bounded length.
func (r redactor) words(s string) string {
	for _, secret := range r {
		if secret == "" {
			continue
		}
		s = strings.ReplaceAll(s, secret, "***")
		s = strings.ReplaceAll(s, url.QueryEscape(secret), "***")
	}
	s = secretParameter.ReplaceAllString(s, "${1}***")
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	return truncate.RunesMarked(s, 200, "…")
}

// network returns the Error of a call without an answer.
func (r redactor) network(op string, err error, sent bool) *Error {
	e := &Error{Op: op, Class: ClassRetry, Reason: reasonNetwork, Advice: "连不上微信服务器，稍后会自动重试。若持续出现，请检查网络、代理和 wechat.api_base。", Unsure: sent}
	var address *url.Error
	if errors.As(err, &address) { // its own words hold the whole address, token included
		err = address.Err
	}
	e.Detail, e.timedOut = r.words(err.Error()), timedOut(err)
	switch {
	case errors.Is(err, context.Canceled):
		e.cause = context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		e.cause = context.DeadlineExceeded
	}
	return e
}

// refused returns the Error of an answer with a code other than 0. The platform did not do what was asked.
func (r redactor) refused(op string, code int, words string, now time.Time) *Error {
	c := LookUp(code)
	return &Error{Op: op, Code: code, Class: c.Class, Reason: c.Reason, Advice: c.Advice, Detail: r.words(words), Until: until(code, now)}
}
