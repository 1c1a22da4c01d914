package storetest

import (
	"slices"
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
	case chat.WindowNone:
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
	c.Tracks = len(m.tracked(d.User)) > 0
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

// guess is filing.Guesses.Guess.
func (m *model) guess(user string, now time.Time) (wait time.Duration) {
	g := m.guesses[user]
	if n := len(g.wrong); n > 0 {
		if now.Sub(g.wrong[n-1]) >= filing.GuessMemory {
			g.wrong = nil
		} else {
			wait = max(0, g.wrong[n-1].Add(filing.GuessWait(n)).Sub(now))
		}
	}
	lane := filing.FreshLane
	switch {
	case len(g.wrong) >= filing.FreeGuesses:
		lane = filing.SharedLane
	case !g.right.IsZero() && now.Sub(g.right) < filing.GuessTrust:
		lane = filing.KnownLane
	}
	in := modelLane{lane, now.Truncate(time.Hour)}
	if most := lane.PerHour(); most > 0 && m.lanes[in] >= most {
		wait = max(wait, in.hour.Add(time.Hour).Sub(now))
	}
	if wait > 0 {
		return wait
	}
	m.lanes[in]++
	g.wrong, g.newest = append(slices.Clone(g.wrong), now), lane
	m.guesses[user] = g
	return 0
}

func (m *model) takeBack(user string, known bool, now time.Time) {
	g := m.guesses[user]
	if n := len(g.wrong); n > 0 && g.newest != "" {
		m.lanes[modelLane{g.newest, g.wrong[n-1].Truncate(time.Hour)}]--
		g.wrong = g.wrong[:n-1]
	}
	if g.newest = ""; known {
		g.right = now
	}
	m.guesses[user] = g
}
