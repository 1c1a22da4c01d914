package console

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// maxBulk is how many filings one bulk change takes.
const maxBulk = 200

type bulkLine struct {
	ID    string
	Out   outlook
	Wrong string
}

type bulkData struct {
	Stage vocab.Stage
	Lines []bulkLine
	// Changing counts the filings that would move, Told the people who would be told at once.
	Changing, Told int
	Applied        bool
}

// moved is told of a filing that changed since somebody looked at what a change of it would lead to.
var moved = &trouble{http.StatusConflict, "别人刚改过，这一个没有更新"}

// Ref names the filing of a line as it was looked at, for the form by which the change is confirmed.
func (l bulkLine) Ref() string {
	if l.Out.Before == nil {
		return l.ID
	}
	return l.ID + ":" + itoa(l.Out.Before.Seq)
}

// bulkIDs reads which filings are meant, by their ids or Refs, and where they shall go.
func bulkIDs(v *visit) ([]string, vocab.Stage, error) {
	if err := v.ParseForm(); err != nil {
		return nil, "", err
	}
	ids := slices.Clone(v.PostForm["id"])
	slices.Sort(ids)
	ids = slices.Compact(ids)
	stage := vocab.Stage(v.PostFormValue("stage"))
	switch {
	case len(ids) == 0:
		return nil, "", bad("请先勾选要更新的备案")
	case len(ids) > maxBulk:
		return nil, "", bad("一次最多更新 200 个")
	case !stage.Valid():
		return nil, "", bad("请选择要更新到哪个阶段")
	case stage.HasReasons():
		return nil, "", bad("驳回或退回要写明原因，请逐个更新")
	}
	return ids, stage, nil
}

// bulkPreview shows, filing by filing, what a change of all would lead to.
func (c *Console) bulkPreview(w http.ResponseWriter, v *visit) error {
	ids, stage, err := bulkIDs(v)
	if err != nil {
		return err
	}
	d := bulkData{Stage: stage}
	for _, id := range ids {
		line := bulkLine{ID: id}
		if _, err = c.Filings.Filing(v.Context(), id); err == nil {
			line.Out, err = c.foresee(v.Context(), filing.Report{ID: id, Stage: stage, Source: filing.FromConsole, By: v.who.Name})
		}
		if err != nil {
			t, _ := tell(err)
			if t.status >= 500 {
				return err
			}
			line.Wrong = t.text
		} else if line.Out.Out.Changed {
			d.Changing++
			d.Told += len(line.Out.Told)
		}
		d.Lines = append(d.Lines, line)
	}
	return c.show(w, v, "bulk", "批量更新", d)
}

// bulkApply applies it. What cannot be applied harms nothing else and is shown.
func (c *Console) bulkApply(w http.ResponseWriter, v *visit) error {
	ids, stage, err := bulkIDs(v)
	if err != nil {
		return err
	}
	var reports []filing.Report
	d := bulkData{Stage: stage, Applied: true}
	for _, ref := range ids {
		id, seq, _ := strings.Cut(ref, ":")
		cur, err := c.Filings.Filing(v.Context(), id) // a report of one that is gone would make it anew
		if err == nil && itoa(cur.Seq) != seq {
			err = moved
		}
		if err != nil {
			t, _ := tell(err)
			if t.status >= 500 {
				return err
			}
			d.Lines = append(d.Lines, bulkLine{ID: id, Wrong: t.text})
			continue
		}
		reports = append(reports, filing.Report{ID: id, Stage: stage, Source: filing.FromConsole, By: v.who.Name})
	}
	results, err := c.Filings.ApplyBatch(v.Context(), reports)
	if err != nil {
		return err
	}
	for _, r := range results {
		line := bulkLine{ID: r.ID, Out: outlook{Out: r.Outcome}}
		if r.Err != nil {
			t, _ := tell(r.Err)
			line.Wrong = t.text
		} else if r.Changed {
			d.Changing++
			d.Told += r.Pushes
			c.board.put(r.Filing)
		}
		d.Lines = append(d.Lines, line)
	}
	c.did(v, "filing.bulk", string(stage), fmt.Sprintf("%d/%d", d.Changing, len(ids)))
	return c.show(w, v, "bulk", "批量更新", d)
}
