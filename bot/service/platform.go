package service

import (
	"context"
	"net/http"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/store"
	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/config"
	"github.com/beianbot/beianbot/handlers"
)

// newClient makes the client of the platform's API. Observe is called after each call; it may be nil.
func newClient(
	c config.Config, tokens store.Tokens, o Options, observe func(wechat.Observation),
) (*wechat.Client, error) {
	co := wechat.ClientOptions{
		AppID: c.WeChat.AppID, AppSecret: c.WeChat.AppSecret, BaseURL: c.WeChat.APIBase, Now: o.Now, Log: o.Log,
		Observe: observe,
	}
	if tokens != nil {
		co.Tokens = sharedTokens{tokens}
	}
	if o.Transport != nil {
		co.HTTP = &http.Client{Transport: o.Transport, Timeout: 10 * time.Second}
	}
	return wechat.NewClient(co)
}

// sharedTokens keeps access tokens where every replica finds them.
type sharedTokens struct{ store store.Tokens }

func (t sharedTokens) Token(ctx context.Context, key string) (wechat.Token, error) {
	value, expires, err := t.store.Token(ctx, key)
	return wechat.Token{Value: value, Expires: expires}, err
}

func (t sharedTokens) PutToken(ctx context.Context, key string, token wechat.Token) error {
	return t.store.PutToken(ctx, key, token.Value, token.Expires)
}

// qrCodes makes pictures that carry a claim code.
type qrCodes struct{ client *wechat.Client }

func (q qrCodes) QRCode(ctx context.Context, scene string, ttl time.Duration) (string, error) {
	qr, err := q.client.CreateQR(ctx, scene, ttl)
	if err != nil {
		return "", err
	}
	return q.client.ShowQRURL(qr.Ticket), nil
}

// publishMenu returns what puts a menu in place at the platform.
func publishMenu(client *wechat.Client) func(context.Context, []desk.Button) error {
	return func(ctx context.Context, menu []desk.Button) error {
		return client.SetMenu(ctx, buttons(menuButtons(menu)))
	}
}

func buttons(in []handlers.Button) []wechat.Button {
	out := make([]wechat.Button, len(in))
	for i, b := range in {
		if len(b.Buttons) > 0 {
			out[i] = wechat.Button{Name: b.Label, Buttons: buttons(b.Buttons)}
		} else {
			out[i] = wechat.Button{Type: "click", Name: b.Label, Key: b.Key}
		}
	}
	return out
}
