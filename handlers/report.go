package handlers

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
	"github.com/beianbot/beianbot/kb"
	"github.com/beianbot/beianbot/kb/text"
)

// report is what somebody says of a filing of his in a sentence. Empty fields were not said.
type report struct {
	Name     string
	Platform vocab.Platform
	Province vocab.Province
	Stage    vocab.Stage
	Since    time.Time
	Number   string
	// Rest is what the sentence said of further filings.
	Rest string
}

// readReport reads what a sentence says of a filing. It reports whether that is anything at all.
func readReport(s string, now time.Time) (report, bool) {
	said, _ := filing.ParseSelfReport(text.Simplify(s), now)
	r := report{
		Name: said.Name, Platform: said.Platform, Province: said.Province, Stage: said.Stage, Since: said.Date, Number: said.Number,
	}
	if !fitsName(r.Name) {
		r.Name = ""
	}
	if !sayable(r.Stage) {
		r.Stage = ""
	}
	return r, r != report{}
}

// stageNamed reads a stage, by its name or in the words of people.
func stageNamed(s string) (vocab.Stage, bool) {
	if st, ok := vocab.ParseStage(s); ok {
		return st, sayable(st)
	}
	if utf8.RuneCountInString(s) > 30 {
		return "", false
	}
	said, _ := filing.ParseSelfReport(text.Simplify(s), time.Time{})
	return said.Stage, sayable(said.Stage)
}

// said counts what a registration needs and the report tells.
func (r report) said() int {
	n := 0
	for _, there := range []bool{r.Name != "", r.Platform != "", r.Province != "", r.Stage != "", !r.Since.IsZero()} {
		if there {
			n++
		}
	}
	return n
}

// words are the step that a report tells, as readReport reads it again.
func (r report) words(now time.Time) string {
	var all []string
	if r.Stage != "" {
		all = append(all, r.Stage.Chinese())
	}
	if !r.Since.IsZero() {
		all = append(all, dayWords(r.Since, now))
	}
	if r.Number != "" {
		all = append(all, r.Number)
	}
	return strings.Join(all, " ")
}

// namedBefore is what stands before a name in a sentence that tells of a filing: 我的小程序…, 小程序叫“….
var namedBefore = regexp.MustCompile(`(?:小程序|名字|名称|叫|登记|记录|我的|我们的|店铺?)(?:叫做?|名叫|名为|是|为|的|一下|[:：,，\s“"「『《【])*$`)

// tellsOfNew reports whether a sentence is meant to register a filing: it says at least three of the five things, and the name stands where
// one tells it.
func (r report) tellsOfNew(s string) bool {
	if r.Name == "" || r.Stage == "" || r.said() < 3 {
		return false
	}
	at := strings.Index(s, r.Name)
	if at == 0 { // nothing calls it a name: then a day has to be told, too
		return !r.Since.IsZero() && utf8.RuneCountInString(r.Name) <= 15
	}
	return at > 0 && namedBefore.MatchString(s[:at])
}

// fits reports whether a report can be about a filing: what it says of platform and province is what is known.
func (r report) fits(f filing.Filing) bool {
	return (r.Platform == "" || f.Platform == "" || r.Platform == f.Platform) && (r.Province == "" || f.Province == "" || r.Province == f.Province)
}

// waitsStill is what somebody says whose filing has not moved.
var waitsStill = regexp.MustCompile(`还没|还未|還沒|一直|迟迟|仍然|仍旧`)

// isQuestion reports whether the knowledge is sure that a text is a question it answers, or a command.
func (b *Bot) isQuestion(s string) bool {
	r := b.Knowledge.Understand(kb.Query{Text: s})
	return r.Kind != kb.KindChoice && r.Kind != kb.KindUnknown && r.Confidence >= sureOfQuestion
}
