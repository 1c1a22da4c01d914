package handlers

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beianbot/beianbot/bot/truncate"
)

// DefaultFields says what the keywords of the status template say where the configuration does not.
func DefaultFields() map[string]string {
	return map[string]string{"thing1": "{name}", "phrase2": "{stage}", "time3": "{time}", "thing4": "{next}"}
}

// Fields fills the keywords of a template: each text may hold {name} {stage} {time} {deadline} {left} {next} {number} {province}, and is
// brought into the form that the platform asks of the keyword's kind, because one character too many makes it refuse the whole message
// (47003). {deadline} is a moment, {left} the time until then in words; a keyword of a moment that has no deadline to tell says {time}.
// Source: the platform's page on template messages, "参数限制说明".
func (n Note) Fields(keywords map[string]string) map[string]string {
	fill := func(name, stage, next string) *strings.Replacer {
		return strings.NewReplacer(
			"{name}", name, "{stage}", stage, "{time}", n.At, "{deadline}", n.Deadline, "{left}", n.Left, "{next}", next, "{number}", n.Number,
			"{province}", string(n.Province),
		)
	}
	name, short := n.Name, n.Name
	if n.SelfReported {
		name, short = n.Name+selfMark, ellipsis(n.Name, 14)+selfMark
	}
	full, brief := fill(name, n.Stage, n.Next), fill(short, cmp.Or(n.Brief, n.Stage), cmp.Or(n.Todo, n.Next))
	out := make(map[string]string, len(keywords))
	for keyword, text := range keywords {
		if kind := kindOf(keyword); (kind == "time" || kind == "date") && strings.IndexFunc(full.Replace(text), unicode.IsDigit) != 0 {
			text = "{time}" // what is no moment is refused
		}
		out[keyword] = fit(keyword, full.Replace(text))
		if out[keyword] != full.Replace(text) { // rather said in fewer words than cut off
			out[keyword] = fit(keyword, brief.Replace(text))
		}
	}
	return out
}

// kindOf returns the kind of a keyword, which is its kind and a number: thing4.
func kindOf(keyword string) string { return strings.TrimRight(keyword, "0123456789") }

// fit cuts a value to what its keyword's kind may hold.
func fit(keyword, value string) string {
	value = strings.Join(strings.Fields(strings.Map(printable, value)), " ")
	if value == "" {
		value = "无" // an empty value is refused
	}
	switch kindOf(keyword) {
	case "thing":
		return shorten(value, 20)
	case "phrase":
		return shorten(onlyHan(value), 5)
	case "name":
		return shorten(value, 10)
	case "character_string":
		return shorten(onlyASCII(value), 32)
	case "number", "amount", "phone_number":
		return truncate.Runes(keep(value, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' }), 32)
	case "letter":
		return truncate.Runes(keep(value, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' }), 32)
	case "const":
		return shorten(value, 20)
	}
	return shorten(value, 32)
}

// shorten cuts by meaning: at the last end of a clause that leaves at least half, else with an ellipsis. A space ends no clause: it stands
// around every number.
func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := truncate.Runes(s, most)
	r := []rune(cut)
	for i := len(r) - 1; i >= most/2; i-- {
		if strings.ContainsRune("，。；、：（", r[i]) {
			return string(r[:i])
		}
	}
	if most <= 5 {
		return cut
	}
	return truncate.Ellipsis(s, most)
}

func printable(r rune) rune {
	if unicode.IsControl(r) {
		return ' '
	}
	return r
}

func onlyHan(s string) string {
	if out := keep(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }); out != "-" {
		return out
	}
	return "无"
}

func onlyASCII(s string) string {
	return keep(s, func(r rune) bool { return r > ' ' && r < 0x7f })
}

func keep(s string, ok func(rune) bool) string {
	out := strings.Map(func(r rune) rune {
		if ok(r) {
			return r
		}
		return -1
	}, s)
	if out == "" {
		return "-"
	}
	return out
}
