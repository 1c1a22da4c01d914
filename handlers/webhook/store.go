package webhook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

var (
	errSlowStore  = errors.New("webhook: the store took too long")
	errStoreCalls = errors.New("webhook: too many calls to the store under way")
)

// guard calls a chat.Replies that may fail, hang or ignore its context, and comes back in time all the same.
type guard struct {
	replies chat.Replies
	calls   chan struct{} // bounds the calls under way, hanging ones included
}

// claim asks the store for at most wait.
func (g *guard) claim(ctx context.Context, d chat.Delivery, wait time.Duration) (chat.Claim, error) {
	var claim chat.Claim
	done, err := g.call(ctx, wait, func(ctx context.Context) error {
		c, err := g.replies.Claim(ctx, d)
		if err == nil {
			claim = c // not read after a timeout: done never fires then
		}
		return err
	})
	if err != nil {
		return chat.Claim{}, err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case err := <-done:
		if err != nil {
			return chat.Claim{}, err
		}
		switch claim.State {
		case chat.ClaimFirst, chat.ClaimBusy, chat.ClaimDone:
			return claim, nil
		}
		return chat.Claim{}, fmt.Errorf("webhook: claim state %q", claim.State)
	case <-timer.C:
		return chat.Claim{}, errSlowStore
	}
}

// settle starts to settle a reply and returns a channel that tells how it went.
func (g *guard) settle(ctx context.Context, d chat.Delivery, a chat.Answer, wait time.Duration) <-chan error {
	return g.start(ctx, wait, func(ctx context.Context) error { return g.replies.Settle(ctx, d, a) })
}

// told starts to record that notices went out with a reply, and returns a channel that tells how it went.
func (g *guard) told(ctx context.Context, user string, told []string, now time.Time, wait time.Duration) <-chan error {
	return g.start(ctx, wait, func(ctx context.Context) error { return g.replies.Told(ctx, user, told, now) })
}

func (g *guard) start(ctx context.Context, wait time.Duration, f func(context.Context) error) <-chan error {
	done, err := g.call(ctx, wait, f)
	if err != nil {
		failed := make(chan error, 1)
		failed <- err
		return failed
	}
	return done
}

func (g *guard) call(ctx context.Context, wait time.Duration, f func(context.Context) error) (<-chan error, error) {
	select {
	case g.calls <- struct{}{}:
	default:
		return nil, errStoreCalls
	}
	done := make(chan error, 1)
	go func() {
		defer func() { <-g.calls }()
		ctx, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		done <- recovered(func() error { return f(ctx) })
	}()
	return done, nil
}

func recovered(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("webhook: the store panicked: " + describePanic(p))
		}
	}()
	return f()
}
