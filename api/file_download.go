package api

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Download is an open file of the server. It must be closed.
type Download struct {
	*ResponseInfo
	ContentType string // "" if not told
	Size        int64  // in bytes; -1 if not told
	// Filename is what the server calls the file, without a path; "" if not
	// told, as usual for files that have a File.
	Filename string

	body *body
	read int64
	// endless means that nothing but the end of the connection ends the file:
	// from a cut one it cannot be told.
	endless bool
}

// DownloadFile opens the content of a file. Only what skills or code execution
// made can be downloaded, see File.Downloadable. Until the headers of the answer
// arrive, failures are retried as usual; a download that breaks off is not.
func (c *Client) DownloadFile(ctx context.Context, id string, options ...RequestOption) (*Download, error) {
	path, err := pathTo("v1/files", "file_id", id, "content")
	if err != nil {
		return nil, err
	}
	return c.download(ctx, path, options)
}

func (c *Client) download(ctx context.Context, path string, options []RequestOption) (*Download, error) {
	answer, err := c.do(ctx, &call{
		method: http.MethodGet, path: path, accept: "application/binary", want: wantBytes,
		options: c.requestOptions(options),
	})
	if err != nil {
		return nil, err
	}
	resp := answer.body.resp
	d := &Download{
		ResponseInfo: answer.info,
		ContentType:  resp.Header.Get("Content-Type"),
		Size:         resp.ContentLength,
		Filename:     attachmentName(resp.Header.Get("Content-Disposition")),
		body:         answer.body,
	}
	if d.body.zipped {
		d.Size = -1 // what is told is the compressed size
	} else {
		d.endless = d.Size < 0 && resp.ProtoMajor == 1 && resp.Close &&
			len(resp.TransferEncoding) == 0 && resp.TLS == nil
	}
	return d, nil
}

// Read reads the content. Anything but its true end is an error: a connection
// that breaks (a *ConnError), a server that falls silent for longer than
// Timeouts.Stall while it is waited for (a *TimeoutError), the end of the
// context, and a server that does not say where the file ends. What was read
// until then is only a part.
func (d *Download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.read += int64(n)
	if err == io.EOF && (d.read < d.Size || d.endless) { //nolint:errorlint // Read of body returns io.EOF itself
		err = &ConnError{Op: "read", Host: d.Host, Err: io.ErrUnexpectedEOF}
	}
	return n, err
}

// WriteTo writes all of the content to w. With an error, w has only a part.
func (d *Download) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{d})
}

// Close ends the download, finished or not.
func (d *Download) Close() error { return d.body.Close() }

// attachmentName returns the last element of the file name in a
// Content-Disposition: where to write is not for a server to say.
func attachmentName(disposition string) string {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return ""
	}
	name := params["filename"]
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name == "." || name == ".." || !isFileName(name) {
		return ""
	}
	return name
}

// isFileName refuses what is no name on some system (a stream or drive of
// Windows, a device, bytes that are not text) or would be shown as another one.
func isFileName(name string) bool {
	const most = 255 // bytes, of common file systems
	misleading := func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == ':'
	}
	return len(name) <= most && utf8.ValidString(name) && !strings.ContainsFunc(name, misleading) &&
		filepath.IsLocal(name)
}
