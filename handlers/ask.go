package handlers

import (
	"context"
	"log/slog"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/kb"
)

// Asker says what the bot would say to somebody of whom nothing is known.
type Asker struct {
	knowledge Knowledge
	human     string
	now       func() time.Time
}

// NewAsker makes an Asker. human is as in Options.
func NewAsker(k Knowledge, human string, now func() time.Time) *Asker {
	return &Asker{k, human, now}
}

// Ask answers one question. The result tells how it was understood.
func (a *Asker) Ask(ctx context.Context, question string) (kb.Result, chat.Reply, error) {
	var r kb.Result
	bot := New(Options{
		Knowledge: a.knowledge, Filings: Nobody{}, Guesses: Nobody{}, Recipients: Nobody{}, Kept: Nobody{}, Human: a.human,
		Observe: func(seen kb.Result) { r = seen }, Now: a.now, Log: slog.New(slog.DiscardHandler),
	})
	reply, err := bot.Handle(ctx, &chat.Turn{Message: chat.Message{User: "nobody", Kind: chat.KindText, Text: question, At: a.now()}})
	return r, reply, err
}
