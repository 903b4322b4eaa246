package simulator

import (
	"mime"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// How long a file may live, in seconds.
const (
	minExpiry = 3_600
	maxExpiry = 7_776_000
)

// uploadFile answers POST /v1/files.
func (x *exchange) uploadFile() (act, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	if x.formErr != nil {
		return nil, x.formErr
	}
	if err := x.form.only(x.sim.opt.Lenient, "file", "expires_in_seconds"); err != nil {
		return nil, err
	}
	switch len(x.form.files) {
	case 0:
		return nil, bad("file: Field required")
	case 1:
	default:
		return nil, bad("file: Input should be given once")
	}
	part := x.form.files[0]
	f := &file{no: x.no, data: part.data}
	var err error
	if f.name, f.mime, err = fileName(part); err != nil {
		return nil, err
	}
	age, err := x.expiry()
	if err != nil {
		return nil, err
	}
	return func() (natural, error) {
		s := x.sim
		if err := s.reserve(len(f.data)); err != nil {
			return natural{}, err
		}
		f.id, f.created = s.makeID("file_01", x.no), s.opt.Now()
		if age > 0 {
			f.expires = f.created.Add(age)
		}
		s.files.mu.Lock()
		defer s.files.mu.Unlock()
		s.files.list = slices.Insert(s.files.list, 0, f)
		return object200(f.object(x.beta(betaFiles))), nil
	}, nil
}

// expiry is how long the file shall live, 0 for without end.
func (x *exchange) expiry() (time.Duration, error) {
	text, there := x.form.value("expires_in_seconds")
	if !there {
		return 0, nil
	}
	seconds, err := strconv.Atoi(text)
	if err != nil {
		return 0, bad("expires_in_seconds: Input should be a valid integer")
	}
	if seconds < minExpiry || seconds > maxExpiry {
		return 0, bad("expires_in_seconds: Input should be between %d and %d", minExpiry, maxExpiry)
	}
	return time.Duration(seconds) * time.Second, nil
}

// fileName is the name under which a part is kept, which is the last component of what it came with, and its type.
func fileName(part formFile) (name, mimeType string, err error) {
	name = part.name[strings.LastIndexAny(part.name, `/\`)+1:]
	if mimeType = part.contentType; mimeType == "" {
		mimeType = mimeTypeOf(name)
	}
	if _, _, err := mime.ParseMediaType(mimeType); err != nil {
		return "", "", bad("file: %q is not a valid content type", mimeType)
	}
	if name == "" {
		name = "unnamed"
		for _, t := range fileTypes() {
			if t.mime == mediaType(mimeType) {
				name += t.extension
				break
			}
		}
	}
	// The rules are those of the API's guide from the time of the beta; the reference does not name any.
	odd := strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || strings.ContainsRune(`<>:"|?*`, r) })
	if n := utf8.RuneCountInString(name); n > 255 || odd || !utf8.ValidString(name) {
		return "", "", bad(`Invalid filename: it must have 1 to 255 characters and none of < > : " | ? * \ / or control characters`)
	}
	return name, mimeType, nil
}

// mediaType is a content type without its parameters.
func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// fileType says which extension goes with which type.
type fileType struct{ extension, mime string }

// fileTypes are the types the simulator knows, the same on every machine.
func fileTypes() []fileType {
	const office = "application/vnd.openxmlformats-officedocument."
	return []fileType{
		{".txt", "text/plain"},
		{".md", "text/markdown"},
		{".csv", "text/csv"},
		{".html", "text/html"},
		{".xml", "application/xml"},
		{".json", "application/json"},
		{".pdf", "application/pdf"},
		{".png", "image/png"},
		{".jpg", "image/jpeg"},
		{".jpeg", "image/jpeg"},
		{".gif", "image/gif"},
		{".webp", "image/webp"},
		{".zip", "application/zip"},
		{".docx", office + "wordprocessingml.document"},
		{".xlsx", office + "spreadsheetml.sheet"},
		{".pptx", office + "presentationml.presentation"},
	}
}

// mimeTypeOf guesses the type of a file from its name.
func mimeTypeOf(name string) string {
	extension := strings.ToLower(path.Ext(name))
	for _, t := range fileTypes() {
		if t.extension == extension {
			return t.mime
		}
	}
	return "application/octet-stream"
}
