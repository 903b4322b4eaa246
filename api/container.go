package api

import "encoding/json"

// Values of ContainerSkill.Type.
const (
	SkillAnthropic = "anthropic" // built in: "pptx", "xlsx", "docx", "pdf"
	SkillCustom    = "custom"    // made with CreateSkill
)

// ContainerSkill is a skill in the container of a code execution.
type ContainerSkill struct {
	Type    string // SkillAnthropic or SkillCustom
	SkillID string
	Version string // "latest" or a version; "" for the server's default
}

// ContainerID is a MessageRequest.Container: the container of an earlier
// answer, see Message.Container.
func ContainerID(id string) json.RawMessage { return appendString(nil, id) }

// NewContainer is a MessageRequest.Container with skills. An empty id asks for
// a new container.
func NewContainer(id string, skills ...ContainerSkill) json.RawMessage {
	w := beginObject(nil)
	w.str("id", id)
	w.list("skills", len(skills), func(i int) any { return skills[i] })
	return w.end()
}

// MarshalJSON writes the object of the API.
func (s ContainerSkill) MarshalJSON() ([]byte, error) {
	w := beginTyped(s.Type, "")
	w.str("skill_id", s.SkillID)
	w.str("version", s.Version)
	return w.done()
}

func decodeContainerSkill(raw json.RawMessage) ContainerSkill {
	o := parseObject(raw)
	return ContainerSkill{Type: o.str("type"), SkillID: o.str("skill_id"), Version: o.str("version")}
}
