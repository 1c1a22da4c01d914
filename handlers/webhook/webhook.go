package webhook

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
)

// What Options' zero values stand for. The platform waits 5 seconds.
const (
	DefaultBudget      = 4500 * time.Millisecond
	DefaultMaxInFlight = 512
)

// Options are the parts of an Endpoint.
type Options struct {
	// Envelope opens requests and seals replies. Required.
	Envelope *wechat.Envelope
	// Handler answers messages. Required. Its context ends a little before the budget does.
	Handler chat.Handler
	// Replies is the store that all replicas share. Nil means none: each replica answers for itself and nothing is remembered.
	Replies chat.Replies
	// Budget is the time from a request's arrival until its reply is out. Zero means DefaultBudget.
	Budget time.Duration
	// Keep is how long a reply is kept for further deliveries. Zero means three times the envelope's freshness: as long as a captured
	// request could be sent again.
	Keep time.Duration
	// MaxInFlight bounds the messages handled at the same time; those beyond it get BusyReply. Zero means DefaultMaxInFlight.
	MaxInFlight int
	// BusyReply is said when no reply was ready in time, ErrorReply when the handler failed. Empty means to say nothing.
	BusyReply, ErrorReply string
	// Log takes what operators should see; nil means nowhere. No line holds an openid or a text.
	Log *slog.Logger
	// LogKey names people in the log by a keyed hash. Empty means a random key, so that names change with each start.
	LogKey []byte
	// Observe is told about every request, if not nil. It must not block.
	Observe func(Observation)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Endpoint is the http.Handler of the platform's callback address.
type Endpoint struct {
	envelope   *wechat.Envelope
	handler    chat.Handler
	store      *guard // nil without Replies
	flights    *flights
	timing     timing
	keep       time.Duration
	log        *slog.Logger
	logKey     []byte
	observe    func(Observation)
	now        func() time.Time
	background background

	busyText, errorText string
}

// timing divides the budget. All are counted from a request's arrival but for the waits.
type timing struct {
	handler    time.Duration // until then the handler has time
	giveUp     time.Duration // until then a delivery waits for another replica
	lease      time.Duration // of a claim: longer than any handler runs, and over in time for the platform's next attempt
	claimWait  time.Duration
	settleWait time.Duration // how long a reply waits to be settled
	bodyWait   time.Duration
}

func timingOf(budget time.Duration) timing {
	return timing{
		handler:    budget - budget/10,
		giveUp:     budget - budget/20,
		lease:      budget + budget/5,
		claimWait:  min(300*time.Millisecond, budget/10),
		settleWait: budget / 20,
		bodyWait:   budget / 3,
	}
}

const (
	landedKept = time.Minute // longer than the platform repeats a message
	landedMax  = 4096
	storeCalls = 1024
)

// New returns an Endpoint.
func New(o Options) (*Endpoint, error) {
	if o.Envelope == nil || o.Handler == nil {
		return nil, errors.New("webhook: an envelope and a handler are required")
	}
	if o.Budget <= 0 {
		o.Budget = DefaultBudget
	}
	if o.MaxInFlight <= 0 {
		o.MaxInFlight = DefaultMaxInFlight
	}
	e := &Endpoint{
		envelope: o.Envelope, handler: o.Handler,
		flights:  newFlights(o.MaxInFlight, landedMax, landedKept),
		timing:   timingOf(o.Budget),
		keep:     o.Keep,
		busyText: o.BusyReply, errorText: o.ErrorReply,
		log: o.Log, logKey: o.LogKey, observe: o.Observe, now: o.Now,
	}
	if o.Replies != nil {
		e.store = &guard{replies: o.Replies, calls: make(chan struct{}, storeCalls)}
	}
	if e.keep <= 0 {
		e.keep = 3 * o.Envelope.Freshness()
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	if len(e.logKey) == 0 {
		e.logKey = make([]byte, 16)
		rand.Read(e.logKey)
	}
	if e.observe == nil {
		e.observe = func(Observation) {}
	}
	if e.now == nil {
		e.now = time.Now
	}
	return e, nil
}

// Drain waits until no handler runs and nothing is left to settle, or until ctx ends, whose error it then returns. To be called after the
// HTTP server has been shut down.
func (e *Endpoint) Drain(ctx context.Context) error {
	idle := make(chan struct{})
	go func() {
		e.background.wait()
		close(idle)
	}()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ServeHTTP implements http.Handler.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start, arrived := e.now(), time.Now()
	var seen Observation
	// Also for requests that are refused unread: net/http then reads what is left of their bodies, which must not take long either.
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(arrived.Add(e.timing.bodyWait)) // not every ResponseWriter can
	switch r.Method {
	case http.MethodGet:
		seen = e.echo(w, r)
	case http.MethodPost:
		seen = e.receive(w, r, start, arrived)
	default:
		w.Header().Set("Allow", "GET, POST")
		refuse(w, http.StatusMethodNotAllowed)
		seen.Outcome = OutcomeBadMethod
	}
	seen.Took = time.Since(arrived)
	e.observe(seen)
}

// echo answers the platform's check of our address.
func (e *Endpoint) echo(w http.ResponseWriter, r *http.Request) Observation {
	echo, err := e.envelope.Echo(r.URL.Query())
	if err != nil {
		return e.refused(w, err)
	}
	_ = write(w, "text/plain; charset=utf-8", []byte(echo))
	return Observation{Outcome: OutcomeEcho}
}

// receive takes a message and answers it.
func (e *Endpoint) receive(w http.ResponseWriter, r *http.Request, start, arrived time.Time) Observation {
	body, err := e.read(w, r)
	if err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			refuse(w, http.StatusRequestEntityTooLarge)
			return Observation{Outcome: OutcomeTooLarge}
		}
		refuse(w, http.StatusBadRequest)
		return Observation{Outcome: OutcomeBadRequest}
	}
	plain, seal, err := e.envelope.Open(r.URL.Query(), body)
	if err != nil {
		return e.refused(w, err)
	}
	m, err := wechat.Parse(plain)
	if err != nil {
		return e.refused(w, err)
	}
	p := &passage{endpoint: e, message: m, seal: seal, start: start, arrived: arrived, request: r.Context()}
	a, seen := p.run()
	seen.Kind, seen.Event = m.Kind, m.Event.Kind
	switch {
	case seen.Outcome == OutcomeGone:
	case len(a.Told) == 0:
		_ = answer(w, a.Reply) // whoever hung up asks again and gets the same
	case answerNow(w, a.Reply) == nil:
		p.told(a.Told)
	}
	return seen
}

