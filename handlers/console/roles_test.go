package console_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/vocab"
)

// path fills in the parts of a pattern.
func path(pattern string) (method, p string) {
	method, p, _ = strings.Cut(pattern, " ")
	p = strings.NewReplacer("{$}", "", "{id}", "no-such", "{job}", "no-such", "{name}", "nobody", "{file}", "console.css").Replace(p)
	return method, p
}

// TestRolesTimesRoutes asks every route in every role. What a role may not do is refused before anything else; what it may is not
// refused, though it may fail for want of something to do it to.
func TestRolesTimesRoutes(t *testing.T) {
	s := newSite(t, nil)
	routes := s.console.Routes()
	roles := append([]vocab.Role{""}, vocab.Roles()...)
	who := map[vocab.Role]*browser{}
	for _, r := range roles {
		who[r] = s.as(r)
	}
	patterns := make([]string, 0, len(routes))
	for p := range routes {
		patterns = append(patterns, p)
	}
	slices.Sort(patterns)
	for _, pattern := range patterns {
		action := routes[pattern]
		method, p := path(pattern)
		for _, role := range roles {
			if pattern == "POST /signout" || pattern == "POST /me/password" {
				who[role] = s.as(role) // what it does ends the session
			}
			var form url.Values
			if method == "POST" {
				form = url.Values{}
			}
			res := who[role].do(method, p, form)
			switch {
			case action == "":
				if res.StatusCode == http.StatusForbidden || strings.HasPrefix(res.Header.Get("Location"), "/signin?") {
					t.Errorf("%s is closed to %q: %s", pattern, role, res.Status)
				}
			case role == "":
				in := strings.HasPrefix(res.Header.Get("Location"), "/signin?")
				if method == "GET" && !in || method == "POST" && res.StatusCode != http.StatusUnauthorized {
					t.Errorf("%s is open to nobody in particular: %s", pattern, res.Status)
				}
			case role.May(action) != (res.StatusCode != http.StatusForbidden):
				t.Errorf("%s (%s) as %s: %s", pattern, action, role, res.Status)
			case res.StatusCode == http.StatusInternalServerError:
				t.Errorf("%s as %s: %s", pattern, role, res.Status)
			}
			_ = res.Body.Close()
		}
	}
	for _, pattern := range patterns { // what changes something is never a GET, and never open to a reader
		method, _ := path(pattern)
		if a := routes[pattern]; method == "POST" && a == vocab.PermissionView {
			t.Errorf("%s changes something and takes no more than looking", pattern)
		}
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, "| action | what | reader | editor | operator | admin |\n|---|---|---|---|---|---|")
	for _, a := range vocab.Permissions() {
		fmt.Fprintf(&b, "| `%s` | %s |", a, whatFor[a])
		for _, r := range vocab.Roles() {
			if r.May(a) {
				b.WriteString(" yes |")
			} else {
				b.WriteString(" — |")
			}
		}
		b.WriteByte('\n')
	}
	golden.Equal(t, "roles.md", b.String())
}

var whatFor = map[vocab.Permission]string{
	vocab.PermissionView: "see filings, pushes, questions, knowledge, menu and figures; try a question; export", vocab.PermissionSelf: "one's own password and API keys",
	vocab.PermissionEditKB: "edit topics, deal with questions, set the labelled questions", vocab.PermissionManageFilings: "report, import, change in bulk, make and revoke claim codes",
	vocab.PermissionManagePushes: "retry and drop pushes", vocab.PermissionErase: "delete a filing with all that hangs on it", vocab.PermissionEditMenu: "edit and publish the menu",
	vocab.PermissionManageUsers: "users, roles, passwords", vocab.PermissionAdminister: "see the configuration, reload, download a backup", vocab.PermissionReadAudit: "read the audit log",
}

func TestNoOtherPageCanAct(t *testing.T) {
	s := newSite(t, nil)
	b := s.as(vocab.RoleAdmin)
	b.header.Set("Sec-Fetch-Site", "cross-site")
	for pattern := range s.console.Routes() {
		if method, p := path(pattern); method == "POST" {
			if res := b.do(method, p, url.Values{}); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s from another page: %s", pattern, res.Status)
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	s := newSite(t, nil)
	for _, p := range []string{"/signin", "/static/console.css", "/nowhere"} {
		h := s.as("").do("GET", p, nil).Header
		csp := h.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", p, h)
		}
	}
	admin := s.as(vocab.RoleAdmin)
	s.seed()
	for _, p := range everyPage {
		page := admin.get(p)
		lacks(t, page, " style=", "<style", " onclick=", "<script>", "javascript:", "ZgotmplZ", openid, "%!")
		contains(t, page, `lang="zh-CN"`, "<main", "<h1")
		admin.header.Set("Accept-Language", "en-GB,en;q=0.9")
		contains(t, admin.get(p), `lang="en"`)
		admin.header.Del("Accept-Language")
	}
}

// everyPage are the pages that show something of what was seeded.
var everyPage = []string{
	"/", "/filings", "/filings?q=none", "/filings?attention=overdue&sort=due", "/filings/at/order-1", "/filings/at/order-2", "/filings/new", "/filings/import",
	"/pushes", "/pushes?state=pending&reason=quiet_hours", "/questions", "/questions?kind=choice", "/kb", "/kb?q=押金", "/kb/topic/total-time",
	"/kb/topic/total-time/edit", "/kb/topic/total-time/history", "/kb/new", "/kb/try?q=要多久", "/kb/lint", "/menu", "/people", "/settings", "/audit", "/me",
}
