package demotest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/chromedp"
)

// replacedMessages are what Chromium says where an evaluation meets a document that is just being replaced by the
// next one: the old context is gone, or the new one is not there yet. The protocol has one code for all of its errors
// (-32000), so only the words tell them apart.
var replacedMessages = []string{
	"Execution context was destroyed",
	"Cannot find context with specified id",
	"Cannot find default execution context",
	"Cannot find execution context with given",
	"Inspected target navigated or closed",
	"uniqueContextId not found",
	"Not attached to an active page",
}

// replaced reports whether an evaluation failed because the document is being replaced: in the next one it may succeed.
func replaced(err error) bool {
	var told *cdproto.Error
	return errors.As(err, &told) && slices.ContainsFunc(replacedMessages, func(m string) bool {
		return strings.Contains(told.Message, m)
	})
}

// retryEvery is the pause before an evaluation that met no document is tried again.
const retryEvery = 20 * time.Millisecond

// Evaluate evaluates JavaScript in a tab, a context of chromedp's, and decodes its value into out, which may be nil.
// Where the tab's document is just being replaced it tries again until ctx ends; so an expression that changes
// something must do that at most once by itself.
func Evaluate(ctx context.Context, expression string, out any) error {
	for {
		text, err := chromedp.Run(ctx, chromedp.Evaluate[*string]("JSON.stringify("+expression+")"))
		if err == nil {
			if out == nil || text == nil {
				return nil
			}
			if err := json.Unmarshal([]byte(*text), out); err != nil {
				return fmt.Errorf("demotest: %w", err)
			}
			return nil
		}
		if !replaced(err) {
			return fmt.Errorf("demotest: %w", err)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("demotest: %w: %w", ctx.Err(), err)
		case <-time.After(retryEvery):
		}
	}
}
