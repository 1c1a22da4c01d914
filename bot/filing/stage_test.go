package filing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/golden"
)

// The whole matrix of stages is looked at by a person once and held from then on: + may follow, ! is taken but noted as a skip.
func TestCanFollowEveryPair(t *testing.T) {
	var b strings.Builder
	fmt.Fprintf(&b, "%-22s", "from \\ to")
	for i := range filing.Stages() {
		fmt.Fprintf(&b, " %2d", i+1)
	}
	b.WriteByte('\n')
	for i, from := range filing.Stages() {
		fmt.Fprintf(&b, "%-22s", fmt.Sprintf("%d %s", i+1, from))
		for _, to := range filing.Stages() {
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
	for _, s := range filing.Stages() {
		if !filing.CanFollow(s, s) {
			t.Errorf("%s may not follow itself", s)
		}
		if !filing.CanFollow(s, filing.Unknown) || !filing.CanFollow(filing.Unknown, s) {
			t.Errorf("unknown must be reachable from %s and back", s)
		}
	}
	// Every stage but the first can be reached in allowed steps without passing through Unknown, and Filed from all of them.
	for _, from := range filing.Stages() {
		if from == filing.Unknown {
			continue
		}
		seen := []filing.Stage{from}
		for i := 0; i < len(seen); i++ {
			for _, to := range filing.Stages() {
				if to != filing.Unknown && filing.CanFollow(seen[i], to) && !slices.Contains(seen, to) {
					seen = append(seen, to)
				}
			}
		}
		if !slices.Contains(seen, filing.Filed) {
			t.Errorf("from %s there is no way to filed", from)
		}
	}
}

func TestStages(t *testing.T) {
	labels := map[string]filing.Stage{}
	for _, s := range filing.Stages() {
		if !s.Valid() {
			t.Errorf("%s is not valid", s)
		}
		if was, ok := labels[s.Label()]; ok {
			t.Errorf("%s and %s have the same label", s, was)
		}
		labels[s.Label()] = s
	}
	for _, s := range []filing.Stage{"", "FILED", "filed ", "sms"} {
		if s.Valid() {
			t.Errorf("%q is valid", s)
		}
	}
	if got := filing.Stage("nonsense").Label(); got != filing.Unknown.Label() {
		t.Errorf("the label of nonsense is %q", got)
	}
	for _, s := range filing.Stages() {
		if s.Rejected() && !s.HasReasons() {
			t.Errorf("%s is rejected but keeps no reasons", s)
		}
	}
}
