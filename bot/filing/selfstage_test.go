package filing

import (
	"slices"
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
)

// Every stage can be told in a sentence, or is one of those that people do not tell.
func TestEveryStageCanBeTold(t *testing.T) {
	untold := []vocab.Stage{vocab.StageNotReady, vocab.StageEntranceClosed, vocab.StageUnknown}
	for _, s := range vocab.Stages() {
		told := false
		for _, x := range selfStages {
			told = told || x.stage == s
		}
		if told == slices.Contains(untold, s) {
			t.Errorf("%s: add how people tell it to selfStages in bot/filing/selfstage.go, or to the untold stages here", s)
		}
	}
}
