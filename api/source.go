package api

import (
	"encoding/base64"
	"encoding/json"
)

// Values of Source.Type.
const (
	SourceBase64  = "base64"
	SourceURL     = "url"
	SourceFile    = "file"
	SourceText    = "text"
	SourceContent = "content"
)

// Source is where an image or a document is: in the block itself, at an
// address, or in a file uploaded before. Which fields are set follows from Type.
type Source struct {
	Type      string
	MediaType string // of SourceBase64 and SourceText
	// Data is what SourceBase64 carries, in base64, or the text of a SourceText;
	// of a SourceContent it is the content when that is no list of blocks.
	Data    string
	URL     string
	FileID  string
	Content []Block // text and image blocks
}

// Base64Source carries the data itself: an image (image/jpeg, image/png,
// image/gif, image/webp) or a document (application/pdf).
func Base64Source(mediaType string, data []byte) Source {
	return Source{Type: SourceBase64, MediaType: mediaType, Data: base64.StdEncoding.EncodeToString(data)}
}

// URLSource is an image or a PDF that the API fetches.
func URLSource(url string) Source { return Source{Type: SourceURL, URL: url} }

// FileSource is a file uploaded with Client.UploadFile.
func FileSource(fileID string) Source { return Source{Type: SourceFile, FileID: fileID} }

// TextSource is a document of plain text, cited by characters.
func TextSource(text string) Source {
	return Source{Type: SourceText, MediaType: "text/plain", Data: text}
}

// ContentSource is a document of text and image blocks, cited by blocks.
func ContentSource(content ...Block) Source {
	return Source{Type: SourceContent, Content: content}
}

// Bytes returns the data of a SourceBase64, decoded.
func (s Source) Bytes() ([]byte, error) { return base64.StdEncoding.DecodeString(s.Data) }

// writeTo adds the source to the object of a block.
func (s Source) writeTo(block *objectWriter) {
	w := beginTyped(s.Type, "")
	w.str("media_type", s.MediaType)
	switch {
	case s.Type == SourceContent && s.Content == nil:
		w.text("content", s.Data)
	case s.Type == SourceContent:
		w.blocks("content", s.Content)
	case s.Type == SourceBase64 || s.Type == SourceText:
		w.text("data", s.Data)
	}
	w.str("url", s.URL)
	w.str("file_id", s.FileID)
	if w.err != nil {
		block.err = w.err
		return
	}
	block.raw("source", w.end())
}

func decodeSource(o object) Source {
	s := Source{
		Type: o.str("type"), MediaType: o.str("media_type"), Data: o.str("data"),
		URL: o.str("url"), FileID: o.str("file_id"),
	}
	if text := o.optStr("content"); text != nil {
		s.Data = *text
	} else {
		s.Content = decodeContent(o["content"])
	}
	return s
}

// What becomes of an image that is larger than the model sees, see
// Image.OversizedImage.
const (
	OversizedDownsize = "downsize"
	OversizedError    = "error"
)

// Image is the typed view of an image block.
type Image struct {
	Source         Source
	OversizedImage string // OversizedDownsize, OversizedError; "" for the default
}

// NewImage returns an image block.
func NewImage(i Image) Block {
	w := beginTyped(BlockImage, "")
	i.Source.writeTo(w)
	if i.OversizedImage != "" {
		inner := beginObject(nil)
		inner.str("oversized_image", i.OversizedImage)
		w.raw("transformations", inner.end())
	}
	return w.block(BlockImage)
}

// NewImageBase64 returns an image block that carries the image itself.
// MediaType is image/jpeg, image/png, image/gif or image/webp.
func NewImageBase64(mediaType string, data []byte) Block {
	return NewImage(Image{Source: Base64Source(mediaType, data)})
}

// Image returns the image in b; ok is false when b is none.
func (b Block) Image() (image Image, ok bool) {
	if b.Type != BlockImage {
		return Image{}, false
	}
	o := parseObject(b.Raw)
	return Image{
		Source:         decodeSource(o.obj("source")),
		OversizedImage: o.obj("transformations").str("oversized_image"),
	}, true
}

// Document is the typed view of a document block.
type Document struct {
	Source  Source
	Title   string // what citations call it
	Context string // about the document; read, but not cited
	// Citations lets the answer cite the document. All documents of a request
	// must agree on it.
	Citations bool
}

// NewDocument returns a document block.
func NewDocument(d Document) Block {
	w := beginTyped(BlockDocument, "")
	d.Source.writeTo(w)
	w.str("title", d.Title)
	w.str("context", d.Context)
	w.citations(d.Citations)
	return w.block(BlockDocument)
}

// NewDocumentBase64 returns a document block that carries a PDF. An empty
// title is left out.
func NewDocumentBase64(mediaType string, data []byte, title string) Block {
	return NewDocument(Document{Source: Base64Source(mediaType, data), Title: title})
}

// Document returns the document in b; ok is false when b is none.
func (b Block) Document() (document Document, ok bool) {
	if b.Type != BlockDocument {
		return Document{}, false
	}
	o := parseObject(b.Raw)
	return Document{
		Source: decodeSource(o.obj("source")), Title: o.str("title"), Context: o.str("context"),
		Citations: o.obj("citations").bool("enabled"),
	}, true
}

// SearchResult is the typed view of a search_result block: what a search of the
// caller found, for the answer to cite.
type SearchResult struct {
	Source    string // an address or a name
	Title     string
	Content   []Block // text blocks
	Citations bool    // lets the answer cite it
}

// NewSearchResult returns a search_result block.
func NewSearchResult(r SearchResult) Block {
	w := beginTyped(BlockSearchResult, "")
	w.text("source", r.Source)
	w.text("title", r.Title)
	w.blocks("content", r.Content)
	w.citations(r.Citations)
	return w.block(BlockSearchResult)
}

// SearchResult returns the search result in b; ok is false when b is none.
func (b Block) SearchResult() (result SearchResult, ok bool) {
	if b.Type != BlockSearchResult {
		return SearchResult{}, false
	}
	o := parseObject(b.Raw)
	return SearchResult{
		Source: o.str("source"), Title: o.str("title"), Content: decodeContent(o["content"]),
		Citations: o.obj("citations").bool("enabled"),
	}, true
}

// citations switches citations on.
func (w *objectWriter) citations(enabled bool) {
	if enabled {
		w.raw("citations", json.RawMessage(`{"enabled":true}`))
	}
}

// NewContainerUpload returns a block that puts an uploaded file into the
// container of the code execution.
func NewContainerUpload(fileID string) Block {
	return newBlock(BlockContainerUpload, "file_id", fileID)
}

// FileID returns the uploaded file that a container_upload, image or document
// block stands for, and "" if there is none.
func (b Block) FileID() string {
	o := parseObject(b.Raw)
	switch b.Type {
	case BlockContainerUpload:
		return o.str("file_id")
	case BlockImage, BlockDocument:
		return o.obj("source").str("file_id")
	}
	return ""
}
