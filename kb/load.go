package kb

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/beianbot/beianbot/kb/content"
)

// Limits of one content folder: an overlay is outside input.
const (
	maxFileBytes = 1 << 20
	maxFiles     = 256
)

// File is one YAML file of content. Any part may be absent.
type File struct {
	// Group is the group of the file's entries.
	Group string `yaml:"group,omitempty"`
	// Entries are topics.
	Entries []*Entry `yaml:"entries,omitempty"`
	// Commands are the wordings of commands; ids are those of Commands.
	Commands []*Aside `yaml:"commands,omitempty"`
	// SmallTalk are greetings and the like with their replies.
	SmallTalk []*Aside `yaml:"smalltalk,omitempty"`
	// Outside are near matters that are somebody else's, with a fitting word.
	Outside []*Aside `yaml:"outside,omitempty"`
	// Wordings are further variants of classes that stand elsewhere.
	Wordings []*Aside `yaml:"wordings,omitempty"`
	// Broad are words that alone could mean several topics.
	Broad []*Broad `yaml:"broad,omitempty"`

	name string
}

// Aside is a wording class that is no topic: small talk, a matter outside, a command.
type Aside struct {
	// ID names the class.
	ID string `yaml:"id" json:"id"`
	// Answer is the reply; commands have none.
	Answer string `yaml:"answer,omitempty" json:"answer,omitempty"`
	// Variants are the wordings people use.
	Variants []string `yaml:"variants" json:"variants"`

	source string
}

// ParseFile reads one YAML file strictly: an unknown key, a wrong type or a
// second document is an error that names the file and the line.
func ParseFile(name string, data []byte) (*File, error) {
	if len(data) > maxFileBytes {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxFileBytes)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	f := &File{name: name}
	if err := dec.Decode(f); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := dec.Decode(new(any)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: more than one document", name)
	}
	lines := idLines(data)
	for _, e := range f.Entries {
		if e == nil {
			return nil, fmt.Errorf("%s: an entry is empty", name)
		}
		e.Group, e.source, e.line = f.Group, name, lines[e.ID]
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, e.line, err)
		}
	}
	for _, list := range [][]*Aside{f.Commands, f.SmallTalk, f.Outside, f.Wordings} {
		for _, a := range list {
			if a == nil || a.ID == "" || len(a.Variants) == 0 {
				return nil, fmt.Errorf("%s: a wording class lacks an id or variants", name)
			}
			a.source = name
		}
	}
	for _, b := range f.Broad {
		if err := b.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		b.source = name
	}
	for _, c := range f.Commands {
		if !slices.Contains(Commands(), Command(c.ID)) {
			return nil, fmt.Errorf("%s: unknown command %q", name, c.ID)
		}
	}
	return f, nil
}

// check refuses what the program could not work with; style is Lint's matter.
func (e *Entry) check() error {
	switch {
	case e.ID == "":
		return errors.New("an entry has no id")
	case strings.TrimSpace(e.Title) == "":
		return fmt.Errorf("%s has no title", e.ID)
	case strings.TrimSpace(e.Answer) == "":
		return fmt.Errorf("%s has no answer", e.ID)
	case len(e.Variants) == 0:
		return fmt.Errorf("%s has no variants", e.ID)
	}
	for _, f := range e.Facets {
		if f.When.keys() == 0 {
			return fmt.Errorf("%s: a facet has no condition", e.ID)
		}
	}
	return nil
}

// idLines finds the line of each `id:` key, for messages.
func idLines(data []byte) map[string]int {
	out := map[string]int{}
	for i, line := range strings.Split(string(data), "\n") {
		s := strings.TrimPrefix(strings.TrimSpace(line), "- ")
		if id, ok := strings.CutPrefix(s, "id:"); ok {
			id = strings.Trim(strings.TrimSpace(id), `"'`)
			if _, seen := out[id]; !seen {
				out[id] = i + 1
			}
		}
	}
	return out
}

// readFS parses every YAML file at the root of a folder, in the order of names.
// All broken files are reported at once.
func readFS(fsys fs.FS, label string) ([]*File, error) {
	names, err := yamlNames(fsys)
	if err != nil {
		return nil, err
	}
	files, errs := make([]*File, len(names)), make([]error, len(names))
	var wg sync.WaitGroup
	for i, n := range names {
		wg.Go(func() {
			data, err := readLimited(fsys, n)
			if err != nil {
				errs[i] = err
				return
			}
			files[i], errs[i] = ParseFile(path.Join(label, n), data)
		})
	}
	wg.Wait()
	return files, errors.Join(errs...)
}

// readLimited reads a file of at most maxFileBytes.
func readLimited(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	return data, errors.Join(err, f.Close())
}

