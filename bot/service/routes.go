package service

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
)

// routes are the channels the account may use, in the order in which they are tried; r notes which of them rest.
func (s *Service) routes(c config.Config, r *rests) []push.Route {
	if s.client == nil {
		return nil
	}
	w := c.WeChat
	fields := fieldsOf(c)
	var out []push.Route
	for _, channel := range vocab.Channels() {
		switch channel {
		case vocab.ChannelTemplate:
			if w.StatusTemplate != "" {
				out = append(out, r.watch(templateRoute{s.client, w.StatusTemplate, fields, s.now}))
			}
		case vocab.ChannelSubscription:
			if w.StatusSubscription != "" {
				out = append(out, r.watch(subscriptionRoute{s.client, s.store, w.StatusSubscription, fields, s.now}))
			}
		case vocab.ChannelCustomer:
			if w.CustomerMessages {
				out = append(out, r.watch(customerRoute{s.client, s.store, s.now}))
			}
		case vocab.ChannelReply: // no route of the account's: it goes with the reply to the person's next message
		}
	}
	return out
}

// fieldsOf returns what the keywords of the templates say.
func fieldsOf(c config.Config) map[string]string {
	if len(c.WeChat.StatusFields) > 0 {
		return c.WeChat.StatusFields
	}
	return handlers.DefaultFields()
}

// templateRoute tells by template message: at any time, to every follower.
type templateRoute struct {
	client   *wechat.Client
	template string
	fields   map[string]string
	now      func() time.Time
}

func (r templateRoute) Channel() vocab.Channel { return vocab.ChannelTemplate }

func (r templateRoute) Usable(context.Context, *push.Push, push.User, time.Time) (bool, error) {
	return true, nil
}

func (r templateRoute) Repeatable() time.Duration { return wechat.ClientIDLifetime }

func (r templateRoute) Send(ctx context.Context, p *push.Push) (string, error) {
	note := handlers.Notice(*p, r.now())
	data := map[string]wechat.Item{}
	for k, v := range note.Fields(r.fields) {
		data[k] = wechat.Item{Value: v}
	}
	id, err := r.client.SendTemplate(ctx, wechat.TemplateMessage{
		ToUser: p.User, TemplateID: r.template, ClientMsgID: p.ID, URL: note.URL, Data: data,
	})
	return id, failure(err, r.now())
}

// subscriptionRoute tells by subscription notice, while the person has allowed one.
type subscriptionRoute struct {
	client   *wechat.Client
	users    push.Users
	template string
	fields   map[string]string
	now      func() time.Time
}

func (r subscriptionRoute) Channel() vocab.Channel { return vocab.ChannelSubscription }

func (r subscriptionRoute) Usable(ctx context.Context, p *push.Push, u push.User, _ time.Time) (bool, error) {
	if u.Credits[r.template] <= 0 {
		return false, nil
	}
	return r.users.UseCredit(ctx, p.User, r.template)
}

func (r subscriptionRoute) Repeatable() time.Duration { return 0 }

func (r subscriptionRoute) Send(ctx context.Context, p *push.Push) (string, error) {
	note := handlers.Notice(*p, r.now())
	data := map[string]wechat.Item{}
	for k, v := range note.Fields(r.fields) {
		data[k] = wechat.Item{Value: v}
	}
	err := r.client.SendSubscription(ctx, wechat.SubscriptionNotice{
		ToUser: p.User, TemplateID: r.template, Page: note.URL, Data: data,
	})
	if err == nil {
		return "", nil
	}
	f := failure(err, r.now())
	var told *push.Failure
	// What certainly was not sent used up no subscription; the platform's own word that there is none empties the account.
	if errors.As(f, &told) {
		delta := 0
		switch {
		case told.Code == noSubscription:
			delta = push.CreditNone
		case !told.Uncertain:
			delta = 1
		}
		if delta != 0 {
			if err := r.users.AddCredit(ctx, p.User, r.template, delta); err != nil {
				told.Err = errors.Join(told.Err, err)
			}
		}
	}
	return "", f
}

// customerRoute tells by customer message, inside the window that the person's last message opened.
type customerRoute struct {
	client *wechat.Client
	users  push.Users
	now    func() time.Time
}

func (r customerRoute) Channel() vocab.Channel { return vocab.ChannelCustomer }

func (r customerRoute) Usable(ctx context.Context, p *push.Push, u push.User, now time.Time) (bool, error) {
	if !u.Window.Open(now) {
		return false, nil
	}
	return r.users.UseWindow(ctx, p.User, now)
}

func (r customerRoute) Repeatable() time.Duration { return 0 }

func (r customerRoute) Send(ctx context.Context, p *push.Push) (string, error) {
	err := r.client.SendReply(ctx, p.User, chat.Reply{Text: handlers.Notice(*p, r.now()).Text()})
	f := failure(err, r.now())
	var told *push.Failure
	if errors.As(f, &told) && (told.Code == outsideWindow || told.Code == windowUsedUp) {
		if err := r.users.CloseWindow(ctx, p.User); err != nil {
			told.Err = errors.Join(told.Err, err)
		}
	}
	return "", f
}

// Codes of the platform that say something about one person's windows and subscriptions.
const (
	noSubscription = 43101
	outsideWindow  = 45015
	windowUsedUp   = 45047
	minuteQuota    = 45011
)

// accountOut are the codes by which nothing at all works until an operator has mended something: who the account is, from where it calls,
// whether it may. Trying each push again would be of no use, and each would end up with its person's next message though the matter is
// mended in a quarter of an hour; so the route rests for mendTime at a time.
var accountOut = []int{40013, 40125, 40164, 48004, 50002, 61007, 61023}

const mendTime = 10 * time.Minute

// failure says what an error of the platform means for a push. The classes are the table's in package wechat.
func failure(err error, now time.Time) error {
	if err == nil {
		return nil
	}
	f := &push.Failure{Verdict: push.VerdictRetry, Reason: vocab.ReasonInternal, Uncertain: wechat.Unsure(err), Err: err}
	var e *wechat.Error
	if !errors.As(err, &e) {
		return f
	}
	f.Code, f.Detail, f.Until = e.Code, e.Detail, e.Until
	switch e.Class {
	case wechat.ClassRetry:
		f.Reason = vocab.ReasonBusy
		if e.Reason == wechat.ReasonNoToken {
			f.Reason = vocab.ReasonToken
		}
	case wechat.ClassToken:
		f.Reason = vocab.ReasonToken
	case wechat.ClassLater:
		f.Verdict, f.Reason = push.VerdictPause, vocab.ReasonQuota
		if e.Code == minuteQuota {
			f.Reason = vocab.ReasonRate
		}
	case wechat.ClassRouteClosed:
		f.Verdict, f.Reason = push.VerdictNextRoute, vocab.ReasonNoRoute
	case wechat.ClassUserGone:
		f.Verdict, f.Reason = push.VerdictGone, vocab.ReasonUserGone
	case wechat.ClassSetup:
		f.Verdict, f.Reason = push.VerdictNextRoute, vocab.ReasonForbidden
		if slices.Contains(accountOut, e.Code) {
			f.Verdict, f.Until = push.VerdictPause, now.Add(mendTime)
		}
	case wechat.ClassBug:
		f.Verdict, f.Reason = push.VerdictNextRoute, vocab.ReasonContent
	}
	return f
}
