package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/store/redis"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
	"github.com/beianbot/beianbot/bot/vocab"
)

// fill puts n filings into the store.
func (s *site) fill(n int) {
	s.t.Helper()
	stages, provinces := vocab.Stages(), vocab.Provinces()
	for from := 0; from < n; from += 500 {
		var rs []filing.Report
		for i := from; i < min(n, from+500); i++ {
			rs = append(rs, filing.Report{
				ID: fmt.Sprintf("order-%06d", i), Name: fmt.Sprintf("第%d家店", i), Subject: "某某科技有限公司", Province: provinces[i%len(provinces)],
				Platform: vocab.Platforms()[i%3], Stage: stages[i%len(stages)], At: now.Add(-time.Duration(i%4000) * time.Hour), Source: filing.FromAPI,
			})
		}
		results, err := s.store.ApplyBatch(s.t.Context(), rs)
		must(s.t, err)
		for _, r := range results {
			must(s.t, r.Err)
		}
	}
}

// BenchmarkPages serves each page with 100,000 filings, in the embedded store and in Redis.
func BenchmarkPages(b *testing.B) {
	for _, kind := range []struct {
		name string
		open func(b *testing.B) *site
	}{
		{"embedded", func(b *testing.B) *site { return newSite(b, nil) }},
		{"redis", func(b *testing.B) *site {
			st, err := redis.Open(b.Context(), redis.Options{URL: redistest.Start(b).URL, Planner: &push.Planner{}, Now: clock})
			must(b, err)
			return newSiteOver(b, st, nil)
		}},
	} {
		b.Run(kind.name, func(b *testing.B) { benchmarkPages(b, kind.open(b)) })
	}
}

func benchmarkPages(b *testing.B, s *site) {
	s.seed()
	s.fill(100_000)
	who := s.as(vocab.RoleAdmin)
	who.get("/filings") // reads everything once, as Run does before the first visitor comes
	for _, p := range []string{
		"/", "/filings", "/filings?p=1500", "/filings?q=第99999家", "/filings?stage=sms_pending&province=上海", "/filings?attention=overdue&sort=due",
		"/filings?sort=name", "/filings/at/order-000042", "/pushes", "/questions", "/kb", "/kb/topic/total-time", "/menu", "/people", "/settings", "/audit",
	} {
		b.Run(p, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequest("GET", p, nil)
				r.AddCookie(who.cookie)
				w := httptest.NewRecorder()
				s.console.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", p, w.Code)
				}
			}
		})
	}
}

// TestPaging walks all pages of a list; every filing stands on exactly one.
func TestPaging(t *testing.T) {
	s := newSite(t, nil)
	s.fill(430)
	b := s.as(vocab.RoleReader)
	for _, sort := range []string{"", "due", "since", "name"} {
		seen := map[string]int{}
		for p := 1; p <= 9; p++ {
			for id := range idsOn(b.get(fmt.Sprintf("/filings?sort=%s&p=%d", sort, p))) {
				seen[id]++
			}
		}
		if len(seen) != 430 {
			t.Errorf("sorted by %q: %d filings of 430", sort, len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("sorted by %q: %s stands on %d pages", sort, id, n)
			}
		}
	}
	contains(t, b.get("/filings?p=99"), "共 430 个，第 9 页，共 9 页")
}

var inList = regexp.MustCompile(`/filings/at/([\w-]+)"`)

func idsOn(page string) map[string]bool {
	out := map[string]bool{}
	for _, m := range inList.FindAllStringSubmatch(page, -1) {
		out[m[1]] = true
	}
	return out
}