func yamlNames(fsys fs.FS) ([]string, error) {
	list, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, d := range list {
		ext := path.Ext(d.Name())
		if d.IsDir() || strings.HasPrefix(d.Name(), ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		names = append(names, d.Name())
	}
	if len(names) > maxFiles {
		return nil, fmt.Errorf("more than %d files", maxFiles)
	}
	return names, nil
}

// stampOf fingerprints the names, sizes and times of a folder's YAML files.
func stampOf(dir string) (string, error) {
	if dir == "" {
		return "", nil
	}
	names, err := yamlNames(os.DirFS(dir))
	if err != nil {
		return "", err
	}
	h := fnv.New64a()
	for _, n := range names {
		st, err := os.Stat(path.Join(dir, n))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d %d\n", n, st.Size(), st.ModTime().UnixNano())
	}
	return fmt.Sprintf("%016x", h.Sum64()), nil
}

// Content is everything the files say, overlay included, before any model.
type Content struct {
	Entries   []*Entry
	Commands  []*Aside
	SmallTalk []*Aside
	Outside   []*Aside
	Wordings  []*Aside
	Broad     []*Broad
}

// ReadContent reads the embedded files and lays the folder dir over them,
// where one is given: what has the same id replaces, what is new adds.
func ReadContent(dir string) (*Content, error) {
	files, err := readFS(content.FS, "content")
	if err != nil {
		return nil, fmt.Errorf("embedded content: %w", err)
	}
	c := &Content{}
	if err := c.lay(files); err != nil {
		return nil, err
	}
	if dir != "" {
		over, err := readFS(os.DirFS(dir), dir)
		if err != nil {
			return nil, fmt.Errorf("knowledge folder: %w", err)
		}
		if err := c.lay(over); err != nil {
			return nil, err
		}
	}
	c.order()
	return c, nil
}

// lay puts the files over what is there. Within one folder an id stands once.
func (c *Content) lay(files []*File) error {
	seen := map[string]string{}
	once := func(kind, id, name string) error {
		key := kind + " " + id
		if old, dup := seen[key]; dup {
			return fmt.Errorf("%s: %s stands in %s already", name, key, old)
		}
		seen[key] = name
		return nil
	}
	for _, f := range files {
		for _, e := range f.Entries {
			if err := once("entry", e.ID, f.name); err != nil {
				return err
			}
			put(&c.Entries, e, func(x *Entry) string { return x.ID })
		}
		for _, b := range f.Broad { // the first word names them
			put(&c.Broad, b, func(x *Broad) string { return x.Words[0] })
		}
		for kind, list := range map[string]struct {
			from []*Aside
			to   *[]*Aside
		}{
			"command":   {f.Commands, &c.Commands},
			"smalltalk": {f.SmallTalk, &c.SmallTalk},
			"outside":   {f.Outside, &c.Outside},
			"wordings":  {f.Wordings, &c.Wordings},
		} {
			for _, a := range list.from {
				if kind == "wordings" && seen[kind+" "+a.ID] != "" && seen[kind+" "+a.ID] != f.name {
					extend(*list.to, a) // further wordings may stand in as many files as people write them in
					continue
				}
				if err := once(kind, a.ID, f.name); err != nil {
					return err
				}
				put(list.to, a, func(x *Aside) string { return x.ID })
			}
		}
	}
	return nil
}

// extend adds a's variants to those of the same id.
func extend(list []*Aside, a *Aside) {
	for i, old := range list {
		if old.ID == a.ID {
			both := *old
			both.Variants = slices.Concat(old.Variants, a.Variants)
			list[i] = &both
		}
	}
}

func put[T any](list *[]T, v T, id func(T) string) {
	for i, old := range *list {
		if id(old) == id(v) {
			(*list)[i] = v
			return
		}
	}
	*list = append(*list, v)
}

// order sorts the entries as the topic list has them, unknown ids last by name,
// and the other classes by id, so that everything built from them is the same
// whatever file they stood in.
func (c *Content) order() {
	rank := map[string]int{}
	for i, t := range Topics() {
		rank[t.ID] = i + 1
	}
	slices.SortStableFunc(c.Entries, func(a, b *Entry) int {
		ra, rb := rank[a.ID], rank[b.ID]
		switch {
		case ra != 0 && rb != 0:
			return ra - rb
		case ra != 0:
			return -1
		case rb != 0:
			return 1
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, l := range [][]*Aside{c.Commands, c.SmallTalk, c.Outside, c.Wordings} {
		slices.SortStableFunc(l, func(a, b *Aside) int { return strings.Compare(a.ID, b.ID) })
	}
}
