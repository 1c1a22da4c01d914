// Package console is the web console of the people who run the account: filings, pushes, questions, knowledge, the menu, and the program
// itself. Pages are made on the server; a little JavaScript adds comfort and nothing depends on it.
package console

import (
	"context"
	"embed"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// Filings is what the console needs of the filings.
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
	Counts(ctx context.Context) (map[push.State]int, error)
	push.Switch
}

// Knowledge is the knowledge in force and what editing it takes.
type Knowledge interface {
	// Snapshot is the knowledge in force.
	Snapshot() *kb.Snapshot
	// Try builds what would be in force if part took the place of the one with its key, or, where part is nil, if what the desk laid over
	// it were taken off. It takes about a second. A part that the program could not work with is an error.
	Try(ctx context.Context, key string, part *kb.Part) (*kb.Snapshot, error)
	// Refresh puts in force what the desk has by now; the other replicas do so by themselves within two seconds.
	Refresh(ctx context.Context) error
	// Original is the part with the key without the desk's changes, where there is one.
	Original(key string) (kb.Part, bool)
}

// Options make a Console. Desk, Filings, Outbox, Questions, Tallies, Knowledge and Log are required.
type Options struct {
	Desk      *desk.Desk
	Filings   Filings
	Outbox    Outbox
	Questions chat.Questions
	Tallies   chat.Tallies
	Knowledge Knowledge
	// Calendar tells working days; it may be nil.
	Calendar *filing.Calendar
	// Planner says which pushes a change would lead to, for the preview (default a push.Planner with Calendar).
	Planner interface {
		Plan(s push.Situation) (add []push.Push, drop map[string]vocab.Reason)
	}
	// Advice says in Chinese what an operator can do about a push; it may be nil.
	Advice func(p push.Push) string
	// Reply is what a person would get as an answer to a question; it may be nil.
	Reply func(ctx context.Context, question string) (string, error)
	// QRText returns what a QR picture has to hold so that scanning it claims the code. Nil, or an empty text: the code itself.
	QRText func(ctx context.Context, code string, ttl time.Duration) (string, error)
	// Menu is the menu that comes with the program. PublishMenu puts one in place at the platform; nil: this account cannot.
	Menu        []desk.Button
	PublishMenu func(ctx context.Context, menu []desk.Button) error
	// Config returns the effective configuration with secrets hidden; Reload reads configuration and knowledge anew
	// and names the keys whose new values wait for a restart; Backup writes a copy
	// of the store. Each may be nil: then it is not offered.
	Config func() ([]byte, error)
	Reload func(ctx context.Context) (waiting []string, err error)
	Backup func(ctx context.Context, w io.Writer) error
	// Health tells how the account is; it may be nil.
	Health func(ctx context.Context) []Sign
	// Now is the clock (default time.Now).
	Now func() time.Time
	Log *slog.Logger
}

// Console serves the pages. Make it with New; Run keeps its index of the filings fresh.
type Console struct {
	Options
	mux    http.Handler
	routes []route
	pages  *pages
	board  *board
	lints  lintCache
	// life ends when Run does; jobs are what goes on in the background meanwhile.
	life context.Context
	end  context.CancelFunc
	jobs sync.WaitGroup
}

//go:embed pages static words
var files embed.FS

// New makes a Console. It fails where a template or the list of words is broken.
func New(o Options) (*Console, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Planner == nil {
		o.Planner = &push.Planner{Calendar: o.Calendar}
	}
	c := &Console{Options: o, board: newBoard(o.Filings, o.Calendar, o.Now)}
	c.life, c.end = context.WithCancel(context.Background())
	var err error
	if c.pages, err = newPages(c); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	c.routes = c.allRoutes()
	if c.mux, err = c.handler(); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	return c, nil
}

// ServeHTTP serves the pages.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// background runs job beside the requests. Its context ends with Run, which waits for it.
func (c *Console) background(job func(ctx context.Context)) {
	c.jobs.Go(func() { job(c.life) })
}

// Run keeps the index of the filings fresh until ctx ends, so that no page has to wait for it. Then it ends what goes on in the background.
func (c *Console) Run(ctx context.Context) {
	defer c.jobs.Wait()
	defer c.end()
	t := time.NewTicker(boardFresh)
	defer t.Stop()
	for {
		if err := c.board.refresh(ctx); err != nil && ctx.Err() == nil {
			c.Log.WarnContext(ctx, "the console's index of filings is not fresh", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
