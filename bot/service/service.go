// Package service is the running program: it opens the store and the knowledge, joins the rooms, listens, works, reloads and stops. It is
// the only room that knows all the others.
package service

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/handlers/console"
	"github.com/beianbot/beianbot/kb"
)

// Options make a Service.
type Options struct {
	// Config is the configuration; it must have passed Validate.
	Config config.Config
	// Reread returns the configuration anew, for Reload. It may be nil: Reload then rereads knowledge and calendar only.
	Reread func() (config.Config, error)
	// Level is what Log looks at; a reload moves it. It may be nil: then log.level is read at the start only.
	Level *slog.LevelVar
	// Log takes what operators should see. Required.
	Log *slog.Logger
	// Now is the clock (default time.Now). The demo moves it.
	Now func() time.Time
	// Transport reaches the platform (default: the network).
	Transport http.RoundTripper
	// Knowledge opens the knowledge (default kb.Open). Tests share what was learned once.
	Knowledge func(kb.Options) (*kb.Knowledge, error)
}

// Service is the program. Make it with New, then Start, then Stop.
type Service struct {
	options Options
	log     *slog.Logger
	logKey  []byte // names people in the log, the same ones for as long as the program runs
	now     func() time.Time
	store   store.Store
	client  *wechat.Client // nil for an account that cannot send
	journal *handlers.Journal
	metrics *metrics
	desk    *desk.Desk
	edits   *edits
	live    atomic.Pointer[live]
	pulse   pulse
	quotas  quotas
	restart atomic.Pointer[[]string] // the keys that were changed and wait for a restart

	reloaded atomic.Pointer[lastReload]

	reloading sync.Mutex // one reload at a time; guards retired
	retired   []retired

	public, admin         *http.Server
	publicAddr, adminAddr net.Addr

	cancel  context.CancelFunc
	running sync.WaitGroup
	closers []func() error
}

// New opens what the program needs, in the order in which it needs it. What was opened is closed again when something fails.
func New(ctx context.Context, o Options) (_ *Service, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := o.Config
	s := &Service{options: o, log: o.Log, logKey: []byte(rand.Text()), now: o.Now}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if o.Knowledge == nil {
		o.Knowledge = kb.Open
	}
	if err := readable("kb.dir", c.KB.Dir); err != nil {
		return nil, fmt.Errorf("open the knowledge: %w", err)
	}
	know, err := o.Knowledge(KnowledgeOptions(c))
	if err != nil {
		return nil, fmt.Errorf("open the knowledge: %w", err)
	}
	if s.store, err = openStore(ctx, c, s, planner{s}); err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s.closers = append(s.closers, s.store.Close)
	if s.desk, err = s.newDesk(); err != nil {
		return nil, err
	}
	s.pulse.now = s.now
	s.edits = newEdits(know, KnowledgeOptions(c), s.desk, s.log)
	s.metrics = newMetrics(prometheus.NewRegistry(), func() int { return len(s.edits.Entries()) })
	if c.WeChat.AppSecret != "" {
		if s.client, err = newClient(c, s.store, o, s.metrics.platform); err != nil {
			return nil, err
		}
	}
	s.quotas.client, s.quotas.now = s.client, s.now
	s.journal = handlers.NewJournal(handlers.JournalOptions{Questions: s.store, Tallies: s.store, Now: o.Now, Log: o.Log})
	l, err := s.build(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	s.live.Store(l)
	for _, w := range l.calendar.Warnings(o.Now()) {
		s.log.Warn("holiday calendar", "warning", w)
	}
	s.edits.first(ctx)
	s.metrics.resting(func() bool { return s.live.Load().worker.Resting() })
	s.public = newServer(s.publicHandler(), s.log)
	s.admin = newServer(s.adminHandler(), s.log)
	return s, nil
}

func (s *Service) publicHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(s.options.Config.WeChat.CallbackPath, func(w http.ResponseWriter, r *http.Request) {
		s.live.Load().endpoint.ServeHTTP(w, r)
	})
	mux.HandleFunc("GET /livez", alive)
	return mux
}

func (s *Service) adminHandler() http.Handler {
	mux := http.NewServeMux()
	o := api.Options{
		Filings: s.store, Outbox: s.store, Questions: s.store, Tallies: s.store, Advice: advice, Knowledge: s.edits, Desk: s.desk,
		Editor: s.edits, Ask: s.ask, Menu: deskMenu(handlers.Menu()), Now: s.now, Log: s.log,
		Estimate: func(stage vocab.Stage, platform vocab.Platform, province vocab.Province, now time.Time) (filing.Estimate, bool) {
			return s.live.Load().experience.Estimate(stage, platform, province, now)
		},
		Reload: func(ctx context.Context) (changed, restart []string, err error) {
			r, err := s.Reload(ctx)
			return r.Changed, r.Restart, err
		},
	}
	if s.client != nil {
		o.PublishMenu = publishMenu(s.client)
		if s.options.Config.WeChat.QRCodes {
			o.QRCodes = qrCodes{s.client}
		}
	}
	mux.Handle("/api/v1/", api.New(o))
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET /livez", alive)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.live.Load().console.ServeHTTP(w, r) })
	return mux
}

