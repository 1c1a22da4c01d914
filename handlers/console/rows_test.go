package console

import "testing"

// TestRows: the longest bar takes all the room, the others their share, and one of many can still be seen.
func TestRows(t *testing.T) {
	r := rows{{"a", "wait", 1000}, {"b", "done", 500}, {"c", "bad", 1}, {"d", "off", 0}}
	for i, want := range []float64{rowLong, rowLong / 2, 2, 0} {
		b := r.Bars()[i]
		if b.W != want || b.Y != float64(i*rowHeight+4) || b.Behind != rowLeft+want+6 {
			t.Errorf("%s: %+v", b.Name, b)
		}
		if b.Behind+50 > rowsWidth { // room for the number
			t.Errorf("%s: the number does not fit", b.Name)
		}
	}
	if r.Height() != 4*rowHeight || (rows{}).Height() != 0 {
		t.Error("height")
	}
}

func TestTonesHaveWords(t *testing.T) {
	for _, tone := range []Tone{ToneGood, ToneLook, ToneWrong} {
		if toneWords[tone] == "" {
			t.Errorf("%s has no word: colour alone tells nothing to some", tone)
		}
	}
}
