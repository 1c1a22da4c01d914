package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/wechat"
)

// passage is one delivery of a message.
type passage struct {
	endpoint *Endpoint
	message  *chat.Message
	seal     wechat.Sealer
	start    time.Time       // by the clock that was given
	arrived  time.Time       // by the machine's own, which never jumps
	request  context.Context // done when the platform hangs up
}

// delivery names the delivery to the store.
func (p *passage) delivery() chat.Delivery {
	e := p.endpoint
	d := chat.Delivery{
		Key: p.message.Key, User: p.message.User,
		At: e.now(), SentAt: p.message.At, Opens: p.message.Opens(),
		Lease: e.timing.lease, Keep: e.keep,
	}
	if d.SentAt.IsZero() {
		d.SentAt = p.start
	}
	return d
}

// run returns the answer to write. With OutcomeGone there is nobody to write it to.
func (p *passage) run() (chat.Answer, Observation) {
	e := p.endpoint
	for {
		f, opened := e.flights.join(p.message.Key, time.Now())
		if f == nil {
			return chat.Answer{Reply: p.plea(e.busyText)}, Observation{Outcome: OutcomeOverloaded}
		}
		if opened {
			e.later(func() {
				defer e.flights.leave()
				p.lead(f)
			})
		}
		answer, outcome, degraded := p.await(f)
		if outcome == "" { // abandoned: perhaps another replica died
			if p.left(e.timing.giveUp) > 0 {
				continue
			}
			return chat.Answer{}, Observation{Outcome: OutcomeUndecided, Degraded: degraded}
		}
		if outcome != OutcomeGone && !opened {
			outcome = OutcomeRepeated
		}
		return answer, Observation{Outcome: outcome, Degraded: degraded}
	}
}

// left returns how much remains until a moment counted from the delivery's arrival.
func (p *passage) left(until time.Duration) time.Duration {
	return until - time.Since(p.arrived)
}

// await waits until f is decided. When time runs out while the platform still listens, it decides f itself, if f is ours to decide. The
// outcome is empty when nothing was decided.
func (p *passage) await(f *flight) (a chat.Answer, outcome Outcome, degraded bool) {
	e := p.endpoint
	for _, until := range []time.Duration{e.timing.handler, e.timing.giveUp} {
		late := time.NewTimer(p.left(until))
		defer late.Stop()
		select {
		case <-f.done:
			return f.result()
		case <-p.request.Done():
			return chat.Answer{}, OutcomeGone, f.isDegraded()
		case <-late.C:
		}
		if f.isStarted() {
			p.decide(f, chat.Answer{Reply: p.plea(e.busyText)}, OutcomeBusy)
			<-f.done // whoever decided, the settlement delays it by settleWait at most
			return f.result()
		}
	}
	return chat.Answer{}, "", false
}

// lead brings a flight it opened to its end: claims the message, and handles it where that is ours to do.
func (p *passage) lead(f *flight) {
	e := p.endpoint
	ctx := context.WithoutCancel(p.request)
	if e.store == nil {
		f.start(false)
		p.handle(ctx, f, chat.Claim{})
		return
	}
	pause, met := 20*time.Millisecond, false
	for {
		claim, err := e.store.claim(ctx, p.delivery(), e.timing.claimWait)
		switch {
		case err != nil && !met:
			e.log.Warn("store unavailable, answering without it", "error", scrub(err, p.message))
			f.start(true)
			p.handle(ctx, f, chat.Claim{})
			return
		case err != nil: // somebody else is at work on it: no reason to do it twice
		case claim.State == chat.ClaimFirst:
			f.start(false)
			p.handle(ctx, f, claim)
			return
		case claim.State == chat.ClaimDone:
			if f.decide(chat.Answer{Reply: claim.Reply, Told: claim.Told}, OutcomeRepeated) {
				e.flights.land(p.message.Key, f, time.Now())
			}
			return
		default:
			met = true
		}
		left := p.left(e.timing.giveUp)
		if left <= 0 {
			e.flights.abandon(p.message.Key, f)
			return
		}
		time.Sleep(min(pause, left))
		pause = min(2*pause, 100*time.Millisecond)
	}
}

