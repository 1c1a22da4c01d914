package wechat

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/url"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// vector is a message encrypted outside this project. testdata/README.md tells where each comes from.
type vector struct {
	Source       string `json:"source"`
	Token        string `json:"token"`
	AppID        string `json:"app_id"`
	AESKey       string `json:"aes_key"`
	Random       string `json:"random"`
	Timestamp    string `json:"timestamp"`
	Nonce        string `json:"nonce"`
	Signature    string `json:"signature"`
	Plain        string `json:"plain"`
	Encrypt      string `json:"encrypt"`
	MsgSignature string `json:"msg_signature"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v []vector
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatal(err)
	}
	if len(v) < 40 {
		t.Fatalf("only %d vectors", len(v))
	}
	return v
}

func (v vector) envelope(t *testing.T, now time.Time) *Envelope {
	t.Helper()
	e, err := NewEnvelope(EnvelopeOptions{
		AppID: v.AppID, Token: v.Token, AESKey: v.AESKey, Mode: ModeSafe, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (v vector) time(t *testing.T) time.Time {
	t.Helper()
	sec, err := strconv.ParseInt(v.Timestamp, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Unix(sec, 0)
}

// What others sealed, we open.
func TestOpensVectorsFromOutside(t *testing.T) {
	for _, v := range vectors(t) {
		if v.MsgSignature == "" {
			continue
		}
		t.Run(v.Source, func(t *testing.T) {
			query := url.Values{
				"timestamp": {v.Timestamp}, "nonce": {v.Nonce}, "msg_signature": {v.MsgSignature}, "encrypt_type": {"aes"},
				"signature": {util.Signature(v.Token, v.Timestamp, v.Nonce)},
			}
			if v.Signature != "" {
				query.Set("signature", v.Signature)
			}
			body := "<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[" + v.Encrypt + "]]></Encrypt></xml>"
			plain, _, err := v.envelope(t, v.time(t)).Open(query, []byte(body))
			if err != nil {
				t.Fatal(err)
			}
			if string(plain) != v.Plain {
				t.Fatalf("got %q, want %q", plain, v.Plain)
			}
		})
	}
}

// What we seal is what others made of the same text with the same random bytes.
func TestSealsAsVectorsFromOutside(t *testing.T) {
	sealed := 0
	for _, v := range vectors(t) {
		if v.Random == "" {
			continue
		}
		sealed++
		t.Run(v.Source, func(t *testing.T) {
			now := time.Unix(0, 0)
			if v.Timestamp != "" {
				now = v.time(t)
			}
			e := v.envelope(t, now)
			body, err := e.seal([]byte(v.Plain), e.keys[0], []byte(v.Random), v.Nonce, now)
			if err != nil {
				t.Fatal(err)
			}
			var got sealedReply
			if err := xml.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			if got.Encrypt != v.Encrypt {
				t.Errorf("Encrypt %q, want %q", got.Encrypt, v.Encrypt)
			}
			if v.MsgSignature != "" && (got.MsgSignature != v.MsgSignature || got.Nonce != v.Nonce || strconv.FormatInt(got.TimeStamp, 10) != v.Timestamp) {
				t.Errorf("got %+v, want signature %s", got, v.MsgSignature)
			}
		})
	}
	if sealed < 20 {
		t.Fatalf("only %d vectors to seal", sealed)
	}
}

// The very bytes of a sealed reply, for the platform's own example. They were first written with the types of the SDK.
func TestSealedWireForm(t *testing.T) {
	v := vectors(t)[0]
	now := v.time(t)
	e := v.envelope(t, now)
	got, err := e.seal([]byte("<xml><Content><![CDATA[好 & <b>]]></Content></xml>"), e.keys[0], []byte("0123456789abcdef"), "a<&>\"", now)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/sealed.golden.xml")
	if err != nil {
		t.Fatal(err)
	}
	if string(got)+"\n" != string(want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// The signatures of the platform's own page.
func TestEchoesAsThePlatformsPageTells(t *testing.T) {
	for _, v := range []struct{ timestamp, nonce, signature string }{
		{"1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"},
		{"1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"},
	} {
		sec, _ := strconv.ParseInt(v.timestamp, 10, 64)
		e, err := NewEnvelope(EnvelopeOptions{Token: "AAAAA", Now: func() time.Time { return time.Unix(sec+10, 0) }})
		if err != nil {
			t.Fatal(err)
		}
		query := url.Values{"timestamp": {v.timestamp}, "nonce": {v.nonce}, "signature": {v.signature}, "echostr": {"4375120948345356249"}}
		if echo, err := e.Echo(query); err != nil || echo != "4375120948345356249" {
			t.Errorf("echo %q, %v", echo, err)
		}
		query.Set("signature", v.signature[:39]+"0")
		if _, err := e.Echo(query); !errors.Is(err, ErrSignature) {
			t.Errorf("forged: %v", err)
		}
	}
}
