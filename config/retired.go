package config

import "strings"

// retiredKey is a key or a whole section that the program used to know and no longer reads.
type retiredKey struct {
	// path is the key's or the section's path; everything below it is retired too.
	path string
	// since is the day it was retired, as year-month-day.
	since string
	// advice says what an operator should do about it.
	advice string
}

// retiredKeys are the keys that are ignored with a warning, so that an upgrade does not refuse a start over a line that
// never did anything. An entry stays for one release. Without it the key is an unknown one, which is an error.
var retiredKeys = []retiredKey{
	{
		path: "open_platform", since: "2026-12-01",
		advice: "delete it: it never had an effect. Report stages through the API, the console or a sheet",
	},
}

// retiredAt returns the entry that covers the key at path.
func retiredAt(path string) (retiredKey, bool) {
	for _, r := range retiredKeys {
		if path == r.path || strings.HasPrefix(path, r.path+".") {
			return r, true
		}
	}
	return retiredKey{}, false
}

// retiredVariable returns the entry that covers an environment variable, be it the key's own or its …_FILE.
func retiredVariable(name string) (retiredKey, bool) {
	for _, r := range retiredKeys {
		own := EnvPrefix + strings.ToUpper(strings.ReplaceAll(r.path, ".", "_"))
		if name == own || strings.HasPrefix(name, own+"_") {
			return r, true
		}
	}
	return retiredKey{}, false
}

func (r retiredKey) message() string {
	return "is not read any more (since " + r.since + "), so it is ignored: " + r.advice
}
