package kb

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// WriteJSON writes the report as indented JSON.
func (r Report) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(r)
}

// ReadReport reads what WriteJSON wrote.
func ReadReport(r io.Reader) (Report, error) {
	var rep Report
	if err := json.NewDecoder(r).Decode(&rep); err != nil {
		return rep, fmt.Errorf("report: %w", err)
	}
	return rep, nil
}

// confusionsShown bounds the confusion pairs in a text report.
const confusionsShown = 25

// WriteText writes the report as tables for a terminal.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	tw := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	row := func(name string, share float64, of int) {
		if of > 0 {
			fmt.Fprintf(tw, "%s\t%.1f%%\tof %d\n", name, 100*share, of)
		}
	}
	row("right at once", r.Right, r.InScope)
	row("shown", r.Shown, r.InScope)
	row("wrong answers", r.Wrong, r.InScope)
	row("refused of none", r.Refused, r.None)
	row("commands right", r.CommandsRight, r.Commands)
	row("small talk right", r.SmallTalkRight, r.SmallTalk)
	row("precision of answers", r.Precision, r.Answers)
	row("calibration error", r.Calibration, r.Answers)
	if r.P99 > 0 {
		fmt.Fprintf(tw, "time\tp50 %.0f µs\tp99 %.0f µs\n", r.P50, r.P99)
	}
	fmt.Fprintf(tw, "\t\t\n\ngroup\tquestions\tright\tshown\twrong\n")
	for _, g := range r.Groups {
		fmt.Fprintf(tw, "%s\t%d\t%.1f%%\t%.1f%%\t%.1f%%\n", g.Group, g.Questions, 100*g.Right, 100*g.Shown, 100*g.Wrong)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if len(r.Confusions) > 0 {
		b.WriteString("\ntaken for something else\n")
	}
	for i, c := range r.Confusions {
		if i == confusionsShown {
			fmt.Fprintf(&b, "  … %d more\n", len(r.Confusions)-i)
			break
		}
		fmt.Fprintf(&b, "  %d  %s → %s\n", c.Count, c.Want, c.Got)
	}
	b.WriteString("\nlost lines\n")
	for _, l := range r.Lines {
		if !l.Right {
			fmt.Fprintf(&b, "  %s\n", l)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String is the line's outcome for an editor.
func (l LineScore) String() string {
	s := fmt.Sprintf("%s → %s %.2f", l.Topic, l.Got, l.Score)
	if l.Got == "choice" {
		s += " [" + strings.Join(l.Offered, " ") + "]"
	}
	if l.Shown && !l.Right {
		s += " (shown)"
	}
	return s + "  " + strings.ReplaceAll(l.Q, "\n", " ")
}

// Change is how a report differs from an earlier one.
type Change struct {
	// Lost are questions that were right and are not any more, Won the reverse.
	Lost []LineScore `json:"lost"`
	Won  []LineScore `json:"won"`
}

// Against compares by the questions' text; questions only one report has are
// left out.
func (r Report) Against(old Report) Change {
	was := map[string]bool{}
	for _, l := range old.Lines {
		was[l.Q] = l.Right
	}
	var c Change
	for _, l := range r.Lines {
		before, ok := was[l.Q]
		switch {
		case !ok || before == l.Right:
		case before:
			c.Lost = append(c.Lost, l)
		default:
			c.Won = append(c.Won, l)
		}
	}
	return c
}

// WriteText writes the lost and the won lines.
func (c Change) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, part := range []struct {
		name  string
		lines []LineScore
	}{{"lost since", c.Lost}, {"won since", c.Won}} {
		fmt.Fprintf(&b, "%s: %d\n", part.name, len(part.lines))
		for _, l := range part.lines {
			fmt.Fprintf(&b, "  %s\n", l)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
