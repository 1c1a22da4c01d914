package kb

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/kb/text"
)

func TestTrainIsDeterministic(t *testing.T) {
	k := toy(t).corpus
	questions := []Question{{Q: "管局审几天", Topic: "authority-review-duration"}, {Q: "入口在哪", Topic: "entry"}, {Q: "消防备案", Topic: "none"}}
	a, err := k.train(questions, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	b, err := k.train(questions, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
}

func TestWeightsFit(t *testing.T) {
	w, err := defaultWeights()
	if err != nil {
		t.Fatal(err)
	}
	if w.TextVersion != text.Version {
		t.Errorf("weights were learned under text rules %d, these are %d: train again", w.TextVersion, text.Version)
	}
	if w.Rank[featLinear] <= 0 || w.Confidence[confLead] <= 0 || w.Outside[outMargin] <= 0 {
		t.Errorf("weights %+v", w)
	}
}

func TestHoldOut(t *testing.T) {
	rep, err := HoldOut(toy(t))
	if err != nil {
		t.Fatal(err)
	}
	if rep.Questions == 0 || rep.InScope == 0 {
		t.Errorf("%+v", rep)
	}
}
