package kb

import "strings"

// foreign is a text about a matter outside, made from a wording of ours.
type foreign struct {
	sample
	of int // the sample it was made from
}

// foreignEvery is how many of our wordings serve once as the frame of a
// foreign one.
const foreignEvery = 4

// makeForeign puts the names of other things before our own wordings:
// 备案被驳回怎么办 asked of a drone, 验证码收不到 asked of a bank are none of ours,
// however much of them we know. The wordings of matters outside alone cannot
// name every question people ask about them.
func (k *corpus) makeForeign() {
	filings, others := k.an.words.ConceptWords("N_OTHERFILING"), k.an.words.ConceptWords("N_ELSEWHERE")
	if len(filings) == 0 || len(others) == 0 {
		return
	}
	n := 0
	for i, s := range k.samples {
		if k.classes[s.class].kind != classTopic || strings.Contains(s.normal, "备案号") {
			continue
		}
		if n++; n%foreignEvery != 0 {
			continue
		}
		x := n / foreignEvery
		made := others[x%len(others)] + s.normal
		if at := strings.Index(s.normal, "备案"); at >= 0 {
			made = strings.TrimSuffix(s.normal[:at], "小程序") + filings[x%len(filings)] + s.normal[at:]
		} else if strings.Contains(s.normal, "小程序") {
			continue
		}
		k.foreign = append(k.foreign, foreign{sample{text: made, class: -1}, i})
	}
	each(len(k.foreign), func(i int) {
		a := k.an.analyse(k.foreign[i].text)
		k.foreign[i].doc, k.foreign[i].normal = a.doc, a.normal
	})
}

// foreignSamples are the texts alone.
func (k *corpus) foreignSamples() []sample {
	out := make([]sample, len(k.foreign))
	for i, f := range k.foreign {
		out[i] = f.sample
	}
	return out
}
