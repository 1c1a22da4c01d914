package kb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/kb"
)

func TestAlike(t *testing.T) {
	texts := []string{
		"花呗能不能付认证费", "开店要不要食品证", "认证费花呗能付吗", "食品证开店要不要", "花呗付认证费行不行", "食", "食", "",
	}
	want := [][]int{{0, 2, 4}, {1, 3}, {5, 6}, {7}}
	if diff := cmp.Diff(want, kb.Alike(texts)); diff != "" {
		t.Error(diff)
	}
	if got := kb.Alike(nil); got != nil {
		t.Errorf("nothing: %v", got)
	}
}
