package service

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/handlers"
	"github.com/beianbot/beianbot/handlers/console"
)

// newDesk knows the people who run the account. Both stores keep what it needs.
func (s *Service) newDesk() (*desk.Desk, error) {
	records, ok := s.store.(desk.Records)
	if !ok {
		return nil, fmt.Errorf("the store keeps no records of the desk")
	}
	return desk.New(desk.Options{Records: records, Token: s.options.Config.Admin.Token, Now: s.now}), nil
}

// newConsole makes the operators' console.
func (s *Service) newConsole(calendar *filing.Calendar) (*console.Console, error) {
	o := console.Options{
		Desk: s.desk, Filings: s.store, Outbox: s.store, Questions: s.store, Tallies: s.store, Knowledge: s.edits,
		Calendar: calendar,
		Advice:   advice,
		Reply: func(ctx context.Context, question string) (string, error) {
			a, err := s.ask(ctx, question)
			return links.ReplaceAllString(a.Reply, ""), err
		},
		Menu:   deskMenu(handlers.Menu()),
		Config: func() ([]byte, error) { return s.live.Load().config.YAML() },
		Reload: func(ctx context.Context) ([]string, error) {
			r, err := s.Reload(ctx)
			return r.Restart, err
		},
		Health: s.health, Now: s.now, Log: s.log,
	}
	if b, ok := s.store.(*bolt.Store); ok {
		o.Backup = func(ctx context.Context, w io.Writer) error {
			if rc, ok := w.(http.ResponseWriter); ok { // a copy may take longer than a page
				_ = http.NewResponseController(rc).SetWriteDeadline(time.Time{})
			}
			return b.Backup(ctx, w)
		}
	}
	if s.client != nil {
		if s.options.Config.WeChat.QRCodes {
			o.QRText = func(ctx context.Context, code string, ttl time.Duration) (string, error) {
				qr, err := s.client.CreateQR(ctx, code, ttl)
				return qr.URL, err
			}
		}
		o.PublishMenu = publishMenu(s.client)
	}
	return console.New(o)
}

// links are the marks by which the platform makes words of a reply tappable; a page shows the words.
var links = regexp.MustCompile(`</?a[^>]*>`)

// sayPrefix begins the key of a button that stands for words, as package handlers reads it.
const sayPrefix = "say:"

// deskMenu and menuButtons turn the menu's words into what the desk keeps, and back.
func deskMenu(in []handlers.Button) []desk.Button {
	out := make([]desk.Button, len(in))
	for i, b := range in {
		out[i] = desk.Button{Label: b.Label, Say: strings.TrimPrefix(b.Key, sayPrefix), Buttons: deskMenu(b.Buttons)}
	}
	return out
}

func menuButtons(in []desk.Button) []handlers.Button {
	out := make([]handlers.Button, len(in))
	for i, b := range in {
		out[i] = handlers.Button{Label: b.Label, Buttons: menuButtons(b.Buttons)}
		if len(b.Buttons) == 0 {
			out[i].Key = sayPrefix + b.Say
		}
	}
	return out
}
