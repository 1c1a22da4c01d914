package vocab_test

import (
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
)

func TestStages(t *testing.T) {
	labels := map[string]vocab.Stage{}
	for _, s := range vocab.Stages() {
		if !s.Valid() {
			t.Errorf("%s is not valid", s)
		}
		if was, ok := labels[s.Chinese()]; ok {
			t.Errorf("%s and %s have the same label", s, was)
		}
		labels[s.Chinese()] = s
	}
	for _, s := range []vocab.Stage{"", "FILED", "filed ", "sms"} {
		if s.Valid() {
			t.Errorf("%q is valid", s)
		}
	}
	if got := vocab.Stage("nonsense").Chinese(); got != vocab.StageUnknown.Chinese() {
		t.Errorf("the label of nonsense is %q", got)
	}
	for _, s := range vocab.Stages() {
		if s.Rejected() && !s.HasReasons() {
			t.Errorf("%s is rejected but keeps no reasons", s)
		}
	}
}
