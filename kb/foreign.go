package kb

import (
	"fmt"
	"strings"

	"github.com/beianbot/beianbot/kb/text"
)

// foreign is a text about a matter outside, made from a wording of ours.
type foreign struct {
	sample
	of   int    // the sample it was made from
	name string // what was put before it
}

// foreignEvery is how many wordings of topics serve once as the frame of a
// foreign one; those that ask for a state, which say so little, all do.
const foreignEvery = 4

// makeForeign puts the names of other things before our own wordings:
// 备案被驳回怎么办 asked of a drone, 验证码收不到 asked of a bank are none of ours,
// however much of them we know. The wordings of matters outside alone cannot
// name every question people ask about them.
func (k *corpus) makeForeign() error {
	filings, others, err := text.Foreign()
	if err != nil {
		return fmt.Errorf("foreign names: %w", err)
	}
	for i, s := range k.samples {
		if !k.frames(s) {
			continue
		}
		// chosen by the text, so that a new wording changes nothing for the others
		x := foldOf(s.normal, foreignEvery*len(filings)*len(others))
		if k.classes[s.class].kind == classTopic && x%foreignEvery != 0 {
			continue
		}
		x /= foreignEvery
		name := others[x%len(others)]
		made := name + s.normal
		if mine, ok := strings.CutPrefix(s.normal, "我的"); ok {
			made = "我的" + name + mine
		}
		if at := strings.Index(s.normal, "备案"); at >= 0 {
			name = filings[x%len(filings)]
			made = strings.TrimSuffix(s.normal[:at], "小程序") + name + s.normal[at:]
		} else if strings.Contains(s.normal, "小程序") {
			continue
		}
		k.foreign = append(k.foreign, foreign{sample{text: made, class: -1}, i, name})
	}
	each(len(k.foreign), func(i int) {
		a := k.an.analyse(k.foreign[i].text)
		k.foreign[i].doc, k.foreign[i].normal = a.doc, a.normal
	})
	return nil
}

// frames reports whether a wording asks something that can be asked of other
// things too: those of topics, and what asks for a state.
func (k *corpus) frames(s sample) bool {
	if strings.Contains(s.normal, "备案号") {
		return false
	}
	c := k.classes[s.class]
	return c.kind == classTopic || c.kind == classCommand && Command(c.id) == CommandStatus
}

// foreignSamples are the texts alone.
func (k *corpus) foreignSamples() []sample {
	out := make([]sample, len(k.foreign))
	for i, f := range k.foreign {
		out[i] = f.sample
	}
	return out
}
