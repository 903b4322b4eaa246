package simulator

import (
	"archive/zip"
	"bytes"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// skillVersion is one version of a skill.
type skillVersion struct {
	no uint64
	// id is by what the API knows it, number by what it did under the beta: microseconds since 1970.
	id, number        string
	name, description string
	// directory is the folder of the upload, in which the paths of files are.
	directory string
	files     []skillFile
	created   time.Time
}

// skillFile is one file; path is relative to the version's directory.
type skillFile struct {
	path string
	data []byte
}

// size is how many bytes the files have.
func (v *skillVersion) size() int {
	n := 0
	for _, f := range v.files {
		n += len(f.data)
	}
	return n
}

// versionObject is a version as the API shows it.
type versionObject struct {
	ID          string `json:"id"`
	Type        string `json:"type"`
	SkillID     string `json:"skill_id"`
	Name        string `json:"name"`
	Description string `json:"description"`
	CreatedAt   string `json:"created_at"`
	// Directory and Version are those of the beta.
	Directory string `json:"directory,omitempty"`
	Version   string `json:"version,omitempty"`
}

func (v *skillVersion) object(skillID string, old bool) versionObject {
	o := versionObject{
		ID: v.id, Type: "skill_version", SkillID: skillID, Name: v.name, Description: v.description, CreatedAt: *timestamp(v.created),
	}
	if old {
		o.Directory, o.Version = v.directory, v.number
	}
	return o
}

// add makes v the newest version; the store must be locked.
func (s *skill) add(v *skillVersion, id string, no uint64, now time.Time) {
	micros := now.UnixMicro()
	if len(s.versions) > 0 {
		// Two versions may come in the same microsecond of a clock that stands still.
		last, _ := strconv.ParseInt(s.versions[0].number, 10, 64)
		micros = max(micros, last+1)
	}
	v.no, v.id, v.number, v.created = no, id, strconv.FormatInt(micros, 10), now
	s.versions = slices.Insert(s.versions, 0, v)
	s.updated = now
}

// find finds a version by its id, or by its number if old; nil if there is none. The store must be locked.
func (s *skill) find(version string, old bool) *skillVersion {
	for _, v := range s.versions {
		if old && v.number == version || !old && v.id == version {
			return v
		}
	}
	return nil
}

// hasVersion says whether a message can name that version of the skill, in the old way or the new.
func (s *Simulator) hasVersion(of *skill, version string) bool {
	s.skills.mu.Lock()
	defer s.skills.mu.Unlock()
	return of.find(version, false) != nil || of.find(version, true) != nil
}

// versionOf finds the version of a path.
func (x *exchange) versionOf(of *skill, version string) (*skillVersion, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	x.sim.skills.mu.Lock()
	defer x.sim.skills.mu.Unlock()
	if v := of.find(version, x.beta(betaSkills)); v != nil {
		return v, nil
	}
	return nil, notFound("Skill version not found: %s", version)
}

// createVersion answers POST /v1/skills/{id}/versions.
func (x *exchange) createVersion(id string) (act, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	sk, err := x.ownSkill(id)
	if err != nil {
		return nil, err
	}
	if x.formErr != nil {
		return nil, x.formErr
	}
	v, err := x.skillUpload()
	if err != nil {
		return nil, err
	}
	if v.name != sk.name {
		return nil, bad("files: the name in SKILL.md is %q, but the skill is %q", v.name, sk.name)
	}
	return func() (natural, error) {
		s := x.sim
		if err := s.reserve(v.size()); err != nil {
			return natural{}, err
		}
		s.skills.mu.Lock()
		defer s.skills.mu.Unlock()
		sk.add(v, s.makeID("skillver_01", x.no), x.no, s.opt.Now())
		return object200(v.object(sk.id, x.beta(betaSkills))), nil
	}, nil
}

// listVersions answers GET /v1/skills/{id}/versions, newest first.
func (x *exchange) listVersions(id string) (act, error) {
	query, err := x.checkQuery("limit", "page")
	if err != nil {
		return nil, err
	}
	sk, err := x.skill(id)
	if err != nil {
		return nil, err
	}
	x.sim.skills.mu.Lock()
	defer x.sim.skills.mu.Unlock()
	numbers := make([]uint64, len(sk.versions))
	for i, v := range sk.versions {
		numbers[i] = v.no
	}
	return x.skillPage(query, numbers, 1000, func(i int) any { return sk.versions[i].object(sk.id, x.beta(betaSkills)) })
}

// getVersion answers GET /v1/skills/{id}/versions/{version}.
func (x *exchange) getVersion(id, version string) (act, error) {
	sk, err := x.skill(id)
	if err != nil {
		return nil, err
	}
	v, err := x.versionOf(sk, version)
	if err != nil {
		return nil, err
	}
	return reading(object200(v.object(sk.id, x.beta(betaSkills)))), nil
}

// deleteVersion answers DELETE /v1/skills/{id}/versions/{version}. The last one can only go under the beta.
func (x *exchange) deleteVersion(id, version string) (act, error) {
	sk, err := x.ownSkill(id)
	if err != nil {
		return nil, err
	}
	v, err := x.versionOf(sk, version)
	if err != nil {
		return nil, err
	}
	s, old := x.sim, x.beta(betaSkills)
	s.skills.mu.Lock()
	defer s.skills.mu.Unlock()
	if !old && len(sk.versions) == 1 {
		return nil, bad("Cannot delete the only version of a skill. Delete the skill instead.")
	}
	return func() (natural, error) {
		s.skills.mu.Lock()
		defer s.skills.mu.Unlock()
		i := slices.Index(sk.versions, v)
		if i < 0 {
			return natural{}, notFound("Skill version not found: %s", version)
		}
		sk.versions = slices.Delete(sk.versions, i, i+1)
		_ = s.reserve(-v.size()) // giving back is never refused
		return object200(deleted{version, "skill_version_deleted"}), nil
	}, nil
}

// versionContent answers GET /v1/skills/{id}/versions/{version}/content with a zip archive. Its one folder is named
// after the skill, whatever the folder of the upload was.
func (x *exchange) versionContent(id, version string) (act, error) {
	sk, err := x.ownSkill(id)
	if err != nil {
		return nil, err
	}
	v, err := x.versionOf(sk, version)
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, f := range v.files {
		header := &zip.FileHeader{Name: v.name + "/" + f.path, Method: zip.Deflate, Modified: v.created.UTC()}
		if entry, err := w.CreateHeader(header); err != nil {
			return nil, err
		} else if _, err := entry.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": v.name + ".zip"})
	return reading(natural{
		contentType: "application/zip", frames: [][]byte{archive.Bytes()}, header: http.Header{"Content-Disposition": {disposition}},
	}), nil
}

// skillPage is a page of skills or versions. The old shape has has_more besides, and mostOld entries at most.
func (x *exchange) skillPage(query url.Values, numbers []uint64, mostOld int, show func(int) any) (act, error) {
	most := 1000
	if x.beta(betaSkills) {
		most = mostOld
	}
	page, err := pageByToken(query, most, numbers, show)
	if err != nil {
		return nil, err
	}
	if x.beta(betaSkills) {
		more := page.NextPage != nil
		page.HasMore = &more
	}
	return reading(object200(page)), nil
}
