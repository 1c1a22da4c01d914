package handlers

import (
	"context"
	"errors"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// register begins a registration, or goes on with the one that is under way. arg may be a name.
func (b *Bot) register(ctx context.Context, t *chat.Turn, arg string) (chat.Reply, error) {
	b.Journal.Count("command:register")
	if d, open := b.draft(t); open && d.of == formRegister && arg == "" {
		r, _, err := b.ask(ctx, t, d, goingOn)
		return r, err
	}
	said, _ := readReport(arg, b.Now())
	if said.Name == "" || said.Stage == "" {
		said = report{Name: unquote(arg)}
	}
	return b.beginRegistration(ctx, t, said)
}

// beginRegistration registers what was said, and asks for what is missing.
func (b *Bot) beginRegistration(ctx context.Context, t *chat.Turn, said report) (chat.Reply, error) {
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	if full(mine, t.User) {
		return chat.Reply{Text: tooManyRegistered, Actions: []chat.Choice{{Label: updateWords}, {Label: untrackWords}}}, nil
	}
	d := draft{of: formRegister, ID: registeredID(t.User, t.Key)}
	d.take(said)
	lead := ""
	switch {
	case d.Name == "" && d.Stage == "":
		lead = registerIntro
	case d.Rest != "":
		lead = severalAtOnce
	}
	r, _, err := b.ask(ctx, t, d, lead)
	return r, err
}

// full reports whether a person has registered as many filings as he may, or follows as many as he may.
func full(mine []filing.Tracking, user string) bool {
	return len(mine) >= filing.MaxTracked || len(owned(mine, user)) >= MaxSelfReported
}

// owned returns those of a person's filings that he registered himself.
func owned(mine []filing.Tracking, user string) []filing.Tracking {
	var own []filing.Tracking
	for _, tr := range mine {
		if tr.Filing.SelfReported && registeredBy(tr.Filing.ID, user) {
			own = append(own, tr)
		}
	}
	return own
}

// ask asks the next open question. lead stands before it.
func (b *Bot) ask(ctx context.Context, t *chat.Turn, d draft, lead string) (chat.Reply, bool, error) {
	s := d.next()
	if s == stepTwin {
		mine, err := b.Filings.Tracked(ctx, t.User)
		if err != nil {
			return chat.Reply{}, true, err
		}
		if twin, ok := namesake(mine, d.Name); ok {
			return b.askTwin(t, d, twin), true, nil
		}
		d.skip(stepTwin)
		s = d.next()
	}
	if s == stepConfirm && d.of == formUpdate && !d.Told {
		r, err := b.write(ctx, t, d) // every step was answered one by one: asking once more would only tire
		return r, true, err
	}
	return b.askStep(t, d, s, lead), true, nil
}

// namesake returns the filing of a person that has the name.
func namesake(mine []filing.Tracking, name string) (filing.Tracking, bool) {
	for _, tr := range mine {
		if squeeze(tr.Filing.Name) == squeeze(name) {
			return tr, true
		}
	}
	return filing.Tracking{}, false
}

// askTwin asks whether a filing of the same name is really another one.
func (b *Bot) askTwin(t *chat.Turn, d draft, twin filing.Tracking) chat.Reply {
	d.Asked, d.Aside = stepTwin, false
	d.keep(t, b.Now())
	own := registeredBy(twin.Filing.ID, t.User)
	r := chat.Reply{Text: twinText(twin.Filing, own)}
	if own {
		r.Choices = append(r.Choices, chat.Choice{Label: "更新它的进度", Send: updateWords + " " + twin.Filing.Name})
	} else {
		r.Choices = append(r.Choices, chat.Choice{Label: "看它的进度", Send: statusWords + " " + twin.Filing.Name})
	}
	r.Choices = append(r.Choices, chat.Choice{Label: anotherWords}, chat.Choice{Label: "改名称"})
	r.Actions = []chat.Choice{{Label: leaveWords}}
	return r
}

// write registers the filing, or moves it, as the person has confirmed.
func (b *Bot) write(ctx context.Context, t *chat.Turn, d draft) (chat.Reply, error) {
	if s := d.next(); s != stepConfirm {
		return b.askStep(t, d, s, ""), nil
	}
	if d.of == formUpdate {
		return b.move(ctx, t, d)
	}
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	for _, tr := range mine {
		if tr.Filing.ID == d.ID { // confirmed twice
			leave(t)
			return b.registered(tr.Filing, tr.Follower.Notify), nil
		}
	}
	if full(mine, t.User) {
		leave(t)
		return chat.Reply{Text: tooManyRegistered, Actions: []chat.Choice{{Label: updateWords}, {Label: untrackWords}}}, nil
	}
	r := d.report()
	r.Name, r.Platform, r.Province, r.SelfReported = d.Name, d.Platform, d.Province, true
	out, err := b.Filings.Apply(ctx, r)
	if err != nil {
		return b.notWritten(ctx, t, err)
	}
	if err := b.Filings.Adopt(ctx, d.ID, t.User, b.Now()); err != nil {
		if errors.Is(err, errs.ErrLimit) {
			b.abandon(ctx, d.ID)
		}
		return b.notWritten(ctx, t, err)
	}
	b.Journal.Count("registered")
	leave(t)
	return withRest(b.registered(out.Filing, filing.NotifyNone), d.Rest), nil
}

// report makes a report of what both forms say.
func (d draft) report() filing.Report {
	r := filing.Report{ID: d.ID, Stage: d.Stage, Since: d.Since, Number: d.Number, Source: filing.FromSelf}
	if d.Reason != "" {
		r.Reasons = []filing.Reason{{Error: d.Reason}}
	}
	return r
}

// notWritten says that a limit is reached, or keeps the form where something failed that may be tried again.
func (b *Bot) notWritten(ctx context.Context, t *chat.Turn, err error) (chat.Reply, error) {
	switch {
	case errors.Is(err, errs.ErrLimit):
		leave(t)
		return chat.Reply{Text: tooManyRegistered, Actions: []chat.Choice{{Label: updateWords}, {Label: untrackWords}}}, nil
	case errors.Is(err, errs.ErrInvalid):
		b.Log.WarnContext(ctx, "a person's own report was refused", "code", string(errs.CodeOf(err)))
		leave(t)
		return chat.Reply{Text: reportRefused, Actions: []chat.Choice{{Label: registerWords}}}, nil
	}
	return chat.Reply{}, err
}

// abandon removes a filing that nobody could be made a follower of.
func (b *Bot) abandon(ctx context.Context, id string) {
	if err := b.Filings.Delete(ctx, id); err != nil && !errors.Is(err, errs.ErrNotFound) {
		b.Log.WarnContext(ctx, "a filing without followers was left behind", "err", err)
	}
}

// registered tells that a filing is registered, where it stands, and offers notices.
func (b *Bot) registered(f filing.Filing, notify filing.Notify) chat.Reply {
	r := b.describeFiling(f)
	r.Text = registeredText(f) + "\n\n" + r.Text
	r.Actions = []chat.Choice{{Label: updateWords, Send: updateWords + " " + f.Name}}
	if notify == filing.NotifyNone || notify == "" {
		r.Text = addParagraph(r, offerNotices)
		r.Actions = append([]chat.Choice{{Label: subscribeWords, Send: subscribeWords + " " + f.Name}}, r.Actions...)
	}
	return r
}
