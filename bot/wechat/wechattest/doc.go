// Package wechattest is the WeChat platform in a box: its API with its real rules and scripted faults, and phones that speak to a webhook
// as the platform does on a person's behalf. It serves tests, the demo and load, needs no *testing.T and reaches no network.
package wechattest
