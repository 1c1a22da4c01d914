package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// DefaultBaseURL is where the platform's API is.
const DefaultBaseURL = "https://api.weixin.qq.com"

// ClientOptions are the parts of a Client.
type ClientOptions struct {
	// AppID and AppSecret are the account's. Required.
	AppID, AppSecret string
	// BaseURL is where the API is, for an egress proxy or a test. Empty means DefaultBaseURL.
	BaseURL string
	// HTTP makes the calls. Nil means a client of its own, with timeouts.
	HTTP *http.Client
	// Tokens shares access tokens among replicas. Nil means that each process keeps its own in memory.
	Tokens TokenStore
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log takes what operators should see; nil means nowhere.
	Log *slog.Logger
	// Observe is told about every call to the platform, if not nil. It must not block.
	Observe func(Observation)
}

// Client calls the platform's API. It is safe for concurrent use.
type Client struct {
	o      ClientOptions
	base   string
	http   *http.Client
	tokens *stableTokens
}

// maxAnswer bounds the platform's answers, in bytes. The largest one, a list of templates, has some tens of KiB.
const maxAnswer = 1 << 20

// NewClient checks the options and returns a Client. It calls nobody.
func NewClient(o ClientOptions) (*Client, error) {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if u, err := url.Parse(o.BaseURL); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, errors.New("wechat: base address is not http(s)://host")
	}
	if o.AppID == "" || o.AppSecret == "" {
		return nil, errors.New("wechat: app id and app secret are required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Observation) {}
	}
	c := &Client{o: o, base: strings.TrimRight(o.BaseURL, "/"), http: o.HTTP}
	if c.http == nil {
		c.http = &http.Client{Transport: newTransport(), Timeout: 10 * time.Second}
	}
	if c.http.CheckRedirect == nil {
		own := *c.http
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a redirect would carry the token away
		c.http = &own
	}
	c.tokens = newStableTokens(c, o)
	return c, nil
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   3 * time.Second,
		ResponseHeaderTimeout: 8 * time.Second,
		IdleConnTimeout:       60 * time.Second,
		MaxIdleConns:          32,
		MaxIdleConnsPerHost:   32,
		MaxConnsPerHost:       64,
		ForceAttemptHTTP2:     true,
	}
}

// Call is one call of the API.
type Call struct {
	// Op names it in errors and metrics, one of Ops.
	Op string
	// Method is GET or POST; empty means POST. Path begins with a slash. Query holds parameters beside the token.
	Method, Path string
	Query        url.Values
	// Body is sent as JSON, unless nil.
	Body any
	// NoToken means that the call carries no access token.
	NoToken bool
	// Personal are values that must not show up in an error: openids, secrets.
	Personal []string
}

// Do makes a call and decodes the answer into out, unless out is nil. When the platform refuses the access token, it is renewed once and
// the call repeated once: a refused call has had no effect. Every error is an *Error.
func (c *Client) Do(ctx context.Context, call Call, out any) error {
	if call.NoToken {
		return c.once(ctx, call, "", out)
	}
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return c.tokenError(call, err)
	}
	err = c.once(ctx, call, token, out)
	var e *Error
	if !errors.As(err, &e) || e.Class != ClassToken {
		return err
	}
	token, renewal := c.tokens.Renew(ctx, token)
	if renewal != nil {
		return c.tokenError(call, renewal)
	}
	return c.once(ctx, call, token, out)
}

// tokenError makes the Error of a call that could not be made for want of a token. It has certainly had no effect.
func (c *Client) tokenError(call Call, err error) error {
	var e *Error
	if errors.As(err, &e) {
		own := *e
		own.Op, own.Unsure = call.Op, false
		if own.Code == 0 {
			own.Reason = reasonToken
		}
		own.Detail = strings.TrimSuffix("no access token: "+e.Detail, ": ")
		return &own
	}
	r := redactor{c.o.AppSecret}
	own := r.network(call.Op, err, false)
	own.Reason, own.Detail = reasonToken, "no access token: "+own.Detail
	return own
}

// once makes a call with a given token.
func (c *Client) once(ctx context.Context, call Call, token string, out any) (err error) {
	start := time.Now()
	defer func() { c.o.Observe(Observation{Op: call.Op, Answer: answerOf(err), Took: time.Since(start)}) }()

	hide := append(redactor{token, c.o.AppSecret}, call.Personal...)
	req, sent, err := c.request(ctx, call, token)
	if err != nil {
		return hide.network(call.Op, err, false)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return hide.network(call.Op, err, sent.Load())
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return hide.network(call.Op, err, true)
	case res.StatusCode != http.StatusOK:
		return &Error{
			Op: call.Op, Class: ClassRetry, Reason: reasonStatus, Detail: fmt.Sprintf("HTTP %d", res.StatusCode),
			Advice: "微信服务器或中间的代理返回了异常状态，稍后会自动重试。若持续出现，请检查代理和 wechat.api_base。",
			// Below 500 the request was turned away; above, a gateway may have passed it on before it failed.
			Unsure: res.StatusCode >= 500,
		}
	case len(body) > maxAnswer:
		return garbled(call.Op, "answer too large")
	}
	var status struct {
		Code int    `json:"errcode"`
		Text string `json:"errmsg"`
	}
	if err := json.Unmarshal(body, &status); err != nil {
		return garbled(call.Op, "answer is not the platform's JSON")
	}
	if status.Code != 0 {
		return hide.refused(call.Op, status.Code, status.Text, c.o.Now())
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return garbled(call.Op, "answer has fields of unexpected types")
	}
	return nil
}

func garbled(op, detail string) *Error {
	return &Error{
		Op: op, Class: ClassRetry, Reason: reasonGarbled, Detail: detail, Unsure: true,
		Advice: "收到的不是微信的应答，可能被中间的代理改写。请检查代理和 wechat.api_base。",
	}
}

// request builds a call's request. The returned flag becomes true as soon as any of it may have left this machine.
func (c *Client) request(ctx context.Context, call Call, token string) (*http.Request, *atomic.Bool, error) {
	query := url.Values{}
	for name, values := range call.Query {
		query[name] = values
	}
	if !call.NoToken {
		query.Set("access_token", token)
	}
	method := call.Method
	if method == "" {
		method = http.MethodPost
	}
	var body io.Reader
	if call.Body != nil {
		encoded, err := encode(call.Body)
		if err != nil {
			return nil, nil, err
		}
		body = bytes.NewReader(encoded)
	}
	address := c.base + call.Path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	sent := new(atomic.Bool)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
		WroteRequest: func(httptrace.WroteRequestInfo) { sent.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return nil, nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	req.Header.Set("User-Agent", "beianbot")
	return req, sent, nil
}

// encode writes JSON as the platform wants it: it does not undo the \u003c that Go makes of "<" in texts.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
