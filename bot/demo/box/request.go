package box

import (
	"encoding/json"
	"strings"

	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

// request writes a delivery as the body by which it was asked for, as far as the platform took notice of it.
func request(d wechattest.Delivery) string {
	type value struct {
		Value string `json:"value"`
	}
	body := struct {
		ToUser      string           `json:"touser"`
		TemplateID  string           `json:"template_id,omitempty"`
		ClientMsgID string           `json:"client_msg_id,omitempty"`
		URL         string           `json:"url,omitempty"`
		Data        map[string]value `json:"data,omitempty"`
		MsgType     string           `json:"msgtype,omitempty"`
		Text        map[string]any   `json:"text,omitempty"`
	}{ToUser: d.OpenID, TemplateID: d.Template, ClientMsgID: d.ClientMsgID, URL: d.URL}
	if d.Channel == wechattest.ChannelCustomer {
		body.MsgType, body.Text = "text", map[string]any{"content": d.Content}
	} else {
		body.Data = make(map[string]value, len(d.Data))
		for name, v := range d.Data {
			body.Data[name] = value{v}
		}
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(body) != nil {
		return ""
	}
	return strings.TrimSpace(b.String())
}
