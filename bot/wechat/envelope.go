package wechat

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// Mode is how messages travel between the platform and us, as set on the platform's page.
type Mode string

// The modes of the platform.
const (
	// ModePlain: everything in clear. The platform's signature does not cover the body, so whoever sees one callback address can forge
	// messages for as long as its timestamp is fresh. Encrypted requests are refused.
	ModePlain Mode = "plain"
	// ModeCompat: for the days of a change-over between plain and safe. Of a request with an encrypted part only that part is read, never
	// the copy in clear beside it, and a bad encrypted part is never made good by the copy. A request without any encrypted part, which a
	// platform still set to plain sends, is accepted as in ModePlain, with ModePlain's weakness.
	ModeCompat Mode = "compat"
	// ModeSafe: everything encrypted and authenticated; plaintext is refused. Recommended.
	ModeSafe Mode = "safe"
)

// DefaultFreshness is how far a request's timestamp may lie from our clock, either way. The platform repeats a message with the same
// timestamp 5 and 10 seconds later, so a minute is the least that makes sense.
const DefaultFreshness = 5 * time.Minute

// MaxBody is the largest request body Open reads, in bytes. Real messages are below 10 KiB.
const MaxBody = 64 << 10

// EnvelopeOptions are the account's own values, as they stand on the platform's page.
type EnvelopeOptions struct {
	// AppID is the account's app id. Required unless Mode is ModePlain.
	AppID string
	// Token is the callback token. Required.
	Token string
	// AESKey is the EncodingAESKey, 43 characters. Required unless Mode is ModePlain.
	AESKey string
	// PreviousAESKey is the key before the last change, also tried, or empty.
	PreviousAESKey string
	// Mode: zero means ModeSafe where AESKey is set and ModePlain where it is not.
	Mode Mode
	// Freshness: zero means DefaultFreshness.
	Freshness time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Envelope checks and opens requests from the platform and seals replies to them. It is safe for concurrent use.
type Envelope struct {
	appID, token string
	keys         [][]byte // current first
	mode         Mode
	freshness    time.Duration
	now          func() time.Time
}

// Sealer makes the body of an HTTP response out of a reply in clear.
type Sealer interface {
	// Seal returns the bytes to write. Each call uses fresh random bytes, so the same reply sealed twice differs: keep the result for
	// repeated deliveries.
	Seal(plainReply []byte) ([]byte, error)
}

// NewEnvelope checks the options and returns an Envelope. Its errors name the option, never its value.
func NewEnvelope(o EnvelopeOptions) (*Envelope, error) {
	e := &Envelope{appID: o.AppID, token: o.Token, mode: o.Mode, freshness: o.Freshness, now: o.Now}
	if e.mode == "" {
		e.mode = ModePlain
		if o.AESKey != "" {
			e.mode = ModeSafe
		}
	}
	if e.freshness <= 0 {
		e.freshness = DefaultFreshness
	}
	if e.now == nil {
		e.now = time.Now
	}
	if e.token == "" {
		return nil, errors.New("wechat: token is empty")
	}
	switch e.mode {
	case ModePlain:
		return e, nil
	case ModeCompat, ModeSafe:
	default:
		return nil, fmt.Errorf("wechat: mode %q is none of plain, compat, safe", e.mode)
	}
	if e.appID == "" {
		return nil, fmt.Errorf("wechat: app id is empty, but mode is %s", e.mode)
	}
	if o.AESKey == "" {
		return nil, fmt.Errorf("wechat: AES key is empty, but mode is %s", e.mode)
	}
	for _, k := range []struct{ name, value string }{{"AES key", o.AESKey}, {"previous AES key", o.PreviousAESKey}} {
		if k.value == "" {
			continue
		}
		key, err := decodeKey(k.value)
		if err != nil {
			return nil, fmt.Errorf("wechat: %s: %w", k.name, err)
		}
		e.keys = append(e.keys, key)
	}
	return e, nil
}

// decodeKey turns an EncodingAESKey into the 32 bytes it stands for.
func decodeKey(s string) ([]byte, error) {
	if len(s) != 43 {
		return nil, fmt.Errorf("has %d characters instead of 43", len(s))
	}
	key, err := base64.StdEncoding.DecodeString(s + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("is not base64 of 32 bytes")
	}
	return key, nil
}

// Mode returns the mode in force.
func (e *Envelope) Mode() Mode { return e.mode }

// Freshness returns how far a timestamp may lie from our clock.
func (e *Envelope) Freshness() time.Duration { return e.freshness }

// Echo answers the platform's check of our address: it returns echostr when the query is rightly signed and fresh. The error is a Refusal.
func (e *Envelope) Echo(query url.Values) (string, error) {
	if err := e.verify(query); err != nil {
		return "", err
	}
	return query.Get("echostr"), nil
}

// Open checks a callback and returns the message in clear together with the Sealer for its reply. Every error wraps a Refusal. The
// returned bytes may alias body.
func (e *Envelope) Open(query url.Values, body []byte) (plain []byte, seal Sealer, err error) {
	if err := e.verify(query); err != nil {
		return nil, nil, err
	}
	if len(body) > MaxBody {
		return nil, nil, fmt.Errorf("%w: body of %d bytes", ErrUnreadable, len(body))
	}
	saysEncrypted := query.Get("encrypt_type") == "aes"
	if e.mode == ModeSafe && !saysEncrypted {
		return nil, nil, ErrPlaintext
	}
	if e.mode == ModePlain && saysEncrypted {
		return nil, nil, ErrEncrypted
	}
	if !saysEncrypted && !bytes.Contains(body, []byte("Encrypt")) {
		return body, clear{}, nil // Parse will say whether it can be read
	}
	var outer sealedRequest
	if err := decodeXML(body, &outer); err != nil {
		return nil, nil, err
	}
	if outer.Encrypt == "" {
		if saysEncrypted { // whatever else it says, it is not what was announced
			return nil, nil, ErrPlaintext
		}
		return body, clear{}, nil
	}
	if e.mode == ModePlain {
		return nil, nil, ErrEncrypted
	}
	want := util.Signature(e.token, query.Get("timestamp"), query.Get("nonce"), outer.Encrypt)
	if !sameDigest(want, query.Get("msg_signature")) {
		return nil, nil, fmt.Errorf("%w: msg_signature", ErrSignature)
	}
	return e.decrypt(outer.Encrypt)
}

// verify checks signature and timestamp.
//
// The platform's signature is symmetric in timestamp and nonce, so a captured request could come back once its nonce, read as a time, has
// become fresh. Only the encryption of ModeSafe binds the body to the signature; there such a replay gets the reply it had before.
func (e *Envelope) verify(query url.Values) error {
	ts, nonce := query.Get("timestamp"), query.Get("nonce")
	if !sameDigest(util.Signature(e.token, ts, nonce), query.Get("signature")) {
		return ErrSignature
	}
	if len(ts) > 12 {
		return ErrStale
	}
	sec, err := strconv.ParseUint(ts, 10, 63) // 64 bits: the SDK's 32 end in 2038
	if err != nil {
		return ErrStale
	}
	if d := e.now().Sub(time.Unix(int64(sec), 0)); d > e.freshness || d < -e.freshness {
		return ErrStale
	}
	return nil
}

// sameDigest compares in constant time.
func sameDigest(want, got string) bool {
	return subtle.ConstantTimeCompare([]byte(want), []byte(got)) == 1
}

// decrypt tries the current key, then the previous one. The reply is to be sealed with the key that worked.
func (e *Envelope) decrypt(encrypted string) ([]byte, Sealer, error) {
	raw, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: Encrypt is not base64", ErrUnreadable)
	}
	refusal := ErrKey
	for _, key := range e.keys {
		plain, appID, err := openAES(raw, key)
		if err != nil {
			continue
		}
		if string(appID) != e.appID {
			// A wrong key that happens to leave a valid padding ends here too, so the other key still gets its turn.
			if len(appID) < 64 && isPrintable(appID) {
				refusal = ErrAppID
			}
			continue
		}
		return plain, &aesSealer{envelope: e, key: key}, nil
	}
	return nil, nil, refusal
}

