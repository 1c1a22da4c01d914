package kb

import "slices"

// classKind says what a class of wordings stands for.
type classKind uint8

const (
	classTopic classKind = iota
	classCommand
	classSmallTalk
	classOutside
)

// class is a group of wordings that mean the same: a topic, a command, a kind
// of small talk, a matter outside.
type class struct {
	kind     classKind
	id       string
	title    string // topics only
	body     string // topics only: what the answer says
	variants []string
	platform bool // the topic is one platform's, which a question for it names
}

// classes lists all classes of the content in a fixed order.
func (c *Content) classes() []class {
	more := map[string][]string{}
	for _, a := range c.Wordings {
		more[a.ID] = a.Variants
	}
	variants := func(id string, own []string) []string {
		return append(slices.Clone(own), more[id]...)
	}
	var out []class
	for _, e := range c.Entries {
		out = append(out, class{
			kind: classTopic, id: e.ID, title: e.Title, body: e.Title + "\n" + e.Answer + "\n" + e.Detail,
			variants: variants(e.ID, e.Variants), platform: e.Group == "platform" && e.ID != "cross-platform",
		})
	}
	for _, part := range []struct {
		kind classKind
		list []*Aside
	}{{classCommand, c.Commands}, {classSmallTalk, c.SmallTalk}, {classOutside, c.Outside}} {
		for _, a := range part.list {
			out = append(out, class{kind: part.kind, id: a.ID, variants: variants(a.ID, a.Variants)})
		}
	}
	return out
}

// label is the class' name in labelled questions.
func (c class) label() string {
	switch c.kind {
	case classCommand:
		return "cmd-" + c.id
	case classSmallTalk:
		return "smalltalk"
	case classOutside:
		return "none"
	case classTopic:
	}
	return c.id
}
