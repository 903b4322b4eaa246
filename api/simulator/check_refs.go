package simulator

import (
	"encoding/json"
	"fmt"
	"slices"
)

// references checks that the files and skills a request speaks of exist.
func (c *checker) references() error {
	if c.lenient {
		return nil
	}
	for _, m := range c.q.messages {
		for _, b := range m.blocks {
			if err := c.fileOf(b.kind, b.fields, b.path); err != nil {
				return err
			}
		}
	}
	return c.skillsOf(c.q.fields["container"])
}

// fileOf checks the file of a block, and those of the blocks in it.
func (c *checker) fileOf(kind string, f fields, path string) error {
	switch kind {
	case "container_upload":
		return c.fileID(f, path+"."+kind, nil)
	case "image", "document":
		source, _ := object(f["source"])
		if from, _ := source.str("type"); from != "file" {
			return nil
		}
		allowed := []string{"application/pdf", "text/plain"}
		if kind == "image" {
			allowed = []string{"image/jpeg", "image/png", "image/gif", "image/webp"}
		}
		return c.fileID(source, path+"."+kind+".source.file", allowed)
	case "tool_result":
		list, _ := array(f["content"])
		for i, raw := range list {
			inner, _ := object(raw)
			kind, _ := inner.str("type")
			if err := c.fileOf(kind, inner, fmt.Sprintf("%s.tool_result.content.%d", path, i)); err != nil {
				return err
			}
		}
	}
	return nil
}

// fileID checks file_id; allowed are the types of files that fit there, nil for all.
func (c *checker) fileID(f fields, path string, allowed []string) error {
	if !f.has("file_id") {
		return bad("%s.file_id: Field required", path)
	}
	id, ok := f.str("file_id")
	if !ok {
		return bad("%s.file_id: Input should be a valid string", path)
	}
	found := c.x.sim.findFile(id)
	switch {
	case found == nil:
		return notFound("File not found: %s", id)
	case found.expired(c.x.sim.opt.Now()):
		return fileExpired(id)
	case allowed != nil && !slices.Contains(allowed, mediaType(found.mime)):
		return bad("%s: Invalid file type: %s does not fit this content block", path, found.mime)
	}
	return nil
}

// skillsOf checks the skills of a container.
func (c *checker) skillsOf(raw json.RawMessage) error {
	container, _ := object(raw)
	list, _ := array(container["skills"])
	for i, raw := range list {
		f, _ := object(raw)
		id, ok := f.str("skill_id")
		if !ok {
			return bad("container.skills.%d.skill_id: Field required", i)
		}
		source, _ := f.str("type")
		s := c.x.sim.findSkill(id)
		if s == nil || s.source != source {
			return notFound("Skill not found: %s", id)
		}
		if version, ok := f.str("version"); ok && version != "latest" && !c.x.sim.hasVersion(s, version) {
			return notFound("Skill version not found: %s", version)
		}
	}
	return nil
}
