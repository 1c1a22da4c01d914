package sheet

import (
	"strings"

	"github.com/beianbot/beianbot/bot/filing"
)

// Reasons stand in one cell, one on each line: 字段 | 原因 | 建议. A line without the bar is the reason alone. A bar, a backslash and a line break
// within a text are written with a backslash before them.
var (
	reasonEscape   = strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", `\n`)
	reasonUnescape = map[byte]byte{'\\': '\\', '|': '|', 'n': '\n'}
)

func writeReasons(reasons []filing.Reason) string {
	lines := make([]string, len(reasons))
	for i, r := range reasons {
		parts := []string{reasonEscape.Replace(r.Field), reasonEscape.Replace(r.Error), reasonEscape.Replace(r.Suggest)}
		switch {
		case r.Suggest == "" && r.Field == "":
			parts = parts[1:2]
		case r.Suggest == "":
			parts = parts[:2]
		}
		lines[i] = strings.Join(parts, " | ")
	}
	return strings.Join(lines, "\n")
}

func parseReasons(s string) (reasons []filing.Reason) {
	for line := range strings.SplitSeq(strings.ReplaceAll(s, "\r", "\n"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if len(reasons) > filing.MaxReasons {
			return reasons // one too many, so that it is refused
		}
		parts := splitReason(line)
		var r filing.Reason
		switch len(parts) {
		case 1:
			r.Error = parts[0]
		case 2:
			r.Field, r.Error = parts[0], parts[1]
		default:
			r.Field, r.Error, r.Suggest = parts[0], parts[1], strings.Join(parts[2:], "|")
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// splitReason splits at the bars that have no backslash before them.
func splitReason(line string) (parts []string) {
	var b strings.Builder
	for i := 0; i < len(line); i++ {
		c := line[i]
		if c == '\\' && i+1 < len(line) {
			if r, ok := reasonUnescape[line[i+1]]; ok {
				b.WriteByte(r)
				i++
				continue
			}
		}
		if c == '|' {
			parts = append(parts, strings.TrimSpace(b.String()))
			b.Reset()
			continue
		}
		b.WriteByte(c)
	}
	return append(parts, strings.TrimSpace(b.String()))
}
