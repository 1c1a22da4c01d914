package filing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The whole matrix of stages is looked at by a person once and held from then on: + may follow, ! is taken but noted as a skip.
func TestCanFollowEveryPair(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-22s", "from \\ to")
	for i := range vocab.Stages() {
		fmt.Fprintf(&b, " %2d", i+1)
	}
	b.WriteByte('\n')
	for i, from := range vocab.Stages() {
		fmt.Fprintf(&b, "%-22s", fmt.Sprintf("%d %s", i+1, from))
		for _, to := range vocab.Stages() {
			mark := "!"
			if from == to {
				mark = "="
			} else if filing.CanFollow(from, to) {
				mark = "+"
			}
			fmt.Fprintf(&b, " %2s", mark)
		}
		b.WriteByte('\n')
	}
	golden.Equal(t, "transitions.golden", b.String())
}

func TestCanFollowRules(t *testing.T) {
	for _, s := range vocab.Stages() {
		if !filing.CanFollow(s, s) {
			t.Errorf("%s may not follow itself", s)
		}
		if !filing.CanFollow(s, vocab.StageUnknown) || !filing.CanFollow(vocab.StageUnknown, s) {
			t.Errorf("unknown must be reachable from %s and back", s)
		}
	}
	// Every stage but the first can be reached in allowed steps without passing through Unknown, and Filed from all of them.
	for _, from := range vocab.Stages() {
		if from == vocab.StageUnknown {
			continue
		}
		seen := []vocab.Stage{from}
		for i := 0; i < len(seen); i++ {
			for _, to := range vocab.Stages() {
				if to != vocab.StageUnknown && filing.CanFollow(seen[i], to) && !slices.Contains(seen, to) {
					seen = append(seen, to)
				}
			}
		}
		if !slices.Contains(seen, vocab.StageFiled) {
			t.Errorf("from %s there is no way to filed", from)
		}
	}
}
