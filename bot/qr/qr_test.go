package qr_test

import (
	"bytes"
	"encoding/xml"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"

	goqr "github.com/piglig/go-qr"

	"github.com/beianbot/beianbot/bot/qr"
)

// What is drawn can be read again, in a code no larger than it need be.
func TestRoundTrip(t *testing.T) {
	for _, tc := range []struct {
		content string
		size    int // of the symbol, without the quiet zone
	}{
		{"BA-7K3M-Q9XD", 21},
		{"http://weixin.qq.com/q/02yUSgBmp9eRl10000M07x", 33},
		{"http://weixin.qq.com/q/02aBcDeFgHiJkLmNoPqRsTuV", 33},
		{"绑定 BA-7K3M-Q9XD", 25},
		{strings.Repeat("1", 1000), 0},
		{strings.Repeat("a", 1000), 0},
		{strings.Repeat("备", 333), 0},
	} {
		c, err := qr.New(tc.content)
		if err != nil {
			t.Errorf("%q: %v", tc.content, err)
			continue
		}
		if got := c.Size() - 8; tc.size != 0 && got != tc.size {
			t.Errorf("%q: %d modules, want %d", tc.content, got, tc.size)
		}
		for _, pixels := range []int{0, 430, 5 * c.Size()} {
			data, err := c.PNG(pixels)
			if err != nil {
				t.Fatal(err)
			}
			img, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if side := max(pixels, c.Size()); img.Bounds().Dx() != side || img.Bounds().Dy() != side {
				t.Errorf("%q: %v pixels, want %d", tc.content, img.Bounds(), side)
			}
			if pixels < 2*c.Size() && pixels != 0 {
				continue // modules of unequal width, which the simple reader does not take
			}
			if got, err := goqr.Decode(img); err != nil || got != tc.content {
				t.Errorf("%q with %d pixels is read as %q: %v", tc.content, pixels, got, err)
			}
		}
	}
	for _, bad := range []string{strings.Repeat("a", 1001), strings.Repeat("1", 5000)} {
		if _, err := qr.New(bad); err == nil {
			t.Errorf("%d bytes fit", len(bad))
		}
	}
}

// The standard's marks, from a reading of the standard and not of the library: three finders, two timing lines, a light
// border of four.
func TestMarks(t *testing.T) {
	c, err := qr.New("BA-7K3M-Q9XD")
	if err != nil {
		t.Fatal(err)
	}
	n := c.Size()
	for i := range n {
		for border := range 4 {
			if c.Dark(i, border) || c.Dark(border, i) || c.Dark(i, n-1-border) || c.Dark(n-1-border, i) {
				t.Fatalf("the quiet zone is not quiet at %d, %d", i, border)
			}
		}
	}
	for _, corner := range [][2]int{{4, 4}, {n - 11, 4}, {4, n - 11}} {
		for y := range 7 {
			for x := range 7 {
				ring := max(max(x-3, 3-x), max(y-3, 3-y))
				if c.Dark(corner[0]+x, corner[1]+y) != (ring != 2) {
					t.Fatalf("no finder at %v", corner)
				}
			}
		}
	}
	for i := 12; i < n-12; i++ {
		if dark := i%2 == 0; c.Dark(i, 10) != dark || c.Dark(10, i) != dark {
			t.Fatalf("the timing line breaks at %d", i)
		}
	}
}

var module = regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`)

func TestSVG(t *testing.T) {
	c, err := qr.New("http://weixin.qq.com/q/02yUSgBmp9eRl10000M07x")
	if err != nil {
		t.Fatal(err)
	}
	svg := c.SVG(`class="qr" role="img"`)
	var doc struct {
		Class   string `xml:"class,attr"`
		ViewBox string `xml:"viewBox,attr"`
	}
	side := strconv.Itoa(c.Size())
	if err := xml.Unmarshal([]byte(svg), &doc); err != nil || doc.Class != "qr" || doc.ViewBox != "0 0 "+side+" "+side {
		t.Errorf("%v: %+v", err, doc)
	}
	if strings.Contains(svg, "weixin") || !strings.Contains(c.SVG(""), `/svg" viewBox`) {
		t.Error("the frame is wrong")
	}
	drawn := map[[2]int]bool{}
	for _, m := range module.FindAllStringSubmatch(svg, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		drawn[[2]int{x, y}] = true
	}
	for y := range c.Size() {
		for x := range c.Size() {
			if drawn[[2]int{x, y}] != c.Dark(x, y) {
				t.Fatalf("module %d, %d", x, y)
			}
		}
	}
}
