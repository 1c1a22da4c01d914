// Package demotest drives the demo's page in a real browser, by the marks that package demo documents. It needs Chromium on the machine.
package demotest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Options describe a window. The zero Options are a light desktop of 1280 by 860.
type Options struct {
	Width, Height int64
	// Dark and Calm are what the person asked of the system: dark colours, little motion.
	Dark, Calm bool
}

// Page is an open page. Every method ends with ctx's deadline at the latest, and where it has none after PatienceTime.
type Page struct {
	tab context.Context

	mu     sync.Mutex
	errors []string
}

// PatienceTime is how long a method waits for what it expects.
const PatienceTime = 20 * time.Second

// SkipShort skips a test that needs Chromium in short mode (go test -short), which needs nothing but Go. The check runs
// them and fails where one skipped itself.
func SkipShort(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("short: needs Chromium")
	}
}

// Browser starts Chromium without a window, for as long as the test runs. All pages opened with the context it returns
// share it. A test that cannot start it fails; in short mode it is skipped.
func Browser(t testing.TB) context.Context {
	t.Helper()
	SkipShort(t)
	flags := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.Flag("lang", "zh-CN"), chromedp.Flag("disable-dev-shm-usage", true))
	if os.Geteuid() == 0 { // its sandbox does not run as root
		flags = append(flags, chromedp.NoSandbox)
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), flags...)
	browser, stopBrowser := chromedp.NewContext(alloc)
	t.Cleanup(func() { stopBrowser(); stopAlloc() })
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("demotest: browser: %v", err)
	}
	return browser
}

// Open opens the page at url in a tab of its own and waits until the greeting and the filings are there. The tab closes with the browser.
func Open(browser context.Context, url string, o Options) (*Page, error) {
	if o.Width == 0 {
		o.Width, o.Height = 1280, 860
	}
	p := &Page{}
	p.tab, _ = chromedp.NewContext(browser, chromedp.WithListener(p.listen))
	if err := chromedp.Do(p.tab); err != nil { // opens the tab, which lives as long as the context of this call
		return nil, fmt.Errorf("demotest: tab: %w", err)
	}
	viewport := emulation.SetDeviceMetricsOverrideParams{Width: o.Width, Height: o.Height, DeviceScaleFactor: 1, Mobile: o.Width < 760}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: either(o.Dark, "dark", "light")},
		{Name: "prefers-reduced-motion", Value: either(o.Calm, "reduce", "no-preference")},
	}}
	ctx := context.Background()
	if _, err := run(ctx, p, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		if _, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, viewport); err != nil {
			return cdp.Empty{}, err
		}
		return cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
	}); err != nil {
		return nil, err
	}
	if _, err := run(ctx, p, chromedp.Navigate(url)); err != nil {
		return nil, err
	}
	return p, p.Wait(ctx, Mark("bubble-them")+" && "+Mark("code"))
}

func either(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// Mark is the expression for the first element that carries a mark.
func Mark(name string) string { return fmt.Sprintf("document.querySelector('[data-testid=%q]')", name) }

// InFiling is the expression for an element inside the card of a filing.
func InFiling(id, name string) string {
	return fmt.Sprintf("document.querySelector('[data-filing=%q] [data-testid=%q]')", id, name)
}

func (p *Page) listen(ev any) {
	var what string
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		what = ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			what += " " + x.Description
		}
	case *log.EventEntryAdded:
		if ev.Entry.Level != log.EntryLevelError {
			return
		}
		what = ev.Entry.Text
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors = append(p.errors, what)
}

// Errors returns what the browser complained about: exceptions, breaches of the policy, missing parts.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.errors...)
}

// run runs an action in the tab, until ctx ends or patience does.
func run[T any](ctx context.Context, p *Page, action chromedp.Action[T]) (T, error) {
	tab, cancel := p.within(ctx)
	defer cancel()
	v, err := chromedp.Run(tab, action)
	if err != nil {
		err = fmt.Errorf("demotest: %w", err)
	}
	return v, err
}

// within is the tab until ctx ends or patience does.
func (p *Page) within(ctx context.Context) (tab context.Context, cancel func()) {
	tab, end := context.WithTimeout(p.tab, PatienceTime)
	stop := context.AfterFunc(ctx, end)
	return tab, func() { stop(); end() }
}

// call sends a command of the browser's protocol.
func call[P, R any](ctx context.Context, p *Page, command cdp.Command[P, R], params P) error {
	_, err := run(ctx, p, func(ctx context.Context, t *chromedp.Target) (R, error) { return cdp.Call(ctx, t, command, params) })
	return err
}

// Eval evaluates JavaScript and decodes its value into out, which may be nil. See Evaluate.
func (p *Page) Eval(ctx context.Context, expression string, out any) error {
	tab, cancel := p.within(ctx)
	defer cancel()
	return Evaluate(tab, expression, out)
}

// Wait waits until an expression is true.
func (p *Page) Wait(ctx context.Context, expression string) error {
	ctx, cancel := context.WithTimeout(ctx, PatienceTime)
	defer cancel()
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		var yes bool
		if err := p.Eval(ctx, "!!("+expression+")", &yes); err != nil {
			tick.Stop()
			return fmt.Errorf("demotest: waiting for %s: %w", expression, err)
		}
		if yes {
			tick.Stop()
			return nil
		}
		select {
		case <-ctx.Done():
			tick.Stop()
			return fmt.Errorf("demotest: waiting for %s: %w; the page says %q", expression, ctx.Err(), p.Text())
		case <-tick.C:
		}
	}
}

