package sheet

import (
	"regexp"
	"strings"
	"time"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/truncate"
	"github.com/beianbot/beianbot/bot/vocab"
)

// scientific is a long number after a spreadsheet has got hold of it.
var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d+$`)

// take puts what a cell says into the report.
func (s *Reader) take(row *Row, h heading, cell string) {
	r := &row.Report
	switch h.col {
	case colID:
		switch {
		case scientific.MatchString(cell):
			row.problem(h.name, BadID, "“"+show(cell)+"”被表格改成了科学计数，请把这一列的格式设为“文本”，再填一次")
		case !filing.ValidID(cell):
			row.problem(h.name, BadID, "编号用 1–64 个字母、数字、点、横线或下划线")
		default:
			r.ID = cell
		}
	case colName:
		r.Name = cell
	case colAppID:
		r.AppID = cell
	case colSubject:
		r.Subject = cell
	case colNumber:
		r.Number = cell
	case colReasons:
		r.Reasons = parseReasons(cell)
	case colPlatform:
		p, ok := vocab.ParsePlatform(cell)
		if !ok {
			row.problem(h.name, BadPlatform, "“"+show(cell)+"”不认识，请用："+list(vocab.Platforms()))
		}
		r.Platform = p
	case colProvince:
		p, ok := vocab.ParseProvince(cell)
		if !ok {
			row.problem(h.name, BadProvince, "“"+show(cell)+"”不是省份，请写省、自治区或直辖市的名称，例如：上海")
		}
		r.Province = p
	case colStage:
		st, ok := vocab.ParseStage(cell)
		if !ok {
			row.problem(h.name, BadStage, "“"+show(cell)+"”不认识，请用："+list(vocab.Stages()))
		}
		r.Stage = st
	case colSince:
		r.Since = s.time(row, h, cell)
	case colFiledAt:
		r.FiledAt = s.time(row, h, cell)
	case colAt:
		r.At = s.time(row, h, cell)
	case colCertificate:
		if cell == "长期" || cell == "长期有效" {
			return
		}
		r.CertificateExpires = s.time(row, h, cell)
	case colSelf:
		switch strings.ToLower(cell) {
		case "是", "yes", "true", "1", "y", "√":
			r.SelfReported = true
		case "否", "no", "false", "0", "n":
		default:
			row.problem(h.name, BadChoice, "请填“是”或“否”")
		}
	case colNone:
	}
}

func (s *Reader) time(row *Row, h heading, cell string) time.Time {
	now := s.options.Now
	if h.col == colCertificate && monthDay.MatchString(cell) {
		row.problem(h.name, BadDate, "请写上年份，例如：2027-11-03")
		return time.Time{}
	}
	t, ok := parseTime(cell, now)
	switch {
	case !ok:
		row.problem(h.name, BadDate, "“"+show(cell)+"”不是日期，请写成 2026-11-03、2026/11/3 或 11月3日，可以带时间")
	case h.col != colCertificate && t.After(now.Add(filing.MaxAhead)):
		row.problem(h.name, BadDate, "日期在未来")
	default:
		return t
	}
	return time.Time{}
}

// show is a cell as a message quotes it.
func show(cell string) string { return truncate.Ellipsis(cell, 20) }

// list names the values of a set that a cell may hold.
func list[C interface{ Chinese() string }](values []C) string {
	return strings.Join(vocab.Chinese(values), "、")
}
