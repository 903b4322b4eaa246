package simulator

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// skills are the skills, newest first.
type skills struct {
	mu   sync.Mutex
	list []*skill
}

// skill is one skill. Its versions are newest first.
type skill struct {
	no               uint64
	id, name         string
	display          string
	source           string
	created, updated time.Time
	versions         []*skillVersion
}

// The sources of skills that a list can be restricted to, besides those the simulator has none of.
const (
	sourceCustom    = "custom"
	sourceAnthropic = "anthropic"
)

// builtIn is how many skills everybody has; the others are numbered from there.
const builtIn = 4

// skillObject is a skill as the API shows it.
type skillObject struct {
	ID              string            `json:"id"`
	Type            string            `json:"type"`
	DisplayName     string            `json:"display_name"`
	LatestVersionID *string           `json:"latest_version_id"`
	Source          map[string]string `json:"source"`
	CreatedAt       string            `json:"created_at"`
	UpdatedAt       string            `json:"updated_at"`
}

// oldSkillObject is the shape of the beta.
type oldSkillObject struct {
	ID            string  `json:"id"`
	Type          string  `json:"type"`
	DisplayTitle  string  `json:"display_title"`
	LatestVersion *string `json:"latest_version"`
	Source        string  `json:"source"`
	CreatedAt     string  `json:"created_at"`
	UpdatedAt     string  `json:"updated_at"`
}

// object shows the skill; the store must be locked.
func (s *skill) object(old bool) any {
	var id, number *string
	if len(s.versions) > 0 {
		id, number = &s.versions[0].id, &s.versions[0].number
	}
	created, updated := *timestamp(s.created), *timestamp(s.updated)
	if old {
		return oldSkillObject{s.id, "skill", s.display, number, s.source, created, updated}
	}
	return skillObject{s.id, "skill", s.display, id, map[string]string{"type": s.source}, created, updated}
}

// builtInSkills are those everybody has.
func (s *Simulator) builtInSkills() []*skill {
	released := time.Date(2025, 10, 16, 0, 0, 0, 0, time.UTC)
	known := [builtIn]struct{ id, display, description string }{
		{"pptx", "PowerPoint", "Creates and edits presentations."},
		{"xlsx", "Excel", "Creates and edits spreadsheets."},
		{"docx", "Word", "Creates and edits documents."},
		{"pdf", "PDF", "Creates PDF documents."},
	}
	list := make([]*skill, 0, builtIn)
	for i, about := range known {
		v := &skillVersion{
			id: s.makeID("skillver_01", uint64(i)), number: "20251013", name: about.id, directory: about.id,
			description: about.description, created: released,
		}
		list = append(list, &skill{
			no: uint64(builtIn - i), id: about.id, name: about.id, display: about.display, source: sourceAnthropic,
			created: released, updated: released, versions: []*skillVersion{v},
		})
	}
	return list
}

// findSkill finds a skill by its id, nil if there is none.
func (s *Simulator) findSkill(id string) *skill {
	s.skills.mu.Lock()
	defer s.skills.mu.Unlock()
	if i := slices.IndexFunc(s.skills.list, func(s *skill) bool { return s.id == id }); i >= 0 {
		return s.skills.list[i]
	}
	return nil
}

// skill finds the skill of a path.
func (x *exchange) skill(id string) (*skill, error) {
	if s := x.sim.findSkill(id); s != nil {
		return s, nil
	}
	return nil, notFound("Skill not found: %s", id)
}

// ownSkill finds a skill that shall be changed.
func (x *exchange) ownSkill(id string) (*skill, error) {
	s, err := x.skill(id)
	if err == nil && s.source != sourceCustom {
		// Which status the API has for it is not known.
		err = &apiError{status: http.StatusForbidden, kind: "permission_error", message: "Skill " + id + " is read-only"}
	}
	return s, err
}

// showSkill is the skill as an answer.
func (x *exchange) showSkill(s *skill) natural {
	x.sim.skills.mu.Lock()
	defer x.sim.skills.mu.Unlock()
	return object200(s.object(x.beta(betaSkills)))
}

// createSkill answers POST /v1/skills.
func (x *exchange) createSkill() (act, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	if x.formErr != nil {
		return nil, x.formErr
	}
	label := "display_name"
	if x.beta(betaSkills) {
		label = "display_title"
	}
	v, err := x.skillUpload(label)
	if err != nil {
		return nil, err
	}
	display, err := x.displayName(label, v.name)
	if err != nil {
		return nil, err
	}
	return func() (natural, error) {
		s := x.sim
		if err := s.reserve(v.size()); err != nil {
			return natural{}, err
		}
		now := s.opt.Now()
		sk := &skill{
			no: x.no + builtIn, id: s.makeID("skill_01", x.no), name: v.name, display: display, source: sourceCustom, created: now,
		}
		s.skills.mu.Lock()
		sk.add(v, s.makeID("skillver_01", x.no), x.no, now)
		s.skills.list = slices.Insert(s.skills.list, 0, sk)
		s.skills.mu.Unlock()
		return x.showSkill(sk), nil
	}, nil
}

// getSkill answers GET /v1/skills/{id}.
func (x *exchange) getSkill(id string) (act, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	s, err := x.skill(id)
	if err != nil {
		return nil, err
	}
	return reading(x.showSkill(s)), nil
}

// listSkills answers GET /v1/skills, newest first.
func (x *exchange) listSkills() (act, error) {
	query, err := x.checkQuery("limit", "page", "source")
	if err != nil {
		return nil, err
	}
	source := query.Get("source")
	if source != "" {
		if err := oneOf("source", source, sourceCustom, sourceAnthropic, "anthropic_example", "plugin"); err != nil {
			return nil, err
		}
	}
	x.sim.skills.mu.Lock()
	defer x.sim.skills.mu.Unlock()
	var list []*skill
	var numbers []uint64
	for _, s := range x.sim.skills.list {
		if source == "" || s.source == source {
			list, numbers = append(list, s), append(numbers, s.no)
		}
	}
	return x.skillPage(query, numbers, 100, func(i int) any { return list[i].object(x.beta(betaSkills)) })
}

// deleteSkill answers DELETE /v1/skills/{id}. Under the beta the versions have to be deleted first; since then a skill
// always has one, so they go with it.
func (x *exchange) deleteSkill(id string) (act, error) {
	if _, err := x.checkQuery(); err != nil {
		return nil, err
	}
	sk, err := x.ownSkill(id)
	if err != nil {
		return nil, err
	}
	s := x.sim
	s.skills.mu.Lock()
	defer s.skills.mu.Unlock()
	if x.beta(betaSkills) && len(sk.versions) > 0 {
		return nil, bad("Cannot delete skill with existing versions. Delete all versions first.")
	}
	return func() (natural, error) {
		s.skills.mu.Lock()
		defer s.skills.mu.Unlock()
		i := slices.Index(s.skills.list, sk)
		if i < 0 {
			return natural{}, notFound("Skill not found: %s", id)
		}
		s.skills.list = slices.Delete(s.skills.list, i, i+1)
		for _, v := range sk.versions {
			_ = s.reserve(-v.size()) // giving back is never refused
		}
		return object200(deleted{id, "skill_deleted"}), nil
	}, nil
}