// openAES wraps the SDK's decryption, which panics on lengths that overflow an int.
func openAES(raw, key []byte) (plain, appID []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("wechat: malformed ciphertext")
		}
	}()
	_, plain, appID, err = util.AESDecryptMsg(raw, key)
	return plain, appID, err
}

func isPrintable(b []byte) bool {
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			return false
		}
	}
	return true
}

// sealedRequest is the XML around an encrypted message.
type sealedRequest struct {
	XMLName struct{} `xml:"xml"`
	Encrypt string
}

// sealedReply is the XML around an encrypted reply. Source: the platform's page on encrypted messages, 消息加解密说明.
type sealedReply struct {
	XMLName      struct{} `xml:"xml"`
	Encrypt      string
	MsgSignature string
	TimeStamp    int64 // seconds since 1970
	Nonce        string
}

// clear is the Sealer of plaintext requests: what goes in comes out.
type clear struct{}

func (clear) Seal(plainReply []byte) ([]byte, error) { return plainReply, nil }

type aesSealer struct {
	envelope *Envelope
	key      []byte
}

// Seal encrypts and signs a reply, with random bytes, time and nonce of its own.
func (s *aesSealer) Seal(plainReply []byte) ([]byte, error) {
	var random [16]byte
	var nonce [8]byte
	rand.Read(random[:]) // never fails
	rand.Read(nonce[:])
	return s.envelope.seal(plainReply, s.key, random[:], hex.EncodeToString(nonce[:]), s.envelope.now())
}

// seal is Seal with everything given, so that vectors from outside can be checked.
func (e *Envelope) seal(plainReply, key, random []byte, nonce string, now time.Time) ([]byte, error) {
	encrypted := base64.StdEncoding.EncodeToString(util.AESEncryptMsg(random, plainReply, e.appID, key))
	ts := now.Unix()
	out, err := xml.Marshal(sealedReply{
		Encrypt:      encrypted,
		MsgSignature: util.Signature(e.token, strconv.FormatInt(ts, 10), nonce, encrypted),
		TimeStamp:    ts,
		Nonce:        nonce,
	})
	if err != nil {
		return nil, fmt.Errorf("wechat: seal: %w", err)
	}
	return out, nil
}
