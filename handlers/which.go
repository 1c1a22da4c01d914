package handlers

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/truncate"
)

// A list of filings that is longer than maxListed comes in pages of perPage, so that the links of a page fit one reply.
const (
	maxListed = 9
	perPage   = 7
)

// Labels of the choices that turn the pages.
const (
	nextPage = "下一页"
	lastPage = "上一页"
)

var pageBehind = regexp.MustCompile(`\s*第([1-9][0-9]?)页$`)

// paged parts what was said behind a command from the page that is asked for, 1 where none is.
func paged(arg string) (rest string, page int) {
	m := pageBehind.FindStringSubmatch(arg)
	if m == nil {
		return arg, 1
	}
	return strings.TrimSuffix(arg, m[0]), number(m[1])
}

// whichFiling asks which of several filings is meant; a tap repeats the command with what calls the filing (callName). arg is what was said behind the command, with the page.
func whichFiling(mine []filing.Tracking, command, arg string) chat.Reply {
	r := chat.Reply{Text: whichFilingText(len(mine), command)}
	rest, page := paged(arg)
	pages := 1
	shown := mine
	if len(mine) > maxListed {
		pages = (len(mine) + perPage - 1) / perPage
		page = min(page, pages)
		shown = mine[(page-1)*perPage : min(page*perPage, len(mine))]
	}
	for _, tr := range shown {
		r.Choices = append(r.Choices, chat.Choice{Label: listLine(tr.Filing), Send: command + " " + callName(mine, tr.Filing)})
	}
	turn := func(label string, to int) {
		words := strings.Join(strings.Fields(command+" "+rest), " ")
		r.Choices = append(r.Choices, chat.Choice{Label: label, Send: words + " 第" + strconv.Itoa(to) + "页"})
	}
	if page < pages {
		turn(nextPage, page+1)
	}
	if page > 1 && pages > 1 {
		turn(lastPage, page-1)
	}
	if pages > 1 {
		r.Text += "\n第 " + strconv.Itoa(page) + " 页，共 " + strconv.Itoa(pages) + " 页；不在这一页的，也可以直接发名称。"
	}
	return r
}

// callName is by what a tap calls one of several filings: its name, the beginning of a long one, or its id where the name would fit several.
func callName(mine []filing.Tracking, f filing.Filing) string {
	say := truncate.Runes(f.Name, 16)
	if found := namedIn(mine, say); len(found) != 1 || found[0].Filing.ID != f.ID {
		return f.ID
	}
	return say
}

// eachFiling changes the choices of a list that stand for filings, and leaves those that turn the page.
func eachFiling(r chat.Reply, change func(c *chat.Choice)) {
	for i := range r.Choices {
		if l := r.Choices[i].Label; l != nextPage && l != lastPage {
			change(&r.Choices[i])
		}
	}
}

// Words by which people turn a page.
var (
	moreWords = regexp.MustCompile(`^(?:看|查看|显示|还有|往下)?(?:更多|下一页|下页|后一页|后面的?|翻页|还有呢|还有吗|剩下的|其余的|往后翻?|继续)$`)
	backWords = regexp.MustCompile(`^(?:看|往上)?(?:上一页|上页|前一页|前面的|往前翻?|返回)$`)
)

// turnsPage returns what a text that turns the page of the list that is offered stands for.
func turnsPage(offered []chat.Choice, text string) (words string, ok bool) {
	word, label := squeeze(text), ""
	switch {
	case moreWords.MatchString(word):
		label = nextPage
	case backWords.MatchString(word):
		label = lastPage
	}
	for _, c := range offered {
		if label != "" && c.Label == label {
			return c.Words(), true
		}
	}
	return "", false
}

// outOfPlace answers words that only mean something where a list or a dialogue is under way, and none is.
func outOfPlace(text string) (chat.Reply, bool) {
	switch word := squeeze(text); {
	case leaving.MatchString(word):
		return chat.Reply{Text: nothingUnderWay, Actions: []chat.Choice{{Label: statusWords}, {Label: helpWords}}}, true
	case word == nextPage || word == lastPage || word == "下页" || word == "上页" || word == "更多" || word == "翻页":
		return chat.Reply{Text: noMorePages, Actions: []chat.Choice{{Label: statusWords}, {Label: helpWords}}}, true
	}
	return chat.Reply{}, false
}

const (
	nothingUnderWay = "好的，什么都没有改。想查进度、问备案的问题，随时发给我就行。"
	noMorePages     = "这里没有更多可以翻的了。要看您的备案，发“查进度”。"
)

// asksStatus is what stands behind a name where somebody asks how that filing is.
var asksStatus = regexp.MustCompile(`^的?(?:备案)?(?:的)?(?:现在|目前)?(?:的)?(?:备案)?(?:进度|状态|进展|情况|怎么样|怎样|咋样|如何|到哪|到哪一步|到哪了|哪一步|什么情况|好了没|过了没|查一下|查询)?(?:了|呢|吗|啊|呀)*$`)

// byName takes the bare name of one of the person's filings, perhaps with how it is behind, as the question where it stands; or, where a list
// was offered just before, as a pick from that list, whichever page it is on. ok is false where the text is no such name.
func (b *Bot) byName(ctx context.Context, t *chat.Turn, text string) (r chat.Reply, ok bool, err error) {
	word := squeeze(text)
	if n := utf8.RuneCountInString(word); !t.Tracks || n < 2 || n > filing.MaxName+10 {
		return chat.Reply{}, false, nil
	}
	mine, err := b.Filings.Tracked(ctx, t.User)
	if err != nil {
		return chat.Reply{}, false, nil // an answer that needs no store may still be right
	}
	bare := squeeze(unquote(text))
	var exact, within []filing.Tracking
	for _, tr := range mine {
		name := squeeze(tr.Filing.Name)
		behind, found := strings.CutPrefix(word, name)
		switch {
		case name == "":
		case bare == name || found && asksStatus.MatchString(behind):
			exact = append(exact, tr)
		case strings.Contains(name, bare) && utf8.RuneCountInString(bare) >= 2:
			within = append(within, tr)
		}
	}
	command := listedFor(t.Memory.Offered)
	switch {
	case len(exact) == 1 && command != "" && bare == squeeze(exact[0].Filing.Name):
		r, err = b.words(ctx, t, command+" "+exact[0].Filing.ID)
	case len(exact) == 1:
		r = b.describe(exact[0])
	case len(exact) > 1:
		r = whichFiling(exact, statusWords, exact[0].Filing.Name)
	case len(within) == 1 && !asks(text) && !b.isQuestion(text):
		r = b.describe(within[0])
	default:
		return chat.Reply{}, false, nil
	}
	b.Journal.Count("command:status")
	return r, true, err
}

// listedFor returns the command for which filings are offered in pages; empty where they are not.
func listedFor(offered []chat.Choice) string {
	for _, c := range offered {
		if c.Label != nextPage && c.Label != lastPage {
			continue
		}
		for _, command := range []string{untrackWords, updateWords, settingsWords} {
			if strings.HasPrefix(c.Send, command+" ") {
				return command
			}
		}
	}
	return ""
}
