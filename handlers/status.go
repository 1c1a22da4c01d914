package handlers

import (
	"context"
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
)

// status tells a person where his own filings stand. With several he is asked which; arg may say it: a name, a number, a province.
func (b *Bot) status(ctx context.Context, t *chat.Turn, arg string) (chat.Reply, error) {
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(mine) == 0 {
		return chat.Reply{Text: nothingTracked, Actions: []chat.Choice{{Label: registerWords}}}, nil
	}
	rest, _ := paged(arg)
	if one := narrow(mine, rest); len(one) == 1 {
		return b.describe(one[0]), nil
	} else if len(one) > 1 {
		mine = one
	}
	return whichFiling(mine, statusWords, arg), nil
}

func (b *Bot) describe(tr filing.Tracking) chat.Reply {
	r := b.describeFiling(tr.Filing)
	if registeredBy(tr.Filing.ID, tr.Follower.User) {
		r.Actions = append(r.Actions, chat.Choice{Label: updateWords, Send: updateWords + " " + tr.Filing.Name})
	}
	if tr.Follower.Notify == filing.NotifyNone || tr.Follower.Notify == "" {
		r.Actions = append(r.Actions, chat.Choice{Label: subscribeWords})
	}
	return r
}

// describeFiling says where a filing stands, with how to mend each reason of a rejection, and the topics to read on.
func (b *Bot) describeFiling(f filing.Filing) chat.Reply {
	g := b.Guide(f, b.Now())
	var r chat.Reply
	if f.Stage.HasReasons() {
		g.Fixes, r.Choices = b.fixes(f.Reasons)
	}
	if b.Experience != nil && f.Stage.Review() {
		g.Experience = b.Experience(f)
	}
	r.Text = g.Text()
	if len(r.Choices) > 0 {
		r.Text += "\n\n" + howToMend
	}
	return r
}

// narrow returns the filings that arg names; all of them where it names none.
func narrow(mine []filing.Tracking, arg string) []filing.Tracking {
	if len(mine) == 1 {
		return mine
	}
	if found := namedIn(mine, arg); len(found) > 0 {
		return found
	}
	return mine
}

// namedIn returns the filings that arg names, none where it names none.
func namedIn(mine []filing.Tracking, arg string) []filing.Tracking {
	arg = strings.TrimSpace(arg)
	if arg == "" {
		return nil
	}
	for _, names := range []func(f filing.Filing) bool{
		func(f filing.Filing) bool { return f.ID == arg },
		func(f filing.Filing) bool { return squeeze(f.Name) == squeeze(arg) },
		func(f filing.Filing) bool {
			return strings.Contains(arg, f.Name) || f.Number != "" && strings.Contains(arg, f.Number)
		},
		func(f filing.Filing) bool { return len([]rune(arg)) >= 2 && strings.Contains(f.Name, arg) },
		func(f filing.Filing) bool { return f.Province != "" && strings.Contains(arg, string(f.Province)) },
	} {
		var found []filing.Tracking
		for _, tr := range mine {
			if names(tr.Filing) {
				found = append(found, tr)
			}
		}
		if len(found) > 0 {
			return longest(found, arg)
		}
	}
	return nil
}

// longest leaves out those of several filings whose name is only a part of another's that was said: 小鹿 where 小鹿花店 was.
func longest(found []filing.Tracking, said string) []filing.Tracking {
	return slices.DeleteFunc(slices.Clone(found), func(tr filing.Tracking) bool {
		return slices.ContainsFunc(found, func(other filing.Tracking) bool {
			n := other.Filing.Name
			return len(n) > len(tr.Filing.Name) && strings.Contains(n, tr.Filing.Name) && strings.Contains(said, n) &&
				!strings.Contains(strings.ReplaceAll(said, n, ""), tr.Filing.Name)
		})
	})
}
