package markdown

import "strings"

// startHTML begins an HTML block if the line meets one of CommonMark's seven conditions.
func (s *scanner) startHTML(rest string) bool {
	kind := htmlStart(rest)
	inText := s.tip && s.isText() && (s.matched || !s.closed)
	if kind == 0 || kind == 7 && inText {
		return false
	}
	s.addLine(leaf{kind: htmlLeaf, html: kind}, true)
	s.last().putLong(s.src, seg{start: s.cur.base + s.cur.off, end: s.cur.base + len(s.cur.s)})
	if kind < 6 && closesHTML(rest, kind) {
		s.tip = false
	}
	return true
}

// htmlStart returns the condition a line meets, 0 for none.
func htmlStart(s string) int {
	switch {
	case strings.HasPrefix(s, "<!--"):
		return 2
	case strings.HasPrefix(s, "<?"):
		return 3
	case strings.HasPrefix(s, "<![CDATA["):
		return 5
	case strings.HasPrefix(s, "<!") && len(s) > 2 && isLetter(s[2]):
		return 4
	}
	name, after := tagName(strings.TrimPrefix(s[1:], "/"))
	ends := after == "" || isBlankByte(after[0]) || after[0] == '>'
	if ends && !strings.HasPrefix(s, "</") && isRawTag(name) {
		return 1
	}
	if (ends || strings.HasPrefix(after, "/>")) && isBlockTag(name) {
		return 6
	}
	if isWholeTag(s) {
		return 7
	}
	return 0
}

// closesHTML tells the end of an HTML block that only ends with its own sign.
func closesHTML(line string, kind int) bool {
	switch kind {
	case 1:
		low := strings.ToLower(line)
		for _, tag := range []string{"</script>", "</pre>", "</style>", "</textarea>"} {
			if strings.Contains(low, tag) {
				return true
			}
		}
		return false
	case 2:
		return strings.Contains(line, "-->")
	case 3:
		return strings.Contains(line, "?>")
	case 4:
		return strings.Contains(line, ">")
	}
	return strings.Contains(line, "]]>")
}

// tagName splits off the name a tag begins with, in lower case.
func tagName(s string) (name, after string) {
	if s == "" || !isLetter(s[0]) {
		return "", s
	}
	i := 1
	for i < len(s) && (isLetter(s[i]) || s[i] >= '0' && s[i] <= '9' || s[i] == '-') {
		i++
	}
	return strings.ToLower(s[:i]), s[i:]
}

// isRawTag tells the tags whose content is not Markdown whatever it holds.
func isRawTag(name string) bool {
	return name == "script" || name == "pre" || name == "style" || name == "textarea"
}

// blockTags are the tags that begin an HTML block even within a paragraph.
const blockTags = " address article aside base basefont blockquote body caption center col colgroup dd details dialog " +
	"dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe " +
	"legend li link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td " +
	"tfoot th thead title tr track ul "

func isBlockTag(name string) bool {
	return name != "" && strings.Contains(blockTags, " "+name+" ")
}

// isWholeTag tells a line that is one complete open or closing tag.
func isWholeTag(s string) bool {
	closing := strings.HasPrefix(s, "</")
	name, s := tagName(strings.TrimPrefix(s[1:], "/"))
	if name == "" || isRawTag(name) {
		return false
	}
	for !closing {
		t := strings.TrimLeft(s, " \t")
		n := attribute(t)
		if n == 0 || t == s {
			break
		}
		s = t[n:]
	}
	s = strings.TrimLeft(s, " \t")
	if !closing {
		s = strings.TrimPrefix(s, "/")
	}
	return strings.HasPrefix(s, ">") && strings.Trim(s[1:], " \t") == ""
}

// attribute returns the length of the attribute s begins with, 0 if there is none.
func attribute(s string) int {
	if s == "" || !isLetter(s[0]) && s[0] != '_' && s[0] != ':' {
		return 0
	}
	i := 1
	for i < len(s) && (isLetter(s[i]) || s[i] >= '0' && s[i] <= '9' || strings.IndexByte("_.:-", s[i]) >= 0) {
		i++
	}
	j := i
	for j < len(s) && isBlankByte(s[j]) {
		j++
	}
	if j >= len(s) || s[j] != '=' {
		return i
	}
	for j++; j < len(s) && isBlankByte(s[j]); {
		j++
	}
	return attributeValue(s, j)
}

// attributeValue returns where the value that begins at j ends, 0 if there is none.
func attributeValue(s string, j int) int {
	if j >= len(s) {
		return 0
	}
	if q := s[j]; q == '"' || q == '\'' {
		if n := strings.IndexByte(s[j+1:], q); n >= 0 {
			return j + n + 2
		}
		return 0
	}
	n := strings.IndexAny(s[j:], " \t\"'=<>`")
	if n < 0 {
		n = len(s) - j
	}
	if n == 0 {
		return 0
	}
	return j + n
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
