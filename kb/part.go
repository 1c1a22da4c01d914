package kb

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// AsideKind says what a wording class is that is no topic.
type AsideKind string

// The kinds of asides.
const (
	AsideSmallTalk AsideKind = "smalltalk" // a greeting, thanks and the like
	AsideOutside   AsideKind = "outside"   // a matter of somebody else's
	AsideCommand   AsideKind = "command"   // something the bot does; it has wordings, and no reply of its own
)

// AsideKinds lists the closed set.
func AsideKinds() []AsideKind { return []AsideKind{AsideOutside, AsideSmallTalk, AsideCommand} }

// Part is a part of the content that is edited by itself: a topic, or a wording class that is none. Either Entry is set, or Kind and Aside.
type Part struct {
	Entry *Entry
	Kind  AsideKind
	Aside *Aside
}

// Key names the part among all parts: a topic's id, or the kind and id of an aside as "outside.dev-quote".
func (p Part) Key() string {
	if p.Entry != nil {
		return p.Entry.ID
	}
	return string(p.Kind) + "." + p.Aside.ID
}

// ID is the id of the topic or the aside.
func (p Part) ID() string {
	if p.Entry != nil {
		return p.Entry.ID
	}
	return p.Aside.ID
}

// Title names the part to people: a topic's title, else the id.
func (p Part) Title() string {
	if p.Entry != nil {
		return p.Entry.Title
	}
	return p.Aside.ID
}

// Variants are its wordings. The slice is shared and must not be changed.
func (p Part) Variants() []string {
	if p.Entry != nil {
		return p.Entry.Variants
	}
	return p.Aside.Variants
}

// WithVariants is the part with other wordings.
func (p Part) WithVariants(variants []string) Part {
	if p.Entry != nil {
		own := *p.Entry
		own.Variants = variants
		return Part{Entry: &own}
	}
	own := *p.Aside
	own.Variants = variants
	return Part{Kind: p.Kind, Aside: &own}
}

// MarshalJSON writes the entry or the aside alone; the key says which it is.
func (p Part) MarshalJSON() ([]byte, error) {
	if p.Entry != nil {
		return json.Marshal(p.Entry)
	}
	return json.Marshal(p.Aside)
}

// SplitKey reads a key. kind is empty for a topic.
func SplitKey(key string) (kind AsideKind, id string) {
	for _, k := range AsideKinds() {
		if rest, ok := strings.CutPrefix(key, string(k)+"."); ok {
			return k, rest
		}
	}
	return "", key
}

// ReadPart reads what MarshalJSON wrote under a key, and refuses what the program could not work with.
func ReadPart(key string, data []byte) (Part, error) {
	var p Part
	var err error
	if kind, _ := SplitKey(key); kind != "" {
		p.Kind, p.Aside = kind, new(Aside)
		err = json.Unmarshal(data, p.Aside)
	} else {
		p.Entry = new(Entry)
		err = json.Unmarshal(data, p.Entry)
	}
	if err == nil {
		err = p.Check()
	}
	if err == nil && p.Key() != key {
		err = fmt.Errorf("%s stands under %s", p.Key(), key)
	}
	return p, err
}

// Check refuses a part that the program could not work with; style is Lint's matter.
func (p Part) Check() error {
	if p.Entry != nil {
		if kind, _ := SplitKey(p.Entry.ID); kind != "" {
			return fmt.Errorf("%s: no topic's id begins with a kind of asides", p.Entry.ID)
		}
		return p.Entry.check()
	}
	switch {
	case p.Aside == nil || p.Aside.ID == "":
		return errors.New("a wording class has no id")
	case !slices.Contains(AsideKinds(), p.Kind):
		return fmt.Errorf("%s: unknown kind %q", p.Aside.ID, p.Kind)
	case p.Kind == AsideCommand && !slices.Contains(Commands(), Command(p.Aside.ID)):
		return fmt.Errorf("unknown command %q", p.Aside.ID)
	case len(p.Aside.Variants) == 0:
		return fmt.Errorf("%s has no variants", p.Key())
	case p.Kind != AsideCommand && strings.TrimSpace(p.Aside.Answer) == "":
		return fmt.Errorf("%s has no answer", p.Key())
	}
	return nil
}

// file is the part as a file of its own, which can be laid over content.
func (p Part) file(name string) *File {
	f := &File{name: name}
	if p.Entry != nil {
		own := *p.Entry // the caller's stays as it is
		own.source, own.line = name, 0
		f.Group, f.Entries = own.Group, []*Entry{&own}
		return f
	}
	own := *p.Aside
	own.source = name
	switch p.Kind {
	case AsideSmallTalk:
		f.SmallTalk = []*Aside{&own}
	case AsideOutside:
		f.Outside = []*Aside{&own}
	case AsideCommand:
		f.Commands = []*Aside{&own}
	}
	return f
}

// asides are those of a kind.
func (c *Content) asides(kind AsideKind) []*Aside {
	switch kind {
	case AsideSmallTalk:
		return c.SmallTalk
	case AsideOutside:
		return c.Outside
	case AsideCommand:
		return c.Commands
	}
	return nil
}

// Part returns the part with a key.
func (c *Content) Part(key string) (Part, bool) {
	kind, id := SplitKey(key)
	if kind == "" {
		for _, e := range c.Entries {
			if e.ID == id {
				return Part{Entry: e}, true
			}
		}
		return Part{}, false
	}
	for _, a := range c.asides(kind) {
		if a.ID == id {
			return Part{Kind: kind, Aside: a}, true
		}
	}
	return Part{}, false
}

// Part returns the part with a key. What it points to is shared and must not be changed.
func (s *Snapshot) Part(key string) (Part, bool) { return s.content.Part(key) }

// Asides lists the wording classes of a kind by id. The slice is shared and must not be changed.
func (s *Snapshot) Asides(kind AsideKind) []*Aside { return s.content.asides(kind) }
