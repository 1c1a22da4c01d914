package handlers

import (
	"context"
	"strings"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/kb"
)

// question understands what was asked and answers, asks back, or admits not to know.
func (b *Bot) question(ctx context.Context, t *chat.Turn, text string) (chat.Reply, error) {
	text, detail := strings.CutPrefix(text, detailWords+" ")
	r := b.Knowledge.Understand(kb.Query{Text: text, Tracks: t.Tracks, Context: b.recall(t)})
	b.Observe(r)
	b.Journal.Count("kind:" + string(r.Kind))
	switch r.Kind {
	case kb.KindCommand:
		arg := text
		if r.Args.Code != "" {
			arg = r.Args.Code
		}
		if reply, ok, err := b.careful(ctx, t, r.Command, text); ok || err != nil {
			return reply, err
		}
		return b.command(ctx, t, r.Command, arg)
	case kb.KindAnswer:
		remember(t, r, text)
		b.Journal.Count("answer:" + r.Topic)
		return b.answer(t, r, detail), nil
	case kb.KindChoice:
		remember(t, r, text)
		b.Journal.Question(chat.QuestionChoice, text, first(r.Candidates))
		return choice(r), nil
	case kb.KindSmallTalk:
		if a, ok := b.Knowledge.Text(r); ok {
			return chat.Reply{Text: a.Answer, Actions: []chat.Choice{{Label: helpWords}}}, nil
		}
		return b.help(), nil
	case kb.KindUnknown:
	}
	remember(t, r, text)
	if a, ok := b.Knowledge.Text(r); ok { // another's matter, and we know whose
		return chat.Reply{Text: a.Answer, Actions: []chat.Choice{{Label: helpWords}}}, nil
	}
	b.Journal.Question(chat.QuestionUnknown, text, first(r.Candidates))
	return unknown(), nil
}

func first(cs []kb.Candidate) string {
	if len(cs) == 0 {
		return ""
	}
	return cs[0].Topic
}

// answer says what is known of a topic, offers what is asked next, and asks whether it helped.
func (b *Bot) answer(t *chat.Turn, r kb.Result, detail bool) chat.Reply {
	a, ok := b.Knowledge.Text(r)
	if !ok {
		return unknown()
	}
	reply := chat.Reply{Text: a.Answer}
	for _, line := range b.estimates(r) {
		reply.Text += "\n" + line
	}
	if detail && a.Detail != "" {
		reply.Text = a.Title + "\n\n" + a.Detail
	} else if a.Detail != "" {
		reply.Actions = append(reply.Actions, chat.Choice{Label: detailWords, Send: detailWords + " " + a.Title})
	}
	reply.Actions = append(reply.Actions, chat.Choice{Label: usefulWords}, chat.Choice{Label: uselessWords})
	for _, l := range a.Related {
		if len(reply.Choices) == maxRelated {
			break
		}
		reply.Choices = append(reply.Choices, chat.Choice{Label: l.Title})
	}
	if len(reply.Choices) > 0 {
		reply.Text += "\n\n" + alsoAsked
	}
	return reply
}

// maxRelated bounds how many related topics an answer offers: more would push the answer off a phone's screen.
const maxRelated = 3

// choice asks back.
func choice(r kb.Result) chat.Reply {
	reply := chat.Reply{Text: whichOne}
	for _, c := range r.Candidates {
		reply.Choices = append(reply.Choices, chat.Choice{Label: c.Title})
	}
	reply.Choices = append(reply.Choices, chat.Choice{Label: noneWords})
	return reply
}

// noneOfThese is said to somebody for whom nothing that was offered fits.
func (b *Bot) noneOfThese(t *chat.Turn) chat.Reply {
	b.Journal.Question(chat.QuestionUnknown, t.Memory.Question, t.Memory.Topic)
	return unknown()
}

func unknown() chat.Reply {
	return chat.Reply{Text: dontKnow, Actions: []chat.Choice{{Label: helpWords}, {Label: humanWords}}}
}

// feedback takes a word on the last answer: 有用, 没用, or 详细 by itself.
func (b *Bot) feedback(t *chat.Turn, text string) (chat.Reply, bool) {
	switch text {
	case usefulWords:
		b.Journal.Count("up:" + t.Memory.Topic)
		return chat.Reply{Text: thanksForUseful}, true
	case uselessWords:
		b.Journal.Count("down:" + t.Memory.Topic)
		b.Journal.Question(chat.QuestionDisliked, t.Memory.Question, t.Memory.Topic)
		return chat.Reply{Text: sorryUseless, Actions: []chat.Choice{{Label: humanWords}}}, true
	case detailWords:
		e, ok := b.Knowledge.Entry(t.Memory.Topic)
		if !ok {
			return chat.Reply{Text: detailOfWhat}, true
		}
		r := kb.Result{Kind: kb.KindAnswer, Topic: e.ID}
		if c := b.recall(t); c != nil {
			r.Entities = c.Entities
		}
		return b.answer(t, r, true), true
	}
	return chat.Reply{}, false
}
