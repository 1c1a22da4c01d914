package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
	"go.yaml.in/yaml/v4"
)

// EnvPrefix begins the name of every environment variable that sets a key.
const EnvPrefix = "BEIANBOT_"

// maxFile bounds the configuration file, and each file that a …_FILE variable names.
const maxFile = 1 << 20

// Problem is one mistake in the configuration.
type Problem struct {
	// File and Line say where, for a mistake in the file; Line counts from 1.
	File string
	Line int
	// Key is the path of the key, or the name of the environment variable.
	Key     string
	Message string
}

// String writes the problem as "file:line: key: message".
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		fmt.Fprintf(&b, "%s:", p.File)
		if p.Line > 0 {
			fmt.Fprintf(&b, "%d:", p.Line)
		}
		b.WriteByte(' ')
	}
	if p.Key != "" {
		fmt.Fprintf(&b, "%s: ", p.Key)
	}
	b.WriteString(p.Message)
	return b.String()
}

// Problems is every mistake found, as one error.
type Problems []Problem

// Error lists them, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Load reads the file (none where path is empty), then the environment (as os.Environ gives it) over it. Unknown keys,
// unknown variables with our prefix, wrong types and values that nothing can use are all reported at once, as Problems
// in err. What is missing is for Validate to say, because not every command needs everything. The warnings name retired
// keys, which are ignored; they never make err.
func Load(path string, environ []string) (c Config, warnings Problems, err error) {
	c, s, problems := load(path, environ)
	if len(problems) > 0 {
		return c, s.warnings, problems
	}
	return c, s.warnings, nil
}

// LoadToServe is Load and Validate in one, so that an operator sees at once all there is to mend before an account can be served.
func LoadToServe(path string, environ []string) (c Config, warnings Problems, err error) {
	c, s, problems := load(path, environ)
	if s.readable {
		problems = problems.and(c.missing(s))
	}
	if len(problems) > 0 {
		return c, s.warnings, problems
	}
	return c, s.warnings, nil
}

// source is the file that a configuration was read from.
type source struct {
	file  string
	where positions
	// readable is false where the file could not be read at all: what is said of values then would be noise.
	readable bool
	// warnings name what is ignored.
	warnings Problems
}

// problem is a mistake in the value of a key, with the line where it stands in the file, if it does.
func (s source) problem(key, message string) Problem {
	p := Problem{Key: key, Message: message}
	if line, ok := s.where[key]; ok {
		p.File, p.Line = s.file, line
	}
	return p
}

func load(path string, environ []string) (Config, source, Problems) {
	c := Default()
	s := source{file: path, where: positions{}, readable: true}
	var problems Problems
	if path != "" {
		data, err := readBounded(path)
		if err != nil {
			return c, source{}, Problems{{File: path, Message: err.Error()}}
		}
		var fatal bool
		if s.where, problems, fatal = decode(path, data, &c); fatal {
			return c, source{}, problems
		}
		problems, s.warnings = problems.withoutRetired(retiredAt)
	}
	wrong, retired := overlay(&c, environ).withoutRetired(retiredVariable)
	problems, s.warnings = append(problems, wrong...), append(s.warnings, retired...)
	if c.WeChat.Mode == "" {
		c.WeChat.Mode = "plain"
		if c.WeChat.AESKey != "" {
			c.WeChat.Mode = "safe"
		}
	}
	return c, s, problems.and(c.check(s))
}

// noSuchKey is the message for a key that the program does not know.
const noSuchKey = "no such key"

// withoutRetired splits off the unknown keys that are retired, each as a warning in its place.
func (ps Problems) withoutRetired(find func(key string) (retiredKey, bool)) (problems, warnings Problems) {
	for _, p := range ps {
		if r, ok := find(p.Key); ok && p.Message == noSuchKey {
			p.Message = r.message()
			warnings = append(warnings, p)
		} else {
			problems = append(problems, p)
		}
	}
	return problems, warnings
}

// and adds the problems of keys of which nothing was said yet: where a value could not be read, the default stands in its place.
func (ps Problems) and(more Problems) Problems {
	said := map[string]bool{}
	for _, p := range ps {
		said[p.Key] = true
		for _, k := range keys() {
			if k.env != "" && (k.env == p.Key || k.env+"_FILE" == p.Key) {
				said[k.path] = true
			}
		}
	}
	for _, p := range more {
		if !said[p.Key] {
			ps = append(ps, p)
		}
	}
	return ps
}

func readBounded(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if st.Size() > maxFile {
		return nil, fmt.Errorf("larger than %d bytes", maxFile)
	}
	return os.ReadFile(path)
}

// positions tells at which line of the file a key stands.
type positions map[string]int

// decode reads the file's text into c. fatal tells that it is no YAML at all.
func decode(path string, data []byte, c *Config) (where positions, ps Problems, fatal bool) {
	where = positions{}
	if len(bytes.TrimSpace(data)) == 0 {
		return where, nil, false
	}
	var doc yaml.Node
	if err := yaml.Load(data, &doc); err != nil {
		return where, fromYAML(path, err, nil), true
	}
	at := map[[2]int]string{}
	walk(&doc, "", where, at)
	if err := yaml.Load(data, c, yaml.WithKnownFields()); err != nil {
		var many *yaml.LoadErrors
		return where, fromYAML(path, err, at), !errors.As(err, &many)
	}
	return where, nil, false
}

