// Package service is the running program: it opens the store and the knowledge, joins the rooms, listens, works, reloads and stops. It is
// the only room that knows all the others.
package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/handlers/console"
	"github.com/beianbot/beianbot/handlers/webhook"
	"github.com/beianbot/beianbot/kb"
)

// Options make a Service.
type Options struct {
	// Config is the configuration; it must have passed Validate.
	Config config.Config
	// Reread returns the configuration anew, for Reload. It may be nil: Reload then rereads the knowledge only.
	Reread func() (config.Config, error)
	// Log takes what operators should see. Required.
	Log *slog.Logger
	// Now is the clock (default time.Now). The demo moves it.
	Now func() time.Time
	// Transport reaches the platform (default: the network).
	Transport http.RoundTripper
}

// Service is the program. Make it with New, then Start, then Stop.
type Service struct {
	options  Options
	log      *slog.Logger
	now      func() time.Time
	store    store.Store
	know     *kb.Knowledge
	calendar *filing.Calendar
	client   *wechat.Client // nil for an account that cannot send
	endpoint *webhook.Endpoint
	worker   *push.Worker
	journal  *handlers.Journal
	metrics  *metrics

	experience *experience

	desk    *desk.Desk
	edits   *edits
	console *console.Console

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
	s := &Service{options: o, log: o.Log, now: o.Now}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.know, err = OpenKnowledge(c); err != nil {
		return nil, fmt.Errorf("open the knowledge: %w", err)
	}
	if s.calendar, err = filing.LoadCalendar(c.Calendar.Dir); err != nil {
		return nil, fmt.Errorf("open the calendar: %w", err)
	}
	for _, w := range s.calendar.Warnings(o.Now()) {
		s.log.Warn("holiday calendar", "warning", w)
	}
	if s.store, err = openStore(ctx, c, s); err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	s.closers = append(s.closers, s.store.Close)
	s.experience = newExperience(s.store, s.calendar)
	s.metrics = newMetrics(prometheus.NewRegistry(), s.know)
	if c.WeChat.AppSecret != "" {
		if s.client, err = newClient(c, s.store, o); err != nil {
			return nil, err
		}
	}
	s.journal = handlers.NewJournal(handlers.JournalOptions{Questions: s.store, Tallies: s.store, Now: o.Now, Log: o.Log})
	if err := s.join(); err != nil {
		return nil, err
	}
	return s, nil
}

// join makes the rooms that talk to the outside out of those that do not.
func (s *Service) join() error {
	c := s.options.Config
	quiet, err := push.ParseQuiet(c.Push.QuietHours)
	if err != nil {
		return fmt.Errorf("push.quiet_hours: %w", err)
	}
	bot := handlers.New(handlers.Options{
		Knowledge: s.know, Filings: s.store, Guesses: s.store, Recipients: s.store, Kept: s.store, Journal: s.journal,
		Guide:      func(f filing.Filing, now time.Time) filing.Guide { return filing.GuideTo(f, now, s.calendar) },
		Experience: func(f filing.Filing) string { return s.experience.of(f, s.now()) },
		Estimate: func(stage, platform, province string) string {
			return s.experience.about(stage, platform, province, s.now())
		},
		Fates: s.store, Subscription: c.WeChat.StatusSubscription, Quiet: quiet, Human: c.Human.Reply, Proactive: s.client != nil && s.proactive(), Observe: s.metrics.understood, Now: s.now, Log: s.log,
	})
	envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: c.WeChat.AppID, Token: c.WeChat.Token, AESKey: c.WeChat.AESKey, PreviousAESKey: c.WeChat.PreviousAESKey,
		Mode: wechat.Mode(c.WeChat.Mode), Freshness: c.WeChat.Freshness, Now: s.now,
	})
	if err != nil {
		return err
	}
	s.endpoint, err = webhook.New(webhook.Options{
		Envelope: envelope,
		Handler:  chat.Chain(bot, chat.Limit(c.Limits.MessagesPerMinute, chat.Reply{Text: handlers.LimitReply}, s.now)),
		Replies:  s.store.Replies(), Budget: c.Limits.ReplyBudget, BusyReply: handlers.BusyReply, ErrorReply: handlers.ErrorReply,
		Log: s.log, Observe: s.metrics.callback, Now: s.now,
	})
	if err != nil {
		return err
	}
	s.worker = push.NewWorker(push.Options{
		Outbox: s.store, Users: s.store, Filings: s.store, Switch: s.store, Routes: s.routes(), PerSecond: c.Push.PerSecond, Parallel: c.Push.Parallel, Lease: c.Push.Lease, Quiet: quiet,
		Now: s.now, Log: s.log, Ended: s.metrics.ended,
	})
	if err := s.openDesk(); err != nil {
		return err
	}
	s.metrics.resting(s.worker.Resting)
	public := http.NewServeMux()
	public.Handle(c.WeChat.CallbackPath, s.endpoint)
	public.HandleFunc("GET /livez", alive)
	s.public = newServer(public, s.log)
	s.admin = newServer(s.adminHandler(), s.log)
	return nil
}

