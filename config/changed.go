package config

import "reflect"

// Keys lists the path of every key, such as wechat.app_id, in the order in which reference.yaml has them.
func Keys() []string {
	var out []string
	for _, k := range keys() {
		out = append(out, k.path)
	}
	return out
}

// Changed lists the keys in which two configurations differ. It tells no value.
func Changed(a, b Config) []string {
	var out []string
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for _, k := range keys() {
		x, y := va.FieldByIndex(k.index), vb.FieldByIndex(k.index)
		if x.Kind() == reflect.Map && x.Len() == 0 && y.Len() == 0 {
			continue // none and empty say the same
		}
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			out = append(out, k.path)
		}
	}
	return out
}

// Keeping returns c with the values that old has for some keys.
func (c Config) Keeping(old Config, paths []string) Config {
	to, from := reflect.ValueOf(&c).Elem(), reflect.ValueOf(old)
	for _, k := range keys() {
		for _, p := range paths {
			if p == k.path {
				to.FieldByIndex(k.index).Set(from.FieldByIndex(k.index))
			}
		}
	}
	return c
}
