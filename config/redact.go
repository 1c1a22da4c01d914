package config

import (
	"net/url"
	"reflect"

	"go.yaml.in/yaml/v4"
)

// hidden stands for a secret that is set.
const hidden = "******"

// Redacted returns a copy in which every secret that is set is replaced by stars, and passwords in addresses too.
func (c Config) Redacted() Config {
	redact(reflect.ValueOf(&c).Elem())
	return c
}

func redact(v reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		f := v.Field(i)
		if f.Kind() == reflect.Struct {
			redact(f)
			continue
		}
		switch t.Field(i).Tag.Get("secret") {
		case "all":
			if f.String() != "" {
				f.SetString(hidden)
			}
		case "url":
			f.SetString(redactURL(f.String()))
		}
	}
}

func redactURL(s string) string {
	if s == "" {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil {
		return hidden
	}
	if u.User != nil {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	u.RawQuery = ""
	return u.String()
}

// YAML writes the effective configuration, with secrets hidden.
func (c Config) YAML() ([]byte, error) { return yaml.Dump(c.Redacted(), yaml.WithIndent(2)) }
