package service_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/kb/entity"
)

// The knowledge and the filings are rooms that do not know each other, yet both speak of stages, platforms and provinces. They must mean
// the same words.
func TestVocabularyAgrees(t *testing.T) {
	var stages, platforms []string
	for _, s := range filing.Stages() {
		if s != filing.Unknown { // nobody asks about that one
			stages = append(stages, string(s))
		}
	}
	for _, p := range filing.Platforms() {
		platforms = append(platforms, string(p))
	}
	var known, knownPlatforms []string
	for _, s := range entity.Stages() {
		known = append(known, string(s))
	}
	for _, p := range entity.Platforms() {
		knownPlatforms = append(knownPlatforms, string(p))
	}
	for _, tt := range []struct {
		what         string
		filing, know []string
	}{
		{"stages", stages, known},
		{"platforms", platforms, knownPlatforms},
		{"provinces", filing.Provinces(), entity.Provinces()},
	} {
		slices.Sort(tt.filing)
		slices.Sort(tt.know)
		if diff := cmp.Diff(tt.filing, tt.know); diff != "" {
			t.Errorf("%s differ:\n%s", tt.what, diff)
		}
	}
}
