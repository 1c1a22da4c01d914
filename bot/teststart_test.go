package main_test

import (
	"os"
	"strings"
	"testing"
	"time"

	beianbot "github.com/beianbot/beianbot/bot"
)

// The environment of the tests. The program knows neither name.
const (
	// envStart brings the tests with a browser to another moment, in China:
	//
	//	BEIANBOT_TEST_START=2026-12-31T23:30 go test ./bot -run 'Browser|Console'
	//
	// Best not within a minute before 08:00, 22:00 or midnight: the night or the day would end while the test runs.
	envStart = "BEIANBOT_TEST_START"
	// envAhead makes this very test binary the program, by a clock that is so far ahead of the machine's; see TestMain.
	envAhead = "BEIANBOT_TEST_AHEAD"
)

// usualStart is a Monday morning.
const usualStart = "2026-11-23T09:00"

// testStart is the moment at which a test with a browser begins: usualStart, or what envStart says.
func testStart(t *testing.T) time.Time {
	t.Helper()
	text := usualStart
	if other := os.Getenv(envStart); other != "" {
		text = other
	}
	s, err := beianbot.ParseStart(text)
	if err != nil {
		t.Fatalf("%s: %v", envStart, err)
	}
	return s.Time
}

// testClock is the time by which a program and its platform live in a test.
type testClock struct{ ahead time.Duration }

// clockAt makes a clock that shows start now and runs as fast as real time.
func clockAt(start time.Time) testClock { return testClock{time.Until(start)} }

func (c testClock) Now() time.Time { return time.Now().Add(c.ahead) }

// programEnv is the environment for a program under test: none of the tests' own.
func programEnv() (env []string) {
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "BEIANBOT_TEST_") {
			env = append(env, e)
		}
	}
	return env
}
