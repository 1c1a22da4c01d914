package handlers

import (
	"strings"
	"unicode"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb"
)

// fixGroups are the groups of topics that say how something is filled in or handed in; the others tell about the way, not about the fault.
var fixGroups = map[string]bool{"subject": true, "person": true, "material": true, "content": true}

// fixTopics are single topics of other groups that say how to mend something.
var fixTopics = map[string]bool{"common-error-messages": true, "domain-filing": true, "sms-timeout": true, "company-rename": true, "phone-check": true}

// sureOfFix is how sure the understanding must be that a reason for a rejection belongs to a topic.
const sureOfFix = 0.5

// maxFixes bounds how many reasons are matched with the knowledge: no more are shown.
const maxFixes = 5

// fixes finds for each reason of a rejection what the knowledge says on how to mend it: the line that fits best, and the topics to read on.
// A reason for which nothing is known has an empty fix.
func (b *Bot) fixes(reasons []filing.Reason) (fixes []string, more []chat.Choice) {
	seen := map[string]bool{}
	for i, reason := range reasons {
		if i == maxFixes {
			break
		}
		fix := ""
		if e := b.fixEntry(reason); e != nil {
			fix = bestLine(e.Answer, reason.Field+reason.Error+reason.Suggest)
			if fix != "" && !seen[e.ID] {
				seen[e.ID] = true
				more = append(more, chat.Choice{Label: e.Title})
			}
		}
		fixes = append(fixes, fix)
	}
	return fixes, more[:min(len(more), maxRelated)]
}

// fixEntry finds the topic that a reason belongs to, nil where none is likely enough. A reason is the reviewer's text about another's
// filing: it is understood, never recorded.
func (b *Bot) fixEntry(reason filing.Reason) *kb.Entry {
	for _, text := range []string{reason.Field + " " + reason.Error, reason.Error, reason.Field + " " + reason.Suggest} {
		if strings.TrimSpace(text) == "" {
			continue
		}
		r := b.Knowledge.Understand(kb.Query{Text: text})
		for _, c := range r.Candidates {
			if c.Score < sureOfFix {
				break
			}
			if e, ok := b.Knowledge.Entry(c.Topic); ok && (fixGroups[e.Group] || fixTopics[e.ID]) {
				return e
			}
		}
	}
	return nil
}

// bestLine returns the line of an answer that has most in common with a text; the first that says something by itself where none has.
func bestLine(answer, text string) string {
	want := pairs(text)
	best, most := "", -1
	for line := range strings.Lines(answer) {
		line = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(line), "·0123456789. "))
		if len([]rune(line)) < 6 || strings.HasSuffix(line, "：") {
			continue
		}
		n := 0
		for p := range pairs(line) {
			if want[p] {
				n++
			}
		}
		if n > most {
			best, most = line, n
		}
	}
	return strings.TrimRight(best, "。；")
}

// pairs are the pairs of neighbouring letters of a text.
func pairs(s string) map[[2]rune]bool {
	out := map[[2]rune]bool{}
	last := rune(0)
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			last = 0
			continue
		}
		if last != 0 {
			out[[2]rune{last, r}] = true
		}
		last = r
	}
	return out
}
