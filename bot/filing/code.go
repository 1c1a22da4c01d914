package filing

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// codeAlphabet has no look-alikes (no 0 1 I L O, and no U that reads like V): 30 characters, so 8 of them are 6.6e11 codes.
const (
	codeAlphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeLength   = 8
	codePrefix   = "BA"
)

// NewCode makes a claim code as it is shown to people: BA-7K3M-Q9XD.
func NewCode() string {
	const n = len(codeAlphabet)
	b := make([]byte, 0, codeLength)
	var r [1]byte
	for len(b) < codeLength {
		_, _ = rand.Read(r[:])      // never fails: it ends the program instead
		if int(r[0]) >= 256-256%n { // an even draw: what would favour the first letters is thrown away
			continue
		}
		b = append(b, codeAlphabet[int(r[0])%n])
	}
	return codePrefix + "-" + string(b[:4]) + "-" + string(b[4:])
}

// ParseCode reads a claim code as people write it: in any case, with or without the BA, with spaces, dashes or full-width characters.
// It returns the eight characters that count, and whether s is nothing but a code. It does not say whether the code is any good.
func ParseCode(s string) (code string, ok bool) {
	if len(s) > 64 {
		return "", false
	}
	var b strings.Builder
	for _, r := range width.Fold.String(s) {
		switch r = unicode.ToUpper(r); {
		case unicode.IsSpace(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Pd, r), strings.ContainsRune("_−·.。:：", r):
		case strings.ContainsRune(codeAlphabet, r):
			b.WriteRune(r)
		default:
			return "", false
		}
	}
	c := b.String()
	if len(c) == codeLength+len(codePrefix) {
		c = strings.TrimPrefix(c, codePrefix)
	}
	return c, len(c) == codeLength
}

// CodeHash is how a claim code is kept: whoever reads the store cannot use what he finds there.
type CodeHash string

// HashCode hashes the eight characters that ParseCode returned.
func HashCode(code string) CodeHash {
	sum := sha256.Sum256([]byte("beianbot claim code\x00" + code))
	return CodeHash(hex.EncodeToString(sum[:16]))
}
