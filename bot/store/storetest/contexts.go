package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Calls names every method of a store, with arguments with which it reaches what it keeps.
func Calls(s store.Store) map[string]func(ctx context.Context) error {
	at := Start
	d := delivery("k", "u", at, chat.WindowMessage)
	return map[string]func(ctx context.Context) error{
		"Apply": func(ctx context.Context) error {
			_, err := s.Apply(ctx, filing.Report{ID: "a", Name: "a"})
			return err
		},
		"ApplyBatch": func(ctx context.Context) error {
			_, err := s.ApplyBatch(ctx, []filing.Report{{ID: "a", Name: "a"}})
			return err
		},
		"Filing":      func(ctx context.Context) error { _, err := s.Filing(ctx, "a"); return err },
		"FilingsByID": func(ctx context.Context) error { _, err := s.FilingsByID(ctx, []string{"a"}); return err },
		"History":     func(ctx context.Context) error { _, err := s.History(ctx, "a"); return err },
		"Filings":     func(ctx context.Context) error { _, err := s.Filings(ctx, filing.Query{}); return err },
		"StageCounts": func(ctx context.Context) error { _, err := s.StageCounts(ctx); return err },
		"Delete":      func(ctx context.Context) error { return s.Delete(ctx, "a") },
		"IssueCode":   func(ctx context.Context) error { return s.IssueCode(ctx, "a", "h", at) },
		"RevokeCodes": func(ctx context.Context) error { return s.RevokeCodes(ctx, "a") },
		"Claim":       func(ctx context.Context) error { _, _, err := s.Claim(ctx, "h", "u", at); return err },
		"Adopt":       func(ctx context.Context) error { return s.Adopt(ctx, "a", "u", at) },
		"Tracked":     func(ctx context.Context) error { _, err := s.Tracked(ctx, "u"); return err },
		"Tracking":    func(ctx context.Context) error { _, err := s.Tracking(ctx, "u", "a"); return err },
		"Untrack":     func(ctx context.Context) error { return s.Untrack(ctx, "u", "a", at) },
		"SetNotify":   func(ctx context.Context) error { return s.SetNotify(ctx, "u", "a", filing.NotifyAll, at) },
		"Followers":   func(ctx context.Context) error { _, err := s.Followers(ctx, "a"); return err },
		"Forget":      func(ctx context.Context) error { return s.Forget(ctx, "u", at) },
		"Guess":       func(ctx context.Context) error { _, err := s.Guess(ctx, "u", at); return err },
		"RightGuess":  func(ctx context.Context) error { return s.RightGuess(ctx, "u", at) },
		"TakeBack":    func(ctx context.Context) error { return s.TakeBack(ctx, "u", at) },
		"Samples":     func(ctx context.Context) error { _, err := s.Samples(ctx, vocab.StageFiled, "", "", at); return err },
		"Lease":       func(ctx context.Context) error { _, err := s.Lease(ctx, at, 1, time.Minute); return err },
		"Attempt":     func(ctx context.Context) error { return s.Attempt(ctx, push.Push{ID: "p", Filing: "a"}, at) },
		"Finish": func(ctx context.Context) error {
			return s.Finish(ctx, push.Push{ID: "p", Filing: "a", State: push.Sent})
		},
		"Waiting":     func(ctx context.Context) error { _, err := s.Waiting(ctx, "u", "k", at); return err },
		"Undelivered": func(ctx context.Context) error { return s.Undelivered(ctx, "m", "failed", at) },
		"UndeliveredTo": func(ctx context.Context) error {
			return s.UndeliveredTo(ctx, "u", vocab.ChannelSubscription, at, "failed", at)
		},
		"SetQuiet":  func(ctx context.Context) error { return s.SetQuiet(ctx, "u", nil) },
		"Paused":    func(ctx context.Context) error { _, err := s.Paused(ctx); return err },
		"SetPaused": func(ctx context.Context) error { return s.SetPaused(ctx, push.Pause{Since: at}) },
		"NextDue":   func(ctx context.Context) error { _, err := s.NextDue(ctx); return err },
		"Take": func(ctx context.Context) error {
			_, err := s.Take(ctx, "k", []push.Push{{ID: "p", Filing: "a"}}, at, time.Minute)
			return err
		},
		"Push":           func(ctx context.Context) error { _, err := s.Push(ctx, "p"); return err },
		"Pushes":         func(ctx context.Context) error { _, err := s.Pushes(ctx, push.Query{}); return err },
		"Retry":          func(ctx context.Context) error { _, err := s.Retry(ctx, "p", at); return err },
		"Drop":           func(ctx context.Context) error { _, err := s.Drop(ctx, "p", at); return err },
		"Sweep":          func(ctx context.Context) error { _, err := s.Sweep(ctx, at); return err },
		"Counts":         func(ctx context.Context) error { _, err := s.Counts(ctx); return err },
		"User":           func(ctx context.Context) error { _, err := s.User(ctx, "u"); return err },
		"SetFollowing":   func(ctx context.Context) error { return s.SetFollowing(ctx, "u", true, at) },
		"Left":           func(ctx context.Context) error { _, err := s.Left(ctx, at, 1); return err },
		"UseWindow":      func(ctx context.Context) error { _, err := s.UseWindow(ctx, "u", at); return err },
		"CloseWindow":    func(ctx context.Context) error { return s.CloseWindow(ctx, "u") },
		"AddCredit":      func(ctx context.Context) error { return s.AddCredit(ctx, "u", "x", 1) },
		"UseCredit":      func(ctx context.Context) error { _, err := s.UseCredit(ctx, "u", "x"); return err },
		"Replies.Claim":  func(ctx context.Context) error { _, err := s.Replies().Claim(ctx, d); return err },
		"Replies.Settle": func(ctx context.Context) error { return s.Replies().Settle(ctx, d, chat.Answer{}) },
		"Replies.Told":   func(ctx context.Context) error { return s.Replies().Told(ctx, "u", []string{"a p"}, at) },
		"NoteQuestion": func(ctx context.Context) error {
			return s.NoteQuestion(ctx, chat.Question{Kind: chat.QuestionUnknown, Text: "x"})
		},
		"Questions":      func(ctx context.Context) error { _, err := s.Questions(ctx, "", 1); return err },
		"ForgetQuestion": func(ctx context.Context) error { return s.ForgetQuestion(ctx, chat.QuestionUnknown, "x") },
		"AddTallies":     func(ctx context.Context) error { return s.AddTallies(ctx, "2026-11-23", map[string]int64{"x": 1}) },
		"Tallies":        func(ctx context.Context) error { _, err := s.Tallies(ctx, "2026-11-23", "2026-11-23"); return err },
		"Token":          func(ctx context.Context) error { _, _, err := s.Token(ctx, "k"); return err },
		"PutToken":       func(ctx context.Context) error { return s.PutToken(ctx, "k", "v", at) },
		"Ping":           s.Ping,
	}
}

// testContexts calls every method with a context that has ended, and then on a store that is closed.
func testContexts(t *testing.T, open Open) {
	b := newBench(t, open)
	ctx, cancel := context.WithCancel(b.ctx)
	cancel()
	for name, call := range Calls(b.s) {
		if err := call(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with an ended context: %v", name, err)
		}
	}
	if _, err := b.s.Filing(b.ctx, "a"); !errors.Is(err, errs.ErrNotFound) {
		t.Errorf("something was written: %v", err)
	}
	b.ok(b.s.Close())
	b.ok(b.s.Close())
	for name, call := range Calls(b.s) {
		if err := call(b.ctx); !errors.Is(err, errs.ErrUnavailable) {
			t.Errorf("%s on a closed store: %v", name, err)
		}
	}
}
