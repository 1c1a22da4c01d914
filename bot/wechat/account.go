package wechat

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// Button is a button of the account's menu. Source: the platform's page on menus, 创建接口.
type Button struct {
	// Type is "click" where a tap sends Key; it is empty for a button that opens Buttons.
	Type string `json:"type,omitempty"`
	Name string `json:"name,omitempty"`
	Key  string `json:"key,omitempty"`
	// Buttons are those below it.
	Buttons []Button `json:"sub_button,omitempty"`
}

// SetMenu replaces the account's menu: 3 buttons at most, each with 5 below it at most. Clients show it within 5 minutes.
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	body := map[string]any{"button": buttons}
	return c.Do(ctx, Call{Op: "menu.create", Path: "/cgi-bin/menu/create", Body: body}, nil)
}

// Menu returns the account's menu, nil where it has none.
func (c *Client) Menu(ctx context.Context) ([]Button, error) {
	var answer struct {
		Menu struct {
			Button []Button `json:"button"`
		} `json:"menu"`
	}
	err := c.Do(ctx, Call{Op: "menu.get", Method: http.MethodGet, Path: "/cgi-bin/menu/get"}, &answer)
	var e *Error
	if errors.As(err, &e) && e.Code == 46003 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return answer.Menu.Button, nil
}

// DeleteMenu removes the account's menu.
func (c *Client) DeleteMenu(ctx context.Context) error {
	return c.Do(ctx, Call{Op: "menu.delete", Method: http.MethodGet, Path: "/cgi-bin/menu/delete"}, nil)
}

// QR is a QR code whose scan comes back as an event with its scene.
type QR struct {
	// Ticket names it to ShowQRURL.
	Ticket string
	// URL is what stands in the code, for those who draw it themselves.
	URL string
	// Expires is when it stops working.
	Expires time.Time
}

// What a QR code may have.
const (
	MaxScene = 64                  // bytes
	MaxQRTTL = 30 * 24 * time.Hour // of a temporary code; a lasting one is not made, since an account has 100,000 in all
)

// CreateQR makes a temporary QR code for a scene of 1 to MaxScene bytes, which lasts for ttl: a minute at least, MaxQRTTL at most.
func (c *Client) CreateQR(ctx context.Context, scene string, ttl time.Duration) (QR, error) {
	if scene == "" || len(scene) > MaxScene {
		return QR{}, fmt.Errorf("wechat: a scene has 1 to %d bytes, not %d", MaxScene, len(scene))
	}
	ttl = min(max(ttl, time.Minute), MaxQRTTL)
	body := map[string]any{
		"expire_seconds": int(ttl.Seconds()),
		"action_name":    "QR_STR_SCENE",
		"action_info":    map[string]any{"scene": map[string]string{"scene_str": scene}},
	}
	var answer struct {
		Ticket  string `json:"ticket"`
		Expires int    `json:"expire_seconds"`
		URL     string `json:"url"`
	}
	asked := c.o.Now()
	// The scene is a claim code: whoever knows it may follow the filing.
	if err := c.Do(ctx, Call{Op: "qr.create", Path: "/cgi-bin/qrcode/create", Body: body, Personal: []string{scene}}, &answer); err != nil {
		return QR{}, err
	}
	return QR{Ticket: answer.Ticket, URL: answer.URL, Expires: asked.Add(time.Duration(answer.Expires) * time.Second)}, nil
}

// ShowQRURL returns the address of the picture of a QR code. It needs no token and may be given to anybody who may have the code.
func (c *Client) ShowQRURL(ticket string) string {
	return c.o.PictureURL + "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(ticket)
}

// CallbackIPs returns the addresses, some as CIDR blocks, from which the platform calls back. They change; ask once a day.
func (c *Client) CallbackIPs(ctx context.Context) ([]string, error) {
	var answer struct {
		List []string `json:"ip_list"`
	}
	err := c.Do(ctx, Call{Op: "callback_ip.get", Method: http.MethodGet, Path: "/cgi-bin/getcallbackip"}, &answer)
	return answer.List, err
}

// ClearQuota gives back the day's quota of calls. The platform allows it 10 times a month (then 48006).
func (c *Client) ClearQuota(ctx context.Context) error {
	return c.Do(ctx, Call{Op: "quota.clear", Path: "/cgi-bin/clear_quota", Body: map[string]string{"appid": c.o.AppID}}, nil)
}
