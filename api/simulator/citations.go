package simulator

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// source is a document or a search result that answers cite.
type source struct {
	// kind is the type of its citations, index its place among all documents, or all search results, of the request.
	kind  string
	index int
	// title is its title as JSON, link the source of a search result, file its file id as JSON.
	title, file json.RawMessage
	link        string
	// pieces are what can be cited: one text, the pages, or the blocks.
	pieces []string
	// latest says that it is in the last message.
	latest bool
}

// passage is a part of a source.
type passage struct {
	text string
	// from and to are where it stands: runes, pages or blocks. The end is not part of it.
	from, to int
}

// wantsCitations says whether anything in the request wants to be cited.
func (q *request) wantsCitations() bool {
	found := false
	q.quotable(func(o quoted) { found = found || citable(o.raw) })
	return found
}

// sources are what the request wants cited, in its order.
func (q *request) sources() []source {
	var list []source
	documents, results := 0, 0
	q.quotable(func(o quoted) {
		at := &documents
		if o.kind == "search_result" {
			at = &results
		}
		if s := q.source(o.raw, *at); s != nil {
			s.latest = o.latest
			list = append(list, *s)
		}
		*at++
	})
	return list
}

// latestSources are those in the last message.
func (q *request) latestSources() []source {
	return slices.DeleteFunc(q.sources(), func(s source) bool { return !s.latest })
}

// documents counts the documents in the request.
func (q *request) documents() int {
	n := 0
	q.quotable(func(o quoted) {
		if o.kind == "document" {
			n++
		}
	})
	return n
}

// quoted is a document or a search result in a request; fetched ones come from a tool of the server.
type quoted struct {
	kind            string
	raw             json.RawMessage
	latest, fetched bool
}

// quotable visits all documents and search results, those in results of tools too.
func (q *request) quotable(visit func(quoted)) {
	for i, m := range q.messages {
		latest := i == len(q.messages)-1
		for _, b := range m.blocks {
			switch b.kind {
			case "document", "search_result":
				visit(quoted{b.kind, b.raw(), latest, false})
			case "tool_result":
				list, _ := array(b.fields["content"])
				for _, raw := range list {
					f, _ := object(raw)
					if kind, _ := f.str("type"); kind == "document" || kind == "search_result" {
						visit(quoted{kind, raw, latest, false})
					}
				}
			case "web_fetch_tool_result":
				content, _ := object(b.fields["content"])
				if content.has("content") {
					visit(quoted{"document", content["content"], latest, true})
				}
			}
		}
	}
}

// citable says whether a document or a search result wants to be cited.
func citable(raw json.RawMessage) bool {
	f, _ := object(raw)
	setting, _ := object(f["citations"])
	enabled, _ := setting.boolean("enabled")
	return enabled
}

// source reads a document or a search result; nil if it does not want to be cited.
func (q *request) source(raw json.RawMessage, index int) *source {
	if !citable(raw) {
		return nil
	}
	f, _ := object(raw)
	s := &source{index: index, title: null(f["title"]), file: json.RawMessage("null")}
	if kind, _ := f.str("type"); kind == "search_result" {
		s.kind = "search_result_location"
		s.link, _ = f.str("source")
		s.pieces = texts(f["content"])
		return s
	}
	from, _ := object(f["source"])
	data, _ := from.str("data")
	switch kind, _ := from.str("type"); kind {
	case "text":
		s.kind, s.pieces = "char_location", []string{data}
	case "content":
		s.kind = "content_block_location"
		if text, ok := from.str("content"); ok {
			s.pieces = []string{text}
		} else {
			s.pieces = texts(from["content"])
		}
	case "base64":
		pdf, _ := base64.StdEncoding.DecodeString(data)
		s.kind, s.pieces = "page_location", pdfPages(pdf)
	case "file":
		q.fromFile(s, from)
	default:
		s.kind = "page_location" // nothing is ever fetched, so there is nothing to cite
	}
	return s
}

// fromFile reads an uploaded file, which is a text or a PDF.
func (q *request) fromFile(s *source, from fields) {
	s.kind, s.file = "page_location", null(from["file_id"])
	id, _ := from.str("file_id")
	if q.file == nil {
		return
	}
	switch f := q.file(id); {
	case f == nil:
	case strings.HasPrefix(f.mime, "text/plain"):
		s.kind, s.pieces = "char_location", []string{strings.ToValidUTF8(string(f.data), "\ufffd")}
	default:
		s.pieces = pdfPages(f.data)
	}
}

