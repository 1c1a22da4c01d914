package console

import (
	"net/http"
	"strings"
	"unicode"

	"github.com/beianbot/beianbot/kb"
)

type tryPage struct {
	Q      string
	Result kb.Result
	Meant  string
	Reply  string
	Facts  []pair
}

// printable drops what stands for something in the normal form of a question and has no shape of its own.
func printable(r rune) rune {
	if unicode.Is(unicode.Co, r) {
		return -1
	}
	return r
}

type pair struct{ Name, Value string }

func (c *Console) tryQuestion(w http.ResponseWriter, v *visit) error {
	p := tryPage{Q: strings.TrimSpace(v.URL.Query().Get("q"))}
	if len(p.Q) > 2000 {
		return bad("太长了")
	}
	if p.Q != "" {
		s := c.Knowledge.Snapshot()
		p.Result = s.Understand(kb.Query{Text: p.Q})
		p.Meant = meant(s, p.Result)
		for _, x := range []pair{
			{"省份", string(p.Result.Entities.Province)},
			{"平台", string(p.Result.Entities.Platform)},
			{"主体", string(p.Result.Entities.Subject)},
			{"阶段", string(p.Result.Entities.Stage)},
			{"理解成", strings.Map(printable, p.Result.Normal)},
		} {
			if x.Value != "" {
				p.Facts = append(p.Facts, x)
			}
		}
		if c.Reply != nil {
			reply, err := c.Reply(v.Context(), p.Q)
			if err != nil {
				return err
			}
			p.Reply = reply
		} else if text, ok := s.Text(p.Result); ok {
			p.Reply = text.Answer
		}
	}
	return c.show(w, v, "try", "试一个问题", p)
}
