package kb

import (
	"slices"
	"strings"
	"testing"
)

func TestBroadWords(t *testing.T) {
	k := embedded(t)
	for _, b := range k.Snapshot().content.Broad {
		for _, w := range b.Words {
			for _, q := range []string{w, w + "？", " " + w + "。"} {
				r := k.Understand(Query{Text: q})
				checkResult(t, k, r)
				if r.Kind == KindAnswer || r.Kind == KindCommand { // what editors wrote for something else stands above them
					if _, own := k.Snapshot().model.exact[r.Normal]; !own {
						t.Errorf("%s: %s %s", q, r.Kind, r.Topic)
					}
					continue
				}
				var got []string
				for _, c := range r.Candidates {
					got = append(got, c.Topic)
				}
				if r.Kind != KindChoice || !slices.Equal(got, b.Topics) {
					t.Errorf("%s: %s %v", q, r.Kind, got)
				}
			}
		}
	}
	for q, topic := range map[string]string{"管局审核要多久": "authority-review-duration", "法人换了怎么办": "change-person-contact"} {
		if r := k.Understand(Query{Text: q}); r.Topic != topic {
			t.Errorf("%s: %s %s", q, r.Kind, r.Topic)
		}
	}
	for _, q := range []string{"a", "Z", "7", "."} {
		if r := k.Understand(Query{Text: q}); r.Kind != KindUnknown {
			t.Errorf("%s: %s %s", q, r.Kind, r.Topic)
		}
	}
}

func TestBroadWordsAreChecked(t *testing.T) {
	for _, bad := range []string{"broad:\n  - words: [审核]\n    topics: [entry]\n", "broad:\n  - topics: [entry, fees]\n", "broad:\n  - \n"} {
		if _, err := ParseFile("x.yaml", []byte(bad)); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
	if f, err := ParseFile("x.yaml", []byte("broad:\n  - words: [审核]\n    topics: [entry, fees]\n")); err != nil || !strings.Contains(f.Broad[0].Words[0], "审核") {
		t.Errorf("%v", err)
	}
}

func TestFollowUpOfAStage(t *testing.T) {
	k := embedded(t)
	for _, c := range []struct{ first, then, topic string }{
		{"平台初审是什么意思", "要多久", "platform-review-duration"},
		{"管局审核中是什么意思", "一般几天", "authority-review-duration"},
		{"状态显示待短信核验是什么意思", "怎么弄", "sms-verification"},
		{"备案要花钱吗", "要多久", "total-time"},
	} {
		r := k.Understand(Query{Text: c.first})
		if r.Kind != KindAnswer {
			t.Fatalf("%s: %s", c.first, r.Kind)
		}
		next := k.Understand(Query{Text: c.then, Context: &Context{Topic: r.Topic, Entities: r.Entities}})
		if next.Topic != c.topic {
			t.Errorf("%s, %s: %s %s", c.first, c.then, next.Kind, next.Topic)
		}
	}
}
