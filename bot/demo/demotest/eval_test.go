package demotest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/beianbot/beianbot/bot/demo/demotest"
)

// TestEvaluateWhileDocumentsAreReplacedInBrowser asks a page that reloads itself all the time, with an expression that takes a
// while, so that most evaluations meet the end of a document.
func TestEvaluateWhileDocumentsAreReplacedInBrowser(t *testing.T) {
	const reloads = 30
	var loaded atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := loaded.Add(1)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><title>%d</title><body>page %d", n, n)
		if n < reloads {
			fmt.Fprint(w, "<script>setTimeout(() => location.reload(), 10)</script>")
		}
	}))
	defer server.Close()
	tab, cancel := chromedp.NewContext(demotest.Browser(t))
	defer cancel()
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithTimeout(tab, time.Minute)
	defer end()
	if _, err := chromedp.Run(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	const slow = `(() => {
		const end = performance.now() + 15; while (performance.now() < end);
		return document.body?.innerText ?? '' })()`
	last, asked := fmt.Sprintf("page %d", reloads), 0
	for text := ""; text != last; asked++ {
		if err := demotest.Evaluate(ctx, slow, &text); err != nil {
			t.Fatalf("after %d pages: %v", loaded.Load(), err)
		}
	}
	t.Logf("asked %d times of %d documents", asked, loaded.Load())

	// What is wrong with the expression itself is told at once.
	begun := time.Now()
	err := demotest.Evaluate(ctx, "nobody.knows", nil)
	if err == nil || !strings.Contains(err.Error(), "ReferenceError") {
		t.Errorf("a mistake: %v", err)
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("told after %v", took)
	}
}
