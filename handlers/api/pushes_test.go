package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestPause: sending can be stopped and goes on, everybody sees since when and why, and stopping again moves nothing.
func TestPause(t *testing.T) {
	d := newDesk(t)
	paused := func() any {
		t.Helper()
		status, out := d.json("GET", "/api/v1/pushes", "")
		if status != http.StatusOK {
			t.Fatalf("%d %v", status, out)
		}
		return out["paused"]
	}
	if paused() != nil {
		t.Error("paused from the beginning")
	}
	for _, tt := range []struct {
		path, body string
		status     int
		want       any
	}{
		{"/api/v1/pushes/pause", `{"reason":"模板在改"}`, 200, map[string]any{"since": "2026-11-23T02:00:00Z", "reason": "模板在改"}},
		{"/api/v1/pushes/pause", "", 200, map[string]any{"since": "2026-11-23T02:00:00Z"}},
		{"/api/v1/pushes/pause", `{"why":"x"}`, 400, nil},
		{"/api/v1/pushes/pause", `{"reason":"` + strings.Repeat("长", 201) + `"}`, 400, nil},
		{"/api/v1/pushes/resume", "", 200, nil},
	} {
		status, out := d.json("POST", tt.path, tt.body)
		if status != tt.status {
			t.Errorf("%s %s: %d %v", tt.path, tt.body, status, out)
		}
		if status != 200 {
			continue
		}
		for _, got := range []any{out["paused"], paused()} {
			want, ok := tt.want.(map[string]any)
			if m, is := got.(map[string]any); is != ok || is && (m["since"] != want["since"] || m["reason"] != want["reason"]) {
				t.Errorf("%s %s: %v, want %v", tt.path, tt.body, got, tt.want)
			}
		}
	}
}

// TestPushesByReason: a dead one is found by its reason, with the platform's own words and ours, and without its person.
func TestPushesByReason(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	const openID = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
	report := func(s vocab.Stage) {
		t.Helper()
		if _, err := d.store.Apply(ctx, filing.Report{ID: "a", Name: "小鹿花店", Stage: s}); err != nil {
			t.Fatal(err)
		}
	}
	report(vocab.StageNotFiled)
	if err := d.store.Adopt(ctx, "a", openID, now); err != nil {
		t.Fatal(err)
	}
	if err := d.store.SetNotify(ctx, openID, "a", filing.NotifyAll, now); err != nil {
		t.Fatal(err)
	}
	report(vocab.StagePlatformReview)
	ps, err := d.store.Lease(ctx, now, 1, 1e9)
	if err != nil || len(ps) != 1 {
		t.Fatal(ps, err)
	}
	p := ps[0]
	p.State, p.Reason, p.Code, p.Detail = push.Dead, vocab.ReasonContent, 47003, "argument invalid! data.thing1.value"
	if err := d.store.Finish(ctx, p); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{"reason=content": 1, "reason=content&state=dead": 1, "reason=content&state=held": 0, "reason=no_route": 0} {
		_, out := d.json("GET", "/api/v1/pushes?"+query, "")
		list, _ := out["pushes"].([]any)
		if len(list) != want {
			t.Fatalf("%s: %v", query, out)
		}
		if want == 0 {
			continue
		}
		got := list[0].(map[string]any)
		if got["detail"] != p.Detail || got["code"] != 47003.0 || got["reason_text"] != vocab.ReasonContent.Chinese() || got["advice"] != "look at 47003" ||
			got["user"] == openID {
			t.Errorf("%v", got)
		}
	}
	if status, _ := d.json("GET", "/api/v1/pushes?reason=odd", ""); status != http.StatusBadRequest {
		t.Errorf("an odd reason: %d", status)
	}
}
