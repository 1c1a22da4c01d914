package api

import (
	"net/http"
	"slices"

	"github.com/beianbot/beianbot/bot/push"
)

func (s *server) listPushes(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	limit, err := limitOf(q.Get("limit"))
	if err != nil {
		return err
	}
	state := push.State(q.Get("state"))
	if state != "" && !slices.Contains(push.States(), state) {
		return badRequest("state: one of pending leased sent held dead dropped")
	}
	page, err := s.Outbox.Pushes(r.Context(), push.Query{State: state, Filing: q.Get("filing"), Cursor: q.Get("cursor"), Limit: limit})
	if err != nil {
		return err
	}
	out := make([]push.Push, len(page.Pushes))
	for i, p := range page.Pushes {
		out[i] = masked(p)
	}
	write(w, http.StatusOK, map[string]any{"pushes": out, "next": page.Next})
	return nil
}

// masked hides who a push is for, and the worker's token.
func masked(p push.Push) push.Push {
	p.User, p.Lease = Mask(p.User), ""
	return p
}

func (s *server) getPush(w http.ResponseWriter, r *http.Request) error {
	return s.onePush(w)(s.Outbox.Push(r.Context(), r.PathValue("id")))
}

func (s *server) retryPush(w http.ResponseWriter, r *http.Request) error {
	return s.onePush(w)(s.Outbox.Retry(r.Context(), r.PathValue("id"), s.Now()))
}

func (s *server) dropPush(w http.ResponseWriter, r *http.Request) error {
	return s.onePush(w)(s.Outbox.Drop(r.Context(), r.PathValue("id"), s.Now()))
}

func (s *server) onePush(w http.ResponseWriter) func(push.Push, error) error {
	return func(p push.Push, err error) error {
		if err != nil {
			return err
		}
		write(w, http.StatusOK, map[string]any{"push": masked(p)})
		return nil
	}
}
