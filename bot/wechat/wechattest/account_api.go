package wechattest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/qr"
)

// Button is a button of the menu, as the platform reads it.
type Button struct {
	Type    string    `json:"type"`
	Name    string    `json:"name"`
	Key     string    `json:"key"`
	URL     string    `json:"url"`
	Buttons []*Button `json:"sub_button"`
}

// Menu returns the menu in force, as it was sent; nil when there is none.
func (p *Platform) Menu() []*Button {
	p.mu.Lock()
	defer p.mu.Unlock()
	var m struct {
		Button []*Button `json:"button"`
	}
	_ = json.Unmarshal(p.menu, &m)
	return m.Button
}

func (p *Platform) createMenu(body []byte) (any, int) {
	var in struct {
		Button []*Button `json:"button"`
	}
	if json.Unmarshal(body, &in) != nil {
		return nil, 47001
	}
	if code := checkButtons(in.Button, 3, 16); code != 0 {
		return nil, code
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.menu = json.RawMessage(body)
	return ok, 0
}

// checkButtons applies the platform's limits: 3 buttons with 5 each below, names of 4 and 20 Chinese characters at most (the client shows
// 4 and 8), keys of 128 bytes, addresses of 1,024.
func checkButtons(buttons []*Button, most, nameBytes int) int {
	if len(buttons) == 0 || len(buttons) > most {
		return 40016
	}
	for _, b := range buttons {
		switch {
		case b == nil:
			return 40016
		case b.Name == "" || len(b.Name) > nameBytes || !utf8.ValidString(b.Name):
			return 40018
		case len(b.Buttons) > 0:
			if code := checkButtons(b.Buttons, 5, 60); code != 0 {
				return code
			}
			continue
		case b.Type == "":
			return 40017
		case b.Type == "click" && (b.Key == "" || len(b.Key) > 128):
			return 40019
		case b.Type == "view" && (b.URL == "" || len(b.URL) > 1024):
			return 40020
		}
	}
	return 0
}

type scene struct{ value, address string }

func (p *Platform) createQR(body []byte) (any, int) {
	var in struct {
		ExpireSeconds int    `json:"expire_seconds"`
		ActionName    string `json:"action_name"`
		ActionInfo    struct {
			Scene struct {
				ID  json.Number `json:"scene_id"`
				Str string      `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if json.Unmarshal(body, &in) != nil {
		return nil, 47001
	}
	value := in.ActionInfo.Scene.Str
	switch in.ActionName {
	case "QR_SCENE", "QR_LIMIT_SCENE":
		value = in.ActionInfo.Scene.ID.String()
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
	default:
		return nil, 40053 // invalid action info
	}
	if value == "" || len(value) > 64 {
		return nil, 40053
	}
	expires := in.ExpireSeconds
	if expires <= 0 {
		expires = 60
	}
	s := scene{value, "http://weixin.qq.com/q/02" + randomHex(16)}
	ticket := "gQH_" + randomHex(24) + "==" // real tickets must be escaped in a URL too
	p.mu.Lock()
	defer p.mu.Unlock()
	p.scenes[ticket] = s
	return map[string]any{"ticket": ticket, "expire_seconds": min(expires, 2592000), "url": s.address}, 0
}

// showQR serves the picture of a QR code. On the real platform it is at mp.weixin.qq.com.
func (p *Platform) showQR(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	s, found := p.scenes[r.URL.Query().Get("ticket")]
	p.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	code, err := qr.New(s.address)
	if err != nil {
		http.Error(w, "no picture", http.StatusInternalServerError)
		return
	}
	png, err := code.PNG(430)
	if err != nil {
		http.Error(w, "no picture", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/jpg") // as the platform says, whatever the picture is
	_, _ = w.Write(png)
}

// Scene returns the scene behind a QR code, by its ticket, by the address in it or by the address of its picture.
func (p *Platform) Scene(code string) (string, bool) {
	if u, err := url.Parse(code); err == nil && u.Query().Get("ticket") != "" {
		code = u.Query().Get("ticket")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.scenes[code]; ok {
		return s.value, true
	}
	for _, s := range p.scenes {
		if s.address == code {
			return s.value, true
		}
	}
	return "", false
}

func (p *Platform) callbackIPs([]byte) (any, int) {
	return map[string]any{"ip_list": []string{"203.0.113.10", "203.0.113.16/28"}}, 0
}
