package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	people "github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestEveryChangeIsInTheRecord makes each change once and looks for its one line: who, what, to what, and by which way.
func TestEveryChangeIsInTheRecord(t *testing.T) {
	o := newOffice(t)
	deeds := func() []people.Deed {
		t.Helper()
		all, err := o.desk.Deeds(t.Context(), 0, 500)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	const csv = "编号,名称,进度\na-1,青禾,待短信核验\na-2,小鹿,没有这个阶段\n"
	for _, tt := range []struct {
		method, path, body string
		what, on, note     string // what empty: nothing changes, and nothing is written down
	}{
		{"PUT", "/api/v1/filings/o-1", `{"name":"小鹿花店","stage":"platform_review"}`, "filing.report", "o-1", "API, platform_review"},
		{"PUT", "/api/v1/filings/o-1", `{"stage":"platform_review"}`, "", "", ""},
		{"PUT", "/api/v1/filings/o-1", `{"stage":"sms_pending"}`, "filing.report", "o-1", "API, platform_review → sms_pending"},
		{"PUT", "/api/v1/filings/o-1", `{"subject":"小鹿花艺"}`, "filing.report", "o-1", "API, sms_pending"},
		{"PUT", "/api/v1/filings/o-1", `{"stage":"nowhere"}`, "", "", ""},
		{"POST", "/api/v1/filings/import?dry_run=true", csv, "", "", ""},
		{"POST", "/api/v1/filings/import", csv, "filing.import", "", "API, 2 rows, 1 changed, 1 refused"},
		{"POST", "/api/v1/filings/o-1/code", "", "filing.code", "o-1", "API"},
		{"DELETE", "/api/v1/filings/o-1/code", "", "filing.revoke", "o-1", "API"},
		{"POST", "/api/v1/pushes/pause", `{"reason":"维护"}`, "push.pause", "", "API, 维护"},
		{"POST", "/api/v1/pushes/resume", "", "push.resume", "", "API"},
		{"DELETE", "/api/v1/questions", `{"kind":"unknown","text":"没有的"}`, "question.ignore", "", "API"},
		{"PUT", "/api/v1/menu", `{"menu":[{"label":"帮助","say":"帮助"}]}`, "menu.save", "", "API"},
		{"PUT", "/api/v1/menu", `{"menu":[]}`, "", "", ""},
		{"POST", "/api/v1/menu/sync", "", "menu.publish", "", "API"},
		{"PUT", "/api/v1/menu", `{"menu":null}`, "menu.save", "", "API, reset"},
		{"POST", "/api/v1/reload", "", "reload", "", "API, human.reply"},
		{"DELETE", "/api/v1/filings/o-1", "", "filing.delete", "o-1", "API"},
		{"DELETE", "/api/v1/filings/o-1", "", "", "", ""},
		{"GET", "/api/v1/filings", "", "", "", ""},
	} {
		before := len(deeds())
		o.send(vocab.RoleAdmin, tt.method, tt.path, tt.body)
		after := deeds()
		if tt.what == "" {
			if len(after) != before {
				t.Errorf("%s %s %s changes nothing and is written down: %+v", tt.method, tt.path, tt.body, after[0])
			}
			continue
		}
		if len(after) != before+1 {
			t.Errorf("%s %s: %d lines in the record, not one", tt.method, tt.path, len(after)-before)
			continue
		}
		if d := after[0]; d.Who != "mei" || d.What != tt.what || d.On != tt.on || d.Note != tt.note || !d.At.Equal(now) {
			t.Errorf("%s %s: %+v", tt.method, tt.path, d)
		}
	}
}

// TestReaderWritesNothing sends, with a reader's key, every call by every method and with a body that an admin's call would carry out. The
// store stays as it was, byte by byte.
func TestReaderWritesNothing(t *testing.T) {
	o := newOffice(t)
	o.call(200, "PUT", "/api/v1/filings/o-1", `{"name":"小鹿花店","stage":"platform_review"}`)
	kept := func() []byte {
		t.Helper()
		var b bytes.Buffer
		if err := o.store.Backup(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	bodies := map[string]string{
		"PUT /api/v1/filings/{id}":     `{"stage":"sms_pending"}`,
		"POST /api/v1/filings/import":  "编号,名称,进度\na-1,青禾,待短信核验\n",
		"POST /api/v1/pushes/pause":    `{"reason":"x"}`,
		"DELETE /api/v1/questions":     `{"kind":"unknown","text":"x"}`,
		"PUT /api/v1/kb/{topic}":       `{"entry":{"id":"total-time","group":"time","title":"要多久","answer":"两周","variants":["多久"]}}`,
		"POST /api/v1/kb/try":          `{"question":"要多久"}`,
		"PUT /api/v1/menu":             `{"menu":[{"label":"进度","say":"查进度"}]}`,
		"POST /api/v1/filings/{id}":    `{"stage":"sms_pending"}`,
		"PATCH /api/v1/filings/{id}":   `{"stage":"sms_pending"}`,
		"OPTIONS /api/v1/filings/{id}": "",
	}
	fill := strings.NewReplacer("{id}", "o-1", "{topic}", "total-time", "{user}", "oABC…WXYZ")
	before, refused := kept(), 0
	for p := range o.doc["paths"].(map[string]any) {
		for _, m := range []string{"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS"} {
			w := o.send(vocab.RoleReader, m, fill.Replace(p), bodies[m+" "+p])
			if w.Code == http.StatusForbidden {
				refused++
			}
			if w.Code < 300 && m != "GET" && m != "HEAD" && p != "/api/v1/kb/try" {
				t.Errorf("%s %s by a reader: %d", m, p, w.Code)
			}
		}
	}
	if refused < 12 {
		t.Errorf("only %d calls were refused", refused)
	}
	if !bytes.Equal(before, kept()) {
		t.Error("a reader's key changed the store")
	}
}

// TestWrongMethod: a path that is known takes only its methods and names them, before anybody's body is read; but not to strangers.
func TestWrongMethod(t *testing.T) {
	o := newOffice(t)
	for _, tt := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"POST", "/api/v1/filings/o-1", 405, "GET, HEAD, PUT, DELETE"},
		{"PATCH", "/api/v1/filings/o-1", 405, "GET, HEAD, PUT, DELETE"},
		{"DELETE", "/api/v1/filings", 405, "GET, HEAD"},
		{"GET", "/api/v1/filings/o-1/code", 405, "POST, DELETE"},
		{"OPTIONS", "/api/v1/kb/try", 405, "GET, HEAD, PUT, POST, DELETE"}, // a topic could have this name
		{"PUT", "/api/v1/stats", 405, "GET, HEAD"},
		{"POST", "/api/v1/nothing", 404, ""},
		{"GET", "/api/v1/", 404, ""},
		{"GET", "/api/v1/filings/o-1/nothing", 404, ""},
	} {
		w := o.send(vocab.RoleReader, tt.method, tt.path, "")
		code := map[int]string{405: `"method_not_allowed"`, 404: `"not_found"`}[tt.status]
		if w.Code != tt.status || w.Header().Get("Allow") != tt.allow || !strings.Contains(w.Body.String(), code) {
			t.Errorf("%s %s: %d, Allow %q: %s", tt.method, tt.path, w.Code, w.Header().Get("Allow"), w.Body)
		}
	}
	if w := o.send("", "POST", "/api/v1/filings/o-1", ""); w.Code != 401 || w.Header().Get("Allow") != "" {
		t.Errorf("a stranger learns %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}
