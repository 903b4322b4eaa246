package api

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"time"
)

// SkillVersion is one state of a skill's files. It never changes.
type SkillVersion struct {
	ID      string
	Type    string // "skill_version"
	SkillID string
	// Name and Description are those at the top of the SKILL.md, by which the
	// model decides when to use the skill.
	Name, Description string
	CreatedAt         time.Time
	// Version and Directory are told by the older beta only, skills-2025-10-02:
	// the name of the version, by which it is asked for in place of the ID, and
	// the top directory of the files.
	Version, Directory string
	Raw                json.RawMessage
}

// CreateSkillVersion uploads the next version of a skill, with all of its files.
// Like CreateSkill it is repeated only when that certainly does not create two.
func (c *Client) CreateSkillVersion(
	ctx context.Context, skillID string, files []SkillFile, options ...RequestOption,
) (*SkillVersion, error) {
	path, err := skillPath(skillID, "versions")
	if err != nil {
		return nil, err
	}
	form := newForm()
	if err := form.skillFiles(files); err != nil {
		return nil, err
	}
	call := &call{path: path, careful: true, options: c.requestOptions(options)}
	answer, err := c.post(ctx, call, form)
	return decodeAnswer(answer, err, decodeSkillVersion)
}

// SkillVersion asks about one version: a Skill.LatestVersionID, for example.
func (c *Client) SkillVersion(
	ctx context.Context, skillID, version string, options ...RequestOption,
) (*SkillVersion, error) {
	path, err := skillVersionPath(skillID, version)
	if err != nil {
		return nil, err
	}
	answer, err := c.get(ctx, path, c.requestOptions(options))
	return decodeAnswer(answer, err, decodeSkillVersion)
}

// SkillVersionListOptions selects versions. The zero value selects all.
type SkillVersionListOptions struct {
	Limit int    // page size; 0 for the server's default
	Page  string // start with this page, a next_page of before
}

// SkillVersions lists the versions of a skill, fetching pages as they are
// needed. After an error the sequence ends.
func (c *Client) SkillVersions(
	ctx context.Context, skillID string, list SkillVersionListOptions, options ...RequestOption,
) iter.Seq2[SkillVersion, error] {
	path, err := skillPath(skillID, "versions")
	if err != nil {
		return func(yield func(SkillVersion, error) bool) { yield(SkillVersion{}, err) }
	}
	query := listQuery(list.Limit, map[string]string{"page": list.Page})
	request := ListRequest{Path: path, Query: query, Paging: PageByPage}
	return pages(ctx, c, request, c.requestOptions(options), decodeItem(decodeSkillVersion))
}

// DeleteSkillVersion deletes one version of a skill.
func (c *Client) DeleteSkillVersion(ctx context.Context, skillID, version string, options ...RequestOption) error {
	path, err := skillVersionPath(skillID, version)
	if err != nil {
		return err
	}
	return c.delete(ctx, path, options)
}

// DownloadSkillVersion opens the files of a version, packed into one; see
// Download.ContentType.
func (c *Client) DownloadSkillVersion(
	ctx context.Context, skillID, version string, options ...RequestOption,
) (*Download, error) {
	path, err := skillVersionPath(skillID, version, "content")
	if err != nil {
		return nil, err
	}
	return c.download(ctx, path, options)
}

func skillVersionPath(skillID, version string, rest ...string) (string, error) {
	path, err := skillPath(skillID, "versions")
	if err != nil {
		return "", err
	}
	return pathTo(path, "version", version, rest...)
}

// decodeSkillVersion reads one version of either shape; false means it has no
// ID.
func decodeSkillVersion(raw []byte) (SkillVersion, bool) {
	o := parseObject(raw)
	v := SkillVersion{
		ID:          o.str("id"),
		Type:        o.str("type"),
		SkillID:     o.str("skill_id"),
		Name:        o.str("name"),
		Description: o.str("description"),
		CreatedAt:   o.time("created_at"),
		Version:     o.str("version"),
		Directory:   o.str("directory"),
		Raw:         bytes.Clone(raw),
	}
	return v, v.ID != ""
}
