package rank

import (
	"math"
	"testing"
)

func doc(s string, tags ...uint16) Doc { return Doc{Runes: []rune(s), Tags: tags} }

func learn(t *testing.T) (*Space, []Vec, []int) {
	t.Helper()
	docs := []Doc{
		doc("备案要多久"), doc("审核几天", 1), doc("多久能好", 1),
		doc("入口在哪"), doc("在哪备案", 2), doc("从哪里进", 2),
		doc("转人工"), doc("人工客服", 3), doc("找人工", 3),
	}
	space, vecs := NewSpace(docs, '|')
	return space, vecs, []int{0, 0, 0, 1, 1, 1, 2, 2, 2}
}

func best(xs []float32) int {
	b := 0
	for i, x := range xs {
		if x > xs[b] {
			b = i
		}
	}
	return b
}

func TestLinearAndCentroids(t *testing.T) {
	space, vecs, label := learn(t)
	cent := NewCentroids(space.Len(), vecs, label, 3)
	near := Near(cent, vecs, label, 3, 2)
	lin := TrainLinear(space.Len(), vecs, label, 3, near, SVMOptions{C: 1, Passes: 20})
	for q, want := range map[string]int{"要多久": 0, "在哪里备": 1, "人工": 2} {
		v, known := space.Vector(doc(q))
		s, c := make([]float32, 3), make([]float32, 3)
		lin.Score(v, s)
		cent.Score(v, c)
		if best(s) != want || best(c) != want || known <= 0 || known > 1 {
			t.Errorf("%s: linear %v, centroids %v, known %v, want class %d", q, s, c, known, want)
		}
	}
	again := TrainLinear(space.Len(), vecs, label, 3, near, SVMOptions{C: 1, Passes: 20})
	for i, w := range lin.weight {
		if again.weight[i] != w {
			t.Fatal("learning twice gives different weights")
		}
	}
	if v, known := space.Vector(doc("")); len(v.IDs) != 0 || known != 0 {
		t.Errorf("an empty text has features: %v, %v", v, known)
	}
	if _, known := space.Vector(doc("龘龘龘")); known != 0 {
		t.Errorf("unknown characters are known: %v", known)
	}
}

func TestScoreCover(t *testing.T) {
	space, vecs, label := learn(t)
	cent := NewCentroids(space.Len(), vecs, label, 3)
	v, _ := space.Vector(doc("转人工"))
	cos, cover := make([]float32, 3), make([]float32, 3)
	cent.ScoreCover(v, cos, cover)
	if math.Abs(float64(cover[2])-1) > 1e-5 || cover[0] > 0.01 || best(cos) != 2 {
		t.Errorf("cosines %v, cover %v", cos, cover)
	}
}

func TestTrainBinary(t *testing.T) {
	space, vecs, label := learn(t)
	yes := make([]bool, len(vecs))
	for i, l := range label {
		yes[i] = l == 2
	}
	w, b := TrainBinary(space.Len(), vecs, yes, SVMOptions{C: 1, Passes: 20})
	for i, v := range vecs {
		if got := v.Dot(w)+b > 0; got != yes[i] {
			t.Errorf("vector %d: %v", i, got)
		}
	}
}

func TestUnits(t *testing.T) {
	us := units([]rune("icp备 app|a1"), '|')
	if len(us) != 5 || us[3] != breakUnit || us[0] < 0x110000 || us[1] != '备' {
		t.Errorf("%x", us)
	}
}

func TestFitLogistic(t *testing.T) {
	var cases []Case
	for i := range 200 {
		x := float64(i-100) / 20
		// the true curve is 1/(1+exp(-(2x-1)))
		p := Sigmoid(2*x - 1)
		cases = append(cases, Case{[]float64{1, x}, true, p}, Case{[]float64{1, x}, false, 1 - p})
	}
	w, err := FitLogistic(cases, 2, 1e-6)
	if err != nil || math.Abs(w[0]+1) > 1e-3 || math.Abs(w[1]-2) > 1e-3 {
		t.Errorf("%v, %v", w, err)
	}
}

func TestFitListsKeepsSigns(t *testing.T) {
	var lists []List
	for i := range 50 {
		x := float64(i%5) / 5
		lists = append(lists, List{Feats: [][]float64{{1, 0.2}, {x, 0.9}}, Right: 0})
	}
	w, err := FitLists(lists, 2, 1)
	if err != nil || w[0] <= 0 || w[1] != 0 {
		t.Errorf("%v, %v", w, err)
	}
	if _, err := FitLogistic([]Case{{[]float64{0}, true, 1}}, 1, 0); err == nil {
		t.Error("undetermined weights are not reported")
	}
}

func TestLargest(t *testing.T) {
	got := largest([]float32{0, 3, 1, 3, -1, 2}, 3)
	if len(got) != 3 || got[0] != 1 || got[1] != 3 || got[2] != 5 {
		t.Errorf("%v", got)
	}
}