// read reads the body, in bounded size and time.
func (e *Endpoint) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > wechat.MaxBody {
		return nil, &http.MaxBytesError{Limit: wechat.MaxBody}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, wechat.MaxBody))
	if err == nil {
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // from here on reading only notices a hang-up
	}
	return body, err
}

// refused answers a request that was not accepted: 403 to strangers, success to the platform, which would only repeat it.
func (e *Endpoint) refused(w http.ResponseWriter, err error) Observation {
	refusal := wechat.ErrUnreadable
	errors.As(err, &refusal)
	if refusal.Forbidden() {
		e.log.Debug("callback refused", "reason", string(refusal))
		refuse(w, http.StatusForbidden)
		return Observation{Outcome: OutcomeRefused, Refusal: refusal}
	}
	e.log.Error("callback unreadable", "reason", string(refusal), "error", err.Error())
	_ = answer(w, nil)
	return Observation{Outcome: OutcomeUnreadable, Refusal: refusal}
}

// answer writes a reply, or success for none.
func answer(w http.ResponseWriter, reply []byte) error {
	if len(reply) == 0 {
		return write(w, "text/plain; charset=utf-8", []byte("success"))
	}
	return write(w, "application/xml; charset=utf-8", reply)
}

func write(w http.ResponseWriter, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, err := w.Write(body)
	return err
}

func refuse(w http.ResponseWriter, status int) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.Error(w, http.StatusText(status), status)
}
