package push

import (
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// TestPace: the rate halves where the platform says that it was too fast, once a minute at most, and comes back by itself.
func TestPace(t *testing.T) {
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	p := newPace(1600)
	for i, step := range []struct {
		after time.Duration
		slow  bool
		want  rate.Limit
	}{
		{0, false, 1600},
		{0, true, 800},
		{30 * time.Second, true, 800}, // of the same minute
		{30 * time.Second, true, 400},
		{time.Minute, true, 200},
		{time.Minute, true, 100},
		{time.Minute, true, 100}, // not slower than a sixteenth
		{4 * time.Minute, false, 100},
		{time.Minute, false, 200},
		{time.Minute, false, 200},
		{4 * time.Minute, false, 400},
		{time.Hour, false, 800},
		{5 * time.Minute, false, 1600},
		{time.Hour, false, 1600},
	} {
		now = now.Add(step.after)
		if step.slow {
			p.slow(now)
		} else if err := p.wait(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if got := p.limiter.Limit(); got != step.want {
			t.Errorf("step %d: %v a second, want %v", i, got, step.want)
		}
	}
	if got := newPace(0).limiter.Limit(); got != defaultPace {
		t.Errorf("by default %v a second", got)
	}
}
