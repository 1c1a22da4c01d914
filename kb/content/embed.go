// Package content carries the knowledge itself: one YAML file a group of
// topics, and the words of small talk, out-of-scope matters and commands.
package content

import "embed"

// FS holds the YAML files.
//
//go:embed *.yaml
var FS embed.FS
