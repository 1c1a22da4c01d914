package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// issued is a claim code that the demo had made; the store knows its hash only.
type issued struct {
	code    string
	version int
	expires time.Time
}

// codeTTL is how long a code is good, codeRenew how long before its end a new one is made.
const (
	codeTTL   = 30 * 24 * time.Hour
	codeRenew = 24 * time.Hour
)

// ensureCode returns a filing's code, making one where there is none or it is about to expire.
func (s *Server) ensureCode(ctx context.Context, id string) (issued, error) {
	s.issuing.Lock() // several pages look at the same time
	defer s.issuing.Unlock()
	s.mu.Lock()
	c, ok := s.codes[id]
	s.mu.Unlock()
	if ok && s.o.Clock.Now().Before(c.expires.Add(-codeRenew)) {
		return c, nil
	}
	return s.newCode(ctx, id)
}

func (s *Server) newCode(ctx context.Context, id string) (issued, error) {
	code := filing.NewCode()
	plain, _ := filing.ParseCode(code)
	expires := s.o.Clock.Now().Add(codeTTL)
	if err := s.o.Filings.IssueCode(ctx, id, filing.HashCode(plain), expires); err != nil {
		return issued{}, fmt.Errorf("issue code: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := issued{code, s.codes[id].version + 1, expires}
	s.codes[id] = c
	return c, nil
}

// knows reports whether the back office shows a filing.
func (s *Server) knows(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.codes[id]
	return ok
}

func (s *Server) codeOf(id string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.codes[id]
	if !ok {
		return "", refuse(http.StatusNotFound, "not_found", "没有这个备案。")
	}
	return c.code, nil
}

// doCode makes a new code for a filing.
func (s *Server) doCode(ctx context.Context, a action) error {
	if !s.knows(a.Filing) {
		return refuse(http.StatusNotFound, "not_found", "没有这个备案。")
	}
	_, err := s.newCode(ctx, a.Filing)
	if errors.Is(err, errs.ErrNotFound) {
		return refuse(http.StatusNotFound, "not_found", "没有这个备案。")
	}
	return err
}
