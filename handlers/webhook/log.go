package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"

	"github.com/beianbot/beianbot/bot/chat"
	"github.com/beianbot/beianbot/bot/truncate"
)

// person returns a short name for a user in the log: the same while the log key stays the same, and of no use without that key.
func (e *Endpoint) person(user string) string {
	mac := hmac.New(sha256.New, e.logKey)
	mac.Write([]byte(user))
	return hex.EncodeToString(mac.Sum(nil)[:4])
}

// scrub takes what the person wrote and who he is out of an error's words.
func scrub(err error, m *chat.Message) string {
	s := err.Error()
	for _, secret := range []struct{ value, name string }{{m.User, "(user)"}, {m.Account, "(account)"}, {m.Text, "(text)"}, {m.Event.Key, "(key)"}} {
		if len(secret.value) >= 4 {
			s = strings.ReplaceAll(s, secret.value, secret.name)
		}
	}
	return truncate.BytesMarked(s, 500, "…")
}

// describePanic tells of a panic what cannot be personal: the words of the runtime, else only the type of the value.
func describePanic(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", p)
}

// panicSite returns the functions that led to a panic, without their arguments. To be called while recovering.
func panicSite() []string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	var site []string
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") {
			site = append(site, fmt.Sprintf("%s:%d", f.Function, f.Line))
		}
		if !more || len(site) == 12 {
			return site
		}
	}
}
