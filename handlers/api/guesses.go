package api

import (
	"net/http"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// guesses knows the addresses from which too many wrong keys came, so that a right key costs no question to the store. It is of this process;
// the count of the wrong ones is kept with the desk, for all replicas.
type guesses struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// maxClosed bounds the addresses that are remembered.
const maxClosed = 4096

func (g *guesses) closed(addr string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return now.Before(g.until[addr])
}

func (g *guesses) close(addr string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for a, until := range g.until {
		if !now.Before(until) || len(g.until) >= maxClosed {
			delete(g.until, a)
		}
	}
	if g.until == nil {
		g.until = map[string]time.Time{}
	}
	g.until[addr] = now.Add(desk.TrySpan)
}

// guessed counts a wrong key, and closes the API to its address where there were too many.
func (s *server) guessed(r *http.Request) {
	addr := desk.AddressOf(r.RemoteAddr)
	if s.Desk == nil || addr == "" || r.Header.Get("Authorization") == "" {
		return
	}
	err := s.Desk.MayTry(r.Context(), "a key from "+addr, "")
	switch {
	case errs.CodeOf(err) == filing.CodeWait:
		s.guesses.close(addr, s.Now())
		s.Log.WarnContext(r.Context(), "too many wrong keys", "from", addr)
	case err != nil:
		s.Log.WarnContext(r.Context(), "a wrong key was not counted", "err", err)
	}
}
