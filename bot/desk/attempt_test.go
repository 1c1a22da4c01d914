package desk_test

import (
	"testing"
	"time"

	"github.com/beianbot/beianbot/bot/desk"
	"github.com/beianbot/beianbot/bot/errs"
	"github.com/beianbot/beianbot/bot/filing"
)

func TestAddressOf(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.7:4000": "203.0.113.7", "[2001:db8:1:2:3:4:5:6]:80": "2001:db8:1:2::/64", "[2001:db8:1:2:ffff::1]:81": "2001:db8:1:2::/64",
		"[::ffff:203.0.113.7]:1": "203.0.113.7", "127.0.0.1:5": "", "[::1]:5": "", "pipe": "pipe", "[fe80::1%eth0]:1": "fe80::/64",
	} {
		if got := desk.AddressOf(remote); got != want {
			t.Errorf("%s: %q, want %q", remote, got, want)
		}
	}
}

func TestTries(t *testing.T) {
	ctx, at := t.Context(), time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	d := desk.New(desk.Options{Records: newMemory(), Now: func() time.Time { return at }})
	try := func(name, addr string) bool {
		t.Helper()
		err := d.MayTry(ctx, name, addr)
		if err != nil && errs.CodeOf(err) != filing.CodeWait {
			t.Fatal(err)
		}
		return err == nil
	}
	for i := range desk.NameTries {
		if !try("mei", "a") {
			t.Fatalf("try %d refused", i)
		}
	}
	for range 100 { // a closed name uses up nothing of the address
		if try("Mei", "a") {
			t.Fatal("a name that is closed is open in capitals")
		}
	}
	if !try("lin", "a") {
		t.Error("somebody else of the same house is refused")
	}
	if err := d.Tried(ctx, "lin", "a"); err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range 100 {
		if try(string(rune('A'+i)), "a") {
			n++
		}
	}
	if n > desk.AddrTries || n < desk.AddrTries-desk.NameTries {
		t.Errorf("%d more from one address", n)
	}
	at = at.Add(desk.TrySpan)
	if !try("mei", "a") {
		t.Error("still refused afterwards")
	}
}
