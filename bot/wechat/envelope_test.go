package wechat_test

import (
	"errors"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/beianbot/beianbot/bot/wechat"
	"github.com/beianbot/beianbot/bot/wechat/wechattest"
)

const otherKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newEnvelope(t testing.TB, mode wechat.Mode, now time.Time) *wechat.Envelope {
	t.Helper()
	a := wechattest.SampleAccount()
	e, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: a.AppID, Token: a.Token, AESKey: a.AESKey, Mode: mode, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func wrap(t testing.TB, a wechattest.Account, plain string, at time.Time) wechattest.Callback {
	t.Helper()
	c, err := a.Wrap([]byte(plain), "oTest", at)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func inMode(mode wechat.Mode) wechattest.Account {
	a := wechattest.SampleAccount()
	a.Mode = mode
	return a
}

func with(q url.Values, key string, value ...string) url.Values {
	q = maps.Clone(q)
	if len(value) == 0 {
		q.Del(key)
	} else {
		q[key] = value
	}
	return q
}

const hello = "<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>text</MsgType><Content>hello</Content><MsgId>1</MsgId></xml>"

func TestOpen(t *testing.T) {
	plain, compat, safe := wrap(t, inMode(wechat.ModePlain), hello, noon), wrap(t, inMode(wechat.ModeCompat), hello, noon), wrap(t, inMode(wechat.ModeSafe), hello, noon)
	forgedCopy := wechattest.Callback{Query: compat.Query, Body: []byte(strings.Replace(string(compat.Body), "hello", "forged", 1))}
	withoutEncrypt := wechattest.Callback{Query: compat.Query, Body: []byte(hello)}
	stripped := wechattest.Callback{Query: with(with(compat.Query, "encrypt_type"), "msg_signature"), Body: compat.Body}
	other := inMode(wechat.ModeSafe)
	other.AESKey = otherKey
	otherApp := inMode(wechat.ModeSafe)
	otherApp.AppID = "wxffffffffffffffff"
	for _, c := range []struct {
		name     string
		mode     wechat.Mode
		callback wechattest.Callback
		want     error
	}{
		{"plain", wechat.ModePlain, plain, nil},
		{"plain, raw", wechat.ModePlain, wechattest.Callback{Query: with(plain.Query, "encrypt_type", "raw"), Body: plain.Body}, nil},
		{"plain gets compat", wechat.ModePlain, compat, wechat.ErrEncrypted},
		{"plain gets safe", wechat.ModePlain, safe, wechat.ErrEncrypted},
		{"plain gets safe without saying so", wechat.ModePlain, wechattest.Callback{Query: with(safe.Query, "encrypt_type"), Body: safe.Body}, wechat.ErrEncrypted},
		{"compat", wechat.ModeCompat, compat, nil},
		{"compat gets safe", wechat.ModeCompat, safe, nil},
		{"compat gets plain", wechat.ModeCompat, plain, nil},
		{"compat reads the encrypted part only", wechat.ModeCompat, forgedCopy, nil},
		{"compat, encrypted part cut out", wechat.ModeCompat, withoutEncrypt, wechat.ErrPlaintext},
		{"compat, query stripped", wechat.ModeCompat, stripped, wechat.ErrSignature},
		{"compat, body signature wrong", wechat.ModeCompat, wechattest.Callback{Query: with(compat.Query, "msg_signature", strings.Repeat("0", 40)), Body: compat.Body}, wechat.ErrSignature},
		{"safe", wechat.ModeSafe, safe, nil},
		{"safe gets compat", wechat.ModeSafe, compat, nil},
		{"safe gets plain", wechat.ModeSafe, plain, wechat.ErrPlaintext},
		{"safe, encrypted part cut out", wechat.ModeSafe, withoutEncrypt, wechat.ErrPlaintext},
		{"safe, query stripped", wechat.ModeSafe, stripped, wechat.ErrPlaintext},
		{"safe, body of another message", wechat.ModeSafe, wechattest.Callback{Query: safe.Query, Body: wrap(t, inMode(wechat.ModeSafe), hello, noon).Body}, wechat.ErrSignature},
		{"other key", wechat.ModeSafe, wrap(t, other, hello, noon), wechat.ErrKey},
		{"other account", wechat.ModeSafe, wrap(t, otherApp, hello, noon), wechat.ErrAppID},
		{"JSON outside", wechat.ModeSafe, wechattest.Callback{Query: safe.Query, Body: []byte(`{"Encrypt":"…"}`)}, wechat.ErrUnreadable},
		{"other root", wechat.ModeSafe, wechattest.Callback{Query: safe.Query, Body: []byte(`<html><Encrypt>a</Encrypt></html>`)}, wechat.ErrUnreadable},
		{"too large", wechat.ModeSafe, wechattest.Callback{Query: safe.Query, Body: make([]byte, wechat.MaxBody+1)}, wechat.ErrUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, seal, err := newEnvelope(t, c.mode, noon).Open(c.callback.Query, c.callback.Body)
			if !errors.Is(err, c.want) || c.want == nil && err != nil {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if err != nil {
				var r wechat.Refusal
				if !errors.As(err, &r) || !errors.Is(r, c.want) {
					t.Fatalf("not a refusal: %v", err)
				}
				return
			}
			if string(got) != hello {
				t.Errorf("got %q", got)
			}
			if seal == nil {
				t.Error("no sealer")
			}
		})
	}
}

// A ciphertext that is rightly signed, but not ours, is unreadable, whatever its length.
func TestOpenOfSignedNonsense(t *testing.T) {
	a := wechattest.SampleAccount()
	for _, encrypted := range []string{"!", "AAAA", strings.Repeat("A", 43) + "=", strings.Repeat("QUJD", 64), "4pi6"} {
		ts := strconv.FormatInt(noon.Unix(), 10)
		q := url.Values{"timestamp": {ts}, "nonce": {"1"}, "signature": {util.Signature(a.Token, ts, "1")}, "encrypt_type": {"aes"}, "msg_signature": {util.Signature(a.Token, ts, "1", encrypted)}}
		_, _, err := newEnvelope(t, wechat.ModeSafe, noon).Open(q, []byte("<xml><Encrypt>"+encrypted+"</Encrypt></xml>"))
		var r wechat.Refusal
		if !errors.As(err, &r) || r.Forbidden() {
			t.Errorf("%q: %v", encrypted, err)
		}
	}
}

func TestFreshness(t *testing.T) {
	c := wrap(t, inMode(wechat.ModeSafe), hello, noon)
	for _, x := range []struct {
		at   time.Duration
		want error
	}{
		{0, nil},
		{15 * time.Second, nil},
		{5 * time.Minute, nil},
		{5*time.Minute + time.Second, wechat.ErrStale},
		{-5 * time.Minute, nil},
		{-5*time.Minute - time.Second, wechat.ErrStale},
		{24 * 365 * time.Hour, wechat.ErrStale},
	} {
		if _, _, err := newEnvelope(t, wechat.ModeSafe, noon.Add(x.at)).Open(c.Query, c.Body); !errors.Is(err, x.want) || x.want == nil && err != nil {
			t.Errorf("%v: %v, want %v", x.at, err, x.want)
		}
	}
	a := wechattest.SampleAccount()
	for _, ts := range []string{"", "1", "-1", "+1", "abc", "99999999999999999999999", "1e9", " 1795435200"} {
		q := url.Values{"timestamp": {ts}, "nonce": {"1"}, "signature": {util.Signature(a.Token, ts, "1")}}
		if _, err := newEnvelope(t, wechat.ModeSafe, noon).Echo(q); !errors.Is(err, wechat.ErrStale) {
			t.Errorf("timestamp %q: %v", ts, err)
		}
	}
	// Beyond 2038, where the SDK stops.
	late := time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
	c = wrap(t, inMode(wechat.ModeSafe), hello, late)
	if _, _, err := newEnvelope(t, wechat.ModeSafe, late).Open(c.Query, c.Body); err != nil {
		t.Error(err)
	}
}

// After a change of the key, messages under either key are read, and answered under the key they came with.
func TestPreviousKey(t *testing.T) {
	a := inMode(wechat.ModeSafe)
	e, err := wechat.NewEnvelope(wechat.EnvelopeOptions{
		AppID: a.AppID, Token: a.Token, AESKey: otherKey, PreviousAESKey: a.AESKey, Now: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{otherKey, a.AESKey} {
		sender := a
		sender.AESKey = key
		c := wrap(t, sender, hello, noon)
		plain, seal, err := e.Open(c.Query, c.Body)
		if err != nil || string(plain) != hello {
			t.Fatalf("%q, %v", plain, err)
		}
		one, err := seal.Seal([]byte("reply"))
		if err != nil {
			t.Fatal(err)
		}
		two, _ := seal.Seal([]byte("reply"))
		if string(one) == string(two) {
			t.Error("two replies with the same random bytes")
		}
		encrypted := strings.SplitN(strings.SplitN(string(one), "<Encrypt>", 2)[1], "</Encrypt>", 2)[0]
		if _, got, err := util.DecryptMsg(a.AppID, encrypted, key); err != nil || string(got) != "reply" {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestNewEnvelope(t *testing.T) {
	good := wechat.EnvelopeOptions{AppID: "wx1", Token: "secret-token", AESKey: otherKey}
	for _, c := range []struct {
		name   string
		change func(*wechat.EnvelopeOptions)
		mode   wechat.Mode // wanted, empty for an error
	}{
		{"safe by default", func(*wechat.EnvelopeOptions) {}, wechat.ModeSafe},
		{"plain without a key", func(o *wechat.EnvelopeOptions) { o.AESKey, o.AppID = "", "" }, wechat.ModePlain},
		{"compat", func(o *wechat.EnvelopeOptions) { o.Mode = wechat.ModeCompat }, wechat.ModeCompat},
		{"no token", func(o *wechat.EnvelopeOptions) { o.Token = "" }, ""},
		{"unknown mode", func(o *wechat.EnvelopeOptions) { o.Mode = "both" }, ""},
		{"safe without a key", func(o *wechat.EnvelopeOptions) { o.AESKey, o.Mode = "", wechat.ModeSafe }, ""},
		{"safe without an app id", func(o *wechat.EnvelopeOptions) { o.AppID = "" }, ""},
		{"short key", func(o *wechat.EnvelopeOptions) { o.AESKey = "secret" }, ""},
		{"bad key", func(o *wechat.EnvelopeOptions) { o.AESKey = strings.Repeat("!", 43) }, ""},
		{"bad previous key", func(o *wechat.EnvelopeOptions) { o.PreviousAESKey = "secret" }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := good
			c.change(&o)
			e, err := wechat.NewEnvelope(o)
			switch {
			case err == nil && e.Mode() != c.mode:
				t.Errorf("mode %q, want %q", e.Mode(), c.mode)
			case err != nil && c.mode != "":
				t.Error(err)
			case err != nil && (strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), otherKey)):
				t.Errorf("tells a secret: %v", err)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range wechat.Refusals() {
		if seen[r.Error()] || r == "" {
			t.Errorf("%q: words %q used twice", string(r), r.Error())
		}
		seen[r.Error()] = true
	}
}
