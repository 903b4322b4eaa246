package simulator

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// maxPDFPage is how much of a page's content is unpacked.
const maxPDFPage = 4 << 20

// pdfPages reads the texts of the pages of a simple PDF: literal strings in plain or deflated page contents. Pages whose
// text it cannot read are empty; what is no such PDF has no pages.
func pdfPages(data []byte) []string {
	objects := map[string][]byte{}
	found := regexp.MustCompile(`(?s)(\d+) 0 obj\b(.*?)endobj`).FindAllSubmatch(data, -1)
	order := make([]string, 0, len(found))
	for _, m := range found {
		objects[string(m[1])] = m[2]
		order = append(order, string(m[1]))
	}
	page := regexp.MustCompile(`/Type\s*/Page\b`)
	contents := regexp.MustCompile(`/Contents\s*\[?\s*((?:\d+ 0 R\s*)+)`)
	var pages []string
	for _, id := range order {
		if !page.Match(objects[id]) {
			continue
		}
		text := ""
		if m := contents.FindSubmatch(objects[id]); m != nil {
			for ref := range strings.SplitSeq(string(m[1]), "R") {
				number, _, _ := strings.Cut(strings.TrimSpace(ref), " ")
				text += pdfText(pdfStream(objects[number]))
			}
		}
		pages = append(pages, strings.TrimSpace(text))
	}
	return pages
}

// pdfStream is the content of a stream object.
func pdfStream(object []byte) []byte {
	head, rest, found := bytes.Cut(object, []byte("stream"))
	if !found {
		return nil
	}
	rest = bytes.TrimPrefix(bytes.TrimPrefix(rest, []byte("\r")), []byte("\n"))
	body, _, _ := bytes.Cut(rest, []byte("endstream"))
	if !bytes.Contains(head, []byte("/FlateDecode")) {
		return body
	}
	r, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil
	}
	// What can be unpacked of a broken stream is good enough.
	unpacked, _ := io.ReadAll(io.LimitReader(r, maxPDFPage))
	return unpacked
}

// pdfText is what the operators that show text show, a line for each move.
func pdfText(content []byte) string {
	var b strings.Builder
	shown := regexp.MustCompile(`(?s)\((?:\\.|[^\\()])*\)|\b(?:T[dD*]|'|")`)
	for _, m := range shown.FindAll(content, -1) {
		if m[0] != '(' {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			continue
		}
		b.WriteString(pdfString(string(m[1 : len(m)-1])))
	}
	return b.String()
}

// pdfString undoes the escapes of a literal string.
func pdfString(s string) string {
	return regexp.MustCompile(`(?s)\\([0-7]{1,3}|.)`).ReplaceAllStringFunc(s, func(escape string) string {
		if n, err := strconv.ParseUint(escape[1:], 8, 8); err == nil {
			return string(rune(n))
		}
		switch escape[1] {
		case 'n':
			return "\n"
		case 't':
			return "\t"
		case 'r', 'b', 'f', '\n':
			return ""
		}
		return escape[1:]
	})
}