// handle runs the handler and decides the flight by what it returns.
func (p *passage) handle(ctx context.Context, f *flight, claim chat.Claim) {
	e := p.endpoint
	turn := &chat.Turn{Message: *p.message, Memory: p.recall(claim.Memory), Waiting: claim.Waiting, Tracks: claim.Tracks}
	before, _ := json.Marshal(turn.Memory)

	ctx, cancel := context.WithTimeout(ctx, max(p.left(e.timing.handler), e.timing.settleWait))
	defer cancel()
	// A handler that ignores its context, while nobody listens who would decide, must not outlive the lease: another replica may start.
	last := time.AfterFunc(e.timing.lease-e.timing.claimWait-2*e.timing.settleWait, func() {
		p.decide(f, chat.Answer{Reply: p.plea(e.busyText)}, OutcomeBusy)
	})
	defer last.Stop()
	reply, panicked, err := e.answerTurn(ctx, turn)

	outcome := OutcomeAnswered
	var answer chat.Answer
	switch {
	case panicked:
		outcome, answer.Reply = OutcomePanicked, p.plea(e.errorText)
	case err != nil && ctx.Err() != nil && errors.Is(err, context.DeadlineExceeded):
		outcome, answer.Reply = OutcomeBusy, p.plea(e.busyText)
	case err != nil:
		e.log.Error("handler failed", "error", scrub(err, p.message), "kind", string(p.message.Kind), "person", e.person(p.message.User))
		outcome, answer.Reply = OutcomeFailed, p.plea(e.errorText)
	default:
		answer.Reply = p.render(reply)
		if len(answer.Reply) == 0 {
			outcome = OutcomeSilent
		} else {
			answer.Told = reply.Told
		}
		answer.Memory = p.changed(before, turn.Memory)
	}
	if !p.decide(f, answer, outcome) {
		e.log.Warn("reply came too late", "after", time.Since(p.arrived), "kind", string(p.message.Kind))
	}
}

// answerTurn calls the handler and survives its panics.
func (e *Endpoint) answerTurn(ctx context.Context, turn *chat.Turn) (reply chat.Reply, panicked bool, err error) {
	defer func() {
		if v := recover(); v != nil {
			panicked = true
			e.log.Error("handler panicked", "panic", describePanic(v), "at", panicSite(), "kind", string(turn.Kind), "person", e.person(turn.User))
		}
	}()
	reply, err = e.handler.Handle(ctx, turn)
	return reply, false, err
}

// decide decides f, settles the answer and lets it be written. It reports false when f was decided before.
func (p *passage) decide(f *flight, a chat.Answer, outcome Outcome) bool {
	e := p.endpoint
	if !f.decide(a, outcome) {
		return false
	}
	degraded := f.isDegraded()
	if e.store != nil {
		settled := make(chan struct{})
		e.later(func() {
			defer close(settled)
			p.settle(a, degraded)
		})
		if !degraded {
			wait := time.NewTimer(e.timing.settleWait)
			defer wait.Stop()
			select {
			case <-settled:
			case <-wait.C:
			}
		}
	}
	e.flights.land(p.message.Key, f, time.Now())
	return true
}

// settle keeps the answer in the store, and tries again for as long as the lease lasts.
func (p *passage) settle(a chat.Answer, degraded bool) {
	e := p.endpoint
	ctx := context.WithoutCancel(p.request)
	pause := e.timing.settleWait / 2
	for {
		err := <-e.store.settle(ctx, p.delivery(), a, e.timing.lease)
		if err == nil {
			return
		}
		if degraded || p.left(e.timing.lease) <= pause {
			e.log.Warn("reply not settled", "error", scrub(err, p.message))
			return
		}
		time.Sleep(pause)
		pause *= 2
	}
}

// recall decodes what was remembered. Memory that cannot be read is forgotten.
func (p *passage) recall(stored []byte) chat.Memory {
	var m chat.Memory
	if len(stored) == 0 {
		return m
	}
	if err := json.Unmarshal(stored, &m); err != nil {
		p.endpoint.log.Warn("memory unreadable", "bytes", len(stored))
		return chat.Memory{}
	}
	return m
}

// maxMemory is how much may be remembered of a conversation, in bytes. A form under way has some hundreds.
const maxMemory = 32 << 10

// changed encodes memory, or returns nil where it is as it was or cannot be kept.
func (p *passage) changed(before []byte, m chat.Memory) []byte {
	after, err := json.Marshal(m)
	if err != nil || len(after) > maxMemory { // a Form that is no JSON, or a mistake that grows
		p.endpoint.log.Error("memory not kept", "form", m.FormOf, "bytes", len(after))
		return nil
	}
	if bytes.Equal(before, after) {
		return nil
	}
	return after
}

// plea renders and seals one of the texts for hard times.
func (p *passage) plea(text string) []byte {
	return p.render(chat.Reply{Text: text})
}

// render makes the bytes of a reply, nil for silence.
func (p *passage) render(r chat.Reply) []byte {
	plain := wechat.Render(p.message, r, p.endpoint.now())
	if plain == nil {
		return nil
	}
	sealed, err := p.seal.Seal(plain)
	if err != nil {
		p.endpoint.log.Error("reply not sealed", "error", scrub(err, p.message))
		return nil
	}
	return sealed
}
