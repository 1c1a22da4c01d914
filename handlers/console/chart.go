package console

import "fmt"

// chart is a bar chart of counts by day, stacked, drawn as SVG by a template.
type chart struct {
	Title, Unit string
	Days        []string
	Series      []series
}

type series struct {
	Name string
	// Tone is the class that gives the colour.
	Tone   string
	Values []int64
}

// The chart's measures in SVG units.
const (
	chartWidth  = 340
	chartHeight = 130
	chartTop    = 12
	chartLeft   = 30
	chartBottom = 20
)

// bar is one rectangle of a chart.
type bar struct {
	X, Y, W, H float64
	Tone       string
}

// tick is a label of an axis; Anchor is the end of the text that stands at X.
type tick struct {
	X, Y   float64
	Text   string
	Anchor string
}

// Width and Height are the size of the drawing.
func (c chart) Width() int { return chartWidth }

// Height is the height of the drawing.
func (c chart) Height() int { return chartHeight }

// Left is where the bars begin.
func (c chart) Left() int { return chartLeft }

// Total is the sum of all counts of a series.
func (s series) Total() (n int64) {
	for _, v := range s.Values {
		n += v
	}
	return n
}

// Empty reports whether there is nothing to show.
func (c chart) Empty() bool {
	for _, s := range c.Series {
		if s.Total() > 0 {
			return false
		}
	}
	return true
}

// top is the highest day, rounded up to what makes a good axis.
func (c chart) top() int64 {
	var most int64
	for i := range c.Days {
		var sum int64
		for _, s := range c.Series {
			sum += s.Values[i]
		}
		most = max(most, sum)
	}
	for unit := int64(1); ; unit *= 10 {
		for _, k := range []int64{1, 2, 5} {
			if t := unit * k * 2; t >= most && t > 0 {
				return t
			}
		}
	}
}

// Bars are the rectangles.
func (c chart) Bars() []bar {
	top := float64(c.top())
	room := float64(chartHeight - chartTop - chartBottom)
	step := float64(chartWidth-chartLeft) / float64(max(len(c.Days), 1))
	var out []bar
	for i := range c.Days {
		y := float64(chartHeight - chartBottom)
		for _, s := range c.Series {
			if s.Values[i] == 0 {
				continue
			}
			h := room * float64(s.Values[i]) / top
			y -= h
			out = append(out, bar{X: round(chartLeft + step*float64(i) + step*0.15), Y: round(y), W: round(step * 0.7), H: round(h), Tone: s.Tone})
		}
	}
	return out
}

func round(x float64) float64 { return float64(int(x*10+0.5)) / 10 }

// Lines are the labels and heights of the horizontal lines.
func (c chart) Lines() []tick {
	top := c.top()
	var out []tick
	for i := range 3 {
		y := chartHeight - chartBottom - (chartHeight-chartTop-chartBottom)*i/2
		out = append(out, tick{X: chartLeft - 6, Y: float64(y), Text: fmt.Sprint(top * int64(i) / 2)})
	}
	return out
}

// Marks are the labels below: the first day, then every seventh, counted from the last.
func (c chart) Marks() []tick {
	step := float64(chartWidth-chartLeft) / float64(max(len(c.Days), 1))
	var out []tick
	for i := len(c.Days) - 1; i >= 0; i -= 7 {
		m := tick{X: round(chartLeft + step*(float64(i)+0.5)), Y: chartHeight - 4, Text: c.Days[i][5:], Anchor: "middle"}
		if i == len(c.Days)-1 { // else it would be cut off at the edge
			m.X, m.Anchor = chartWidth, "end"
		}
		out = append(out, m)
	}
	return out
}

// DayRow is one day of a chart as a row of the table that says the same to those who do not see it.
type DayRow struct {
	Day    string
	Values []int64
}

// Rows are the days with anything in them.
func (c chart) Rows() []DayRow {
	var out []DayRow
	for i, d := range c.Days {
		r := DayRow{Day: d}
		var sum int64
		for _, s := range c.Series {
			r.Values = append(r.Values, s.Values[i])
			sum += s.Values[i]
		}
		if sum > 0 {
			out = append(out, r)
		}
	}
	return out
}
