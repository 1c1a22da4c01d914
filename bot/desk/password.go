package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"github.com/beianbot/beianbot/bot/errs"
)

// The costs of argon2id. Source: OWASP Password Storage Cheat Sheet, 19 MiB, 2 passes, 1 lane.
const (
	hashMemory = 19 << 10 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashLength = 32
)

// Bounds of passwords, in runes and bytes.
const (
	MinPassword = 10
	maxPassword = 256
)

// checkPassword refuses passwords that are too short to withstand guessing.
func checkPassword(p string) error {
	if utf8.RuneCountInString(p) < MinPassword || len(p) > maxPassword {
		return errs.Errorf(errs.CodeInvalid, "password: at least %d characters and at most %d bytes", MinPassword, maxPassword)
	}
	return nil
}

// hash hashes a password with a salt of its own.
func (d *Desk) hash(ctx context.Context, password string) (string, error) {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails: it ends the program instead
	sum, err := d.argon(ctx, password, salt[:], hashPasses, hashMemory, hashLanes)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashLanes, b64(salt[:]), b64(sum)), nil
}

// verify reports whether a password has a hash. A hash that cannot be read costs the same time and fits nothing.
func (d *Desk) verify(ctx context.Context, password, hash string) (bool, error) {
	var version int
	var memory, passes uint32
	var lanes uint8
	salt, want := []byte("nobody has this salt"), []byte{}
	readable := false
	if part := strings.Split(hash, "$"); len(part) == 6 && part[1] == "argon2id" {
		_, err1 := fmt.Sscanf(part[2]+" "+part[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &passes, &lanes)
		s, err2 := base64.RawStdEncoding.DecodeString(part[4])
		w, err3 := base64.RawStdEncoding.DecodeString(part[5])
		if readable = err1 == nil && err2 == nil && err3 == nil && version == argon2.Version && lanes > 0 && passes > 0 && memory <= 1<<20; readable {
			salt, want = s, w
		}
	}
	if !readable {
		memory, passes, lanes = hashMemory, hashPasses, hashLanes
	}
	if len(password) > maxPassword {
		password = password[:maxPassword]
		readable = false
	}
	got, err := d.argon(ctx, password, salt, passes, memory, lanes)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && readable, nil
}

// argon waits for its turn and hashes.
func (d *Desk) argon(ctx context.Context, password string, salt []byte, passes, memory uint32, lanes uint8) ([]byte, error) {
	select {
	case d.hashing <- struct{}{}:
		defer func() { <-d.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, hashLength), nil
}
