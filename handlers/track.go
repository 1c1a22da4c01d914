package handlers

import (
	"context"
	"errors"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

// track makes the person a follower of the filing that a claim code is for, tells where it stands, and offers notices. Sending the same
// code again does no harm.
func (b *Bot) track(ctx context.Context, t *chat.Turn, code string) (chat.Reply, error) {
	now := b.Now()
	wait, err := b.Guesses.Guess(ctx, t.User, now)
	if err != nil {
		return chat.Reply{}, err
	}
	if wait > 0 {
		return chat.Reply{Text: waitBeforeCode(wait)}, nil
	}
	f, known, err := b.Filings.Claim(ctx, filing.HashCode(code), t.User, now)
	switch {
	case errors.Is(err, filing.ErrBadCode):
		return chat.Reply{Text: wrongCode, Actions: []chat.Choice{{Label: humanWords}}}, nil
	case err != nil:
		b.takeBack(ctx, t.User, now)
		if errors.Is(err, errs.ErrLimit) {
			return chat.Reply{Text: tooManyTracked}, nil
		}
		return chat.Reply{}, err
	}
	if err := b.Guesses.RightGuess(ctx, t.User, now); err != nil {
		b.Log.WarnContext(ctx, "right guess not noted", "err", err)
	}
	r := b.describeFiling(f)
	r.Text = tracked(f, known) + "\n\n" + r.Text
	notify := filing.NotifyNone
	if known {
		notify = b.wish(ctx, t.User, f.ID)
	}
	if notify == filing.NotifyNone {
		r.Text = addParagraph(r, offerNotices)
		r.Actions = []chat.Choice{{Label: subscribeWords}}
	}
	return r, nil
}

// takeBackWithin is how long taking back a try may take where the time of the turn itself may be over.
const takeBackWithin = time.Second

// takeBack takes back the try of a code that was not wrong but made him follow nothing: he is not known by it, and it does not count against him
// that there was no room or that the store failed.
func (b *Bot) takeBack(ctx context.Context, user string, now time.Time) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeBackWithin)
	defer cancel()
	if err := b.Guesses.TakeBack(ctx, user, now); err != nil {
		b.Log.WarnContext(ctx, "a try of a code was not taken back", "err", err)
	}
}

// wish returns what the person wants to be told of a filing he follows.
func (b *Bot) wish(ctx context.Context, user, id string) filing.Notify {
	mine, err := b.Filings.Tracked(ctx, user)
	if err != nil {
		return filing.NotifyNone
	}
	for _, tr := range mine {
		if tr.Filing.ID == id {
			return tr.Follower.Notify
		}
	}
	return filing.NotifyNone
}

// untrack ends the following of one filing, which arg may name.
func (b *Bot) untrack(ctx context.Context, t *chat.Turn, arg string) (chat.Reply, error) {
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(mine) == 0 {
		return chat.Reply{Text: nothingToUntrack}, nil
	}
	rest, _ := paged(arg)
	chosen := narrow(mine, rest)
	if len(chosen) > 1 {
		return whichFiling(chosen, untrackWords, arg), nil
	}
	f := chosen[0].Filing
	if f.SelfReported && registeredBy(f.ID, t.User) {
		return b.untrackOwn(t, f), nil
	}
	if err := b.Filings.Untrack(ctx, t.User, f.ID, b.Now()); err != nil && !errors.Is(err, errs.ErrNotFound) {
		return chat.Reply{}, err
	}
	return chat.Reply{Text: untracked(f)}, nil
}