// Text returns the conversation as it is read, for messages about what went wrong.
func (p *Page) Text() string {
	var s string
	if p.Eval(context.Background(), Mark("log")+"?.innerText || document.body.innerText", &s) != nil {
		return ""
	}
	return s
}

// Click clicks the element that an expression stands for, as soon as it can be clicked.
func (p *Page) Click(ctx context.Context, expression string) error {
	if err := p.Wait(ctx, expression+" && !"+expression+".disabled && "+expression+".checkVisibility()"); err != nil {
		return err
	}
	return p.Eval(ctx, expression+".click()", nil)
}

// Type writes into the input box, key by key, after what is there.
func (p *Page) Type(ctx context.Context, text string) error {
	if err := p.Eval(ctx, Mark("input")+".focus()", nil); err != nil {
		return err
	}
	return call(ctx, p, input.InsertText, input.InsertTextParams{Text: text})
}

// Enter presses Enter where the focus is.
func (p *Page) Enter(ctx context.Context) error {
	_, err := run(ctx, p, chromedp.KeyEvent(kb.Enter))
	return err
}

// Compose shows letters of an input method that are not a word yet, as when somebody writes Chinese with Pinyin.
func (p *Page) Compose(ctx context.Context, letters string) error {
	if err := p.Eval(ctx, Mark("input")+".focus()", nil); err != nil {
		return err
	}
	n := int64(len(letters))
	return call(ctx, p, input.ImeSetComposition, input.ImeSetCompositionParams{Text: letters, SelectionStart: n, SelectionEnd: n})
}

// Say writes a message, sends it with Enter and returns the answer that follows.
func (p *Page) Say(ctx context.Context, text string) (string, error) {
	return p.answer(ctx, func() error {
		if err := p.Type(ctx, text); err != nil {
			return err
		}
		return p.Enter(ctx)
	})
}

// Tap taps the newest link in the conversation with a label and returns the answer that follows.
func (p *Page) Tap(ctx context.Context, label string) (string, error) {
	link := fmt.Sprintf("[...document.querySelectorAll('[data-testid=tap]')].findLast(a => a.textContent === %s)", quote(label))
	return p.answer(ctx, func() error { return p.Click(ctx, "("+link+")") })
}

// SendCode sends a filing's claim code by the button beside it and returns the answer that follows.
func (p *Page) SendCode(ctx context.Context, filing string) (string, error) {
	return p.answer(ctx, func() error { return p.Click(ctx, InFiling(filing, "send-code")) })
}

// answer does something and waits for one more bubble of the account's, whose words it returns.
func (p *Page) answer(ctx context.Context, do func() error) (string, error) {
	const bubbles = "[...document.querySelectorAll('[data-testid=bubble-them]')].filter(b => b.dataset.via === 'reply')"
	var before int
	if err := p.Eval(ctx, bubbles+".length", &before); err != nil {
		return "", err
	}
	if err := do(); err != nil {
		return "", err
	}
	if err := p.Wait(ctx, fmt.Sprintf("%s.length > %d", bubbles, before)); err != nil {
		return "", err
	}
	var words string
	return words, p.Eval(ctx, bubbles+".at(-1).innerText", &words)
}

// Open opens the card of a filing, if it is not open.
func (p *Page) Open(ctx context.Context, filing string) error {
	toggle := InFiling(filing, "filing-toggle")
	if err := p.Wait(ctx, toggle); err != nil {
		return err
	}
	return p.Eval(ctx, toggle+".getAttribute('aria-expanded') === 'true' || "+toggle+".click()", nil)
}

// Move opens the card of a filing, chooses a stage and applies it, with the reasons and the number that the page proposes. It waits until
// the card shows the stage's label.
func (p *Page) Move(ctx context.Context, filing, stage, label string) error {
	if err := p.Open(ctx, filing); err != nil {
		return err
	}
	choose := fmt.Sprintf("(s => { s.value = %[2]s; return s.dispatchEvent(new Event('change', {bubbles: true})) })(%[1]s)", InFiling(filing, "stage-select"), quote(stage))
	if err := p.Eval(ctx, choose, nil); err != nil {
		return err
	}
	if err := p.Click(ctx, InFiling(filing, "apply")); err != nil {
		return err
	}
	return p.Wait(ctx, fmt.Sprintf("%s.textContent === %s", InFiling(filing, "stage"), quote(label)))
}

// WaitCard waits for a notice that holds all the words and returns what it says.
func (p *Page) WaitCard(ctx context.Context, words ...string) (string, error) {
	fits := make([]string, len(words))
	for i, w := range words {
		fits[i] = "c.innerText.includes(" + quote(w) + ")"
	}
	card := "[...document.querySelectorAll('[data-testid=card]')].findLast(c => " + strings.Join(append(fits, "true"), " && ") + ")"
	if err := p.Wait(ctx, card); err != nil {
		return "", err
	}
	var text string
	return text, p.Eval(ctx, card+".innerText", &text)
}

// Screenshot takes a picture of the window, as PNG.
func (p *Page) Screenshot(ctx context.Context) ([]byte, error) {
	return run(ctx, p, chromedp.CaptureScreenshot())
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
