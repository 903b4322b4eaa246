package simulator

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// defaultStorage is how many bytes of files and skills are kept.
const defaultStorage = 1 << 30

// maxFileIDs is how many ids a list can be restricted to.
const maxFileIDs = 100

// The betas that select the shapes of before the resources were generally available.
const (
	betaFiles  = "files-api-2025-04-14"
	betaSkills = "skills-2025-10-02"
)

// files are the files, newest first.
type files struct {
	mu   sync.Mutex
	list []*file
	// used is how many bytes files and skills take.
	used int64
}

// file is one file. It is kept when it expires, but its content cannot be had any more.
type file struct {
	no           uint64
	id           string
	name, mime   string
	data         []byte
	created      time.Time
	expires      time.Time
	downloadable bool
}

// fileObject is a file as the API shows it.
type fileObject struct {
	ID           string `json:"id"`
	Type         string `json:"type"`
	Filename     string `json:"filename"`
	MimeType     string `json:"mime_type"`
	SizeBytes    int    `json:"size_bytes"`
	CreatedAt    string `json:"created_at"`
	Downloadable bool   `json:"downloadable"`
	// ExpiresAt is null if the file does not expire; the old shape does not have it.
	ExpiresAt json.RawMessage `json:"expires_at,omitempty"`
}

func (f *file) object(old bool) fileObject {
	o := fileObject{
		ID: f.id, Type: "file", Filename: f.name, MimeType: f.mime, SizeBytes: len(f.data),
		CreatedAt: *timestamp(f.created), Downloadable: f.downloadable,
	}
	if !old {
		o.ExpiresAt = encode(timestamp(f.expires))
	}
	return o
}

func (f *file) expired(now time.Time) bool { return !f.expires.IsZero() && !now.Before(f.expires) }

// PutFile adds a file as if code execution or a skill had made it, so that it can be downloaded, and returns its id.
// An empty mimeType is guessed from the name.
func (s *Simulator) PutFile(name, mimeType string, data []byte) string {
	if mimeType == "" {
		mimeType = mimeTypeOf(name)
	}
	s.mu.Lock()
	s.requests++
	no := s.requests
	s.mu.Unlock()
	f := &file{no: no, id: s.makeID("file_01", no), name: name, mime: mimeType, data: data, created: s.opt.Now(), downloadable: true}
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	s.files.used += int64(len(data))
	s.files.list = slices.Insert(s.files.list, 0, f)
	return f.id
}

// reserve takes room for n bytes, or refuses; a negative n gives room back.
func (s *Simulator) reserve(n int) error {
	most := s.opt.Storage
	if most == 0 {
		most = defaultStorage
	}
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	if n > 0 && s.files.used+int64(n) > most {
		return fileError(http.StatusBadRequest, "storage_quota_exceeded",
			"Storage quota exceeded: %d bytes are stored, %d is the limit", s.files.used, most)
	}
	s.files.used += int64(n)
	return nil
}

// fileError is an error about a file with a code of its own.
func fileError(status int, code, format string, args ...any) error {
	e := &apiError{status: status, kind: errorKind(status), message: fmt.Sprintf(format, args...)}
	e.details = encode(map[string]string{"error_code": code})
	return e
}

// findFile finds a file by its id, nil if there is none.
func (s *Simulator) findFile(id string) *file {
	s.files.mu.Lock()
	defer s.files.mu.Unlock()
	if i := slices.IndexFunc(s.files.list, func(f *file) bool { return f.id == id }); i >= 0 {
		return s.files.list[i]
	}
	return nil
}

func (x *exchange) file(id string) (*file, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	if f := x.sim.findFile(id); f != nil {
		return f, nil
	}
	return nil, notFound("File not found: %s", id)
}

// getFile answers GET /v1/files/{id}. A file that has expired is still known.
func (x *exchange) getFile(id string) (act, error) {
	f, err := x.file(id)
	if err != nil {
		return nil, err
	}
	return reading(object200(f.object(x.beta(betaFiles)))), nil
}

// fileContent answers GET /v1/files/{id}/content.
func (x *exchange) fileContent(id string) (act, error) {
	f, err := x.file(id)
	switch {
	case err != nil:
		return nil, err
	case !f.downloadable:
		return nil, fileError(http.StatusBadRequest, "file_not_downloadable", "File %s is not downloadable", id)
	case f.expired(x.sim.opt.Now()):
		return nil, fileExpired(id)
	}
	return reading(natural{
		contentType: f.mime, frames: [][]byte{f.data},
		header: http.Header{"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": f.name})}},
	}), nil
}

func fileExpired(id string) error {
	return fileError(http.StatusNotFound, "file_expired", "File %s has expired", id)
}

// deleteFile answers DELETE /v1/files/{id}.
func (x *exchange) deleteFile(id string) (act, error) {
	f, err := x.file(id)
	if err != nil {
		return nil, err
	}
	return func() (natural, error) {
		s := x.sim
		s.files.mu.Lock()
		defer s.files.mu.Unlock()
		i := slices.Index(s.files.list, f)
		if i < 0 {
			return natural{}, notFound("File not found: %s", id)
		}
		s.files.list = slices.Delete(s.files.list, i, i+1)
		s.files.used -= int64(len(f.data))
		return object200(deleted{id, "file_deleted"}), nil
	}, nil
}

// listFiles answers GET /v1/files, newest first.
func (x *exchange) listFiles() (act, error) {
	s := x.sim
	s.files.mu.Lock()
	list := slices.Clone(s.files.list)
	s.files.mu.Unlock()
	if x.beta(betaFiles) {
		query, err := x.checkQuery("limit", "before_id", "after_id")
		if err != nil {
			return nil, err
		}
		ids := make([]string, len(list))
		for i, f := range list {
			ids[i] = f.id
		}
		n, err := pageByID(query, "file", ids, func(i int) any { return list[i].object(true) })
		return reading(n), err
	}
	query, err := x.checkQuery("limit", "page", "ids", "ids[]", "scope_id")
	if err != nil {
		return nil, err
	}
	if err := restrict(query, &list); err != nil {
		return nil, err
	}
	numbers := make([]uint64, len(list))
	for i, f := range list {
		numbers[i] = f.no
	}
	if query.Has("scope_id") {
		numbers = nil // no file of a simulator belongs to a session
	}
	page, err := pageByToken(query, 1000, numbers, func(i int) any { return list[i].object(false) })
	return reading(object200(page)), err
}

// restrict leaves only the files whose ids are asked for.
func restrict(query url.Values, list *[]*file) error {
	ids := slices.Concat(query["ids"], query["ids[]"])
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if query.Has("page") || query.Has("limit") {
		return bad("ids: cannot be combined with page or limit")
	}
	if len(ids) > maxFileIDs {
		return bad("ids: List should have at most %d items after validation, not %d", maxFileIDs, len(ids))
	}
	*list = slices.DeleteFunc(*list, func(f *file) bool { return !slices.Contains(ids, f.id) })
	// All of them are on one page.
	query.Set("limit", "1000")
	return nil
}
