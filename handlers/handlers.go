// Package handlers is what the bot says: one file an ability, all wording in texts.go. It turns a chat.Turn into a chat.Reply and knows
// neither the platform's XML nor which store is behind.
package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
)

// Knowledge understands questions and knows the answers.
type Knowledge interface {
	Understand(q kb.Query) kb.Result
	Text(r kb.Result) (kb.Text, bool)
	Entry(id string) (*kb.Entry, bool)
}

// Filings are the filings of the person who asks, and never another's.
type Filings interface {
	Claim(ctx context.Context, hash filing.CodeHash, user string, now time.Time) (f filing.Filing, known bool, err error)
	Tracked(ctx context.Context, user string) ([]filing.Tracking, error)
	Untrack(ctx context.Context, user, id string, now time.Time) error
	SetNotify(ctx context.Context, user, id string, want filing.Notify, now time.Time) error

	// Apply, Adopt, Followers and Delete are for filings that the person registers himself, Forget is for everything that is kept of him.
	Apply(ctx context.Context, r filing.Report) (filing.Outcome, error)
	Adopt(ctx context.Context, id, user string, now time.Time) error
	Followers(ctx context.Context, id string) ([]filing.Follower, error)
	Delete(ctx context.Context, id string) error
	Forget(ctx context.Context, user string, now time.Time) error
}

// Recipients is what is known of people as recipients of pushes.
type Recipients interface {
	SetFollowing(ctx context.Context, user string, following bool, at time.Time) error
	AddCredit(ctx context.Context, user, template string, delta int) error
	// User and SetQuiet are for when a person does not want to be disturbed.
	User(ctx context.Context, user string) (push.User, error)
	SetQuiet(ctx context.Context, user string, q *push.Quiet) error
}

// Kept hands out the notices that wait for a person's next message. See push.Outbox.
type Kept interface {
	Waiting(ctx context.Context, user, key string, now time.Time) ([]push.Push, error)
	Take(ctx context.Context, key string, ps []push.Push, now time.Time, ttl time.Duration) ([]push.Push, error)
}

// Fates learns what the platform says later of a message it had taken.
type Fates interface {
	// Undelivered notes that the message with the platform's id did not reach the person.
	Undelivered(ctx context.Context, messageID, status string, now time.Time) error
	// UndeliveredTo notes the same of the messages to user by a channel without ids that were sent at since or later.
	UndeliveredTo(ctx context.Context, user string, by vocab.Channel, since time.Time, status string, now time.Time) error
}

// Options make the bot. Knowledge, Filings, Guesses, Recipients, Kept and Log are required.
type Options struct {
	Knowledge  Knowledge
	Filings    Filings
	Guesses    filing.Guesses
	Recipients Recipients
	Kept       Kept
	// Fates may be nil: the platform's late word is then only logged.
	Fates Fates
	// Subscription is the template by which subscription notices are sent; empty: none are. The fate of another template's is not ours.
	Subscription string
	// Journal takes down what could be answered better; it may be nil.
	Journal *Journal
	// Guide says where a filing stands and what to do next (default filing.GuideTo without a calendar: no dates are told).
	Guide func(f filing.Filing, now time.Time) filing.Guide
	// Experience says in a sentence how long the review that f is in takes by the account's own history; empty where too little is known.
	// It may be nil.
	Experience func(f filing.Filing) string
	// Estimate says the same of a stage, platform and province; an empty platform or province stands for all. It may be nil.
	Estimate func(stage vocab.Stage, platform vocab.Platform, province vocab.Province) string
	// Human is said to somebody who wants a person; empty: where the platform's own service is found.
	Human string
	// Proactive is false for an account that cannot write by itself (an unverified one): people are then told so when they subscribe.
	Proactive bool
	// Quiet is when people who said nothing are not disturbed. The zero Quiet is never.
	Quiet push.Quiet
	// Observe is told what each message was understood as; it may be nil.
	Observe func(kb.Result)
	// Now is the clock (default time.Now).
	Now func() time.Time
	Log *slog.Logger
}

// Bot answers turns. It is a chat.Handler.
type Bot struct {
	Options
}

