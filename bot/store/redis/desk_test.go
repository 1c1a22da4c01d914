package redis_test

import (
	"testing"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/store/storetest"
	"github.com/beianbot/beianbot/bot/store/storetest/redistest"
)

func TestDesk(t *testing.T) {
	storetest.Desk(t, func(t testing.TB) desk.Records { return on(t, shared(t).URL, storetest.Options{}) })
}

func TestDeskOnCluster(t *testing.T) {
	cluster := redistest.StartCluster(t)
	storetest.Desk(t, func(t testing.TB) desk.Records { return on(t, cluster.URL, storetest.Options{}) })
}
