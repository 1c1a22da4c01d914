package kb

import (
	"slices"
	"testing"

	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb/entity"
)

// Every platform and every kind of subject has a topic of its own that a follow-up leads to.
func TestEveryCaseHasATopic(t *testing.T) {
	k, err := ReadContent("")
	if err != nil {
		t.Fatal(err)
	}
	has := func(kind, value string) {
		id := caseTopics[kind][value]
		if !slices.ContainsFunc(k.Entries, func(e *Entry) bool { return e.ID == id }) {
			t.Errorf("%s %s leads to the topic %q, which is none: add it to caseTopics in kb/followup.go and to kb/content",
				kind, value, id)
		}
	}
	for _, p := range vocab.Platforms() {
		has("platform", string(p))
	}
	for _, s := range entity.Subjects() {
		has("subject", string(s))
	}
}

// Every stage says what a further question may leave out, or is one of those that say nothing.
func TestEveryStageSaysAThing(t *testing.T) {
	nothing := []vocab.Stage{
		vocab.StageNotReady, vocab.StageNotFiled, vocab.StageEntranceClosed, vocab.StagePlatformRejected,
		vocab.StageSMSExpired, vocab.StageAuthorityRejected, vocab.StageFiled, vocab.StageChanging,
		vocab.StageCancelling, vocab.StageCancelled,
		vocab.StageWithdrawn, vocab.StageUnknown,
	}
	for _, s := range vocab.Stages() {
		if (stageThings[s] == "") != slices.Contains(nothing, s) {
			t.Errorf("%s: add what it says to stageThings in kb/followup.go, or to the stages here that say nothing", s)
		}
	}
}
