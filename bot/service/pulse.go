package service

import (
	"context"
	"sync"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/handlers/webhook"
)

// pulse watches the platform's callbacks, so that an operator sees whether they arrive. What it sees is kept at the desk once a minute at
// most and off the way of a reply, for the other replicas and after a restart.
type pulse struct {
	now func() time.Time

	mu      sync.Mutex
	seen    time.Time // the last request that proved to be the platform's
	kept    time.Time // the latest of those that the desk knows
	refused time.Time // the last request that was not accepted
	why     wechat.Refusal
}

// pulseEvery is how often the desk is told.
const pulseEvery = time.Minute

// saw is told each request to the callback's address.
func (p *pulse) saw(o webhook.Observation) {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	switch o.Outcome {
	case webhook.OutcomeRefused, webhook.OutcomeUnreadable:
		p.refused, p.why = now, o.Refusal
	case webhook.OutcomeTooLarge, webhook.OutcomeBadRequest, webhook.OutcomeBadMethod:
	case webhook.OutcomeEcho, webhook.OutcomeAnswered, webhook.OutcomeSilent, webhook.OutcomeRepeated, webhook.OutcomeBusy,
		webhook.OutcomeFailed, webhook.OutcomePanicked, webhook.OutcomeUndecided, webhook.OutcomeGone, webhook.OutcomeOverloaded:
		p.seen = now
	}
}

// keep tells the desk what it does not know yet.
func (p *pulse) keep(ctx context.Context, d *desk.Desk) error {
	p.mu.Lock()
	seen, kept := p.seen, p.kept
	p.mu.Unlock()
	if !seen.After(kept) {
		return nil
	}
	if err := d.NoteCallback(ctx, seen); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = seen
	return nil
}

// last returns when the platform last called, here or at another replica, and, where that is later, when a request was last refused and why.
func (p *pulse) last(ctx context.Context, d *desk.Desk) (seen, refused time.Time, why wechat.Refusal, err error) {
	known, err := d.LastCallback(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen = p.seen; known.After(seen) {
		seen = known
	}
	if p.refused.After(seen) {
		refused, why = p.refused, p.why
	}
	return seen, refused, why, err
}

// beat keeps the pulse until ctx ends, and once more then.
func (s *Service) beat(ctx context.Context) {
	t := time.NewTicker(pulseEvery)
	defer t.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-t.C:
		}
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		if err := s.pulse.keep(last, s.desk); err != nil {
			s.log.Warn("the last callback was not noted", "err", err)
		}
		cancel()
	}
}
