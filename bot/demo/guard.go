package demo

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets the page load its own parts and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard keeps other web pages from driving the demo. A page elsewhere can reach it in two ways: by a request of its own, which
// http.CrossOriginProtection refuses, or by a name of its own that it lets point here (DNS rebinding), which the Host check refuses: it takes
// loopback addresses and localhost, with remote every address, but no name.
func guard(remote bool, next http.Handler) http.Handler {
	safe := http.NewCrossOriginProtection()
	return safe.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !goodHost(r.Host, remote) {
			http.Error(w, "this page answers to its address only", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	}))
}

func goodHost(host string, remote bool) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (remote || ip.IsLoopback())
}
