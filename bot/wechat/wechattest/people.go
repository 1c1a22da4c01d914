package wechattest

import (
	"time"

	"github.com/beianbot/beianbot/bot/chat"
)

// person is what the platform knows of somebody in regard to the account.
type person struct {
	follows bool
	windows map[chat.Window]*window
	credits map[string]int // accepted subscriptions by template
}

// window is a span in which the account may write to a person.
type window struct {
	until time.Time
	left  int
}

// What each window allows. Source: the platform's page on customer service messages.
var windowRules = map[chat.Window]struct {
	lasts    time.Duration
	messages int
}{
	chat.WindowMessage: {48 * time.Hour, 5},
	chat.WindowTap:     {time.Minute, 3},
}

// Know makes people known to the platform as followers, without any event.
func (p *Platform) Know(openIDs ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, id := range openIDs {
		p.person(id).follows = true
	}
}

// Leave makes a person stop following, without any event.
func (p *Platform) Leave(openID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person(openID).follows = false
}

// Credit adds n accepted subscriptions of a person to a notice template; a negative n takes them away.
func (p *Platform) Credit(openID, template string, n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.person(openID).credits
	c[template] = max(0, c[template]+n)
}

// Open opens a window for customer messages to a person.
func (p *Platform) Open(openID string, w chat.Window) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.person(openID).open(w, p.now())
}

// person returns somebody's record, made if need be. The caller holds the lock.
func (p *Platform) person(openID string) *person {
	who, ok := p.people[openID]
	if !ok {
		who = &person{windows: map[chat.Window]*window{}, credits: map[string]int{}}
		p.people[openID] = who
	}
	return who
}

func (who *person) open(w chat.Window, now time.Time) {
	if rule, ok := windowRules[w]; ok {
		who.windows[w] = &window{until: now.Add(rule.lasts), left: rule.messages}
	}
}

// spend takes a customer message out of a window, the shorter one first, and returns the platform's error code when there is none.
func (who *person) spend(now time.Time) int {
	code := 45015 // no window
	for _, kind := range []chat.Window{chat.WindowTap, chat.WindowMessage} {
		w, ok := who.windows[kind]
		if !ok || now.After(w.until) {
			continue
		}
		if w.left > 0 {
			w.left--
			return 0
		}
		code = 45047 // a window, but used up
	}
	return code
}

// heard notes that a person wrote a message, or tapped a link in one.
func (p *Platform) heard(openID string, tapped bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who := p.person(openID)
	who.follows = true // whoever writes follows: the platform allows nothing else
	if tapped {
		who.open(chat.WindowTap, p.now())
	} else {
		who.open(chat.WindowMessage, p.now())
	}
}

// happened notes an event.
func (p *Platform) happened(openID, event string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	who := p.person(openID)
	switch event {
	case "subscribe":
		who.follows = true
		who.open(chat.WindowTap, p.now())
	case "unsubscribe":
		who.follows = false
	case "SCAN", "CLICK", "scancode_push", "scancode_waitmsg":
		who.open(chat.WindowTap, p.now())
	}
}
