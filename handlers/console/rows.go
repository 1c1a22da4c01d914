package console

// rows is a chart of bars that lie, one for each name, drawn as SVG by a template. The table beside it says the same to those who do not see it.
type rows []bars

// bars is one row.
type bars struct {
	Name  string
	Tone  string
	Value int
}

// The measures in SVG units: of a row, of the names and of the room for the longest bar; a number stands behind it.
const (
	rowHeight = 24
	rowLeft   = 118
	rowLong   = 200
	rowsWidth = 380
)

// rowBar is one row as it is drawn.
type rowBar struct {
	bars
	Y, Middle, W, Behind float64
}

// Width is the width of the drawing.
func (r rows) Width() int { return rowsWidth }

// Height is the height of the drawing.
func (r rows) Height() int { return rowHeight * len(r) }

// Left is where the bars begin, and Names where the names end.
func (r rows) Left() int { return rowLeft }

// Names is where the names end.
func (r rows) Names() int { return rowLeft - 8 }

// Bars are the rows; the longest bar takes all the room, and what there is at all can be seen.
func (r rows) Bars() []rowBar {
	most := 1
	for _, b := range r {
		most = max(most, b.Value)
	}
	out := make([]rowBar, len(r))
	for i, b := range r {
		w := round(rowLong * float64(b.Value) / float64(most))
		if b.Value > 0 {
			w = max(w, 2)
		}
		y := float64(i * rowHeight)
		out[i] = rowBar{b, y + 4, y + rowHeight/2, w, rowLeft + w + 6}
	}
	return out
}
