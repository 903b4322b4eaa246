package api

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"time"
)

const skillsPath = "v1/skills"

// skillsBeta selects the older shapes of skills. Their form calls the display
// name by another name, which answers are read by in any case.
const skillsBeta = "skills-2025-10-02"

// Skill is a folder of instructions that a model can use in a container (Skills
// API). The names of the older beta, skills-2025-10-02, are in brackets.
type Skill struct {
	ID   string // "skill_...", or "pptx", "xlsx", "docx" and "pdf" for those of the vendor
	Type string // "skill"
	// DisplayName is for people (display_title); the model does not see it.
	DisplayName string
	// LatestVersionID names the newest version, the way SkillVersion wants it
	// (latest_version). "" if there is none.
	LatestVersionID string
	// Source is "custom", "anthropic", "anthropic_example" or "plugin", told as
	// the type of an object (as a string).
	Source               string
	CreatedAt, UpdatedAt time.Time
	Raw                  json.RawMessage
}

// SkillUpload is a skill to be created.
type SkillUpload struct {
	DisplayName string // "" for what the skill calls itself
	Files       []SkillFile
}

// CreateSkill uploads a new skill with its first version. It is repeated only
// when the server certainly did not create it: after status 429, or when no
// connection came about. For what happens to the content of the files see
// UploadFile; for what their paths must be see SkillFile.
func (c *Client) CreateSkill(ctx context.Context, skill SkillUpload, options ...RequestOption) (*Skill, error) {
	o, form := c.requestOptions(options), newForm()
	if skill.DisplayName != "" {
		name := "display_name"
		if c.hasBeta(skillsBeta, o) {
			name = "display_title"
		}
		form.field(name, skill.DisplayName)
	}
	if err := form.skillFiles(skill.Files); err != nil {
		return nil, err
	}
	answer, err := c.post(ctx, &call{path: skillsPath, careful: true, options: o}, form)
	return decodeAnswer(answer, err, decodeSkill)
}

// hasBeta reports whether a request goes out with beta.
func (c *Client) hasBeta(beta string, o requestOptions) bool {
	header := c.baseHeader(&call{options: o})
	sent := mergeBetas(slices.Concat(header.Values("Anthropic-Beta"), c.Betas, o.betas))
	return mergeBetas([]string{sent, beta}) == sent
}

// Skill asks about one skill.
func (c *Client) Skill(ctx context.Context, id string, options ...RequestOption) (*Skill, error) {
	path, err := skillPath(id)
	if err != nil {
		return nil, err
	}
	answer, err := c.get(ctx, path, c.requestOptions(options))
	return decodeAnswer(answer, err, decodeSkill)
}

// SkillListOptions selects skills. The zero value selects all.
type SkillListOptions struct {
	Limit  int    // page size; 0 for the server's default
	Page   string // start with this page, a next_page of before
	Source string // "custom" or "anthropic", see Skill.Source; "" for all
}

// Skills lists the skills, fetching pages as they are needed. After an error the
// sequence ends.
func (c *Client) Skills(
	ctx context.Context, list SkillListOptions, options ...RequestOption,
) iter.Seq2[Skill, error] {
	query := listQuery(list.Limit, map[string]string{"page": list.Page, "source": list.Source})
	request := ListRequest{Path: skillsPath, Query: query, Paging: PageByPage}
	return pages(ctx, c, request, c.requestOptions(options), decodeItem(decodeSkill))
}

// DeleteSkill deletes a skill with its versions. The older beta may want those
// deleted first, see DeleteSkillVersion.
func (c *Client) DeleteSkill(ctx context.Context, id string, options ...RequestOption) error {
	path, err := skillPath(id)
	if err != nil {
		return err
	}
	return c.delete(ctx, path, options)
}

func skillPath(id string, rest ...string) (string, error) {
	return pathTo(skillsPath, "skill_id", id, rest...)
}

// decodeSkill reads one skill of either shape; false means it has no ID.
func decodeSkill(raw []byte) (Skill, bool) {
	o := parseObject(raw)
	s := Skill{
		ID:              o.str("id"),
		Type:            o.str("type"),
		DisplayName:     o.str("display_title"),
		LatestVersionID: o.str("latest_version"),
		Source:          o.str("source"),
		CreatedAt:       o.time("created_at"),
		UpdatedAt:       o.time("updated_at"),
		Raw:             bytes.Clone(raw),
	}
	o.setStr("display_name", &s.DisplayName)
	o.setStr("latest_version_id", &s.LatestVersionID)
	o.obj("source").setStr("type", &s.Source)
	return s, s.ID != ""
}
