package kb

import "github.com/beianbot/beianbot/kb/text"

// alikeAt is the share of common character pairs (Dice) from which two questions are put together. Measured by eye on lists of unanswered
// questions: below it, questions that share only 小程序 and 备案 come together; above, wordings of one question stay apart.
const alikeAt = 0.5

// maxAlike bounds how many texts are compared: each with the first of every group.
const maxAlike = 5000

// Alike puts texts together that seem to ask the same: indexes into texts, each group led by its first text, groups in the order of their
// leaders. So whoever sorts by how often a text was asked gets the most asked wording first. Texts beyond 5,000 are left out.
func Alike(texts []string) [][]int {
	var groups [][]int
	var leaders []map[[2]rune]int
	for i, t := range texts[:min(len(texts), maxAlike)] {
		pairs := pairsOf(t)
		best, at := alikeAt, -1
		for g, l := range leaders {
			if d := dice(pairs, l); d >= best {
				best, at = d, g
			}
		}
		if at < 0 {
			groups, leaders = append(groups, []int{i}), append(leaders, pairs)
			continue
		}
		groups[at] = append(groups[at], i)
	}
	return groups
}

// pairsOf counts the pairs of neighbouring characters of a folded text, with a mark at both ends so that a single character counts too.
func pairsOf(s string) map[[2]rune]int {
	pairs := map[[2]rune]int{}
	before := rune(0)
	for _, r := range text.Fold(s) {
		pairs[[2]rune{before, r}]++
		before = r
	}
	pairs[[2]rune{before, 0}]++
	return pairs
}

func dice(a, b map[[2]rune]int) float64 {
	common, all := 0, 0
	for p, n := range a {
		common += min(n, b[p])
		all += n
	}
	for _, n := range b {
		all += n
	}
	return 2 * float64(common) / float64(all)
}
