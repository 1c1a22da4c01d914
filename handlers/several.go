package handlers

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// between is where a sentence may go over from one filing to the next.
var between = regexp.MustCompile(`[，,；;。\n]+ *(?:还有|另外|另|以及|同时|然后|和)?(?:一个|个)?|还有(?:一个)?|另外(?:一个)?|以及`)

// manyOfThem is said by somebody who speaks of several filings at once.
var manyOfThem = regexp.MustCompile(`(?:[两二三四五几多2-9]|好几)个` + vocab.PlatformPattern() + `?(?:小程序|备案)`)

// maxRest bounds what is kept of a sentence about several filings: a tap has to hold it.
const maxRest = 80

// several parts a sentence that tells of more than one filing into what it says of the first, and the rest. Both tell a stage, and the second
// names a filing as one does, or one of the person's own.
func several(text string, mine []filing.Tracking, now time.Time) (first, rest string, ok bool) {
	for _, at := range between.FindAllStringIndex(text, -1) {
		first, rest := text[:at[0]], strings.Trim(text[at[1]:], " ，,。；;")
		a, _ := readReport(first, now)
		b, _ := readReport(rest, now)
		if a.Stage == "" || b.Stage == "" || a.Name == "" || b.Name == "" || a.Name == b.Name || utf8.RuneCountInString(rest) > maxRest {
			continue
		}
		own := slices.ContainsFunc(mine, func(tr filing.Tracking) bool { return strings.Contains(squeeze(rest), squeeze(tr.Filing.Name)) })
		if own || namedBefore.MatchString(rest[:max(0, strings.Index(rest, b.Name))]) {
			return first, rest, true
		}
	}
	return "", "", false
}

// aboutRest is said before the first of several filings.
func aboutRest(rest string) string {
	if rest == "" {
		return ""
	}
	return severalAtOnce
}

// withRest offers what a sentence said of further filings, once the first is written.
func withRest(r chat.Reply, rest string) chat.Reply {
	if rest != "" {
		r.Actions = append([]chat.Choice{{Label: restWords, Send: rest}}, r.Actions...)
		r = chat.Reply{Text: r.Text + "\n\n" + restWaits(rest), Choices: r.Choices, Actions: r.Actions}
	}
	return r
}

const (
	restWords      = "接着记下一个"
	severalAtOnce  = "您说了不止一个备案，一个一个来，先记这一个。"
	oneAfterOther  = "您有不止一个小程序，请一个一个登记。\n比如先发：登记 小鹿花店；登记好了再发下一个。"
	restWaitsBegin = "您还说了："
)

func restWaits(rest string) string {
	return restWaitsBegin + "“" + ellipsis(rest, maxRest) + "”，点“" + restWords + "”接着来。"
}
