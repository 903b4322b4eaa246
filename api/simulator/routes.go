package simulator

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// The paths of the resources served besides messages and models.
const (
	pathBatches  = "/v1/messages/batches"
	pathFiles    = "/v1/files"
	pathSkills   = "/v1/skills"
	pathComplete = "/v1/complete"
)

// resource finds the endpoint of a path, which has no slash at its end; nil means that there is none.
func (x *exchange) resource(path string) func() error {
	for _, root := range []struct {
		path  string
		serve func(rest []string) methods
	}{{pathBatches, x.batchEndpoint}, {pathFiles, x.fileEndpoint}, {pathSkills, x.skillEndpoint}} {
		below, ok := strings.CutPrefix(path, root.path)
		if !ok || below != "" && below[0] != '/' {
			continue
		}
		if m := root.serve(strings.Split(below, "/")[1:]); m != nil {
			return func() error { return x.methods(m) }
		}
	}
	if path == pathComplete {
		return func() error { return x.endpoint(http.MethodPost, x.complete) }
	}
	return nil
}

// methods are what an endpoint does for each HTTP method.
type methods map[string]check

func (x *exchange) methods(m methods) error {
	if serve, ok := m[x.r.Method]; ok {
		return x.endpoint(x.r.Method, func() error { return x.answer(serve) })
	}
	return x.endpoint(strings.Join(slices.Sorted(maps.Keys(m)), ", "), nil)
}

func (x *exchange) batchEndpoint(rest []string) methods {
	switch {
	case len(rest) == 0:
		return methods{http.MethodPost: x.createBatch, http.MethodGet: x.listBatches}
	case len(rest) == 1:
		return methods{
			http.MethodGet:    func() (act, error) { return x.getBatch(rest[0]) },
			http.MethodDelete: func() (act, error) { return x.deleteBatch(rest[0]) },
		}
	case len(rest) == 2 && rest[1] == "cancel":
		return methods{http.MethodPost: func() (act, error) { return x.cancelBatch(rest[0]) }}
	case len(rest) == 2 && rest[1] == "results":
		return methods{http.MethodGet: func() (act, error) { return x.batchResults(rest[0]) }}
	}
	return nil
}

func (x *exchange) fileEndpoint(rest []string) methods {
	switch {
	case len(rest) == 0:
		return methods{http.MethodPost: x.uploadFile, http.MethodGet: x.listFiles}
	case len(rest) == 1:
		return methods{
			http.MethodGet:    func() (act, error) { return x.getFile(rest[0]) },
			http.MethodDelete: func() (act, error) { return x.deleteFile(rest[0]) },
		}
	case len(rest) == 2 && rest[1] == "content":
		return methods{http.MethodGet: func() (act, error) { return x.fileContent(rest[0]) }}
	}
	return nil
}

func (x *exchange) skillEndpoint(rest []string) methods {
	switch {
	case len(rest) == 0:
		return methods{http.MethodPost: x.createSkill, http.MethodGet: x.listSkills}
	case len(rest) == 1:
		return methods{
			http.MethodGet:    func() (act, error) { return x.getSkill(rest[0]) },
			http.MethodDelete: func() (act, error) { return x.deleteSkill(rest[0]) },
		}
	case rest[1] != "versions":
		return nil
	case len(rest) == 2:
		return methods{
			http.MethodPost: func() (act, error) { return x.createVersion(rest[0]) },
			http.MethodGet:  func() (act, error) { return x.listVersions(rest[0]) },
		}
	case len(rest) == 3:
		return methods{
			http.MethodGet:    func() (act, error) { return x.getVersion(rest[0], rest[2]) },
			http.MethodDelete: func() (act, error) { return x.deleteVersion(rest[0], rest[2]) },
		}
	case len(rest) == 4 && rest[3] == "content":
		return methods{http.MethodGet: func() (act, error) { return x.versionContent(rest[0], rest[2]) }}
	}
	return nil
}
