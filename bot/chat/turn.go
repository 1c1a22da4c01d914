package chat

import (
	"context"
	"encoding/json"
	"time"
)

// Turn is one message together with what is remembered of the conversation. A handler may change Memory; what it leaves there is kept
// for the next turn.
type Turn struct {
	Message
	Memory Memory
	// Waiting tells that notices wait for this person's next message, Tracks that he follows at least one filing.
	Waiting, Tracks bool
}

// Memory is what a conversation remembers from one turn to the next. It is small, holds no secrets, and lasts MemoryTTL.
type Memory struct {
	// Offered are the choices of the last reply, in order: a number picks from them.
	Offered []Choice `json:"o,omitempty"`
	// Topic is the topic that was last answered, Context what the understanding keeps of it, in its own form.
	Topic   string          `json:"t,omitempty"`
	Context json.RawMessage `json:"c,omitempty"`
	// Question is the question last answered or left open, cut to a sane length: feedback refers to it.
	Question string `json:"q,omitempty"`
	// Form is a dialogue in several steps that is under way, owned by the handler named in FormOf.
	FormOf string          `json:"ff,omitempty"`
	Form   json.RawMessage `json:"f,omitempty"`
	// At is when the last reply was given.
	At time.Time `json:"at,omitzero"`
}

// MemoryTTL is how long a conversation is remembered. A form under way may be picked up for as long; what is older than ContextTTL no
// longer helps to understand a question.
const (
	MemoryTTL  = 30 * time.Minute
	ContextTTL = 10 * time.Minute
)

// Fresh reports whether the last exchange is recent enough, at now, for a follow-up to refer to it.
func (m *Memory) Fresh(now time.Time) bool {
	return !m.At.IsZero() && now.Sub(m.At) <= ContextTTL
}

// Handler answers a turn. An error means that no fitting reply could be made; the person then gets a polite word and the error is logged.
type Handler interface {
	Handle(ctx context.Context, t *Turn) (Reply, error)
}

// HandlerFunc makes a Handler of a function.
type HandlerFunc func(ctx context.Context, t *Turn) (Reply, error)

// Handle calls f.
func (f HandlerFunc) Handle(ctx context.Context, t *Turn) (Reply, error) { return f(ctx, t) }

// Middleware wraps a Handler.
type Middleware func(Handler) Handler

// Chain wraps h so that the first middleware is outermost.
func Chain(h Handler, mw ...Middleware) Handler {
	for i := len(mw) - 1; i >= 0; i-- {
		h = mw[i](h)
	}
	return h
}
