package session

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"parlor/api"
)

// connection finds the cause that a person can do something about.
func (w failer) connection(err error, host string) *Failure {
	f := &Failure{Kind: "network", Hint: "Check the network and the base URL, then retry; /doctor shows which step fails."}
	var (
		conn     *api.ConnError
		dns      *net.DNSError
		unknown  x509.UnknownAuthorityError
		wrong    x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		answered *api.Error
	)
	proxy := errors.As(err, &conn) && conn.Op == "proxy"
	switch {
	case errors.As(err, &answered):
		f.Message = fmt.Sprintf("%s answered %d%s.", host, answered.Status, words(answered))
		if answered.Status == http.StatusProxyAuthRequired {
			f.Message, f.Hint = "The proxy wants a login (407).", "Put user and password into the proxy's URL, then retry."
		}
	case proxy:
		f.Message, f.Hint = "The proxy did not let the request through: "+oneLine(conn.Err.Error())+".", "Check the proxy setting, then retry; /doctor shows which step fails."
	case errors.As(err, &dns):
		f.Message = fmt.Sprintf("The name %s was not found.", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Message = host + " refused the connection: nothing listens there."
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		f.Message = "There is no way to " + host + " from this network."
	case errors.As(err, &unknown), errors.As(err, &wrong), errors.As(err, &invalid), errors.As(err, &verify):
		f.Message = "The certificate of " + host + " is not trusted: " + tlsCause(err) + "."
		f.Hint = "Behind a private CA, name its file in the setting ca_file, then retry."
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		f.Message = host + " closed the connection."
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		f.Message = host + " ended the connection before the answer was complete."
	default:
		f.Message = "The connection to " + host + " failed: " + oneLine(cause(err).Error()) + "."
	}
	return f
}

func tlsCause(err error) string {
	var verify *tls.CertificateVerificationError
	if errors.As(err, &verify) {
		return oneLine(verify.Err.Error())
	}
	return oneLine(cause(err).Error())
}

// cause is the innermost error.
func cause(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

func redactURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "the server"
	}
	return u.Scheme + "://" + u.Host + strings.TrimSuffix(u.Path, "/")
}
