package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/url"
	"path/filepath"
	"strconv"
	"time"
)

// File is what the server knows about an uploaded or generated file (Files API,
// "file metadata"). The older beta, files-api-2025-04-14, tells the same without
// ExpiresAt and Scope.
type File struct {
	ID        string // "file_..."
	Type      string // "file"
	Filename  string
	MIMEType  string
	SizeBytes int64
	CreatedAt time.Time
	// ExpiresAt is when the server deletes the file; zero means never, or not
	// told.
	ExpiresAt time.Time
	// Downloadable is true for files that skills or code execution made. What
	// was uploaded cannot be downloaded.
	Downloadable bool
	Scope        *FileScope // nil unless the file belongs to something
	Raw          json.RawMessage
}

// FileScope is what a file belongs to, and ends with.
type FileScope struct {
	ID   string
	Type string // "session"
}

// FileUpload is a file to be uploaded.
type FileUpload struct {
	// Name is what the file will be called; of a path, the last element. Empty
	// means the name that Content has, if it is an *os.File, else none.
	Name string
	// ContentType is a media type such as "application/pdf". Empty means what
	// the extension of the name says, else "application/octet-stream".
	ContentType string
	// Content is read from where it stands to its end, as it is sent; the API
	// takes 500 MB. If it is an io.Seeker, its size is announced, it is read
	// again for another attempt, and at the end it is put back where it stood.
	// Any other reader is sent once, without retries.
	Content io.Reader
	// ExpiresIn is how long the server keeps the file, in whole seconds: an hour
	// to 90 days. Zero means until it is deleted.
	ExpiresIn time.Duration
}

// UploadFile uploads a file, for use in messages by its ID. Retries may store it
// twice, as with any request whose answer was lost.
//
// Content is never closed. When UploadFile returns it does not touch an
// io.Seeker any more; of another reader, one Read may still be under way, which
// ends by itself or when the caller closes the reader. Trouble with Content is
// returned as an error that wraps it.
func (c *Client) UploadFile(ctx context.Context, file FileUpload, options ...RequestOption) (*File, error) {
	name, err := file.name()
	if err != nil {
		return nil, err
	}
	form := newForm()
	switch seconds := int64(file.ExpiresIn / time.Second); {
	case seconds > 0:
		form.field("expires_in_seconds", strconv.FormatInt(seconds, 10))
	case file.ExpiresIn != 0:
		return nil, &FieldError{"expires_in_seconds", errors.New("is less than a second")}
	}
	if err := form.file("file", name, file.ContentType, file.Content); err != nil {
		return nil, err
	}
	answer, err := c.post(ctx, &call{path: "v1/files", options: c.requestOptions(options)}, form)
	return decodeAnswer(answer, err, decodeFile)
}

// name returns the last element of the name. The whole path is nobody's
// business.
func (f FileUpload) name() (string, error) {
	name := f.Name
	if named, ok := f.Content.(interface{ Name() string }); ok && name == "" && !isMissing(f.Content) {
		name = named.Name()
	}
	if name == "" {
		return "", nil
	}
	switch name = filepath.Base(name); name {
	case ".", "..", "/", `\`:
		return "", &FieldError{"file", errors.New("the name is not one of a file")}
	}
	return name, nil
}

// File asks for the metadata of one file.
func (c *Client) File(ctx context.Context, id string, options ...RequestOption) (*File, error) {
	path, err := pathTo("v1/files", "file_id", id)
	if err != nil {
		return nil, err
	}
	answer, err := c.get(ctx, path, c.requestOptions(options))
	return decodeAnswer(answer, err, decodeFile)
}

// FileListOptions selects files. The zero value selects all of the workspace.
type FileListOptions struct {
	Limit int      // page size; 0 for the server's default
	Page  string   // start with this page, a next_page of before
	IDs   []string // only these, at most 100; not together with Limit and Page
	// ScopeID selects the files of a session; a beta.
	ScopeID string
	// AfterID and BeforeID are the cursors of the older beta,
	// files-api-2025-04-14, in place of Page.
	AfterID, BeforeID string
}

// Files lists the files, newest first, fetching pages as they are needed. After
// an error the sequence ends. It follows the pages of the older beta as well.
func (c *Client) Files(
	ctx context.Context, list FileListOptions, options ...RequestOption,
) iter.Seq2[File, error] {
	request := ListRequest{Path: "v1/files", Query: list.query(), Paging: PageByPage}
	return pages(ctx, c, request, c.requestOptions(options), decodeItem(decodeFile))
}

func (o FileListOptions) query() url.Values {
	query := listQuery(o.Limit, map[string]string{
		"page": o.Page, "scope_id": o.ScopeID, "after_id": o.AfterID, "before_id": o.BeforeID,
	})
	for _, id := range o.IDs {
		query.Add("ids[]", id)
	}
	return query
}

// DeleteFile deletes a file for good. Messages can no longer use it.
func (c *Client) DeleteFile(ctx context.Context, id string, options ...RequestOption) error {
	path, err := pathTo("v1/files", "file_id", id)
	if err != nil {
		return err
	}
	return c.delete(ctx, path, options)
}

// decodeFile reads one file; false means it has no ID.
func decodeFile(raw []byte) (File, bool) {
	o := parseObject(raw)
	f := File{
		ID:           o.str("id"),
		Type:         o.str("type"),
		Filename:     o.str("filename"),
		MIMEType:     o.str("mime_type"),
		CreatedAt:    o.time("created_at"),
		ExpiresAt:    o.time("expires_at"),
		Downloadable: o.bool("downloadable"),
		Raw:          bytes.Clone(raw),
	}
	o.setInt("size_bytes", &f.SizeBytes)
	if scope := o.obj("scope"); scope != nil {
		f.Scope = &FileScope{ID: scope.str("id"), Type: scope.str("type")}
	}
	return f, f.ID != ""
}
