package wechat_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/wechat"
)

// recorder answers every call and records the bodies.
type recorder struct{ bytes.Buffer }

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(req.URL.Path, "token") {
		fmt.Fprintf(r, "%s %s\n%s\n", req.Method, req.URL.Path, body)
	}
	answer := `{"errcode":0,"access_token":"t","expires_in":7200,"msgid":18446744073,"ticket":"T","url":"http://u","expire_seconds":60}`
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(answer)), Request: req}, nil
}

// TestWireForms holds the very bytes of every call with a body. They were first written with the types of the SDK.
func TestWireForms(t *testing.T) {
	var r recorder
	seen := map[string]bool{}
	observe := func(o wechat.Observation) { seen[o.Op] = true }
	c, err := wechat.NewClient(wechat.ClientOptions{Observe: observe, AppID: "wx1", AppSecret: "s", BaseURL: "http://platform.test/", HTTP: &http.Client{Transport: &r}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	m := template("oTest")
	id, err := c.SendTemplate(ctx, m)
	if err != nil || id != "18446744073" {
		t.Errorf("%q, %v", id, err)
	}
	m.URL, m.ClientMsgID = "", "push-1"
	m.Data["phrase2"] = wechat.Item{Value: "a\u2028\"\\ \x01"}
	if _, err := c.SendTemplate(ctx, m); err != nil {
		t.Error(err)
	}
	if _, err := c.SendTemplate(ctx, wechat.TemplateMessage{}); err != nil {
		t.Error(err)
	}
	n := wechat.SubscriptionNotice{ToUser: "oTest", TemplateID: "S1", Page: "https://example.com/?a=1&b=2", Data: map[string]wechat.Item{
		"time3": {Value: "2026-11-20 10:00"}, "thing1": {Value: "名字<b>"},
	}}
	if err := c.SendSubscription(ctx, n); err != nil {
		t.Error(err)
	}
	if err := c.SendSubscription(ctx, wechat.SubscriptionNotice{ToUser: "oTest", TemplateID: "S1"}); err != nil {
		t.Error(err)
	}
	if err := c.SendReply(ctx, "oTest", chat.Reply{Text: "一 & <二>", Choices: []chat.Choice{{Label: "怎么做"}}}); err != nil {
		t.Error(err)
	}
	buttons := []wechat.Button{
		{Type: "click", Name: "查进度", Key: "status"},
		{Name: "更多", Buttons: []wechat.Button{{Type: "click", Name: "帮助 & <b>", Key: "help"}, {Type: "click", Name: "人工", Key: "human"}}},
	}
	if err := c.SetMenu(ctx, buttons); err != nil {
		t.Error(err)
	}
	if _, err := c.CreateQR(ctx, "BA-7K3M-Q9XD", time.Hour); err != nil {
		t.Error(err)
	}
	golden.Equal(t, "calls.golden.txt", r.String())
	if _, err := c.Quota(ctx, wechat.PathTemplate); err != nil {
		t.Error(err)
	}
	for _, op := range wechat.Ops() {
		if !seen[op] {
			t.Errorf("%s was not called", op)
		}
		delete(seen, op)
	}
	if len(seen) > 0 {
		t.Errorf("called %v, which Ops lacks", seen)
	}
}
