package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
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
	reason := vocab.Reason(q.Get("reason"))
	if reason != "" && !slices.Contains(vocab.Reasons(), reason) {
		return badRequest("reason: not one of the reasons there are")
	}
	page, err := s.Outbox.Pushes(r.Context(), push.Query{
		State: state, Reason: reason, Filing: q.Get("filing"), Cursor: q.Get("cursor"), Limit: limit,
	})
	if err != nil {
		return err
	}
	paused, err := s.Outbox.Paused(r.Context())
	if err != nil {
		return err
	}
	out := make([]shownPush, len(page.Pushes))
	for i, p := range page.Pushes {
		out[i] = s.shown(p)
	}
	write(w, http.StatusOK, map[string]any{"pushes": out, "next": page.Next, "paused": pausedView(paused)})
	return nil
}

// shownPush is a push with what operators should know about it.
type shownPush struct {
	push.Push
	// ReasonText is the reason in words, Advice what may help.
	ReasonText string `json:"reason_text,omitempty"`
	Advice     string `json:"advice,omitempty"`
}

// shown hides who a push is for, and the worker's token.
func (s *server) shown(p push.Push) shownPush {
	p.User, p.Lease = desk.Mask(p.User), ""
	v := shownPush{Push: p, ReasonText: p.Reason.Chinese()}
	if s.Advice != nil {
		v.Advice = s.Advice(p)
	}
	return v
}

func (s *server) getPush(w http.ResponseWriter, r *http.Request) error {
	return s.onePush(w)(s.Outbox.Push(r.Context(), r.PathValue("id")))
}

func (s *server) retryPush(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Outbox.Retry(r.Context(), r.PathValue("id"), s.Now())
	if err == nil {
		s.did(r, "push.retry", p.ID, "")
	}
	return s.onePush(w)(p, err)
}

func (s *server) dropPush(w http.ResponseWriter, r *http.Request) error {
	p, err := s.Outbox.Drop(r.Context(), r.PathValue("id"), s.Now())
	if err == nil {
		s.did(r, "push.drop", p.ID, "")
	}
	return s.onePush(w)(p, err)
}

func (s *server) onePush(w http.ResponseWriter) func(push.Push, error) error {
	return func(p push.Push, err error) error {
		if err != nil {
			return err
		}
		write(w, http.StatusOK, map[string]any{"push": s.shown(p)})
		return nil
	}
}

// pausePushes stops all sending, at every replica; the body may say why.
func (s *server) pausePushes(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Reason string `json:"reason"`
	}
	if r.ContentLength != 0 {
		if err := read(r, &in); err != nil {
			return err
		}
	}
	in.Reason = strings.Join(strings.Fields(in.Reason), " ")
	if len([]rune(in.Reason)) > push.MaxWhy {
		return badRequest("reason: at most 200 characters")
	}
	p := push.Pause{Since: s.Now(), Why: in.Reason}
	if was, err := s.Outbox.Paused(r.Context()); err != nil {
		return err
	} else if was.On() {
		p.Since = was.Since
	}
	return s.setPaused(w, r, p)
}

func (s *server) resumePushes(w http.ResponseWriter, r *http.Request) error {
	return s.setPaused(w, r, push.Pause{})
}

func (s *server) setPaused(w http.ResponseWriter, r *http.Request, p push.Pause) error {
	if err := s.Outbox.SetPaused(r.Context(), p); err != nil {
		return err
	}
	s.Log.InfoContext(r.Context(), "sending of notices", "paused", p.On(), "why", p.Why)
	if p.On() {
		s.did(r, "push.pause", "", p.Why)
	} else {
		s.did(r, "push.resume", "", "")
	}
	write(w, http.StatusOK, map[string]any{"paused": pausedView(p)})
	return nil
}

// pausedView is a pause as the API tells it: null where sending is not paused.
func pausedView(p push.Pause) any {
	if !p.On() {
		return nil
	}
	return struct {
		Since  time.Time `json:"since"`
		Reason string    `json:"reason,omitempty"`
	}{p.Since, p.Why}
}