// New makes a Bot.
func New(o Options) *Bot {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Guide == nil {
		o.Guide = func(f filing.Filing, now time.Time) filing.Guide { return filing.GuideTo(f, now, nil) }
	}
	if o.Observe == nil {
		o.Observe = func(kb.Result) {}
	}
	return &Bot{o}
}

// Handle answers one turn: an event, a message that is not text, a pick from what was offered, a word on the last answer, a command, or a
// question; and puts before the answer what waits for the person.
func (b *Bot) Handle(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	askedToForget := t.Memory.FormOf == formForget
	if t.Tracks && t.Kind != chat.KindEvent {
		b.welcomeBack(ctx, t.User)
	}
	reply, err := b.route(ctx, t)
	if errors.Is(err, errs.ErrUnavailable) {
		b.Log.WarnContext(ctx, "answered without the store", "err", err)
		return chat.Reply{Text: unavailable}, nil
	}
	if err != nil {
		return reply, err
	}
	if t.Waiting && !reply.Empty() { // where nothing is said, as to most events, the person would see nothing of it
		reply = b.withKept(ctx, t, reply)
	}
	if forgotten := askedToForget && t.Memory.At.IsZero(); !reply.Empty() && !forgotten {
		t.Memory.Offered = reply.Choices
		t.Memory.At = b.Now()
	}
	return reply, nil
}

func (b *Bot) route(ctx context.Context, t *chat.Turn) (chat.Reply, error) {
	switch {
	case t.Kind == chat.KindEvent:
		return b.event(ctx, t)
	case strings.TrimSpace(t.Text) == "":
		b.Journal.Count("message:" + string(t.Kind))
		return chat.Reply{Text: cannotRead(t.Kind)}, nil
	}
	b.Journal.Count("message:" + string(t.Kind))
	return b.words(ctx, t, t.Text)
}

// words answers what was written, said or tapped.
func (b *Bot) words(ctx context.Context, t *chat.Turn, text string) (chat.Reply, error) {
	text = strings.TrimSpace(text)
	if r, ok := b.refuse(ctx, t, text); ok {
		b.Observe(kb.Result{Kind: kb.KindUnknown, Confidence: 1})
		return b.askedAgain(t, r), nil
	}
	if w, ok := readWish(text); ok && w.Notify != "" && w.About == "" { // 都不要 is one of the wishes that are offered, not none of them
		if about, ok := offersWishes(t.Memory.Offered); ok {
			text, t.Memory.Offered = about+text, nil
		}
	}
	fresh := !t.Memory.At.IsZero() && b.Now().Sub(t.Memory.At) <= chat.MemoryTTL
	if fresh && !b.saysDay(t, text) {
		if picked, none := pick(t.Memory.Offered, text); none && !b.inDialogue(t) {
			return b.noneOfThese(t), nil
		} else if picked != "" {
			text = picked
		}
	}
	if r, ok, err := b.dialogue(ctx, t, text); ok || err != nil {
		b.Observe(kb.Result{Kind: kb.KindCommand, Confidence: 1})
		return r, err
	}
	b.setAside(t)
	r, err := b.anything(ctx, t, text)
	return b.withDialogue(t, r), err
}

// anything answers a message that is no part of a dialogue in several steps.
func (b *Bot) anything(ctx context.Context, t *chat.Turn, text string) (chat.Reply, error) {
	if r, ok := b.feedback(t, text); ok {
		b.Observe(kb.Result{Kind: kb.KindSmallTalk, Confidence: 1})
		return r, nil
	}
	if r, ok := outOfPlace(text); ok {
		b.Observe(kb.Result{Kind: kb.KindSmallTalk, Confidence: 1})
		return r, nil
	}
	if w, ok := readWish(text); ok {
		if r, ok, err := b.heed(ctx, t, w); ok || err != nil {
			return r, err
		}
	}
	if a, arg, ok := asksAbility(text); ok {
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: a.command(), Confidence: 1})
		return b.perform(ctx, t, a, arg)
	}
	if cmd, arg, ok := spelled(text); ok {
		if reply, ok, err := b.misnamed(ctx, t, cmd, arg); ok || err != nil {
			b.Observe(kb.Result{Kind: kb.KindCommand, Command: cmd, Confidence: 1})
			return reply, err
		}
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: cmd, Confidence: 1})
		return b.command(ctx, t, cmd, arg)
	}
	if code, ok := filing.ParseCode(text); ok {
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: kb.CommandTrack, Confidence: 1})
		return b.track(ctx, t, code)
	}
	if r, ok, err := b.byName(ctx, t, text); ok || err != nil {
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: kb.CommandStatus, Confidence: 1})
		return r, err
	}
	if r, ok, err := b.ownReasons(ctx, t, text); ok || err != nil {
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: kb.CommandStatus, Confidence: 1})
		return r, err
	}
	if r, ok, err := b.sentence(ctx, t, text); ok || err != nil {
		b.Observe(kb.Result{Kind: kb.KindCommand, Command: reported(t), Confidence: 1})
		return r, err
	}
	return b.question(ctx, t, text)
}

