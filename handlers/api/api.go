// Package api is the JSON API of the admin listener: filings, claim codes, pushes, questions, knowledge; and health.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/httpstatus"
	"github.com/beianbot/beianbot/kb"
)

// Filings is the store of filings, one by one and many at once.
type Filings interface {
	filing.Store
	filing.Batches
}

// Outbox is what operators may do with pushes.
type Outbox interface {
	Push(ctx context.Context, id string) (push.Push, error)
	Pushes(ctx context.Context, q push.Query) (push.Page, error)
	Retry(ctx context.Context, id string, now time.Time) (push.Push, error)
	Drop(ctx context.Context, id string, now time.Time) (push.Push, error)
	push.Switch
}

// Knowledge is the knowledge base, to look at and to try.
type Knowledge interface {
	Understand(q kb.Query) kb.Result
	Text(r kb.Result) (kb.Text, bool)
	Entry(id string) (*kb.Entry, bool)
	Entries() []*kb.Entry
}

// Editor is what changing the knowledge takes.
type Editor interface {
	// Snapshot is the knowledge in force. Try builds what would be in force with part in place of the one with the key; a part that the
	// program could not work with is an error. Refresh puts in force what the desk has by now.
	Snapshot() *kb.Snapshot
	Try(ctx context.Context, key string, part *kb.Part) (*kb.Snapshot, error)
	Refresh(ctx context.Context) error
}

// QRCodes makes the pictures by which a code is claimed.
type QRCodes interface {
	// QRCode returns the address of a picture that carries scene for ttl; the empty address where the account may not make any.
	QRCode(ctx context.Context, scene string, ttl time.Duration) (url string, err error)
}

// Options make the API. Filings, Outbox, Questions, Tallies, Knowledge and Log are required.
type Options struct {
	Filings   Filings
	Outbox    Outbox
	Questions chat.Questions
	Tallies   chat.Tallies
	Knowledge Knowledge
	// QRCodes may be nil: codes then come without a picture.
	QRCodes QRCodes
	// Advice says what an operator can do about a push; it may be nil.
	Advice func(p push.Push) string
	// Token is what callers must show where Desk is nil. Empty: nobody is asked, which is for a loopback listener only.
	Token string
	// Desk recognises callers by the first key and by the keys of its users, and says what each may do. It may be nil: then Token is all.
	Desk *desk.Desk
	// Editor puts edited entries in force; nil, or without a Desk: the knowledge can only be read.
	Editor Editor
	// Estimate says how long a review takes by the account's own history, for the statistics; it may be nil.
	Estimate func(stage vocab.Stage, platform vocab.Platform, province vocab.Province, now time.Time) (filing.Estimate, bool)
	// Menu is the account's menu that comes with the program. PublishMenu puts one in place at the platform; its errors hold no secret. Nil:
	// this account cannot.
	Menu        []desk.Button
	PublishMenu func(ctx context.Context, menu []desk.Button) error
	// Reload reads configuration, knowledge and calendar anew. It returns the keys whose new values are in force, and those whose will be
	// after a restart. Its error says what is broken; then nothing has changed. Nil: there is nothing to reload.
	Reload func(ctx context.Context) (changed, restart []string, err error)
	// Ask says what the bot would say to a question, for kb/try.
	Ask func(ctx context.Context, question string) (Asked, error)
	// Now is the clock (default time.Now).
	Now func() time.Time
	Log *slog.Logger
}

// Asked is what the bot would say to a question, as `beianbot ask --json` prints it.
type Asked struct {
	Question string `json:"question"`
	// Kind is one of answer, choice, command, smalltalk and unknown; Command, where it is command, one of handlers.Commands.
	Kind       string      `json:"kind"`
	Topic      string      `json:"topic"`
	Command    string      `json:"command"`
	Entities   any         `json:"entities"`
	Candidates []Candidate `json:"candidates"`
	Reply      string      `json:"reply"`
	Micros     int64       `json:"micros"`
}

// Candidate is a topic that could be meant, with its calibrated probability.
type Candidate struct {
	Topic string  `json:"topic"`
	Score float64 `json:"score"`
}

// maxBody bounds a request's body.
const maxBody = 256 << 10

type server struct {
	Options
	guesses guesses
}

// New makes the API's handler; it serves everything below /api/v1/.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &server{Options: o}
	mux := http.NewServeMux()
	for _, r := range s.routes() {
		mux.Handle(r.method+" "+r.path, s.guarded(r))
	}
	mux.Handle(elsewhere, s.guarded(route{permission: vocab.PermissionView, serve: unknownCall(mux)}))
	cross := http.NewCrossOriginProtection() // without a token, a page elsewhere could call a listener on this machine
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, &problem{http.StatusForbidden, "cross_origin", "this request came from another web page"})
	}))
	return cross.Handler(mux)
}

// elsewhere is the pattern of what is no call.
const elsewhere = "/api/v1/"

// unknownCall tells what there is not: another method than those that the path knows, or the path itself. The mux cannot do so by itself: its
// own answer is none of ours, and a pattern of every path without a method would clash with those that have one.
func unknownCall(mux *http.ServeMux) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var allow []string
		for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPost, http.MethodDelete} {
			other := r.Clone(r.Context())
			other.Method = m
			if _, pattern := mux.Handler(other); pattern != elsewhere {
				allow = append(allow, m)
			}
		}
		if len(allow) == 0 {
			return &problem{http.StatusNotFound, "not_found", "there is no such call"}
		}
		w.Header().Set("Allow", strings.Join(allow, ", "))
		return &problem{http.StatusMethodNotAllowed, "method_not_allowed", "this call takes " + strings.Join(allow, ", ")}
	}
}

// problem is an error that says for itself how it is told.
type problem struct {
	status  int
	code    string
	message string
}

func (p *problem) Error() string { return p.message }

func badRequest(message string) error { return &problem{http.StatusBadRequest, "bad_request", message} }

func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	var e *errs.Error
	var tooLarge *http.MaxBytesError
	status, coded := httpstatus.Of(errs.CodeOf(err))
	switch {
	case errors.As(err, &p):
	case errors.As(err, &tooLarge):
		p = &problem{http.StatusRequestEntityTooLarge, "too_large", "the body is too large"}
	case coded && errors.As(err, &e):
		p = &problem{status, string(e.Code), e.Message}
	default:
		p = &problem{http.StatusInternalServerError, "internal", "something went wrong; the log says more"}
	}
	if p.status >= 500 {
		s.Log.ErrorContext(r.Context(), "api call failed", "method", r.Method, "pattern", r.Pattern, "err", err)
	}
	write(w, p.status, map[string]any{"error": map[string]string{"code": p.code, "message": p.message}})
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v) // the caller has hung up; there is nobody to tell
}

// read decodes a JSON body into v and refuses what v does not know.
func read(r *http.Request, v any) error {
	if ct := r.Header.Get("Content-Type"); ct != "" {
		if mt, _, err := mime.ParseMediaType(ct); err != nil || mt != "application/json" {
			return &problem{http.StatusUnsupportedMediaType, "unsupported_media_type", "the body must be application/json"}
		}
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return err
		}
		return badRequest("the body is not what this call takes: " + err.Error())
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badRequest("the body must be one JSON object")
	}
	return nil
}
