package errs_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/beianbot/beianbot/bot/errs"
)

func TestErrors(t *testing.T) {
	cause := errors.New("disk full")
	err := errs.Errorf(errs.CodeUnavailable, "writing: %w", cause)
	if !errors.Is(err, errs.ErrUnavailable) || !errors.Is(err, cause) || errors.Is(err, errs.ErrNotFound) {
		t.Errorf("%v is not what it should be", err)
	}
	if errs.CodeOf(err) != errs.CodeUnavailable || errs.CodeOf(cause) != "" || errs.CodeOf(nil) != "" {
		t.Error("CodeOf")
	}
	if err.Error() != "writing: disk full" {
		t.Errorf("message %q", err)
	}
	if wrapped := fmt.Errorf("apply: %w", err); errs.CodeOf(wrapped) != errs.CodeUnavailable || !errors.Is(wrapped, errs.ErrUnavailable) {
		t.Errorf("%v loses its code when it is wrapped", wrapped)
	}
}
