package demo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// Options say what the demo shows. The zero values are documented one by one.
type Options struct {
	// NewPhone makes a phone of a person never seen before. It is called once at the start and again whenever the page begins anew. Required.
	NewPhone func() Phone
	// Filings are the filings shown in the back office. Required.
	Filings Filings
	// Pushes are the notices shown there; nil shows none.
	Pushes Pushes
	// Clock is the time everything lives by. Required.
	Clock Clock
	// Outbox lets the clock stop at each notice that is due where it is moved forward; nil has it jump.
	Outbox Outbox
	// Platform changes how the platform behaves; nil leaves the controls for it out of the page.
	Platform Platform
	// Menu is the account's menu, at most 3 buttons with at most 5 under each; none shows no menu.
	Menu []Button
	// Name is the account's name; empty means 备案助手.
	Name string
	// Suggestions are questions for newcomers; nil means Suggestions().
	Suggestions []string
	// Webhook is the address that the phone speaks to, to be shown beside the raw messages; it may be empty.
	Webhook string
	// Remote lets the page be opened by the machine's addresses too, not only by loopback ones. There is no sign-in: leave it false
	// unless everybody who can reach the machine may play with the demo.
	Remote bool
	// Log takes what goes wrong; nil means slog.Default.
	Log *slog.Logger
}

// Filings is what the back office needs of the store.
type Filings interface {
	Apply(ctx context.Context, r filing.Report) (filing.Outcome, error)
	Filings(ctx context.Context, q filing.Query) (filing.Page, error)
	History(ctx context.Context, id string) ([]filing.Event, error)
	IssueCode(ctx context.Context, id string, hash filing.CodeHash, expires time.Time) error
	Tracked(ctx context.Context, user string) ([]filing.Tracking, error)
}

// Pushes is what the back office needs of the outbox.
type Pushes interface {
	Pushes(ctx context.Context, q push.Query) (push.Page, error)
}

// Button is a button of the account's menu: a group of buttons, a key that a tap reports, or a page that it opens.
type Button struct {
	Label   string
	Key     string
	URL     string
	Buttons []Button
}

// Server is the demo page with everything behind it. It is an http.Handler; mount it under a path of its own with http.StripPrefix, the page
// uses relative addresses only. Call Close before or while the HTTP server shuts down, because open pages listen without end.
type Server struct {
	o     Options
	page  *page
	keys  map[string]bool // of menu buttons
	mux   http.Handler
	log   *transcript
	wires *wires

	issuing   sync.Mutex // makes one code at a time
	advancing sync.Mutex // moves the clock once at a time

	mu sync.Mutex
	// phone is the person of the conversation named epoch.
	phone     Phone
	epoch     string
	following bool
	greeted   bool
	codes     map[string]issued // by filing
	moves     []move
	ahead     time.Duration // by how much the clock was moved forward
}

// New makes a Server. Nothing is sent before a page is opened: the person then follows the account, as people do who come by a QR code.
func New(o Options) (*Server, error) {
	if o.NewPhone == nil || o.Filings == nil || o.Clock == nil {
		return nil, errors.New("demo: NewPhone, Filings and Clock are required")
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Name == "" {
		o.Name = "备案助手"
	}
	if o.Suggestions == nil {
		o.Suggestions = Suggestions()
	}
	s := &Server{o: o, log: newTranscript(), wires: &wires{}, keys: map[string]bool{}, codes: map[string]issued{}}
	for _, b := range o.Menu {
		s.keys[b.Key] = true
		for _, sub := range b.Buttons {
			s.keys[sub.Key] = true
		}
	}
	delete(s.keys, "")
	var err error
	if s.page, err = newPage(o); err != nil {
		return nil, fmt.Errorf("demo: page: %w", err)
	}
	s.phone, s.epoch = o.NewPhone(), s.log.epoch
	s.mux = s.routes()
	return s, nil
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.servePage)
	mux.Handle("GET /assets/{name}", assets())
	mux.HandleFunc("GET /events", s.serveEvents)
	mux.HandleFunc("GET /wires", s.serveWires)
	mux.HandleFunc("GET /qr/{filing}", s.serveQR)
	mux.HandleFunc("POST /do/{what}", s.serveAction)
	return guard(s.o.Remote, mux)
}

// ServeHTTP serves the page, its parts and its calls.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Close ends the event streams of all open pages. Pages opened later get none.
func (s *Server) Close() { s.log.close() }

// Suggestions are questions that newcomers may begin with.
func Suggestions() []string {
	return []string{
		"个人的小程序也要备案吗",
		"备案收不收费",
		"上海管局审核一般多久",
		"12381 的短信一直没收到",
		"负责人可以不是法人吗",
		"管局把我驳回了，怎么改",
		"小程序改了名字要重新备案吗",
		"备案号要放在哪里",
	}
}
