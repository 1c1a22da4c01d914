// Package api is the JSON API of the admin listener: filings, claim codes, pushes, questions, knowledge; and health.
package api

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
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
	// Token is what callers must show. Empty: nobody is asked, which is for a loopback listener only.
	Token string
	// Ask says what the bot would say to a question, for kb/try.
	Ask func(ctx context.Context, question string) (Asked, error)
	// Now is the clock (default time.Now).
	Now func() time.Time
	Log *slog.Logger
}

// Asked is what the bot would say to a question, as `beianbot ask --json` prints it.
type Asked struct {
	Question   string      `json:"question"`
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
}

// New makes the API's handler; it serves everything below /api/v1/.
func New(o Options) http.Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &server{o}
	mux := http.NewServeMux()
	for pattern, h := range map[string]handler{
		"PUT /api/v1/filings/{id}":           s.putFiling,
		"GET /api/v1/filings/{id}":           s.getFiling,
		"GET /api/v1/filings":                s.listFilings,
		"DELETE /api/v1/filings/{id}":        s.deleteFiling,
		"POST /api/v1/filings/{id}/code":     s.issueCode,
		"DELETE /api/v1/filings/{id}/code":   s.revokeCodes,
		"GET /api/v1/filings/{id}/followers": s.followers,

		"DELETE /api/v1/filings/{id}/followers/{user}": s.removeFollower,
		"GET /api/v1/filings/export":                   s.exportFilings,
		"GET /api/v1/pushes":                           s.listPushes,
		"GET /api/v1/pushes/{id}":                      s.getPush,
		"POST /api/v1/pushes/{id}/retry":               s.retryPush,
		"POST /api/v1/pushes/pause":                    s.pausePushes,
		"POST /api/v1/pushes/resume":                   s.resumePushes,
		"DELETE /api/v1/pushes/{id}":                   s.dropPush,
		"GET /api/v1/questions":                        s.listQuestions,
		"DELETE /api/v1/questions":                     s.forgetQuestion,
		"GET /api/v1/kb/{topic}":                       s.getEntry,
		"POST /api/v1/kb/try":                          s.tryQuestion,
		"GET /api/v1/stats":                            s.stats,
	} {
		mux.Handle(pattern, s.guarded(h))
	}
	mux.Handle("POST /api/v1/filings/import", s.guardedTo(maxImport, s.importFilings))
	mux.Handle("/api/v1/", s.guarded(func(http.ResponseWriter, *http.Request) error {
		return &problem{http.StatusNotFound, "not_found", "there is no such call"}
	}))
	return mux
}

// handler is an http.HandlerFunc that may fail; the failure is told to the caller in one place.
type handler func(w http.ResponseWriter, r *http.Request) error

// guarded asks for the token, bounds the body, and turns errors into answers.
func (s *server) guarded(h handler) http.Handler { return s.guardedTo(maxBody, h) }

func (s *server) guardedTo(most int64, h handler) http.Handler {
	want := sha256.Sum256([]byte(s.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if s.Token != "" {
			token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			got := sha256.Sum256([]byte(token))
			if subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
				w.Header().Set("WWW-Authenticate", `Bearer realm="beianbot"`)
				s.fail(w, r, &problem{http.StatusUnauthorized, "unauthorized", "a valid bearer token is needed"})
				return
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// problem is an error that says for itself how it is told.
type problem struct {
	status  int
	code    string
	message string
}

func (p *problem) Error() string { return p.message }

func badRequest(message string) error { return &problem{http.StatusBadRequest, "bad_request", message} }

// statusOf says with which status each code of the domain is told.
var statusOf = map[filing.Code]int{
	filing.CodeInvalid:      http.StatusUnprocessableEntity,
	filing.CodeNotFound:     http.StatusNotFound,
	filing.CodeStaleReport:  http.StatusConflict,
	filing.CodeFutureReport: http.StatusUnprocessableEntity,
	filing.CodeBadCode:      http.StatusNotFound,
	filing.CodeLimit:        http.StatusConflict,
	filing.CodeWait:         http.StatusTooManyRequests,
	filing.CodeConflict:     http.StatusConflict,
	filing.CodeUnavailable:  http.StatusServiceUnavailable,
}

func (s *server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	var e *filing.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &p):
	case errors.As(err, &tooLarge):
		p = &problem{http.StatusRequestEntityTooLarge, "too_large", "the body is too large"}
	case errors.As(err, &e) && statusOf[e.Code] != 0:
		p = &problem{statusOf[e.Code], string(e.Code), e.Message}
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
