package console

import "github.com/beianbot/beianbot/bot/vocab"

// Tone says how a sign looks.
type Tone string

// The tones.
const (
	ToneGood  Tone = "done"
	ToneLook  Tone = "act" // somebody should look at it
	ToneWrong Tone = "bad"
	TonePlain Tone = "off" // neither good nor bad
)

// toneWords say a tone in a word, for those who do not see colours; a plain one needs none.
var toneWords = map[Tone]string{ToneGood: "正常", ToneLook: "留意", ToneWrong: "异常"}

// Sign is one line of the account's health.
type Sign struct {
	// Name, Text and Hint are Chinese and are translated; Args fill in what Text leaves open and stay as they are. Hint says what to do; it may
	// be empty. Inner is what stands behind it, for those alone who may see the configuration.
	Name, Text string
	Args       []any
	Hint       string
	Inner      string
	Tone       Tone
}

// shownSign is a sign in one language.
type shownSign struct {
	Name, State, Text, Hint, Inner string
	Tone                           Tone
}

// shown translates signs for somebody.
func (c *Console) shown(v *visit, signs []Sign) []shownSign {
	lang, inner := v.lang, v.who.May(vocab.PermissionAdminister)
	out := make([]shownSign, len(signs))
	for i, s := range signs {
		if !inner {
			s.Inner = ""
		}
		out[i] = shownSign{c.pages.word(lang, s.Name), c.pages.word(lang, toneWords[s.Tone]), c.pages.word(lang, s.Text, s.Args...), c.pages.word(lang, s.Hint), s.Inner, s.Tone}
	}
	return out
}
