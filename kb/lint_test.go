package kb

import (
	"strings"
	"testing"
	"time"
)

const badContent = `group: time
entries:
  - id: working-days
    title: 这是一个长得放不进按钮里去的标题到底有没有二十个字呢？
    answer: 审核要 77 个工作日！
    facets:
      - when: {province: [火星]}
        lead: ""
      - when: {platform: [myspace]}
        lead: 一
    related: [working-days, no-such-topic, entry, entry]
    facts:
      - {text: 审核要 20 个工作日, from: T-18, grade: D}
    reviewed: 2024-01-01
    variants: [备案要多久, 周末审不审, 周末审不审]
  - id: own-topic
    title: 一共要多久？
    answer: 好。
    related: [entry, total-time]
    reviewed: 2027-01-01
    variants: [店庆]
wordings:
  - {id: nobody, variants: [甲]}
`

func TestLint(t *testing.T) {
	s := toy(t, badContent)
	var b strings.Builder
	for _, f := range Lint(s, LintOptions{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}) {
		b.WriteString(f.String() + "\n")
	}
	got := b.String()
	for _, want := range []string{
		"more.yaml:3: error: working-days: 77 stands in no fact (number)",
		`more.yaml:3: error: working-days: unknown grade "D" (fact)`,
		`more.yaml:3: error: working-days: unknown province "火星" (facet)`,
		`more.yaml:3: error: working-days: unknown platform "myspace" (facet)`,
		"more.yaml:3: error: working-days: the facet for province=火星 says nothing (facet)",
		"more.yaml:3: error: working-days: related to itself (related)",
		"more.yaml:3: error: working-days: there is no topic no-such-topic (related)",
		"more.yaml:3: error: working-days: entry stands twice (related)",
		"working-days: last reviewed 2024-01-01, more than a year ago (reviewed)",
		"own-topic: reviewed in the future, 2027-01-01 (reviewed)",
		"working-days: an exclamation mark (style)",
		"characters, 20 fit on a button (length)",
		"own-topic: not in the topic list (id)",
		"own-topic: same title as total-time (title)",
		`working-days: "周末审不审" stands twice (variant)`,
		`"备案要多久" of working-days (variant)`,
		"nobody: wordings of nothing (id)",
		"untrack: no wordings for the command (missing)",
		"fees: no entry for the topic (missing)",
	} {
		if !strings.Contains(got, want) && !strings.Contains(got, strings.Replace(want, `"备案要多久" of working-days`, `"备案要多久" is "备案要多久" of total-time`, 1)) {
			t.Errorf("missing: %s", want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

func TestLintFacts(t *testing.T) {
	found, err := LintFacts(toy(t).Entries(), strings.NewReader("T-18 1–20 个工作日"), strings.NewReader("nothing"))
	if err != nil || len(found) != 1 || !strings.Contains(found[0].String(), "22 of") {
		t.Errorf("%v, %v", found, err)
	}
}

func TestNumbersIn(t *testing.T) {
	got := strings.Join(numbersIn("1. 在 24 小时内\n2、填 ６ 位\n③ 20.5% 或 beian.miit.gov.cn、12381"), " ")
	if got != "24 6 20.5 12381" {
		t.Errorf("numbers %q", got)
	}
}

// TestContent holds the embedded content to the rules: no errors at all.
func TestContent(t *testing.T) {
	for _, f := range Lint(embedded(t).Snapshot(), LintOptions{Today: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)}) {
		if f.Severity == SeverityError {
			t.Error(f)
		}
	}
}
