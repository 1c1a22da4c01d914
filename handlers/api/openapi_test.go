package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	people "github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/bolt"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/handlers/api"
	"github.com/beianbot/beianbot/kb"
)

// office is the API with people, keys and knowledge that can be edited.
type office struct {
	t     *testing.T
	store *bolt.Store
	h     http.Handler
	desk  *people.Desk
	keys  map[vocab.Role]string
	doc   map[string]any
	seen  map[string]bool
	// published is what was put in place at the platform last, refuse what that says.
	published []people.Button
	refuse    error
	// broken is what a reload says.
	broken error
}

// editor is api.Editor over one desk.
type editor struct {
	*kb.Knowledge
	overlay *kb.Overlay
	desk    *people.Desk
}

func (e *editor) Try(_ context.Context, _ string, part *kb.Part) (*kb.Snapshot, error) {
	if part == nil {
		return e.overlay.Try(nil)
	}
	return e.overlay.Try([]kb.Part{*part})
}

func (e *editor) Refresh(ctx context.Context) error {
	drafts, err := e.desk.Drafts(ctx)
	var all []kb.Part
	for key, d := range drafts {
		if d.Entry != nil {
			p, err := kb.ReadPart(key, d.Entry)
			if err != nil {
				return err
			}
			all = append(all, p)
		}
	}
	if err != nil {
		return err
	}
	return e.overlay.Lay(all)
}

