package kb

import (
	"runtime"
	"slices"
	"sync"
)

// corpus is the content taken apart, ready for models.
type corpus struct {
	an      *analyser
	classes []class
	samples []sample
	first   []int // per class, its first sample; one more for the end
	foreign []foreign
	bodies  []string
}

// newCorpus analyses all wordings of the content.
func newCorpus(c *Content, claim func(string) (string, bool)) (*corpus, error) {
	an, err := newAnalyser(claim)
	if err != nil {
		return nil, err
	}
	k := &corpus{an: an, classes: c.classes()}
	an.learn(texts(k.classes))
	k.bodies = make([]string, len(k.classes))
	perClass := make([][]sample, len(k.classes))
	var wg sync.WaitGroup
	next := make(chan int, len(k.classes))
	for i := range k.classes {
		next <- i
	}
	close(next)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				perClass[i], k.bodies[i] = k.read(i)
			}
		})
	}
	wg.Wait()
	for _, list := range perClass {
		k.first = append(k.first, len(k.samples))
		k.samples = append(k.samples, list...)
	}
	k.first = append(k.first, len(k.samples))
	k.makeForeign()
	return k, nil
}

// read analyses the wordings and the body of a class.
func (k *corpus) read(class int) (samples []sample, body string) {
	c := k.classes[class]
	texts := c.variants
	if c.kind == classTopic {
		texts = append(slices.Clone(texts), c.title)
		body = k.an.analyse(c.body).normal
	}
	for _, v := range texts {
		a := k.an.analyse(v)
		samples = append(samples, sample{text: v, doc: a.doc, normal: a.normal, class: class})
	}
	return samples, body
}
