package kb

import (
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/beianbot/beianbot/kb/text"
)

// corpus is the content taken apart, ready for models.
type corpus struct {
	an      *analyser
	classes []class
	samples []sample
	first   []int // per class, its first sample; one more for the end
	foreign []foreign
	bodies  []string

	begun []analysis // half-way analyses, while the corpus is built
}

// newCorpus analyses all wordings of the content: first as far as it goes
// without knowing their words, then, with the words learned, to the end.
func newCorpus(c *Content, claim func(string) (string, bool)) (*corpus, error) {
	an, err := newAnalyser(claim)
	if err != nil {
		return nil, err
	}
	k := &corpus{an: an, classes: c.classes(), first: []int{0}}
	for _, cl := range k.classes {
		n := len(cl.variants)
		if cl.kind == classTopic {
			n++ // the title
		}
		k.first = append(k.first, k.first[len(k.first)-1]+n)
	}
	k.samples = make([]sample, k.first[len(k.classes)])
	k.bodies = make([]string, len(k.classes))
	k.begun = make([]analysis, len(k.samples))
	bodies := make([][]string, len(k.classes))
	each(len(k.classes), func(i int) { bodies[i] = k.begin(i) })
	folded := slices.Concat(bodies...)
	for _, a := range k.begun {
		folded = append(folded, a.folded)
	}
	an.learn(folded)
	each(len(k.classes), k.finish)
	k.begun = nil
	return k, k.makeForeign()
}

// each calls f for 0 to n-1 on all processors; the order does not matter.
func each(n int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	wg.Wait()
}

// begin takes the wordings of a class half the way and gives its body folded,
// line by line: a long text is cut when read as one message.
func (k *corpus) begin(class int) (body []string) {
	c := k.classes[class]
	at := k.first[class]
	for i, v := range c.variants {
		k.begun[at+i] = k.an.begin(v)
		k.samples[at+i] = sample{text: v, class: class}
	}
	if c.kind == classTopic {
		k.begun[at+len(c.variants)] = k.an.begin(c.title)
		k.samples[at+len(c.variants)] = sample{text: c.title, class: class}
	}
	for _, l := range strings.Split(c.body, "\n") {
		if l != "" {
			body = append(body, text.Fold(text.Clean(l)))
		}
	}
	return body
}

// finish takes the wordings of a class the rest of the way.
func (k *corpus) finish(class int) {
	for i := k.first[class]; i < k.first[class+1]; i++ {
		a := k.an.finish(k.begun[i])
		k.samples[i].doc, k.samples[i].normal = a.doc, a.normal
	}
	if c := k.classes[class]; c.kind == classTopic {
		k.bodies[class] = k.an.analyse(c.body).normal
	}
}
