package wechattest

import "encoding/json"

// dailyLimits are how often a service account may make each call in a day, unless it has many followers.
func dailyLimits() map[string]int {
	return map[string]int{
		"/cgi-bin/message/template/send":     100000,
		"/cgi-bin/message/subscribe/bizsend": 100000,
		"/cgi-bin/message/custom/send":       500000,
		"/cgi-bin/menu/create":               1000,
		"/cgi-bin/qrcode/create":             100000,
	}
}

// Limit sets how often a call may be made in a day, by its path; a negative number takes it from the account. It is only told to those who
// ask for the quota: the box refuses nobody for it, and counts since it was made.
func (p *Platform) Limit(path string, calls int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limits[path] = calls
}

func (p *Platform) getQuota(body []byte) (any, int) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if json.Unmarshal(body, &in) != nil {
		return nil, 47001
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	limit, known := p.limits[in.Path]
	switch {
	case !known:
		return nil, 76021
	case limit < 0:
		return nil, 76022
	}
	used := min(p.calls[in.Path], limit)
	return map[string]any{"errcode": 0, "errmsg": "ok", "quota": map[string]int{"daily_limit": limit, "used": used, "remain": limit - used}}, 0
}
