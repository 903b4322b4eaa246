package markdown

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

// link adds a link. Where its text looks like another address than the one it leads to,
// the true host is added; where it cannot be clicked, the whole target is.
func (n *inline) link(c ast.Node, destination []byte, l look, outer string) {
	target := string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(destination))))
	href, host, ok := clickable(target)
	first := len(n.runs)
	if !ok {
		n.children(c, l, outer, false)
		if target != "" {
			n.aside(" ("+readable(target)+")", l)
		}
		return
	}
	n.children(c, l|markLink, href, false)
	var shown strings.Builder
	for _, r := range n.runs[first:] {
		shown.WriteString(r.text)
	}
	if disagrees(shown.String(), host) {
		n.aside(" ("+readable(host)+")", l)
	}
}

// aside adds words that are not in the source.
func (n *inline) aside(s string, l look) {
	src := 0
	if k := len(n.runs) - 1; k >= 0 {
		src = n.runs[k].src
		if n.runs[k].exact {
			src += len(n.runs[k].text)
		}
	}
	n.add(run{text: s, src: src, look: l | markDim})
}

// autoLink adds a bare address.
func (n *inline) autoLink(c *ast.AutoLink, l look) {
	g := c.Label(n.buf)
	at := n.offset(g)
	target := string(c.URL(n.buf))
	if c.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	r := run{text: string(g), src: at, look: l}
	if at >= 0 {
		r.text, r.exact = n.src[at:at+len(g)], true
	}
	if href, _, ok := clickable(target); ok {
		r.look, r.link = l|markLink, href
	}
	n.add(r)
}

// offset returns where a part of buf stands in the source.
func (n *inline) offset(part []byte) int { return n.source(cap(n.buf) - cap(part)) }

// clickable returns a target as it may stand in a hyperlink sequence, and its host.
func clickable(target string) (href, host string, ok bool) {
	u, err := url.Parse(target)
	if err != nil {
		return "", "", false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" {
			return "", "", false
		}
	case "mailto":
		host = u.Opaque
	default:
		return "", "", false
	}
	if host == "" {
		host = u.Hostname()
	}
	return escapeURL(target), host, true
}

// escapeURL keeps only what may stand in a hyperlink sequence.
func escapeURL(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}

// readable shows an address with everything but printable ASCII spelled out.
func readable(s string) string {
	const most = 60
	s = escapeURL(s)
	if len(s) > most {
		s = s[:most-1] + "…"
	}
	return s
}

// disagrees tells a link text that reads like an address of another host, or a host with
// letters that may look like others.
func disagrees(shown, host string) bool {
	if host == "" {
		return false
	}
	if escapeURL(host) != host {
		return true
	}
	for _, word := range strings.Fields(shown) {
		if h := hostIn(word); h != "" && !sameHost(h, host) {
			return true
		}
	}
	return false
}

// hostIn returns the host a word seems to name.
func hostIn(word string) string {
	word = strings.ToLower(strings.Trim(word, "\"'()<>[]{},;:!?."))
	if i := strings.Index(word, "://"); i >= 0 {
		word = word[i+3:]
	} else if !strings.Contains(word, ".") || strings.HasPrefix(word, "/") {
		return ""
	}
	if i := strings.IndexAny(word, "/?#"); i >= 0 {
		word = word[:i]
	}
	if i := strings.LastIndexByte(word, '@'); i >= 0 {
		word = word[i+1:]
	}
	word, _, _ = strings.Cut(word, ":")
	dot := strings.LastIndexByte(word, '.')
	if dot <= 0 || len(word)-dot < 3 {
		return ""
	}
	for i := range len(word) {
		if c := word[i]; c < 0x80 && !isLetter(c) && (c < '0' || c > '9') && c != '.' && c != '-' {
			return ""
		}
	}
	for i := dot + 1; i < len(word); i++ {
		if c := word[i]; c < 0x80 && !isLetter(c) && c != '-' {
			return "" // a version or a file, not a host
		}
	}
	return word
}

// sameHost compares hosts, with and without "www.".
func sameHost(a, b string) bool {
	a, b = strings.TrimPrefix(a, "www."), strings.TrimPrefix(strings.ToLower(b), "www.")
	if i := strings.LastIndexByte(b, '@'); i >= 0 {
		b = b[i+1:]
	}
	return a == b
}
