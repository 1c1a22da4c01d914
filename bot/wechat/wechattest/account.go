package wechattest

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"github.com/beianbot/beianbot/bot/wechat"
)

// Account is an Official Account as it is set up on the platform's page.
type Account struct {
	// AppID and AppSecret identify the account at the API, ID ("gh_…") in messages.
	AppID, AppSecret, ID string
	// Token, AESKey and Mode are the callback's settings. Without a Mode it is safe where AESKey is set, else plain.
	Token, AESKey string
	Mode          wechat.Mode
}

// SampleAccount returns a verified service account in safe mode with made-up values.
func SampleAccount() Account {
	return Account{
		AppID: "wx0123456789abcdef", AppSecret: "0123456789abcdef0123456789abcdef", ID: "gh_0123456789ab",
		Token: "beianbot", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", Mode: wechat.ModeSafe,
	}
}

func (a Account) mode() wechat.Mode {
	switch {
	case a.Mode != "":
		return a.Mode
	case a.AESKey != "":
		return wechat.ModeSafe
	}
	return wechat.ModePlain
}

// Callback is one request of the platform to the account's address, ready to be sent any number of times.
type Callback struct {
	Query url.Values
	Body  []byte
}

// Wrap signs a message in clear, and encrypts it, as the account's mode demands.
func (a Account) Wrap(plain []byte, openID string, now time.Time) (Callback, error) {
	query := a.sign(now)
	query.Set("openid", openID)
	if a.mode() == wechat.ModePlain {
		return Callback{Query: query, Body: plain}, nil
	}
	encrypted, err := util.EncryptMsg([]byte(randomHex(8)), plain, a.AppID, a.AESKey)
	if err != nil {
		return Callback{}, fmt.Errorf("wechattest: %w", err)
	}
	query.Set("encrypt_type", "aes")
	query.Set("msg_signature", util.Signature(a.Token, query.Get("timestamp"), query.Get("nonce"), string(encrypted)))
	part := "<Encrypt><![CDATA[" + string(encrypted) + "]]></Encrypt>"
	body := "<xml><ToUserName><![CDATA[" + a.ID + "]]></ToUserName>" + part + "</xml>"
	if a.mode() == wechat.ModeCompat { // the message in clear, and the encrypted part beside its fields
		body = strings.TrimSuffix(strings.TrimSpace(string(plain)), "</xml>") + part + "</xml>"
	}
	return Callback{Query: query, Body: []byte(body)}, nil
}

// sign returns a signed query, as every call of the platform carries it.
func (a Account) sign(now time.Time) url.Values {
	timestamp, nonce := strconv.FormatInt(now.Unix(), 10), randomDigits()
	return url.Values{
		"signature": {util.Signature(a.Token, timestamp, nonce)},
		"timestamp": {timestamp},
		"nonce":     {nonce},
	}
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func randomDigits() string {
	var b [4]byte
	rand.Read(b[:])
	return strconv.FormatUint(uint64(b[0])<<24|uint64(b[1])<<16|uint64(b[2])<<8|uint64(b[3]), 10)
}
