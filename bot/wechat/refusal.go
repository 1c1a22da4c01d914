package wechat

// Refusal says why a request from outside was not accepted. The values are a closed set, fit for a metric label; errors.Is and errors.As
// find them through wrapped errors.
type Refusal string

// Why a request is refused.
const (
	// ErrSignature: a signature is missing or wrong. The request is not from the platform.
	ErrSignature Refusal = "signature"
	// ErrStale: rightly signed, but too long ago or too far ahead of our clock.
	ErrStale Refusal = "stale"
	// ErrPlaintext: a message in clear where only encrypted ones are accepted.
	ErrPlaintext Refusal = "plaintext"
	// ErrEncrypted: an encrypted message where no key is configured. The platform's settings and ours differ.
	ErrEncrypted Refusal = "encrypted"
	// ErrKey: rightly signed, but neither the current nor the previous AES key opens it.
	ErrKey Refusal = "key"
	// ErrAppID: opened, but meant for another account.
	ErrAppID Refusal = "app_id"
	// ErrUnreadable: from the platform, as far as can be told, but not a message we can read.
	ErrUnreadable Refusal = "unreadable"
)

// Refusals returns every Refusal there is.
func Refusals() []Refusal {
	return []Refusal{ErrSignature, ErrStale, ErrPlaintext, ErrEncrypted, ErrKey, ErrAppID, ErrUnreadable}
}

// Error returns the reason in words.
func (r Refusal) Error() string {
	switch r {
	case ErrSignature:
		return "wechat: signature missing or wrong"
	case ErrStale:
		return "wechat: timestamp outside the accepted window"
	case ErrPlaintext:
		return "wechat: plaintext refused in safe mode"
	case ErrEncrypted:
		return "wechat: encrypted message, but the mode is plain"
	case ErrKey:
		return "wechat: no AES key opens the message"
	case ErrAppID:
		return "wechat: message is for another app id"
	case ErrUnreadable:
	}
	return "wechat: unreadable message"
}

// Forbidden reports whether the sender has not proved to be the platform. Such a request deserves a 403; for all others the platform
// must get a 200, since it would only send the same again.
func (r Refusal) Forbidden() bool {
	switch r {
	case ErrSignature, ErrStale, ErrPlaintext:
		return true
	case ErrEncrypted, ErrKey, ErrAppID, ErrUnreadable:
	}
	return false
}
