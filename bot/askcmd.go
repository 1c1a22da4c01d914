package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/beianbot/beianbot/bot/service"
)

type askCmd struct {
	configFlag
	JSON     bool     `name:"json" help:"One JSON object a question."`
	Question []string `arg:"" optional:"" help:"The question; - reads one a line from standard input."`
}

// maxLine bounds a question read from standard input: as much as a message from the platform may hold.
const maxLine = 64 << 10

func (c *askCmd) Run(w *world) error {
	cfg, err := c.load(w)
	if err != nil {
		return err
	}
	k, err := service.OpenKnowledge(cfg)
	if err != nil {
		return err
	}
	ask := service.NewAsker(k, cfg.Human.Reply, w.now)
	out := bufio.NewWriter(w.stdout)
	defer out.Flush()
	one := func(q string) error {
		a, err := ask(w.ctx, q)
		if err != nil {
			return err
		}
		if c.JSON {
			enc := json.NewEncoder(out)
			enc.SetEscapeHTML(false)
			return enc.Encode(a)
		}
		_, err = fmt.Fprintln(out, readable(a.Reply))
		return err
	}
	if len(c.Question) == 0 || len(c.Question) == 1 && c.Question[0] == "-" {
		return eachLine(w.stdin, func(q string) error {
			if err := one(q); err != nil {
				return err
			}
			return out.Flush() // whoever talks to us line by line waits for each answer
		})
	}
	return one(strings.Join(c.Question, " "))
}

// eachLine calls f with every line, in order. A line that is too long is cut, not refused, so that there is one answer for each line.
func eachLine(r io.Reader, f func(string) error) error {
	in := bufio.NewReaderSize(r, maxLine)
	for {
		line, tooLong, err := in.ReadLine()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		q := string(line)
		for tooLong {
			if _, tooLong, err = in.ReadLine(); err != nil {
				break
			}
		}
		if err := f(q); err != nil {
			return err
		}
	}
}

// readable shows a reply as it looks on a phone: the words of a link instead of its markup.
func readable(reply string) string {
	var b bytes.Buffer
	for reply != "" {
		before, rest, found := strings.Cut(reply, "<a ")
		b.WriteString(before)
		if !found {
			break
		}
		_, rest, _ = strings.Cut(rest, ">")
		label, after, _ := strings.Cut(rest, "</a>")
		b.WriteString("[" + label + "]")
		reply = after
	}
	return b.String()
}
