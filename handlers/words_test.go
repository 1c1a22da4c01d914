package handlers

import (
	"testing"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/push"
	"github.com/beianbot/beianbot/bot/vocab"
)

// Every stage and every kind of push has words of its own in a notice.
func TestEveryStageAndKindHasWords(t *testing.T) {
	unknown, unknownTodo := brief(vocab.StageUnknown)
	for _, s := range vocab.Stages() {
		if stage, todo := brief(s); s != vocab.StageUnknown && (stage == unknown || todo == unknownTodo) {
			t.Errorf("%s has no short words: add a case to brief in handlers/brief.go", s)
		}
		if next := usualNext[s]; len(next) == 0 {
			t.Errorf("nothing is offered after %s: add it to usualNext in handlers/update.go", s)
		}
	}
	for _, k := range vocab.Kinds() {
		p := push.Push{Kind: k, Stage: vocab.StageSMSPending, Deadline: start.AddDate(0, 0, 1)}
		p.Filed = filing.Filing{Name: "小鹿花店"}
		if _, todo := remind(p, start); (todo == "") != (k == vocab.KindChange) {
			t.Errorf("a push of the kind %s asks for %q: add a case to remind in handlers/texts_notice.go", k, todo)
		}
	}
}
