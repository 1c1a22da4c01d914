package console

import (
	"strings"

	"github.com/beianbot/beianbot/bot/filing/sheet"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// importVerdict says what a row does, or did.
type importVerdict string

const (
	rowNew    importVerdict = "new"
	rowMove   importVerdict = "move"
	rowChange importVerdict = "change"
	rowSame   importVerdict = "same"
	rowWrong  importVerdict = "wrong"
)

func verdictOf(r sheet.Result) importVerdict {
	switch {
	case len(r.Problems) > 0:
		return rowWrong
	case r.New():
		return rowNew
	case r.Moved():
		return rowMove
	case r.Changed:
		return rowChange
	}
	return rowSame
}

// verdictWords say a verdict in the file of rows.
var verdictWords = map[importVerdict]string{rowNew: "新建", rowMove: "换阶段", rowChange: "改资料", rowSame: "没有变化", rowWrong: "有问题"}

// importTally counts rows by verdict and keeps some to show, those that are wrong before others.
type importTally struct {
	Rows   int                   `json:"rows"`
	Pushes int                   `json:"pushes"`
	Counts map[importVerdict]int `json:"counts,omitempty"`
	Wrong  []importRow           `json:"wrong,omitempty"`
	Good   []importRow           `json:"good,omitempty"`
	// Kept counts the bytes of both.
	Kept int `json:"kept"`
}

// importRow is a row as a page shows it.
type importRow struct {
	Number  int           `json:"row"`
	ID      string        `json:"id"`
	Name    string        `json:"name"`
	Verdict importVerdict `json:"verdict"`
	From    vocab.Stage   `json:"from,omitempty"`
	To      vocab.Stage   `json:"to,omitempty"`
	Problem string        `json:"problem,omitempty"`
}

// size is about how many bytes the row takes in a note.
func (r importRow) size() int { return 100 + len(r.ID) + len(r.Name) + len(r.Problem) }

func (t *importTally) add(r sheet.Result) {
	if t.Counts == nil {
		t.Counts = map[importVerdict]int{}
	}
	v := verdictOf(r)
	t.Rows++
	t.Counts[v]++
	t.Pushes += r.Pushes
	shown := func(s string) string { return truncate.BytesMarked(s, shownBytes, "…") }
	row := importRow{r.Row, shown(r.ID), shown(r.Name), v, r.From, r.To, shown(problems(r.Problems))}
	size := row.size()
	if t.Kept+size > keptBytes && v == rowWrong { // those that are wrong are shown before others
		for ; t.Kept+size > keptBytes && len(t.Good) > 0; t.Good = t.Good[:len(t.Good)-1] {
			t.Kept -= t.Good[len(t.Good)-1].size()
		}
	}
	switch {
	case t.Kept+size > keptBytes:
		return
	case v == rowWrong && len(t.Wrong) < shownRows:
		t.Wrong = append(t.Wrong, row)
	case v != rowWrong && len(t.Good) < shownRows:
		t.Good = append(t.Good, row)
	default:
		return
	}
	t.Kept += size
}

// Shown are the rows that a page shows.
func (t importTally) Shown() []importRow {
	rows := append(t.Wrong[:len(t.Wrong):len(t.Wrong)], t.Good...)
	return rows[:min(len(rows), shownRows)]
}

// Left is how many rows are not shown.
func (t importTally) Left() int { return t.Rows - len(t.Shown()) }

// Of is how many rows have a verdict.
func (t importTally) Of(v importVerdict) int { return t.Counts[v] }

// Written is how many rows were dealt with and are not wrong.
func (t importTally) Written() int { return t.Rows - t.Counts[rowWrong] }

func problems(ps []sheet.Problem) string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		p.Row = 0
		texts[i] = p.Error()
	}
	return strings.Join(texts, "；")
}
