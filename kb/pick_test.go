package kb

import "testing"

func TestPick(t *testing.T) {
	for _, c := range []struct {
		text  string
		n     int
		index int
		ok    bool
	}{
		{"2", 3, 1, true},
		{"２", 3, 1, true},
		{"②", 3, 1, true},
		{"第二个", 3, 1, true},
		{"选2", 3, 1, true},
		{"我选第三个吧", 3, 2, true},
		{"最后一个", 4, 3, true},
		{"一", 2, 0, true},
		{"两", 2, 1, true},
		{"1.", 2, 0, true},
		{"都不是", 3, -1, true},
		{"以上都不是。", 3, -1, true},
		{"4", 3, 0, false},
		{"0x1", 3, 0, false},
		{"第二个小程序怎么备案", 3, 0, false},
		{"", 3, 0, false},
		{"12381", 3, 0, false},
		{"最后一个", 0, -1, false},
	} {
		i, ok := Pick(c.text, c.n)
		if ok != c.ok || ok && i != c.index {
			t.Errorf("Pick(%q, %d) = %d, %v, want %d, %v", c.text, c.n, i, ok, c.index, c.ok)
		}
	}
}

func FuzzPick(f *testing.F) {
	f.Add("第二个", 3)
	f.Fuzz(func(t *testing.T, s string, n int) {
		if i, ok := Pick(s, n); ok && (i < -1 || i >= max(n, 0)) {
			t.Fatalf("Pick(%q, %d) = %d", s, n, i)
		}
	})
}
