package webhook

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// What begins while somebody waits already is run, and does not disturb him.
func TestBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b background
		var first, late atomic.Bool
		b.run(func() { time.Sleep(time.Second); first.Store(true) })
		done := make(chan struct{})
		go func() { b.wait(); close(done) }()
		synctest.Wait()
		b.run(func() { time.Sleep(time.Minute); late.Store(true) })
		<-done
		if !first.Load() || late.Load() {
			t.Errorf("waited for the first: %v, for the late one: %v", first.Load(), late.Load())
		}
		time.Sleep(time.Hour)
		if !late.Load() {
			t.Error("the late one was not run")
		}
	})
}
