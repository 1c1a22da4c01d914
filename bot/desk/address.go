package desk

import (
	"net"
	"net/netip"
	"strings"
)

// AddressOf is where a request comes from, for MayTry, by the remote address of its connection: the address without the port, of IPv6 the
// network of 64 bits, of which one household has all. It is empty for this machine: that is a proxy, behind which everybody is.
func AddressOf(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := at.Addr().Unmap().WithZone("")
	switch {
	case ip.IsLoopback():
		return ""
	case ip.Is6():
		return netip.PrefixFrom(ip, 64).Masked().String()
	}
	return ip.String()
}

// LocalHost reports whether a Host header names this machine by itself: no other web page can then have pointed a name of its own here.
func LocalHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
