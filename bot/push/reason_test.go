package push_test

import (
	"testing"

	"github.com/beianbot/beianbot/bot/push"
)

// TestReasonsAreClosed: each has words of its own, fit for a console, and none is told twice.
func TestReasonsAreClosed(t *testing.T) {
	seen := map[string]push.Reason{}
	for _, r := range push.Reasons() {
		l := r.Label()
		if l == "" || len([]rune(l)) > 30 {
			t.Errorf("%s: %q", r, l)
		}
		if other, ok := seen[l]; ok {
			t.Errorf("%s and %s have the same words", r, other)
		}
		seen[l] = r
	}
	if push.ReasonNone.Label() != "" || push.Reason("odd").Label() != "" {
		t.Error("words for what is no reason")
	}
}

func TestStuck(t *testing.T) {
	for _, s := range push.States() {
		for _, r := range append(push.Reasons(), push.ReasonNone) {
			want := s == push.Dead || s == push.Held && (r == push.ReasonContent || r == push.ReasonForbidden || r == push.ReasonGaveUp)
			if got := (push.Push{State: s, Reason: r}).Stuck(); got != want {
				t.Errorf("%s %s: %v", s, r, got)
			}
		}
	}
}
