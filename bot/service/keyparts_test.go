package service

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/config"
)

// makers are the functions that make the parts that a reload can replace.
var makers = map[part]string{
	partBot: "newBot", partEndpoint: "newEndpoint", partWorker: "newWorker", partKnowledge: "KnowledgeOptions",
	partCalendar: "loadCalendar", partLog: "LogLevel",
}

// TestEveryKeyIsRead: each key of the configuration is read by the program, or it is a promise that nothing keeps. What
// package config does with it itself, a value that is written, and words in a file do not count.
func TestEveryKeyIsRead(t *testing.T) {
	code := readCode(t)
	read := map[string]bool{}
	for _, f := range code.funcs {
		for key := range f.reads {
			read[key] = true
		}
	}
	for _, key := range config.Keys() {
		if !read[key] {
			t.Errorf("%s is read nowhere in bot or bot/service", key)
		}
	}
}

// TestKeyParts: a reload forgets no key. Each one is in keyParts; a key that the maker of a part reads lists that part,
// so that the part is made anew when the key changes; and a part that is listed for a key reads it.
func TestKeyParts(t *testing.T) {
	if diff := cmp.Diff(slices.Sorted(slices.Values(config.Keys())), slices.Sorted(maps.Keys(keyParts))); diff != "" {
		t.Errorf("keyParts has other keys than the configuration:\n%s", diff)
	}
	code := readCode(t)
	for p, maker := range makers {
		reads := code.reachedFrom(t, maker)
		for _, key := range config.Keys() {
			listed := slices.Contains(keyParts[key], p)
			if reads[key] && !listed && !waits(key) {
				t.Errorf("%s reads %s, but keyParts does not list part %s for it: a reload would leave the old value in force", maker, key, p)
			}
			if listed && !reads[key] {
				t.Errorf("keyParts lists part %s for %s, but %s does not read it", p, key, maker)
			}
		}
	}
	for obj, f := range code.funcs {
		for key, start := range f.start {
			if start && !waits(key) {
				t.Errorf("%s reads %s from the configuration of the start: a reload does not change it there", obj.Name(), key)
			}
		}
	}
	for key, parts := range keyParts {
		for _, p := range parts {
			if _, ok := makers[p]; !ok && p != partStart {
				t.Errorf("%s: no maker of part %q", key, p)
			}
		}
		if slices.Contains(parts, partStart) && len(parts) > 1 {
			t.Errorf("%s waits for a restart and is replaced by a reload as well", key)
		}
	}
}

// TestReadmeNamesStartKeys: the README names the very keys that wait for a restart.
func TestReadmeNamesStartKeys(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(data), "**Reload**")
	text, _, _ = strings.Cut(text, "are read at the start only")
	said := map[string]bool{}
	for i, quoted := range strings.Split(text, "`") {
		if i%2 == 0 || strings.Contains(quoted, "POST") {
			continue
		}
		for _, word := range strings.Fields(quoted) {
			if !slices.Contains(config.Keys(), word) {
				word = "wechat." + word
			}
			said[word] = true
		}
	}
	delete(said, "wechat.wechat.") // the words that introduce the account's keys
	want := map[string]bool{}
	for _, key := range config.Keys() {
		if waits(key) {
			want[key] = true
		}
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("README: %s", diff)
	}
}
