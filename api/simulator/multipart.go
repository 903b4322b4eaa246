package simulator

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"slices"
)

// form is the body of an upload.
type form struct {
	files  []formFile
	values map[string][]string
}

// formFile is a part with a file name, or with none but the content type of a file.
type formFile struct {
	// field and name are as the client wrote them, so name may be a path.
	field, name, contentType string
	data                     []byte
}

// readForm reads a multipart body part by part, so that it is in memory once. What is wrong with it is kept for after
// the checks of the headers. The largest file, or sum of files, is limit bytes.
func (x *exchange) readForm(limit int64) ([]byte, error) {
	body := &formBody{r: x.r.Body, left: limit + maxFormAround}
	defer x.drain()
	if x.r.ContentLength > body.left {
		x.formErr = tooLarge(limit)
		return nil, nil
	}
	x.form, x.formErr = x.parseForm(body, limit)
	if body.left < 0 {
		x.formErr = tooLarge(limit)
	}
	return body.head, nil
}

func (x *exchange) parseForm(body *formBody, limit int64) (*form, error) {
	kind, params, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, bad("Content-Type: must be multipart/form-data with a boundary")
	}
	f := &form{values: map[string][]string{}}
	parts := multipart.NewReader(body, params["boundary"])
	for left := limit; left >= 0; {
		// The raw part, because the cooked one undoes transfer encodings that forms do not have.
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && bytes.Contains(body.tail, []byte("--"+params["boundary"]+"--")) {
			return f, nil
		}
		if err == nil {
			err = f.add(part, &left, x.r.ContentLength)
		}
		if err != nil {
			return nil, bad("There was an error parsing the body")
		}
	}
	return nil, tooLarge(limit)
}

// add reads a part; left is how many bytes of files are still allowed, below zero if there were too many. expected is
// the length of the body, if it is known.
func (f *form) add(part *multipart.Part, left *int64, expected int64) error {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	if err != nil {
		return err
	}
	// Not part.FileName, which cuts off the folders.
	name, isFile := params["filename"]
	contentType := part.Header.Get("Content-Type")
	if !isFile && contentType == "" {
		value, err := io.ReadAll(part)
		f.values[params["name"]] = append(f.values[params["name"]], string(value))
		return err
	}
	var data bytes.Buffer
	if len(f.files) == 0 {
		// Most bodies are one file. Its buffer need not grow then, nor when the end is read.
		data.Grow(int(max(0, min(expected, *left))) + 2*bytes.MinRead)
	}
	n, err := io.Copy(&data, io.LimitReader(part, *left+1))
	*left -= n
	kept := data.Bytes()
	if cap(kept) > 2*len(kept) {
		kept = bytes.Clone(kept)
	}
	f.files = append(f.files, formFile{params["name"], name, contentType, kept})
	return err
}

// only refuses parts other than the named files and values, and values given twice.
func (f *form) only(lenient bool, file string, values ...string) error {
	if lenient {
		return nil
	}
	for _, part := range f.files {
		if part.field != file {
			return bad("%s: Extra inputs are not permitted", part.field)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if name == file {
			return bad("%s: Input should be a valid file", name)
		}
		if !slices.Contains(values, name) {
			return bad("%s: Extra inputs are not permitted", name)
		}
		if len(f.values[name]) > 1 {
			return bad("%s: Input should be given once", name)
		}
	}
	return nil
}

// value is the value of a field, and whether there is one.
func (f *form) value(name string) (string, bool) {
	if list := f.values[name]; len(list) > 0 {
		return list[0], true
	}
	return "", false
}

// formBody is a body of limited length whose beginning is remembered, and its end: a body that was cut off ends in the
// same error as a whole one, but without the last boundary.
type formBody struct {
	r          io.Reader
	left       int64
	head, tail []byte
}

// tailSize is more than a multipart reader reads ahead.
const tailSize = 8 << 10

// Read returns io.ErrUnexpectedEOF where the limit is.
func (b *formBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if room := recordedUpload - len(b.head); room > 0 {
		b.head = append(b.head, p[:min(n, room)]...)
	}
	last := p[max(0, n-tailSize):n]
	if b.tail == nil {
		b.tail = make([]byte, 0, 4*tailSize)
	}
	if len(b.tail)+len(last) > cap(b.tail) {
		b.tail = b.tail[:copy(b.tail, b.tail[len(b.tail)-tailSize:])]
	}
	b.tail = append(b.tail, last...)
	return n, err
}
