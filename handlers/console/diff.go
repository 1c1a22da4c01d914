package console

import "strings"

// diffLine is a line of a comparison: Sign is "+" for a new line, "-" for one that is gone, " " for one that stays.
type diffLine struct{ Sign, Text string }

// maxDiff bounds the lines of each side that are compared.
const maxDiff = 1500

// diff compares two texts line by line. Of what stays, only the lines next to a change are kept.
func diff(before, after string) []diffLine {
	a, b := cutLines(before), cutLines(after)
	// common[i][j] is the length of the longest common part of a[i:] and b[j:].
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var all []diffLine
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			all = append(all, diffLine{" ", a[i]})
			i, j = i+1, j+1
		case j >= len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			all = append(all, diffLine{"-", a[i]})
			i++
		default:
			all = append(all, diffLine{"+", b[j]})
			j++
		}
	}
	return around(all)
}

func cutLines(s string) []string {
	if s = strings.TrimRight(s, "\n"); s == "" {
		return nil
	}
	lines := strings.Split(s, "\n")
	return lines[:min(len(lines), maxDiff)]
}

// around keeps two lines before and after each change, and a mark where lines were left out.
func around(all []diffLine) []diffLine {
	const near = 2
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.Sign == " " {
			continue
		}
		for j := max(i-near, 0); j <= min(i+near, len(all)-1); j++ {
			keep[j] = true
		}
	}
	var out []diffLine
	for i, l := range all {
		switch {
		case keep[i]:
			out = append(out, l)
		case i > 0 && keep[i-1]:
			out = append(out, diffLine{" ", "…"})
		}
	}
	return out
}
