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
