// Command train learns kb/weights.json again from the embedded content and
// labelled questions. It is what go generate ./kb runs.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"github.com/beianbot/beianbot/kb"
)

func main() {
	questions := flag.String("questions", "testdata/questions.jsonl", "labelled questions that calibrate the confidence")
	out := flag.String("out", "weights.json", "the file to write")
	flag.Parse()
	if err := run(*questions, *out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(questions, out string) error {
	q, err := os.Open(questions)
	if err != nil {
		return err
	}
	defer q.Close()
	var b bytes.Buffer
	if err := kb.Train(&b, kb.TrainOptions{Questions: q, Log: os.Stderr}); err != nil {
		return err
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}
