package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	people "github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Keys cannot be guessed at leisure, and whoever guesses closes the door to himself alone.
func TestGuessingKeys(t *testing.T) {
	o := newOffice(t)
	from := func(addr, key string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/stats", nil)
		r.RemoteAddr = addr
		if key != "" {
			r.Header.Set("Authorization", "Bearer "+key)
		}
		w := httptest.NewRecorder()
		o.h.ServeHTTP(w, r)
		return w.Code
	}
	good := o.keys[vocab.RoleReader]
	for i := range people.NameTries {
		if got := from("203.0.113.7:4000", "guess"); got != http.StatusUnauthorized {
			t.Fatalf("guess %d: %d", i+1, got)
		}
	}
	from("203.0.113.7:4001", "guess")
	for name, c := range map[string]struct {
		addr, key string
		want      int
	}{
		"who guessed":                 {"203.0.113.7:9", "guess", http.StatusTooManyRequests},
		"who guessed, with a key":     {"203.0.113.7:9", good, http.StatusTooManyRequests},
		"somebody else":               {"203.0.113.8:9", good, http.StatusOK},
		"somebody else, with a wrong": {"203.0.113.8:9", "guess", http.StatusUnauthorized},
		"this machine":                {"127.0.0.1:9", good, http.StatusOK},
	} {
		if got := from(c.addr, c.key); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	for range 30 { // a caller without a key is none who guesses
		from("203.0.113.9:1", "")
	}
	if got := from("203.0.113.9:1", good); got != http.StatusOK {
		t.Errorf("after calls without a key: %d", got)
	}
}
