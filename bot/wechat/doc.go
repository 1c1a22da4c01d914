// Package wechat speaks with the WeChat Official Account platform: it opens, checks and parses what the platform sends, renders and seals
// replies, and calls the platform's API with a shared access token, one table of error codes and no secret in any error.
//
// Of the SDK (github.com/silenceper/wechat/v2) it uses the signature and AES primitives (package util), and nothing
// that listens, sends, logs or keeps state: its server accepts plaintext in safe mode, its sender knows no context and
// puts secrets into errors.
package wechat
