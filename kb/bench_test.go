package kb

import (
	"testing"
)

// benchQuestions are messages of the lengths people write.
var benchQuestions = []string{
	"备案要多久",
	"小程序备案入口在哪里",
	"请问上海管局审核一般要几天",
	"短信核验超时被退回了怎么办",
	"我们是个体户没有字号，备案的时候主体名称应该怎么填",
	"提交了20多天还在管局审核中是不是卡住了",
	"接口返回86302是什么意思",
	"小程序備案要準備哪些材料",
	"beian rukou zai nali",
	"今天天气怎么样",
	"粤ICP备12345678号-1X 怎么查不到了",
	"转人工",
}

func openTest(tb testing.TB) *Knowledge {
	tb.Helper()
	k, err := Open(Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return k
}

func BenchmarkUnderstand(b *testing.B) {
	k := openTest(b)
	for _, q := range benchQuestions {
		k.Understand(Query{Text: q})
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		k.Understand(Query{Text: benchQuestions[i%len(benchQuestions)]})
		i++
	}
}

// BenchmarkUnderstandCold asks every wording once with a fresh index, so that
// nothing is remembered.
func BenchmarkUnderstandCold(b *testing.B) {
	k := openTest(b)
	var qs []string
	for _, e := range k.Entries() {
		qs = append(qs, e.Variants...)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if i%len(qs) == 0 {
			k.Snapshot().model.index.cache.Clear()
		}
		k.Understand(Query{Text: qs[i%len(qs)]})
		i++
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
