package storetest

import (
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
)

// claimDelivery is chat.Replies.Claim.
func (m *model) claimDelivery(d chat.Delivery) chat.Claim {
	k := d.User + " " + d.Key
	if r, ok := m.replies[k]; ok && d.At.Before(r.until) {
		if r.settled {
			return chat.Claim{State: chat.ClaimDone, Reply: []byte(r.text), Told: r.told}
		}
		return chat.Claim{State: chat.ClaimBusy}
	}
	m.replies[k] = modelReply{until: d.At.Add(d.Lease)}
	w := push.Window{}
	switch d.Opens {
	case chat.WindowMessage:
		w = push.Window{Until: d.SentAt.Add(48 * time.Hour), Left: 5}
	case chat.WindowTap:
		w = push.Window{Until: d.SentAt.Add(time.Minute), Left: 3}
	}
	p := m.people[d.User]
	if w.Open(d.At) && !(p.window.Open(d.At) && p.window.Until.After(w.Until)) {
		p.window = w
		m.people[d.User] = p
	}
	c := chat.Claim{State: chat.ClaimFirst}
	if r, ok := m.memories[d.User]; ok && d.At.Before(r.until) {
		c.Memory = []byte(r.text)
	}
	for _, p := range m.pushes {
		c.Waiting = c.Waiting || p.User == d.User && waits(p)
	}
	return c
}

func (m *model) settle(d chat.Delivery, reply string, memory []byte, told []string) {
	k := d.User + " " + d.Key
	if r, ok := m.replies[k]; ok && r.settled && d.At.Before(r.until) {
		return
	}
	m.replies[k] = modelReply{settled: true, text: reply, told: told, until: d.At.Add(d.Keep)}
	if memory != nil {
		m.memories[d.User] = modelReply{text: string(memory), until: d.At.Add(chat.MemoryTTL)}
	}
}

func (m *model) guess(user string, now time.Time) {
	g := m.guesses[user]
	if now.Sub(g.last) >= filing.GuessMemory {
		g.n = 0
	}
	m.guesses[user] = modelGuesses{g.n + 1, now}
	m.hours[now.Truncate(time.Hour)]++
}

func (m *model) mayGuess(user string, now time.Time) time.Duration {
	if m.hours[now.Truncate(time.Hour)] >= filing.GuessesPerHour {
		return now.Truncate(time.Hour).Add(time.Hour).Sub(now)
	}
	g := m.guesses[user]
	if now.Sub(g.last) >= filing.GuessMemory {
		return 0
	}
	return max(0, g.last.Add(filing.GuessWait(g.n)).Sub(now))
}
