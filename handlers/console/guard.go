package console

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"
)

// policy lets a page load the console's own parts and nothing else, and run no script that stands in a page.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

// headers sets what every answer carries.
func (c *Console) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// localHost reports whether a Host header names this machine by itself: no other web page can then have pointed a name of its own here.
func localHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// inside reports whether a path leads to a page of the console, so that nobody is sent elsewhere after signing in.
func inside(path string) bool {
	u, err := url.Parse(path)
	return err == nil && u.Scheme == "" && u.Host == "" && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") &&
		!strings.ContainsAny(path, "\\\r\n\t")
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// How often signing in may fail: for one name, and from one address, in a span.
const (
	nameTries = 8
	addrTries = 30
	trySpan   = 15 * time.Minute
)

// attempts counts failed sign-ins. It forgets after trySpan and holds a bounded number.
type attempts struct {
	now   func() time.Time
	mu    sync.Mutex
	began time.Time
	count map[string]int
}

func newAttempts(now func() time.Time) *attempts {
	return &attempts{now: now, count: map[string]int{}}
}

// maxAttempts bounds the names and addresses that are remembered; beyond it nobody new may try until the span is over.
const maxAttempts = 10000

// allowed reports whether somebody may try to sign in.
func (a *attempts) allowed(name, addr string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if now := a.now(); now.Sub(a.began) >= trySpan || now.Before(a.began) {
		a.began, a.count = now, map[string]int{}
	}
	n, known := a.count["name "+name]
	m, seen := a.count["addr "+addr]
	return n < nameTries && m < addrTries && (known || seen || len(a.count) < maxAttempts)
}

// failed counts one more failure.
func (a *attempts) failed(name, addr string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count["name "+name]++
	a.count["addr "+addr]++
}

// worked forgets the failures of a name: it was its owner who mistyped.
func (a *attempts) worked(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.count, "name "+name)
}

// address is where a request comes from, without the port.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
