package push_test

import (
	"testing"

	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// TestReasonsAreClosed: each has words of its own, fit for a console, and none is told twice.
func TestReasonsAreClosed(t *testing.T) {
	seen := map[string]vocab.Reason{}
	for _, r := range vocab.Reasons() {
		l := r.Chinese()
		if l == "" || len([]rune(l)) > 30 {
			t.Errorf("%s: %q", r, l)
		}
		if other, ok := seen[l]; ok {
			t.Errorf("%s and %s have the same words", r, other)
		}
		seen[l] = r
	}
	if vocab.ReasonNone.Chinese() != "" || vocab.Reason("odd").Chinese() != "" {
		t.Error("words for what is no reason")
	}
}

func TestStuck(t *testing.T) {
	for _, s := range push.States() {
		for _, r := range append(vocab.Reasons(), vocab.ReasonNone) {
			want := s == push.Dead || s == push.Held && (r == vocab.ReasonContent || r == vocab.ReasonForbidden || r == vocab.ReasonGaveUp)
			if got := (push.Push{State: s, Reason: r}).Stuck(); got != want {
				t.Errorf("%s %s: %v", s, r, got)
			}
		}
	}
}