func newOffice(t *testing.T) *office {
	t.Helper()
	clock := func() time.Time { return now }
	st, err := bolt.Open(bolt.Options{Path: filepath.Join(t.TempDir(), "a.db"), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	k, err := knowledge()
	if err != nil {
		t.Fatal(err)
	}
	d := people.New(people.Options{Records: st, Token: token, Now: clock})
	o := &office{t: t, store: st, desk: d, keys: map[vocab.Role]string{"": ""}, seen: map[string]bool{}}
	if err := d.AddUser(t.Context(), "mei", "correct horse battery", vocab.RoleAdmin); err != nil {
		t.Fatal(err)
	}
	for _, r := range vocab.Roles() {
		if o.keys[r], _, err = d.AddKey(t.Context(), "mei", "for "+string(r), r); err != nil {
			t.Fatal(err)
		}
	}
	o.h = api.New(api.Options{
		Filings: st, Outbox: st, Questions: st, Tallies: st, Knowledge: k, Desk: d, Editor: &editor{k, kb.NewOverlay(k), d},
		Menu: []people.Button{{Label: "进度", Say: "查进度"}},
		Reload: func(context.Context) (changed, restart []string, err error) {
			return []string{"human.reply"}, nil, o.broken
		},
		PublishMenu: func(_ context.Context, menu []people.Button) error {
			if o.refuse == nil {
				o.published = menu
			}
			return o.refuse
		},
		Estimate: filing.NewEstimator(nil).Estimate, Now: clock, Log: slog.New(slog.DiscardHandler), Advice: func(push.Push) string { return "" },
		Ask: func(_ context.Context, q string) (api.Asked, error) {
			return api.Asked{Question: q, Kind: "unknown", Candidates: []api.Candidate{}}, nil
		},
	})
	if err := json.Unmarshal(o.send(vocab.RoleReader, "GET", "/api/v1/openapi.json", "").Body.Bytes(), &o.doc); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) send(role vocab.Role, method, path, body string) *httptest.ResponseRecorder {
	o.t.Helper()
	r := httptest.NewRequestWithContext(o.t.Context(), method, path, strings.NewReader(body))
	if k := o.keys[role]; k != "" {
		r.Header.Set("Authorization", "Bearer "+k)
	}
	if strings.HasPrefix(body, "{") {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	o.h.ServeHTTP(w, r)
	return w
}

var part = regexp.MustCompile(`\\\{[a-z]+\\\}`)

// operation finds what the document says of a call.
func (o *office) operation(method, path string) (string, map[string]any) {
	o.t.Helper()
	path, _, _ = strings.Cut(path, "?")
	var best string
	for p := range o.doc["paths"].(map[string]any) {
		fits := regexp.MustCompile("^" + part.ReplaceAllString(regexp.QuoteMeta(p), "[^/]+") + "$").MatchString(path)
		if fits && (best == "" || strings.Count(p, "{") < strings.Count(best, "{")) {
			if _, ok := o.doc["paths"].(map[string]any)[p].(map[string]any)[strings.ToLower(method)]; ok {
				best = p
			}
		}
	}
	if best == "" {
		o.t.Fatalf("%s %s is not documented", method, path)
	}
	return best, o.doc["paths"].(map[string]any)[best].(map[string]any)[strings.ToLower(method)].(map[string]any)
}

// call makes a call as the admin and holds the answer against the document.
func (o *office) call(want int, method, path, body string) map[string]any {
	o.t.Helper()
	w := o.send(vocab.RoleAdmin, method, path, body)
	p, op := o.operation(method, path)
	if w.Code != want {
		o.t.Fatalf("%s %s: %d, want %d: %s", method, path, w.Code, want, w.Body)
	}
	answer, ok := op["responses"].(map[string]any)[fmt.Sprint(want)].(map[string]any)
	if !ok {
		o.t.Errorf("%s %s answers %d, which is not documented", method, p, want)
		return nil
	}
	if want < 300 {
		o.seen[method+" "+p] = true
	}
	kind, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
	content, _ := answer["content"].(map[string]any)
	if content == nil {
		if w.Body.Len() > 0 {
			o.t.Errorf("%s %s: a body that is not documented", method, p)
		}
		return nil
	}
	media, ok := content[kind].(map[string]any)
	if !ok {
		o.t.Fatalf("%s %s answers %s, which is not documented", method, p, kind)
	}
	if kind != "application/json" {
		return nil
	}
	var v any
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		o.t.Fatal(err)
	}
	o.fits(method+" "+p, media["schema"].(map[string]any), v)
	out, _ := v.(map[string]any)
	return out
}

// fits reports what of a value is not as the schema says. Every field of an object must be documented.
func (o *office) fits(at string, schema map[string]any, v any) {
	o.t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		schema = o.doc["components"].(map[string]any)["schemas"].(map[string]any)[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
	}
	ok := true
	switch want := schema["type"]; x := v.(type) {
	case nil:
	case string:
		ok = want == "string" || want == nil
	case bool:
		ok = want == "boolean"
	case float64:
		ok = want == "number" || want == "integer" && x == float64(int64(x))
	case []any:
		if ok = want == "array"; ok {
			for _, e := range x {
				o.fits(at+"[]", schema["items"].(map[string]any), e)
			}
		}
	case map[string]any:
		if want == nil {
			return
		}
		ok = want == "object"
		props, _ := schema["properties"].(map[string]any)
		more, _ := schema["additionalProperties"].(map[string]any)
		for k, e := range x {
			switch p, known := props[k].(map[string]any); {
			case known:
				o.fits(at+"."+k, p, e)
			case more != nil:
				o.fits(at+"."+k, more, e)
			case props != nil:
				o.t.Errorf("%s.%s is not documented", at, k)
			}
		}
	}
	if !ok {
		o.t.Errorf("%s: %v is not %v", at, v, schema["type"])
	}
}

// TestDocument makes every call that is documented, and holds each answer against the document.
func TestDocument(t *testing.T) {
	o := newOffice(t)
	const user = "oABCD1234567890abcdefWXYZ"
	o.call(200, "PUT", "/api/v1/filings/o-1", `{"name":"小鹿花店","platform":"wechat","province":"上海","stage":"platform_review","at":"2026-11-20T02:00:00Z"}`)
	o.call(409, "PUT", "/api/v1/filings/o-1", `{"stage":"filed","at":"2026-11-19T02:00:00Z"}`)
	o.call(422, "PUT", "/api/v1/filings/o-1", `{"stage":"nowhere"}`)
	o.call(400, "PUT", "/api/v1/filings/o-1", `{"unheard":1}`)
	for _, step := range []func() error{
		func() error { return o.store.Adopt(t.Context(), "o-1", user, now) },
		func() error { return o.store.SetNotify(t.Context(), user, "o-1", filing.NotifyAll, now) },
		func() error { return o.store.AddTallies(t.Context(), "2026-11-23", map[string]int64{"kind:answer": 1}) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	o.call(200, "PUT", "/api/v1/filings/o-1", `{"stage":"platform_rejected","reasons":[{"field":"照片","error":"反光"}]}`)
	o.call(200, "GET", "/api/v1/filings/o-1", "")
	o.call(404, "GET", "/api/v1/filings/none", "")
	o.call(200, "GET", "/api/v1/filings?stage=platform_rejected&limit=10", "")
	o.call(400, "GET", "/api/v1/filings?limit=0", "")
	o.call(200, "POST", "/api/v1/filings/o-1/code", "")
	o.call(204, "DELETE", "/api/v1/filings/o-1/code", "")
	o.call(200, "GET", "/api/v1/filings/export", "")
	o.call(200, "POST", "/api/v1/filings/import?dry_run=true", "编号,名称,进度\na-1,青禾,待短信核验\n,,\nx x,坏的,没有\n")
	pushes := o.call(200, "GET", "/api/v1/pushes", "")["pushes"].([]any)
	if len(pushes) == 0 || strings.Contains(fmt.Sprint(pushes), user) {
		t.Fatalf("pushes: %v", pushes)
	}
	id := pushes[0].(map[string]any)["id"].(string)
	o.call(200, "GET", "/api/v1/pushes/"+id, "")
	o.call(200, "POST", "/api/v1/pushes/pause", `{"reason":"维护"}`)
	o.call(200, "POST", "/api/v1/pushes/resume", "")
	o.call(200, "POST", "/api/v1/pushes/"+id+"/retry", "")
	o.call(200, "DELETE", "/api/v1/pushes/"+id, "")
	o.call(409, "DELETE", "/api/v1/pushes/"+id, "")
	o.call(200, "GET", "/api/v1/filings/o-1/followers", "")
	o.call(204, "DELETE", "/api/v1/filings/o-1/followers/"+people.Mask(user), "")
	o.call(200, "GET", "/api/v1/questions", "")
	o.call(204, "DELETE", "/api/v1/questions", `{"kind":"unknown","text":"没有的"}`)
	o.call(200, "GET", "/api/v1/kb", "")
	entry := o.call(200, "GET", "/api/v1/kb/total-time", "")
	e := entry["entry"].(map[string]any)
	e["answer"] = "一般要二到四周，以平台显示为准。"
	e["facts"] = []any{map[string]any{"text": "二到四周", "from": "T-1", "grade": "C"}}
	e["facets"], e["detail"] = nil, ""
	body := func() string {
		b, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := o.call(200, "PUT", "/api/v1/kb/total-time", body()); got["rev"] != 1.0 || got["entry"].(map[string]any)["answer"] != e["answer"] {
		t.Errorf("after the edit: %v", got)
	}
	o.call(409, "PUT", "/api/v1/kb/total-time", body()) // it says rev 0
	delete(entry, "rev")
	e["answer"] = " "
	o.call(422, "PUT", "/api/v1/kb/total-time", body())
	e["answer"] = strings.Repeat("太长", 400)
	o.call(422, "PUT", "/api/v1/kb/total-time", body())
	o.call(204, "DELETE", "/api/v1/kb/total-time", "")
	o.call(404, "DELETE", "/api/v1/kb/total-time", "")
	o.call(200, "POST", "/api/v1/kb/try", `{"question":"要多久"}`)
	if got := o.call(200, "GET", "/api/v1/menu", ""); got["edited"] != false || fmt.Sprint(got["menu"]) != "[map[label:进度 say:查进度]]" {
		t.Errorf("the menu that came with it: %v", got)
	}
	const mine = `{"menu":[{"label":"我的","buttons":[{"label":"帮助","say":"帮助"}]}]}`
	for body, want := range map[string]int{`{"menu":[]}`: 422, `{"menu":[{"label":"太长太长太长","say":"x"}]}`: 422, `{"menus":[]}`: 400, mine: 200} {
		o.call(want, "PUT", "/api/v1/menu", body)
	}
	o.call(200, "POST", "/api/v1/menu/sync", "")
	if len(o.published) != 1 || o.published[0].Buttons[0].Say != "帮助" {
		t.Errorf("published %v", o.published)
	}
	o.refuse = errors.New("40018 invalid button name size")
	if got := o.call(502, "POST", "/api/v1/menu/sync", ""); !strings.Contains(fmt.Sprint(got), "invalid button name size") {
		t.Errorf("refused: %v", got)
	}
	o.refuse = nil
	o.call(200, "PUT", "/api/v1/menu", `{"menu":null}`)
	o.call(200, "POST", "/api/v1/menu/sync", "")
	if len(o.published) != 1 || o.published[0].Label != "进度" {
		t.Errorf("published after the reset: %v", o.published)
	}
	o.call(200, "GET", "/api/v1/stats", "")
	o.call(200, "POST", "/api/v1/reload", "")
	o.broken = errors.New("beianbot.yaml:3: log.level: must be one of debug, info, warn, error")
	if got := o.call(422, "POST", "/api/v1/reload", ""); !strings.Contains(fmt.Sprint(got), "beianbot.yaml:3: log.level") {
		t.Errorf("refused: %v", got)
	}
	o.broken = nil
	o.call(200, "GET", "/api/v1/openapi.json", "")
	o.call(204, "DELETE", "/api/v1/filings/o-1", "")

	deeds, err := o.desk.Deeds(t.Context(), 0, 500)
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]bool{}
	for _, d := range deeds {
		done[d.What] = d.Who == "mei"
	}
	for _, what := range []string{
		"filing.report", "filing.code", "filing.revoke", "filing.unfollow", "filing.delete", "push.pause", "push.resume", "push.retry", "push.drop",
		"question.ignore", "kb.save", "kb.undo", "menu.save", "menu.publish", "reload",
	} {
		if !done[what] {
			t.Errorf("%s is not in the record", what)
		}
	}
	for p, ops := range o.doc["paths"].(map[string]any) {
		for m := range ops.(map[string]any) {
			if key := strings.ToUpper(m) + " " + p; !o.seen[key] {
				t.Errorf("%s is documented and was not called", key)
			}
		}
	}
}

var right = regexp.MustCompile("right `([a-z]+)`")

// TestRolesTimesCalls makes every call with a key of every role. What a role may not do is refused and changes nothing.
func TestRolesTimesCalls(t *testing.T) {
	o := newOffice(t)
	var calls []string
	for p, ops := range o.doc["paths"].(map[string]any) {
		for m := range ops.(map[string]any) {
			calls = append(calls, strings.ToUpper(m)+" "+p)
		}
	}
	slices.Sort(calls)
	if len(calls) < 25 {
		t.Fatalf("only %d calls", len(calls))
	}
	for _, c := range calls {
		method, p, _ := strings.Cut(c, " ")
		_, op := o.operation(method, p)
		action := vocab.Permission(right.FindStringSubmatch(op["description"].(string))[1])
		for role := range o.keys {
			w := o.send(role, method, strings.NewReplacer("{", "", "}", "").Replace(p), "")
			switch {
			case role == "" && w.Code != http.StatusUnauthorized:
				t.Errorf("%s by nobody: %d", c, w.Code)
			case role != "" && role.May(action) != (w.Code != http.StatusForbidden):
				t.Errorf("%s (%s) by a %s: %d", c, action, role, w.Code)
			}
			if bytes.Contains(w.Body.Bytes(), []byte(o.keys[vocab.RoleAdmin])) {
				t.Errorf("%s tells a key", c)
			}
		}
		if method != "GET" && action == vocab.PermissionView && !strings.HasSuffix(p, "/kb/try") {
			t.Errorf("%s changes something and takes no more than looking", c)
		}
	}
}

func TestOtherPagesCannotCall(t *testing.T) {
	h := api.New(api.Options{Log: slog.New(slog.DiscardHandler)})
	for _, c := range []struct {
		host, site string
		want       int
	}{
		{"127.0.0.1:9090", "", 404}, {"localhost", "none", 404}, {"[::1]:9090", "same-origin", 404}, {"127.0.0.1:9090", "cross-site", 403}, {"evil.example", "", 403},
	} {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/v1/nothing", nil)
		r.Host = c.host
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s from %q: %d, want %d", c.host, c.site, w.Code, c.want)
		}
	}
}
