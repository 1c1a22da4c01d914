package demo_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/demo"
)

func TestGuard(t *testing.T) {
	tests := []struct {
		name, method, host string
		remote             bool
		header             map[string]string
		status             int
	}{
		{name: "loopback", host: "127.0.0.1:8080", status: 200},
		{name: "loopback of version 6", host: "[::1]:8080", status: 200},
		{name: "localhost", host: "LocalHost:8080", status: 200},
		{name: "a name that points here", host: "evil.example:8080", status: 403},
		{name: "a name that looks local", host: "localhost.evil.example", status: 403},
		{name: "no host", host: "", status: 403},
		{name: "the machine's address", host: "192.0.2.1:8080", status: 403},
		{name: "the machine's address, wanted", host: "192.0.2.1:8080", remote: true, status: 200},
		{name: "a name, although others may come", host: "evil.example", remote: true, status: 403},
		{name: "own post", method: "POST", host: "127.0.0.1:8080", header: map[string]string{"Origin": "http://127.0.0.1:8080"}, status: 200},
		{name: "post of a tool", method: "POST", host: "127.0.0.1:8080", status: 200},
		{name: "post from elsewhere", method: "POST", host: "127.0.0.1:8080", header: map[string]string{"Origin": "https://evil.example"}, status: 403},
		{name: "post from another port", method: "POST", host: "127.0.0.1:8080", header: map[string]string{"Origin": "http://127.0.0.1:9999"}, status: 403},
		{name: "post across sites", method: "POST", host: "127.0.0.1:8080", header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403},
		{name: "post of a form", method: "POST", host: "127.0.0.1:8080", header: map[string]string{"Content-Type": "text/plain"}, status: 415},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld()
			o := w.options()
			o.Remote = tt.remote
			d, err := demo.New(o)
			if err != nil {
				t.Fatal(err)
			}
			path, body := "/", ""
			if tt.method == "POST" {
				path, body = "/do/follow", "{}"
			}
			r := httptest.NewRequest(tt.method, path, strings.NewReader(body))
			r.Host = tt.host
			r.Header.Set("Content-Type", "application/json")
			for k, v := range tt.header {
				r.Header.Set(k, v)
			}
			rec := httptest.NewRecorder()
			d.ServeHTTP(rec, r)
			if rec.Code != tt.status {
				t.Errorf("status %d, want %d: %s", rec.Code, tt.status, rec.Body)
			}
		})
	}
}

// The policy forbids inline scripts and styles and everything from elsewhere, so the page must have none.
func TestPageKeepsItsPolicy(t *testing.T) {
	s := newSite(t)
	res, err := http.Get(s.url + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	page := string(body)
	if p := res.Header.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
		t.Errorf("policy %q", p)
	}
	for name, bad := range map[string]string{
		"inline script": `<script(?:>|[^>]*[^"]>[^<])`, "inline style": `<style|\sstyle=`, "handler": `\son[a-z]+=`, "elsewhere": `(?:src|href)="(?:https?:)?//`,
	} {
		if m := regexp.MustCompile(bad).FindString(page); m != "" {
			t.Errorf("%s in the page: %q", name, m)
		}
	}
	for _, want := range []string{"备案助手", "个人的小程序也要备案吗", `data-key="say:查进度"`, `data-url="https://beian.miit.gov.cn/"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	parts := regexp.MustCompile(`(?:src|href)="(assets/[^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(parts) < 5 {
		t.Fatalf("%d parts", len(parts))
	}
	for _, m := range append(parts, [][]string{{"", "assets/kit.js"}, {"", "assets/chat.js"}, {"", "assets/composer.js"}, {"", "assets/office.js"}, {"", "assets/wire.js"}}...) {
		got, err := http.Get(s.url + "/" + m[1])
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", m[1], got.Status)
		}
	}
	for _, path := range []string{"/assets/page.html", "/assets/..%2fpage.html", "/assets/nothing.js", "/qr/nobody", "/nothing"} {
		got, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = got.Body.Close()
		if got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, got.Status)
		}
	}
}

func TestMenuWordsAreEscaped(t *testing.T) {
	w := newWorld()
	o := w.options()
	o.Name = `<script>alert(1)</script>`
	o.Menu = []demo.Button{{Label: `"><img src=x>`, Key: `"onclick="x`}, {Label: "网页", URL: "javascript:alert(1)"}}
	d, err := demo.New(o)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "http://127.0.0.1/", nil)
	rec := httptest.NewRecorder()
	d.ServeHTTP(rec, r)
	for _, bad := range []string{"<script>alert", "<img src=x>", `"onclick="x`, "javascript:"} {
		if strings.Contains(rec.Body.String(), bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestWires(t *testing.T) {
	s := newSite(t)
	p := s.open(t, "")
	p.entry(t, "您好")
	s.mustDo(t, "say", `{"text":"管局要审多久"}`)
	s.demo.Deliver(demo.Delivery{To: "oFake1", Text: "提醒", Request: `{"touser":"oFake1"}`})
	p.entry(t, "提醒")
	res, err := http.Get(s.url + "/wires")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	for _, want := range []string{`"what":"关注"`, `"what":"文字：管局要审多久"`, "msg_signature=", "Encrypt", "say 管局要审多久", `"status":200`, `"micros":1834`, `"what":"推送：客服消息"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("wires lack %q", want)
		}
	}
	for range 60 {
		s.mustDo(t, "say", `{"text":"在吗"}`)
	}
	res, err = http.Get(s.url + "/wires")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ = io.ReadAll(res.Body); strings.Count(string(body), `"id":`) != 40 {
		t.Errorf("%d wires kept", strings.Count(string(body), `"id":`))
	}
}
