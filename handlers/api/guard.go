package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/vocab"
)

// handler is an http.HandlerFunc that may fail; the failure is told to the caller in one place.
type handler func(w http.ResponseWriter, r *http.Request) error

type personKey struct{}

// guarded recognises the caller, asks whether he may, bounds the body, and turns errors into answers.
func (s *server) guarded(rt route) http.Handler {
	most := rt.most
	if most == 0 {
		most = maxBody
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		who, err := s.recognise(r)
		if errors.Is(err, desk.ErrWho) {
			s.guessed(r)
		}
		switch {
		case errors.Is(err, desk.ErrWho):
			w.Header().Set("WWW-Authenticate", `Bearer realm="beianbot"`)
			err = &problem{http.StatusUnauthorized, "unauthorized", "a valid bearer token is needed"}
		case err == nil && !who.May(rt.permission):
			err = &problem{http.StatusForbidden, "forbidden", "this key may not do that"}
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		r = r.WithContext(context.WithValue(r.Context(), personKey{}, who))
		r.Body = http.MaxBytesReader(w, r.Body, most)
		if err := rt.serve(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// recognise says who calls. Errors: desk.ErrWho.
func (s *server) recognise(r *http.Request) (desk.Person, error) {
	secret, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	open := s.Token == ""
	if s.Desk != nil {
		open = !s.Desk.Guarded()
	}
	switch {
	case open:
		if !desk.LocalHost(r.Host) { // a name of somebody else's that points here
			return desk.Person{}, &problem{http.StatusForbidden, "not_local", "without admin.token the API answers to loopback addresses only"}
		}
		return desk.Person{Name: "localhost", Role: vocab.RoleAdmin}, nil
	case s.Desk != nil && s.guesses.closed(desk.AddressOf(r.RemoteAddr), s.Now()):
		return desk.Person{}, &problem{http.StatusTooManyRequests, "wait", "too many wrong keys from this address; wait 15 minutes"}
	case s.Desk != nil:
		return s.Desk.Bearer(r.Context(), secret)
	}
	want, got := sha256.Sum256([]byte(s.Token)), sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		return desk.Person{}, desk.ErrWho
	}
	return desk.Person{Name: desk.TokenName, Role: vocab.RoleAdmin}, nil
}

// by names the user whose key was shown, for the history; whoever shows the first key is a program.
func by(r *http.Request) string {
	if p, ok := r.Context().Value(personKey{}).(desk.Person); ok && desk.ValidUserName(p.Name) {
		return p.Name
	}
	return ""
}

// did writes down what the caller did, so that whoever reads the record finds every change, by whichever way it came. It was done, so that a
// failure to write it down is only logged, and whoever hangs up meanwhile stands there all the same. note is a word more, without any person.
func (s *server) did(r *http.Request, what, on, note string) {
	p, ok := r.Context().Value(personKey{}).(desk.Person)
	if s.Desk == nil || !ok {
		return
	}
	if note != "" {
		note = ", " + note
	}
	if err := s.Desk.Note(context.WithoutCancel(r.Context()), p.Name, what, on, "API"+note); err != nil {
		s.Log.ErrorContext(r.Context(), "a deed was not written down", "what", what, "err", err)
	}
}
