package api

import "encoding/json"

// Values of Citation.Type.
const (
	CitationCharLocation            = "char_location"          // of a text document
	CitationPageLocation            = "page_location"          // of a PDF
	CitationContentBlockLocation    = "content_block_location" // of a document of blocks
	CitationSearchResultLocation    = "search_result_location" // of a search_result block
	CitationWebSearchResultLocation = "web_search_result_location"
)

// Citation says where a text of the answer comes from. Which fields are set
// follows from Type.
type Citation struct {
	Type      string
	CitedText string
	// DocumentIndex counts the documents of the request, from 0.
	DocumentIndex int
	DocumentTitle string
	FileID        string // of the document, in answers only
	// Start and End bound what is cited: characters, pages (from 1) or blocks, as
	// Type says. End is the first that is not.
	Start, End int
	// SearchResultIndex counts the search results of the request, from 0.
	SearchResultIndex int
	Source            string // of a search result
	URL               string // of a page on the web
	Title             string // of a search result or a page
	EncryptedIndex    string // of a page; goes back as it came
	// Raw is the object as it came. Set, it is what goes out.
	Raw json.RawMessage
}

// bounds names the members for Start and End.
func (c Citation) bounds() (start, end string) {
	switch c.Type {
	case CitationCharLocation:
		return "start_char_index", "end_char_index"
	case CitationPageLocation:
		return "start_page_number", "end_page_number"
	}
	return "start_block_index", "end_block_index"
}

// MarshalJSON writes Raw, or the object of the API.
func (c Citation) MarshalJSON() ([]byte, error) {
	if len(c.Raw) > 0 {
		return c.Raw, nil
	}
	w := beginTyped(c.Type, "")
	w.text("cited_text", c.CitedText)
	start, end := c.bounds()
	switch c.Type {
	case CitationWebSearchResultLocation:
		w.str("url", c.URL)
		w.str("title", c.Title)
		w.str("encrypted_index", c.EncryptedIndex)
		return w.done()
	case CitationSearchResultLocation:
		w.int("search_result_index", int64(c.SearchResultIndex))
		w.str("source", c.Source)
		w.str("title", c.Title)
	default:
		w.int("document_index", int64(c.DocumentIndex))
		w.str("document_title", c.DocumentTitle)
		w.str("file_id", c.FileID)
	}
	w.int(start, int64(c.Start))
	w.int(end, int64(c.End))
	return w.done()
}

func decodeCitation(raw json.RawMessage) Citation {
	o := parseObject(raw)
	c := Citation{
		Type:              o.str("type"),
		CitedText:         o.str("cited_text"),
		DocumentIndex:     o.count("document_index"),
		DocumentTitle:     o.str("document_title"),
		FileID:            o.str("file_id"),
		SearchResultIndex: o.count("search_result_index"),
		Source:            o.str("source"),
		URL:               o.str("url"),
		Title:             o.str("title"),
		EncryptedIndex:    o.str("encrypted_index"),
		Raw:               raw,
	}
	start, end := c.bounds()
	c.Start, c.End = o.count(start), o.count(end)
	return c
}

// NewCitedText returns a text block with citations, for tests and imports. The
// newest version of the API takes it in assistant messages only.
func NewCitedText(text string, citations ...Citation) Block {
	w := beginTyped(BlockText, "")
	w.text("text", text)
	marshaled(w, "citations", citations)
	return w.block(BlockText)
}

// Citations returns the citations of a text block.
func (b Block) Citations() []Citation {
	return each(parseObject(b.Raw).list("citations"), decodeCitation)
}

// Citation returns the citation that a citations_delta adds to its text block;
// ok is false for other deltas.
func (d Delta) Citation() (citation Citation, ok bool) {
	if d.Type != DeltaCitations {
		return Citation{}, false
	}
	raw := parseObject(d.Raw)["citation"]
	return decodeCitation(raw), isObject(raw)
}
