package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"path"
	"reflect"
	"strings"
	"sync"

	"golang.org/x/net/http/httpguts"
)

// form is a multipart body that is read from its sources as it is sent, and
// made again for each attempt.
type form struct {
	boundary string
	segments []segment
	size     int64 // of what is known
	once     bool  // a source cannot be read twice
	mu       sync.Mutex
	opened   bool        // guarded by mu
	current  *formReader // the only one that may touch the sources; guarded by mu
}

// segment is a stretch of a form: text of its own, or a source.
type segment struct {
	text   string
	source *source
}

// source is what the caller gave to be sent.
type source struct {
	name   string // for errors
	reader io.Reader
	seeker io.Seeker // nil when the reader cannot go back
	start  int64     // where the seeker stood
	size   int64     // from there to its end
}

func newForm() *form {
	return &form{boundary: multipart.NewWriter(io.Discard).Boundary()}
}

// field adds a value under a name of the API.
func (f *form) field(name, value string) {
	f.text(f.delimiter() + multipartHeader(`form-data; name="`+name+`"`, "") + value)
}

// file adds the content of a file. Filename goes out as it is, but escaped: it
// may hold no further header.
func (f *form) file(name, filename, contentType string, content io.Reader) error {
	if contentType == "" {
		contentType = typeOfName(filename)
	}
	refuse := func(err error) error {
		if filename != "" {
			err = fmt.Errorf("%q: %w", filename, err)
		}
		return &FieldError{name, err}
	}
	if !httpguts.ValidHeaderFieldValue(contentType) {
		return refuse(errors.New("the content type holds characters no header can carry"))
	}
	if isMissing(content) {
		return refuse(errors.New("there is no content"))
	}
	source, err := newSource(filename, content)
	if err != nil {
		return refuse(err)
	}
	f.text(f.delimiter() + multipartHeader(multipart.FileContentDisposition(name, filename), contentType))
	f.segments = append(f.segments, segment{source: source})
	f.size += source.size
	f.once = f.once || source.seeker == nil
	return nil
}

// isMissing also finds a nil pointer, such as what is left of an os.Open whose
// error nobody looked at.
func isMissing(content io.Reader) bool {
	v := reflect.ValueOf(content)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}

func (f *form) text(text string) {
	f.segments = append(f.segments, segment{text: text})
	f.size += int64(len(text))
}

func (f *form) delimiter() string {
	if len(f.segments) == 0 {
		return "--" + f.boundary + "\r\n"
	}
	return "\r\n--" + f.boundary + "\r\n"
}

func multipartHeader(disposition, contentType string) string {
	if contentType != "" {
		contentType = "Content-Type: " + contentType + "\r\n"
	}
	return "Content-Disposition: " + disposition + "\r\n" + contentType + "\r\n"
}

// typeOfName guesses the type of a file by the extension of its name, without
// the parameters that some tables add.
func typeOfName(name string) string {
	mediaType, _, _ := strings.Cut(mime.TypeByExtension(path.Ext(name)), ";")
	if mediaType == "" {
		return "application/octet-stream"
	}
	return mediaType
}

// newSource finds out how long content is and whether it can be read again.
func newSource(name string, content io.Reader) (*source, error) {
	if buffer, ok := content.(*bytes.Buffer); ok {
		content = bytes.NewReader(buffer.Bytes())
	}
	s := &source{name: name, reader: content}
	seeker, ok := content.(io.Seeker)
	if !ok {
		return s, nil
	}
	start, err := seeker.Seek(0, io.SeekCurrent)
	if err != nil {
		return s, nil //nolint:nilerr // a pipe has the method too
	}
	end, err := seeker.Seek(0, io.SeekEnd)
	if err != nil {
		return s, nil //nolint:nilerr // it still stands where it stood
	}
	if _, err := seeker.Seek(start, io.SeekStart); err != nil {
		return nil, err
	}
	s.seeker, s.start, s.size = seeker, start, max(0, end-start)
	return s, nil
}

// upload ends the form and returns it as the body of a call.
func (f *form) upload() *upload {
	f.text("\r\n--" + f.boundary + "--\r\n")
	size := f.size
	if f.once {
		size = -1
	}
	return &upload{
		contentType: "multipart/form-data; boundary=" + f.boundary,
		size:        size,
		once:        f.once,
		open:        f.open,
	}
}

// open starts the body anew and takes the sources from the reader before, which
// a transport may still be reading after its attempt is over.
func (f *form) open(ctx context.Context) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.once && f.opened {
		return nil, errors.New("api: the content of the upload cannot be read twice")
	}
	f.opened = true
	f.current = &formReader{form: f}
	f.current.ctx, f.current.cancel = context.WithCancel(ctx)
	return f.current, nil
}

// stop makes sure that nothing touches the sources from now on, and puts them
// back where they stood: who sends them again should not send nothing.
func (f *form) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = nil
	for _, s := range f.segments {
		if s.source != nil && s.source.seeker != nil {
			_, _ = s.source.seeker.Seek(s.source.start, io.SeekStart) // if it fails, so will its next use
		}
	}
}