// proactive reports whether the account may write to people by itself.
func (s *Service) proactive() bool {
	w := s.options.Config.WeChat
	return w.StatusTemplate != "" || w.StatusSubscription != "" || w.CustomerMessages
}

func (s *Service) adminHandler() http.Handler {
	mux := http.NewServeMux()
	o := api.Options{
		Filings: s.store, Outbox: s.store, Questions: s.store, Tallies: s.store, Advice: advice, Knowledge: s.know, Desk: s.desk,
		Editor: s.edits, Estimate: s.experience.Estimate,
		Ask: NewAsker(s.know, s.options.Config.Human.Reply, s.now), Now: s.now, Log: s.log,
	}
	if s.client != nil && s.options.Config.WeChat.QRCodes {
		o.QRCodes = qrCodes{s.client}
	}
	o.Menu = deskMenu(handlers.Menu())
	if s.client != nil {
		o.PublishMenu = publishMenu(s.client)
	}
	mux.Handle("/api/v1/", api.New(o))
	mux.Handle("GET /metrics", s.metrics.handler())
	mux.HandleFunc("GET /livez", alive)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("/", s.console)
	return mux
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
	s.running.Go(func() { s.worker.Run(ctx) })
	s.running.Go(func() { s.journal.Run(ctx) })
	s.running.Go(func() { s.console.Run(ctx) })
	s.running.Go(func() {
		s.edits.run(ctx, func(err error) {
			s.metrics.reloaded(err)
			if err != nil {
				s.log.Error("the edited knowledge is not in force, the old stays", "err", err)
			} else {
				s.log.Info("the edited knowledge is in force")
			}
		})
	})
	s.running.Go(func() { s.learn(ctx) })
	s.running.Go(func() {
		s.edits.overlay.Watch(ctx, 2*time.Second, func(err error) {
			s.metrics.reloaded(err)
			if err != nil {
				s.log.Error("knowledge not reloaded, the old one stays", "err", err)
			} else {
				s.log.Info("knowledge reloaded")
			}
		})
	})
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

// Reload reads the knowledge and the calendar anew. What is broken is refused, and the old one stays.
func (s *Service) Reload() error {
	err := s.edits.overlay.Reload()
	s.metrics.reloaded(err)
	if err != nil {
		return fmt.Errorf("reload the knowledge: %w", err)
	}
	s.log.Info("reloaded")
	return nil
}

// Stop ends the program: no new messages, those under way are answered, the push in hand is finished and recorded, the store is closed.
// It may be called more than once. What takes longer than ctx is cut off.
func (s *Service) Stop(ctx context.Context) error {
	if s.cancel == nil {
		return s.close()
	}
	err := errors.Join(s.public.Shutdown(ctx), s.admin.Shutdown(ctx), s.endpoint.Drain(ctx))
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
func (s *Service) Wake() { s.worker.Wake() }
