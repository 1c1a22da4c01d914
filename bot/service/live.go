package service

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/console"
	"github.com/beianbot/beianbot/handlers/webhook"
)

// live is all that follows from the configuration and the calendar and can be replaced while the program runs. It never changes: a reload
// builds another one and puts it in this one's place.
type live struct {
	config     config.Config
	calendar   *filing.Calendar
	experience *experience
	bot        chat.Handler
	endpoint   *webhook.Endpoint
	worker     *push.Worker
	rests      *rests
	console    *console.Console

	// over ends when another one has taken its place.
	over context.Context
	end  context.CancelFunc
}

// build makes what follows from a configuration. What would be the same is taken over from old, which is nil at the start: a worker knows
// which channels rest, an endpoint which messages are under way. Nothing of what is in force is touched.
func (s *Service) build(ctx context.Context, c config.Config, old *live) (*live, error) {
	l := &live{config: c}
	if old != nil {
		l.experience, l.endpoint, l.worker, l.rests, l.console = old.experience, old.endpoint, old.worker, old.rests, old.console
	}
	var err error
	if l.calendar, err = loadCalendar(c); err != nil {
		return nil, fmt.Errorf("open the calendar: %w", err)
	}
	otherDays := old == nil || !reflect.DeepEqual(l.calendar, old.calendar)
	if !otherDays {
		l.calendar = old.calendar
	}
	if otherDays {
		l.experience = newExperience(s.store, l.calendar)
		if old != nil {
			if err := l.experience.feed(ctx, s.now()); err != nil {
				return nil, fmt.Errorf("read finished stays: %w", err)
			}
		}
	}
	if l.bot, err = s.newBot(l); err != nil {
		return nil, err
	}
	if old == nil || differs(partEndpoint, old.config, c) {
		if l.endpoint, err = s.newEndpoint(c); err != nil {
			return nil, err
		}
	}
	if old == nil || differs(partWorker, old.config, c) {
		l.rests = newRests()
		if l.worker, err = s.newWorker(c, l.rests); err != nil {
			return nil, err
		}
	}
	if otherDays {
		if l.console, err = s.newConsole(l.calendar); err != nil {
			return nil, err
		}
	}
	l.over, l.end = context.WithCancel(context.Background())
	return l, nil
}

// quietHours reads when people are not disturbed.
func quietHours(c config.Config) (push.Quiet, error) {
	quiet, err := push.ParseQuiet(c.Push.QuietHours)
	if err != nil {
		return quiet, fmt.Errorf("push.quiet_hours: %w", err)
	}
	return quiet, nil
}

// newWorker makes what sends notices; r notes which channels rest.
func (s *Service) newWorker(c config.Config, r *rests) (*push.Worker, error) {
	quiet, err := quietHours(c)
	if err != nil {
		return nil, err
	}
	return push.NewWorker(push.Options{
		Outbox: s.store, Users: s.store, Filings: s.store, Switch: s.store, Routes: s.routes(c, r),
		PerSecond: c.Push.PerSecond, Parallel: c.Push.Parallel, Lease: c.Push.Lease, Quiet: quiet,
		Now: s.now, Log: s.log, Ended: s.ended,
	}), nil
}

// newBot makes what answers, with the limit of each person before it.
func (s *Service) newBot(l *live) (chat.Handler, error) {
	c := l.config
	quiet, err := quietHours(c)
	if err != nil {
		return nil, err
	}
	bot := handlers.New(handlers.Options{
		Knowledge: s.edits, Filings: s.store, Guesses: s.store, Recipients: s.store, Kept: s.store, Journal: s.journal,
		Guide:      func(f filing.Filing, now time.Time) filing.Guide { return filing.GuideTo(f, now, l.calendar) },
		Experience: func(f filing.Filing) string { return l.experience.of(f, s.now()) },
		Estimate: func(stage vocab.Stage, platform vocab.Platform, province vocab.Province) string {
			return l.experience.about(stage, platform, province, s.now())
		},
		Fates: s.store, Subscription: c.WeChat.StatusSubscription, Quiet: quiet, Human: c.Human.Reply, Proactive: s.client != nil && proactive(c), Observe: s.metrics.understood, Now: s.now, Log: s.log,
	})
	return chat.Chain(bot, chat.Limit(c.Limits.MessagesPerMinute, chat.Reply{Text: handlers.LimitReply}, s.now)), nil
}

// newEndpoint makes the platform's callback address. It hands messages to the bot that is in force when they come.
func (s *Service) newEndpoint(c config.Config) (*webhook.Endpoint, error) {
	envelope, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: c.WeChat.AppID, Token: c.WeChat.Token, AESKey: c.WeChat.AESKey, PreviousAESKey: c.WeChat.PreviousAESKey,
		Mode: wechat.Mode(c.WeChat.Mode), Freshness: c.WeChat.Freshness, Now: s.now,
	})
	if err != nil {
		return nil, err
	}
	return webhook.New(webhook.Options{
		Envelope: envelope,
		Handler: chat.HandlerFunc(func(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
			return s.live.Load().bot.Handle(ctx, t)
		}),
		Replies: counted{s.store.Replies(), s.journal}, Budget: c.Limits.ReplyBudget, BusyReply: handlers.BusyReply, ErrorReply: handlers.ErrorReply,
		Log: s.log, LogKey: s.logKey, Observe: s.called, Now: s.now,
	})
}

// called is told each request to the callback's address.
func (s *Service) called(o webhook.Observation) {
	s.metrics.callback(o)
	s.pulse.saw(o)
}

// proactive reports whether the account may write to people by itself.
func proactive(c config.Config) bool {
	w := c.WeChat
	return w.StatusTemplate != "" || w.StatusSubscription != "" || w.CustomerMessages
}

// always runs something with a part of what is in force, and again with each other one that takes its place, until ctx ends. The run before
// has ended by then. A reload that leaves the part as it is does not disturb the run.
func always[T comparable](ctx context.Context, s *Service, part func(l *live) T, run func(ctx context.Context, p T)) {
	for ctx.Err() == nil {
		l := s.live.Load()
		p := part(l)
		own, cancel := context.WithCancel(ctx)
		go func() {
			defer cancel()
			for part(l) == p {
				select {
				case <-own.Done():
					return
				case <-l.over.Done():
					l = s.live.Load()
				}
			}
		}()
		run(own, p)
		<-own.Done()
	}
}

// planner plans pushes by the calendar in force.
type planner struct{ s *Service }

func (p planner) Plan(at push.Situation) (add []push.Push, drop map[string]vocab.Reason) {
	return (&push.Planner{Calendar: p.s.live.Load().calendar}).Plan(at)
}
