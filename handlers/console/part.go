package console

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/beianbot/beianbot/bot/chinatime"
	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb"
)

// partForm is the form of a topic, or of a wording class that is none, as text, so that what was typed is shown again.
type partForm struct {
	// Kind is empty for a topic; the others have an answer and wordings only.
	Kind                                                                     kb.AsideKind
	ID, Group, Title, Answer, Detail, Variants, Related, Facets, Facts, Note string
	// Rev is the draft that the form began from.
	Rev int
	New bool
}

// Key is the key of the part.
func (f partForm) Key() string {
	if f.Kind == "" {
		return f.ID
	}
	return string(f.Kind) + "." + f.ID
}

func partFormOf(p kb.Part, rev int) partForm {
	f := partForm{Kind: p.Kind, ID: p.ID(), Variants: strings.Join(p.Variants(), "\n"), Rev: rev}
	if p.Aside != nil {
		f.Answer = strings.TrimSpace(p.Aside.Answer)
		return f
	}
	e := p.Entry
	f.Group, f.Title, f.Answer, f.Detail = e.Group, e.Title, strings.TrimSpace(e.Answer), strings.TrimSpace(e.Detail)
	f.Related = strings.Join(e.Related, " ")
	if len(e.Facets) > 0 {
		f.Facets = yamlOf(e.Facets)
	}
	if len(e.Facts) > 0 {
		f.Facts = yamlOf(e.Facts)
	}
	return f
}

// partYAML writes a part as an editor would, without the blanks at the ends of texts, which a form does not keep.
func partYAML(p kb.Part) string {
	if p.Entry != nil {
		own := *p.Entry
		own.Answer, own.Detail = strings.TrimSpace(own.Answer), strings.TrimSpace(own.Detail)
		return yamlOf(own)
	}
	own := *p.Aside
	own.Answer = strings.TrimSpace(own.Answer)
	return yamlOf(own)
}

// yamlOf writes a value as an editor would.
func yamlOf(v any) string {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(v); err != nil {
		return ""
	}
	_ = enc.Close()
	return b.String()
}

// Bounds of an entry that is typed in.
const (
	maxVariants = 600
	maxYAML     = 64 << 10
)

func partFormIn(v *visit) partForm {
	get := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(v.PostFormValue(name), "\r\n", "\n"))
	}
	f := partForm{
		Kind: kb.AsideKind(get("kind")), ID: get("id"), Group: get("group"), Title: get("title"), Answer: get("answer"), Detail: get("detail"),
		Variants: get("variants"), Related: get("related"), Facets: get("facets"), Facts: get("facts"), Note: get("note"), New: get("new") != "",
	}
	if f.Rev, _ = strconv.Atoi(get("rev")); f.Rev < 0 {
		f.Rev = 0
	}
	return f
}

// today is the day in China, at midnight UTC, as the knowledge writes days.
func (c *Console) today() time.Time { return chinatime.Date(c.Now()) }

// part makes a part of the form. What it cannot make one of is told in Chinese.
func (f partForm) part(today time.Time) (kb.Part, error) {
	if !filing.ValidID(f.ID) || f.ID != strings.ToLower(f.ID) {
		return kb.Part{}, bad("编号只能用小写字母、数字和横线")
	}
	var variants []string
	for line := range strings.Lines(f.Variants) {
		if line = strings.TrimSpace(line); line != "" {
			variants = append(variants, line)
		}
	}
	if len(variants) > maxVariants {
		return kb.Part{}, bad("问法太多，最多 600 条")
	}
	if f.Kind != "" {
		p := kb.Part{Kind: f.Kind, Aside: &kb.Aside{ID: f.ID, Answer: f.Answer, Variants: variants}}
		if p.Check() != nil {
			return p, &trouble{422, "缺少必要的内容：回答和至少一条问法都要有"}
		}
		if len(f.Answer) > bubbleBytes {
			return p, &trouble{422, "回答太长，最多 900 字节"}
		}
		return p, nil
	}
	e := &kb.Entry{ID: f.ID, Group: f.Group, Title: f.Title, Answer: f.Answer, Detail: f.Detail, Related: strings.Fields(f.Related), Variants: variants}
	e.Reviewed.Time = today
	p := kb.Part{Entry: e}
	if err := readYAML(f.Facets, &e.Facets); err != nil {
		return p, &trouble{422, "“按情况区分”的写法不对：" + err.Error()}
	}
	if err := readYAML(f.Facts, &e.Facts); err != nil {
		return p, &trouble{422, "“依据”的写法不对：" + err.Error()}
	}
	if p.Check() != nil {
		return p, &trouble{422, "缺少必要的内容：标题、回答、至少一条问法都要有，区分的情况要写条件"}
	}
	return p, nil
}

// readYAML reads a list strictly.
func readYAML(text string, v any) error {
	if text == "" {
		return nil
	}
	if len(text) > maxYAML {
		return errors.New("太长")
	}
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return errors.New("只能有一段")
	}
	return nil
}
