package wechattest

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options describe a Platform. The zero value is a strict platform with SampleAccount.
type Options struct {
	// Account is the account it serves. The zero value means SampleAccount.
	Account Account
	// Now is its clock; nil means time.Now.
	Now func() time.Time
	// TokenTTL is how long an access token is valid. Zero means 2 hours.
	TokenTTL time.Duration
	// Templates are the ids of the templates the account has. Empty means that every id exists.
	Templates []string
	// AnyUser accepts openids of people who never did anything. Otherwise they get 40003, and those who left 43004.
	AnyUser bool
	// NoWindows sends customer messages at any time. Otherwise they need an open window (45015) with messages left (45047).
	NoWindows bool
	// NoCredits sends subscription notices to everybody. Otherwise they need an accepted subscription (43101).
	NoCredits bool
	// CallbackURL, if not empty, gets a TEMPLATESENDJOBFINISH event after each delivered template message, as on the real platform.
	CallbackURL string
}

// Platform is the platform in a box: an http.Handler with its API for one account. It is safe for concurrent use.
type Platform struct {
	o   Options
	mux *http.ServeMux

	mu        sync.Mutex
	people    map[string]*person
	tokens    tokens
	faults    []*Fault
	calls     map[string]int
	delivered []Delivery
	watchers  map[int]func(Delivery)
	nextWatch int
	sent      map[sentKey]sentMessage
	nextMsgID int64
	menu      json.RawMessage
	scenes    map[string]scene // by ticket
	limits    map[string]int   // calls a day, by path
	wg        sync.WaitGroup
}

// New returns a Platform.
func New(o Options) *Platform {
	if o.Account.AppID == "" {
		o.Account = SampleAccount()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.TokenTTL <= 0 {
		o.TokenTTL = 2 * time.Hour
	}
	p := &Platform{
		o: o, mux: http.NewServeMux(),
		people:    map[string]*person{},
		calls:     map[string]int{},
		watchers:  map[int]func(Delivery){},
		sent:      map[sentKey]sentMessage{},
		nextMsgID: 1_000_000_000_000,
		scenes:    map[string]scene{},
		limits:    dailyLimits(),
	}
	p.route()
	return p
}

// Account returns the account's values.
func (p *Platform) Account() Account { return p.o.Account }

func (p *Platform) now() time.Time { return p.o.Now() }

// Phone returns a phone whose owner talks to the account at a callback address. An empty openID makes a new person.
func (p *Platform) Phone(callbackURL, openID string) *Phone {
	return NewPhone(PhoneOptions{Account: p.o.Account, URL: callbackURL, OpenID: openID, Now: p.o.Now, Platform: p})
}

// Listen serves the platform on a free port of this machine and returns its address, to be used as a client's BaseURL, and a function
// that stops it.
func (p *Platform) Listen() (baseURL string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 10 * time.Second}
	p.wg.Go(func() { _ = server.Serve(l) })
	return "http://" + l.Addr().String(), func() {
		_ = server.Close()
		p.wg.Wait()
	}, nil
}

// Calls returns how often an endpoint was called, failed calls included, by its path: "/cgi-bin/stable_token".
func (p *Platform) Calls(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

func (p *Platform) route() {
	p.mux.HandleFunc("POST /cgi-bin/stable_token", p.stableToken)
	p.mux.HandleFunc("GET /cgi-bin/token", p.classicToken)
	p.api("POST /cgi-bin/message/template/send", p.sendTemplate)
	p.api("POST /cgi-bin/message/subscribe/bizsend", p.sendSubscription)
	p.api("POST /cgi-bin/message/custom/send", p.sendCustomer)
	p.api("POST /cgi-bin/menu/create", p.createMenu)
	p.api("POST /cgi-bin/qrcode/create", p.createQR)
	p.api("GET /cgi-bin/getcallbackip", p.callbackIPs)
	p.api("POST /cgi-bin/openapi/quota/get", p.getQuota)
	p.mux.HandleFunc("GET /cgi-bin/showqrcode", p.showQR)
}

// api adds an endpoint that needs an access token. A call returns what to answer, and an error code other than 0 for a refusal.
func (p *Platform) api(pattern string, call func(body []byte) (answer any, code int)) {
	p.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if code := p.checkToken(r.URL.Query().Get("access_token")); code != 0 {
			fail(w, code)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			fail(w, 47001)
			return
		}
		answer, code := call(body)
		if code != 0 {
			fail(w, code)
			return
		}
		respond(w, answer)
	})
}

// ok is the answer of calls that have nothing to tell.
var ok = map[string]any{"errcode": 0, "errmsg": "ok"}

func respond(w http.ResponseWriter, answer any) {
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_ = json.NewEncoder(w).Encode(answer)
}

func fail(w http.ResponseWriter, code int) {
	respond(w, map[string]any{"errcode": code, "errmsg": words(code) + " rid: " + randomHex(4)})
}

// words returns the platform's words for a code. They carry a request id behind them, as the real ones do.
func words(code int) string {
	if m, ok := messages[code]; ok {
		return m
	}
	return "error"
}

var messages = map[int]string{
	-1:    "system error",
	40001: "invalid credential, access_token is invalid or not latest",
	40003: "invalid openid",
	40013: "invalid appid",
	40014: "invalid access_token",
	40016: "invalid button size",
	40017: "invalid button type",
	40018: "invalid button name size",
	40019: "invalid button key size",
	40020: "invalid button url size",
	40037: "invalid template_id",
	40125: "invalid appsecret",
	40164: "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
	41001: "access_token missing",
	42001: "access_token expired",
	43004: "require subscribe",
	43101: "user refuse to accept the msg",
	44004: "empty content",
	45002: "content size out of limit",
	45009: "reach max api daily quota limit",
	45011: "api minute-quota reach limit",
	45015: "response out of time limit or subscription is canceled",
	45047: "out of response count limit",
	47001: "data format error",
	47003: "argument invalid!",
	48001: "api unauthorized",
	76021: "cgi_path not found, please check",
	76022: "could not use this cgi_path, no permission",
}

var errDropped = errors.New("wechattest: connection dropped")
