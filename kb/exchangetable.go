package kb

import (
	"errors"
	"fmt"
	"strings"
)

// table collects rows into files.
type table struct {
	files   map[string]*File
	order   []*File
	entries map[string]*Entry
	asides  map[string]*Aside
	facet   string // the facet the last row belonged to
}

func (t *table) file(key, group string) *File {
	f, ok := t.files[key]
	if !ok {
		f = &File{Group: group}
		t.files[key] = f
		t.order = append(t.order, f)
	}
	return f
}

func (t *table) add(row []string) error {
	kind, id, group, field, text := row[0], row[1], row[2], row[3], row[5]
	if id == "" {
		return errors.New("no id")
	}
	switch kind {
	case "topic":
		e, ok := t.entries[id]
		if !ok {
			f := t.file("group "+group, group)
			e = &Entry{ID: id, Group: group, source: group + ".csv"}
			t.entries[id] = e
			f.Entries = append(f.Entries, e)
		}
		return t.addField(e, field, row[4], text, row[6:])
	case "broad":
		return t.addBroad(id, field, text)
	case "command", "smalltalk", "outside", "wordings":
		a, ok := t.asides[kind+" "+id]
		if !ok {
			a = &Aside{ID: id}
			t.asides[kind+" "+id] = a
			switch kind {
			case "command":
				f := t.file("commands", "")
				f.Commands = append(f.Commands, a)
			case "smalltalk":
				f := t.file("aside", "")
				f.SmallTalk = append(f.SmallTalk, a)
			case "wordings":
				f := t.file("wordings", "")
				f.Wordings = append(f.Wordings, a)
			default:
				f := t.file("aside", "")
				f.Outside = append(f.Outside, a)
			}
		}
		switch field {
		case "answer":
			a.Answer = text
		case "variant":
			a.Variants = append(a.Variants, text)
		default:
			return fmt.Errorf("unknown field %q", field)
		}
		return nil
	}
	return fmt.Errorf("unknown kind %q", kind)
}

func (t *table) addBroad(id, field, text string) error {
	f := t.file("broad", "")
	if n := len(f.Broad); n == 0 || f.Broad[n-1].Words[0] != id {
		if field != "word" || text != id {
			return errors.New("the first word must come first, and is the id")
		}
		f.Broad = append(f.Broad, &Broad{})
	}
	b := f.Broad[len(f.Broad)-1]
	switch field {
	case "word":
		b.Words = append(b.Words, text)
	case "topic":
		b.Topics = append(b.Topics, text)
	default:
		return fmt.Errorf("unknown field %q", field)
	}
	return nil
}

func (t *table) addField(e *Entry, field, when, text string, more []string) error {
	switch field {
	case "title":
		e.Title = text
	case "answer":
		e.Answer = text
	case "detail":
		e.Detail = text
	case "related":
		e.Related = append(e.Related, text)
	case "variant":
		e.Variants = append(e.Variants, text)
	case "fact":
		e.Facts = append(e.Facts, Fact{Text: text, From: more[0], Sources: splitSources(more[1]), Grade: more[2]})
	case "reviewed":
		return e.Reviewed.UnmarshalText([]byte(text))
	case "facet lead", "facet answer":
		_, cond, ok := strings.Cut(when, ";")
		if !ok {
			return fmt.Errorf("condition %q has no number", when)
		}
		w, err := parseWhen(cond)
		if err != nil {
			return err
		}
		if key := e.ID + " " + when; t.facet != key || len(e.Facets) == 0 {
			t.facet = key
			e.Facets = append(e.Facets, Facet{When: w})
		}
		f := &e.Facets[len(e.Facets)-1]
		if field == "facet lead" {
			f.Lead = text
		} else {
			f.Answer = text
		}
	default:
		return fmt.Errorf("unknown field %q", field)
	}
	return nil
}

func splitSources(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}
