// Package box joins the demo's page to the platform in a box: its phones speak real signed and sealed XML to the webhook, and what the
// account sends by itself arrives on them.
package box

import (
	"cmp"
	"context"
	"encoding/xml"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/silenceper/wechat/v2/util"

	"github.com/beianbot/beianbot/bot/demo"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// Phone is a demo.Phone on a phone of the platform in a box.
type Phone struct {
	account wechattest.Account
	phone   *wechattest.Phone
}

// NewPhone wraps a phone of somebody who talks to the account.
func NewPhone(a wechattest.Account, p *wechattest.Phone) *Phone { return &Phone{a, p} }

// User returns the person's id at the account.
func (p *Phone) User() string { return p.phone.OpenID() }

// Say sends a text.
func (p *Phone) Say(ctx context.Context, text string) (demo.Exchange, error) {
	return p.exchange(p.phone.Say(ctx, text))
}

// Tap taps a link in a reply.
func (p *Phone) Tap(ctx context.Context, words, menuID string) (demo.Exchange, error) {
	return p.exchange(p.phone.Tap(ctx, wechattest.Link{Label: words, Words: words, ID: menuID}))
}

// Click taps a menu button.
func (p *Phone) Click(ctx context.Context, key string) (demo.Exchange, error) {
	return p.exchange(p.phone.Click(ctx, key))
}

// Follow follows the account.
func (p *Phone) Follow(ctx context.Context, scene string) (demo.Exchange, error) {
	return p.exchange(p.phone.Follow(ctx, scene))
}

// Scan scans a QR code as a follower.
func (p *Phone) Scan(ctx context.Context, scene string) (demo.Exchange, error) {
	return p.exchange(p.phone.Scan(ctx, scene))
}

// Unfollow leaves the account.
func (p *Phone) Unfollow(ctx context.Context) (demo.Exchange, error) {
	return p.exchange(p.phone.Unfollow(ctx))
}

// Voice sends a voice message in which the platform recognised words.
func (p *Phone) Voice(ctx context.Context, recognition string) (demo.Exchange, error) {
	return p.exchange(p.phone.Voice(ctx, recognition))
}

// Image sends a picture.
func (p *Phone) Image(ctx context.Context) (demo.Exchange, error) {
	return p.exchange(p.phone.Image(ctx))
}

// Video sends a video.
func (p *Phone) Video(ctx context.Context) (demo.Exchange, error) {
	return p.exchange(p.phone.Video(ctx))
}

// Location sends a place.
func (p *Phone) Location(ctx context.Context) (demo.Exchange, error) {
	return p.exchange(p.phone.Location(ctx))
}

// exchange makes an Exchange of an answer, which may stand beside an error: it then broke a rule of the platform's.
func (p *Phone) exchange(a *wechattest.Answer, err error) (demo.Exchange, error) {
	if a == nil {
		return demo.Exchange{}, err
	}
	return demo.Exchange{
		Content: a.Content, Status: a.Status, Took: a.Took, Query: a.Callback.Query.Encode(),
		Request: demo.Wire{Sealed: string(a.Callback.Body), Plain: p.clear(a.Callback.Body)},
		Reply:   demo.Wire{Sealed: string(a.Body), Plain: string(a.Plain)},
	}, err
}

// clear reads a request as it was before it was encrypted.
func (p *Phone) clear(body []byte) string {
	var outer struct{ Encrypt string }
	if xml.Unmarshal(body, &outer) != nil || outer.Encrypt == "" {
		return string(body)
	}
	_, plain, err := util.DecryptMsg(p.account.AppID, outer.Encrypt, p.account.AESKey)
	if err != nil {
		return ""
	}
	return string(plain)
}

// Platform is a demo.Platform: it makes the platform in a box refuse or lose what the account sends.
type Platform struct {
	platform *wechattest.Platform

	mu      sync.Mutex
	ability demo.Ability
	fault   demo.Fault
}

// NewPlatform wraps a platform that is well and lets the account do everything.
func NewPlatform(p *wechattest.Platform) *Platform {
	return &Platform{platform: p, ability: demo.AbilityTemplate, fault: demo.FaultNone}
}

// Ability says what the account may do.
func (p *Platform) Ability() demo.Ability {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ability
}

// SetAbility changes it.
func (p *Platform) SetAbility(_ context.Context, a demo.Ability) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ability = a
	p.script()
	return nil
}

// Fault says what is wrong.
func (p *Platform) Fault() demo.Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fault
}

// SetFault changes it.
func (p *Platform) SetFault(_ context.Context, f demo.Fault) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
	p.script()
	return nil
}

const (
	templatePath  = "/cgi-bin/message/template/send"
	subscribePath = "/cgi-bin/message/subscribe/bizsend"
	customerPath  = "/cgi-bin/message/custom/send"
	// unauthorised is the platform's code for what an account of this kind may not do, busy the one for its own troubles.
	unauthorised = 48001
	busy         = -1
)

// script tells the platform in a box what to do from now on.
func (p *Platform) script() {
	p.platform.Heal()
	forbid := func(path string) { p.platform.Script(wechattest.Fault{Path: path, Times: -1, Code: unauthorised}) }
	if p.ability != demo.AbilityTemplate {
		forbid(templatePath)
		forbid(subscribePath)
	}
	if p.ability == demo.AbilityPassive {
		forbid(customerPath)
	}
	for _, path := range []string{templatePath, subscribePath, customerPath} {
		switch p.fault {
		case demo.FaultBusy:
			p.platform.Script(wechattest.Fault{Path: path, Times: -1, Code: busy})
		case demo.FaultLost: // once each: the next attempt gets its answer
			p.platform.Script(wechattest.Fault{Path: path, Times: 1, DropAfter: true})
		case demo.FaultNone:
		}
	}
}

// Shown makes of a delivery what the page shows. title is the template's name; labels name its keywords, and a keyword without a label is
// left out.
func Shown(d wechattest.Delivery, title string, labels map[string]string) demo.Delivery {
	out := demo.Delivery{To: d.OpenID, Kind: demo.DeliveryKind(d.Channel), URL: d.URL, At: d.At, Text: d.Content, Request: request(d)}
	if d.Channel == wechattest.ChannelCustomer {
		return out
	}
	out.Title = title
	var keys []string
	for k := range d.Data {
		if labels[k] != "" {
			keys = append(keys, k)
		}
	}
	// Keywords are numbered in the order of the template: thing1, phrase2, time3.
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a, b)) })
	for _, k := range keys {
		out.Rows = append(out.Rows, demo.Row{Label: labels[k], Value: d.Data[k]})
	}
	return out
}

// place is the number at the end of a keyword.
func place(keyword string) int {
	n, _ := strconv.Atoi(strings.TrimLeftFunc(keyword, func(r rune) bool { return r < '0' || r > '9' }))
	return n
}