// walk notes where each key stands, and which key a line and column belong to.
func walk(n *yaml.Node, path string, where positions, at map[[2]int]string) {
	switch n.Kind {
	case yaml.DocumentNode:
		for _, c := range n.Content {
			walk(c, path, where, at)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			p := strings.TrimPrefix(path+"."+k.Value, ".")
			where[p] = k.Line
			at[[2]int{k.Line, k.Column}] = p
			at[[2]int{v.Line, v.Column}] = p
			walk(v, p, where, at)
		}
	}
}

func fromYAML(path string, err error, at map[[2]int]string) Problems {
	var many *yaml.LoadErrors
	if !errors.As(err, &many) {
		return Problems{{File: path, Message: "not readable as YAML: " + err.Error()}}
	}
	var ps Problems
	for _, e := range many.Errors {
		p := Problem{File: path, Line: e.Mark.Line, Message: e.Message}
		if k, ok := at[[2]int{e.Mark.Line, e.Mark.Column}]; ok {
			p.Key = k
		}
		switch {
		case strings.Contains(e.Message, "not found in type"):
			p.Message = noSuchKey
		case p.Key != "":
			p.Message = "the value has the wrong type: " + kindOf(p.Key) + " is needed"
		}
		ps = append(ps, p)
	}
	return ps
}

// overlay lays the environment over c.
func overlay(c *Config, environ []string) Problems {
	var problems Problems
	vars := map[string]string{}
	params, err := env.GetFieldParamsWithOptions(c, env.Options{Prefix: EnvPrefix})
	if err != nil {
		return Problems{{Message: err.Error()}}
	}
	known := map[string]bool{}
	for _, p := range params {
		known[p.Key] = true
	}
	secrets := map[string]bool{}
	for _, k := range keys() {
		if k.secret {
			secrets[k.env] = true
		}
	}
	for name, value := range env.ToMap(environ) {
		if !strings.HasPrefix(name, EnvPrefix) {
			continue
		}
		switch base, isFile := strings.CutSuffix(name, "_FILE"); {
		case known[name]:
			vars[name] = value
		case isFile && secrets[base]:
			data, err := readBounded(value)
			if err != nil {
				problems = append(problems, Problem{Key: name, Message: err.Error()})
				continue
			}
			if v, both := env.ToMap(environ)[base]; both && v != "" {
				problems = append(problems, Problem{Key: name, Message: base + " is set as well; one of them must go"})
				continue
			}
			vars[base] = strings.TrimRight(string(data), "\r\n")
		default:
			problems = append(problems, Problem{Key: name, Message: noSuchKey})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Key, b.Key) })
	if err := env.ParseWithOptions(c, env.Options{Prefix: EnvPrefix, Environment: vars}); err != nil {
		var all env.AggregateError
		if !errors.As(err, &all) {
			return append(problems, Problem{Message: err.Error()})
		}
		for _, e := range all.Errors {
			p := Problem{Message: e.Error()}
			var pe env.ParseError
			if errors.As(e, &pe) {
				p = Problem{Key: envOf(pe.Name, pe.Type), Message: "the value has the wrong type: " + typeName(pe.Type) + " is needed"}
			}
			problems = append(problems, p)
		}
	}
	return problems
}

// key is one key of the configuration.
type key struct {
	path, env, field string
	typ              reflect.Type
	secret           bool
	index            []int // of its field, for reflect
}

// keys lists every key that holds a plain value.
func keys() []key {
	var out []key
	var visit func(t reflect.Type, at []int, path, prefix string)
	visit = func(t reflect.Type, at []int, path, prefix string) {
		for i := range t.NumField() {
			f, at := t.Field(i), append(slices.Clone(at), i)
			p := strings.TrimPrefix(path+"."+f.Tag.Get("yaml"), ".")
			if f.Type.Kind() == reflect.Struct {
				visit(f.Type, at, p, prefix+f.Tag.Get("envPrefix"))
				continue
			}
			k := key{path: p, field: f.Name, typ: f.Type, secret: f.Tag.Get("secret") != "", index: at}
			if e := f.Tag.Get("env"); e != "" {
				k.env = prefix + e
			}
			out = append(out, k)
		}
	}
	visit(reflect.TypeFor[Config](), nil, "", EnvPrefix)
	return out
}

func kindOf(path string) string {
	for _, k := range keys() {
		if k.path == path {
			return typeName(k.typ)
		}
	}
	return "a section with keys"
}

func envOf(field string, t reflect.Type) string {
	for _, k := range keys() {
		if k.field == field && k.typ == t {
			return k.env
		}
	}
	return field
}

func typeName(t reflect.Type) string {
	switch {
	case t.String() == "time.Duration":
		return "a duration such as 5m"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number"
	case t.Kind() == reflect.Float64:
		return "a number"
	case t.Kind() == reflect.Map:
		return "a list of names and texts"
	}
	return t.String()
}
