package wechat

import (
	"context"
	"fmt"
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

// SetMenu replaces the account's menu: 3 buttons at most, each with 5 below it at most. Clients show it within 5
// minutes.
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	body := map[string]any{"button": buttons}
	return c.Do(ctx, Call{Op: opMenu, Path: "/cgi-bin/menu/create", Body: body}, nil)
}

// QR is a QR code whose scan comes back as an event with its scene.
type QR struct {
	// Ticket names it to ShowQRURL.
	Ticket string
	// URL is what stands in the code, for those who draw it themselves.
	URL string
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
		Ticket string `json:"ticket"`
		URL    string `json:"url"`
	}
	// The scene is a claim code: whoever knows it may follow the filing.
	call := Call{Op: opQR, Path: "/cgi-bin/qrcode/create", Body: body, Personal: []string{scene}}
	if err := c.Do(ctx, call, &answer); err != nil {
		return QR{}, err
	}
	return QR{Ticket: answer.Ticket, URL: answer.URL}, nil
}

// pictureURL is where the platform shows pictures of QR codes.
const pictureURL = "https://mp.weixin.qq.com"

// ShowQRURL returns the address of the picture of a QR code. It needs no token and may be given to anybody who may have the code.
func (c *Client) ShowQRURL(ticket string) string {
	return pictureURL + "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(ticket)
}
