package kb

import (
	_ "embed"
	"strings"
)

// topicsTSV is the project's list of topics: id, group, title and what belongs
// to the topic and what to its neighbours. Editors work by it, Lint holds the
// content to it.
//
//go:embed topics.tsv
var topicsTSV string

// Topic is one line of the topic list.
type Topic struct {
	// ID is the topic's id.
	ID string
	// Group is the group, and the name of its file.
	Group string
	// Title is the canonical question in full.
	Title string
	// Covers says what belongs here and, after →, where the rest belongs.
	Covers string
}

// Topics gives the topic list in its order.
func Topics() []Topic {
	var out []Topic
	for i, line := range strings.Split(strings.TrimSpace(topicsTSV), "\n") {
		f := strings.Split(strings.TrimRight(line, "\r"), "\t")
		if i == 0 || len(f) < 4 {
			continue
		}
		out = append(out, Topic{ID: f[0], Group: f[1], Title: f[2], Covers: f[3]})
	}
	return out
}
