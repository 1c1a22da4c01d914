package console

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/handlers/httpstatus"
)

// Every code of the program has a sentence here, with the status that the API gives it; only what has no code is
// “something went wrong”.
func TestEveryCodeHasASentence(t *testing.T) {
	texts := map[string]errs.Code{}
	for _, code := range httpstatus.Codes() {
		got, _ := tell(fmt.Errorf("apply: %w", errs.Errorf(code, "a message")))
		want, _ := httpstatus.Of(code)
		if got.status != want || got.text == "" {
			t.Errorf("%s: status %d, text %q, want status %d", code, got.status, got.text, want)
		}
		if other, ok := texts[got.text]; ok {
			t.Errorf("%s and %s are both %q", code, other, got.text)
		}
		texts[got.text] = code
	}
	if len(codeWords) != len(texts) {
		t.Errorf("%d sentences for %d codes", len(codeWords), len(texts))
	}
	for _, err := range []error{errors.New("disk full"), errs.Errorf("nobody's", "a message")} {
		if got, _ := tell(err); got.status != http.StatusInternalServerError {
			t.Errorf("%v: status %d", err, got.status)
		}
	}
}
