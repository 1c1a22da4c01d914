package bolt_test

import (
	"testing"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/store/storetest"
)

func TestDesk(t *testing.T) {
	storetest.Desk(t, func(t testing.TB) desk.Records { return fresh(t, storetest.Options{}).(desk.Records) })
}