// perform carries out what goes beyond the commands that the knowledge understands.
func (b *Bot) perform(ctx context.Context, t *chat.Turn, a ability, arg string) (chat.Reply, error) {
	switch a {
	case abilityRegister:
		return b.register(ctx, t, arg)
	case abilityUpdate:
		return b.update(ctx, t, arg)
	case abilityRedate:
		return b.update(ctx, t, redateWords)
	case abilityReason:
		return b.addReason(ctx, t, arg)
	case abilityForget:
		return b.forget(ctx, t)
	case abilityNotices:
		return b.keptNotices(t), nil
	case abilitySettings:
	}
	return b.settings(ctx, t, arg)
}

// pick resolves a number, or a word that fits exactly one of the offered labels. none tells that the person wants none of them.
func pick(offered []chat.Choice, text string) (words string, none bool) {
	if len(offered) == 0 {
		return "", false
	}
	if i, ok := kb.Pick(text, len(offered)); ok {
		if i < 0 {
			return "", true
		}
		return offered[i].Words(), offered[i].Words() == noneWords
	}
	if words, ok := turnsPage(offered, text); ok {
		return words, false
	}
	found := ""
	for _, c := range offered {
		if c.Label == text || c.Words() == text || strings.HasSuffix(c.Send, " "+text) {
			return c.Words(), c.Words() == noneWords
		}
		if len([]rune(text)) >= 2 && (strings.HasPrefix(c.Send, statusWords+" ") || strings.HasPrefix(c.Send, updateWords+" ")) &&
			strings.Contains(c.Label, text) {
			if found != "" {
				return "", false
			}
			found = c.Words()
		}
	}
	return found, false
}

// command carries out one command. arg is what was said behind it, such as the name of a filing.
func (b *Bot) command(ctx context.Context, t *chat.Turn, cmd kb.Command, arg string) (chat.Reply, error) {
	b.Journal.Count("command:" + string(cmd))
	switch cmd {
	case kb.CommandStatus:
		return b.status(ctx, t, arg)
	case kb.CommandTrack:
		if code, ok := filing.ParseCode(arg); ok {
			return b.track(ctx, t, code)
		}
		return chat.Reply{Text: howToTrack}, nil
	case kb.CommandUntrack:
		return b.untrack(ctx, t, arg)
	case kb.CommandSubscribe:
		return b.notify(ctx, t, arg, filing.NotifyAll)
	case kb.CommandUnsubscribe:
		return b.notify(ctx, t, arg, filing.NotifyNone)
	case kb.CommandHuman:
		return b.human(), nil
	case kb.CommandHelp:
	}
	return b.help(), nil
}

// remember keeps what a follow-up question may lean on.
func remember(t *chat.Turn, r kb.Result, question string) {
	t.Memory.Topic, t.Memory.Question = r.Topic, truncate.Runes(question, chat.MaxQuestion)
	t.Memory.Context = nil
	if r.Topic != "" {
		if c, err := json.Marshal(kb.Context{Topic: r.Topic, Entities: r.Entities}); err == nil {
			t.Memory.Context = c
		}
	}
}

// recall returns what a question may lean on, or nil.
func (b *Bot) recall(t *chat.Turn) *kb.Context {
	if len(t.Memory.Context) == 0 || !t.Memory.Fresh(b.Now()) {
		return nil
	}
	var c kb.Context
	if err := json.Unmarshal(t.Memory.Context, &c); err != nil {
		return nil
	}
	return &c
}
