package main

// What the tests from outside use of the inside: the program as main runs it, by a clock of theirs, and the rules of
// the demo's hours.
var (
	RunProcess  = runProcess
	ParseStart  = func(text string) (s demoStart, err error) { err = s.UnmarshalText([]byte(text)); return s, err }
	AfterNight  = afterNight
	StartLayout = startLayout
)