// texts are the texts of blocks; other blocks are empty, so that the places stay the same.
func texts(raw json.RawMessage) []string {
	list, _ := array(raw)
	texts := make([]string, 0, len(list))
	for _, raw := range list {
		f, _ := object(raw)
		text, _ := f.str("text")
		texts = append(texts, text)
	}
	return texts
}

// passages are what of the source can be cited: sentences of a text, whole pages, whole blocks.
func (s *source) passages() []passage {
	var list []passage
	if s.kind == "char_location" && len(s.pieces) > 0 {
		return sentences(s.pieces[0])
	}
	for i, text := range s.pieces {
		if strings.TrimSpace(text) == "" {
			continue
		}
		from := i
		if s.kind == "page_location" {
			from++ // pages count from one
		}
		list = append(list, passage{text, from, from + 1})
	}
	return list
}

// sentences cuts a text into sentences, with the runes they stand at.
func sentences(text string) []passage {
	var list []passage
	start, from, at := 0, 0, 0
	add := func(end, to int) {
		piece := text[start:end]
		lead := len(piece) - len(strings.TrimLeftFunc(piece, unicode.IsSpace))
		skipped := utf8.RuneCountInString(piece[:lead])
		trimmed := strings.TrimSpace(piece)
		if trimmed != "" {
			begin := from + skipped
			list = append(list, passage{trimmed, begin, begin + utf8.RuneCountInString(trimmed)})
		}
		start, from = end, to
	}
	for i, r := range text {
		at++
		end := i + utf8.RuneLen(r)
		next, _ := utf8.DecodeRuneInString(text[end:])
		stop := strings.ContainsRune(".!?", r) && (end == len(text) || unicode.IsSpace(next)) || strings.ContainsRune("。！？", r)
		if stop || r == '\n' {
			add(end, at)
		}
	}
	if start < len(text) {
		add(len(text), at)
	}
	return list
}

// cite is a text block that says what a passage says, with the citation of it.
func (s *source) cite(p passage) part {
	c := map[string]any{"type": s.kind, "cited_text": p.text}
	if s.kind == "search_result_location" {
		c["search_result_index"], c["source"], c["title"] = s.index, s.link, s.title
	} else {
		c["document_index"], c["document_title"], c["file_id"] = s.index, s.title, s.file
	}
	switch s.kind {
	case "char_location":
		c["start_char_index"], c["end_char_index"] = p.from, p.to
	case "page_location":
		c["start_page_number"], c["end_page_number"] = p.from, p.to
	default:
		c["start_block_index"], c["end_block_index"] = p.from, p.to
	}
	return written(clip(strings.Join(strings.Fields(p.text), " "), 300), encode(c))
}

// cited says what sources say about the prompt: up to three passages, those first that have most of its words.
func (m *composer) cited(sources []source) []part {
	words := wordsOf(m.c.prompt())
	type candidate struct {
		source  *source
		passage passage
		score   int
	}
	var all []candidate
	for i := range sources {
		for _, p := range sources[i].passages() {
			score := 0
			for _, w := range wordsOf(p.text).list {
				if len(w) > 3 && words.has(w) {
					score++
				}
			}
			all = append(all, candidate{&sources[i], p, score})
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.score - a.score })
	parts := []part{written("This is what I was given says: ")}
	for i, c := range all[:min(3, len(all))] {
		if i > 0 {
			parts = append(parts, written(" Besides: "))
		}
		parts = append(parts, c.source.cite(c.passage))
	}
	return parts
}

// citationRules checks that documents agree on citations, and search results among themselves. That they have to is from
// memory for documents.
func (c *checker) citationRules() error {
	if c.lenient {
		return nil
	}
	on, off := map[string]bool{}, map[string]bool{}
	c.q.quotable(func(o quoted) {
		switch {
		case o.fetched:
		case citable(o.raw):
			on[o.kind] = true
		default:
			off[o.kind] = true
		}
	})
	for _, kind := range []string{"document", "search_result"} {
		if on[kind] && off[kind] {
			return bad("messages: citations must be enabled on all or none of the %s blocks", kind)
		}
	}
	return nil
}