// ask says what the bot would say to a question.
func (s *Service) ask(ctx context.Context, question string) (api.Asked, error) {
	return NewAsker(s.edits, s.live.Load().config.Human.Reply, s.now)(ctx, question)
}

func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// Start listens and works. It returns when both listeners are open.
func (s *Service) Start(ctx context.Context) error {
	c := s.options.Config
	public, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return err
	}
	admin, err := net.Listen("tcp", c.AdminListen)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	s.publicAddr, s.adminAddr = public.Addr(), admin.Addr()
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.serve(s.public, public)
	s.serve(s.admin, admin)
	s.running.Go(func() {
		always(ctx, s, func(l *live) *push.Worker { return l.worker }, func(ctx context.Context, w *push.Worker) { w.Run(ctx) })
	})
	s.running.Go(func() {
		always(ctx, s, func(l *live) *console.Console { return l.console }, func(ctx context.Context, c *console.Console) { c.Run(ctx) })
	})
	s.running.Go(func() {
		always(ctx, s, func(*live) *base { return s.edits.base.Load() }, func(ctx context.Context, b *base) {
			b.overlay.Watch(ctx, 2*time.Second, s.knowledgeReloaded)
		})
	})
	s.running.Go(func() { s.edits.run(ctx, s.knowledgeReloaded) })
	s.running.Go(func() { s.journal.Run(ctx) })
	s.running.Go(func() { s.learn(ctx) })
	s.running.Go(func() { s.beat(ctx) })
	s.running.Go(func() { s.sweep(ctx) })
	s.log.Info("serving", "listen", s.publicAddr.String(), "admin_listen", s.adminAddr.String(), "mode", c.WeChat.Mode, "store", storeName(c))
	return nil
}

func (s *Service) serve(srv *http.Server, l net.Listener) {
	s.running.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("listener ended", "err", err)
		}
	})
}

// Addr returns where the public and the admin listener are, after Start.
func (s *Service) Addr() (public, admin string) { return s.publicAddr.String(), s.adminAddr.String() }

// Store returns the store, for whoever runs the service in his own program.
func (s *Service) Store() store.Store { return s.store }

// knowledgeReloaded is told what became of new knowledge that came by itself: an edit, or a file in the folder.
func (s *Service) knowledgeReloaded(err error) {
	s.noteReload(err)
	if err != nil {
		s.log.Error("knowledge not reloaded, the old stays", "err", err)
	} else {
		s.log.Info("knowledge reloaded")
	}
}

// Stop ends the program: no new messages, those under way are answered, the push in hand is finished and recorded, the store is closed.
// It may be called more than once. What takes longer than ctx is cut off.
func (s *Service) Stop(ctx context.Context) error {
	if s.cancel == nil {
		return s.close()
	}
	err := errors.Join(s.public.Shutdown(ctx), s.admin.Shutdown(ctx), s.live.Load().endpoint.Drain(ctx))
	s.reloading.Lock()
	defer s.reloading.Unlock()
	for _, r := range s.retired {
		err = errors.Join(err, r.endpoint.Drain(ctx))
	}
	s.cancel()
	done := make(chan struct{})
	go func() { s.running.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		err = errors.Join(err, ctx.Err())
	}
	return errors.Join(err, s.close())
}

func (s *Service) close() error {
	var errs []error
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i]())
	}
	s.closers = nil
	return errors.Join(errs...)
}

// finishedKeep is how long a push that was told or dropped is kept for operators to see.
const finishedKeep = 90 * 24 * time.Hour

// leaverKeep is how long what is known of a person is kept after he left.
const leaverKeep = 30 * 24 * time.Hour

// sweep forgets, once an hour, what has been kept long enough.
func (s *Service) sweep(ctx context.Context) {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if n, err := s.store.Sweep(ctx, s.now().Add(-finishedKeep)); err != nil {
			s.log.Warn("old pushes not swept", "err", err)
		} else if n > 0 {
			s.log.Info("old pushes swept", "count", n)
		}
		left, err := s.store.Left(ctx, s.now().Add(-leaverKeep), 1000)
		if err != nil {
			s.log.Warn("leavers not read", "err", err)
		}
		for _, user := range left {
			if err := s.store.Forget(ctx, user, s.now()); err != nil {
				s.log.Warn("a leaver was not forgotten", "err", err)
			}
		}
	}
}

func alive(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

// ready says whether messages can be answered in full: the store answers. Without it, questions are still answered.
func (s *Service) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if err := s.store.Ping(ctx); err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	alive(w, r)
}

// Wake makes the push worker look at the outbox at once: the clock was moved.
func (s *Service) Wake() { s.live.Load().worker.Wake() }

// Settle has the push worker work off what is due by now and returns when that is done; see push.Worker.Settle.
func (s *Service) Settle(ctx context.Context) error { return s.live.Load().worker.Settle(ctx) }

// NextDue returns when the next push is due, the zero time where none is pending.
func (s *Service) NextDue(ctx context.Context) (time.Time, error) { return s.store.NextDue(ctx) }
