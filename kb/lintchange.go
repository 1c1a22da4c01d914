package kb

// LintChange is what an editor must mend before a change of a part, from what is in force to what would be, and what deserves a look. An error
// that the change brings stands in its way wherever it is found: a wording that belongs to another topic is told of that one. What was wrong
// before is not his to mend, but for his own part.
func LintChange(now, next *Snapshot, part Part, o LintOptions) (must, may []Finding) {
	type sign struct{ entry, check, text string }
	old := map[sign]bool{}
	for _, f := range Lint(now, o) {
		if f.Severity == SeverityError {
			old[sign{f.Entry, f.Check, f.Text}] = true
		}
	}
	for _, f := range Lint(next, o) {
		own, wrong := f.Entry == part.ID(), f.Severity == SeverityError
		switch {
		case wrong && (own || !old[sign{f.Entry, f.Check, f.Text}]):
			must = append(must, f)
		case own && !wrong:
			may = append(may, f)
		}
	}
	return must, may
}
