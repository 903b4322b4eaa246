package fallback

import (
	"errors"
	"fmt"
	"slices"

	"parlor/api"
)

// step is an entry of the chain as it is applied.
type step struct {
	model    string
	edits    []edit // of the body, without output_config
	output   []edit // of the body's output_config
	thinking bool   // the entry sets it, or takes it out
	speed    bool   // likewise
}

// newStep reads entry number i, and says which of its fields is wrong.
func newStep(i int, entry api.Fallback) (*step, error) {
	wrong := func(field, what string) error {
		return &api.FieldError{Field: fmt.Sprintf("fallbacks[%d].%s", i, field), Err: errors.New(what)}
	}
	if entry.Model == "" {
		return nil, wrong("model", "is empty")
	}
	raw, err := entry.MarshalJSON()
	var field *api.FieldError
	if errors.As(err, &field) {
		return nil, wrong(field.Field, field.Err.Error())
	}
	s := &step{model: entry.Model}
	for _, e := range editsOf(raw) {
		switch e.key {
		case "messages", "stream", "fallbacks", "fallback_credit_token":
			return nil, wrong(e.key, "is not for an entry to change")
		case "output_config":
			if isObject(e.value) {
				s.output = editsOf(e.value)
				continue
			}
		case "thinking":
			s.thinking = true
		case "speed":
			s.speed = true
		}
		s.edits = append(s.edits, e)
	}
	return s, err
}

// editsOf reads an object as edits of another one.
func editsOf(object []byte) []edit {
	list := members(object)
	edits := make([]edit, 0, len(list))
	for _, m := range list {
		value := object[m.value.start:m.value.end]
		if isNull(value) {
			value = nil
		}
		edits = append(edits, edit{m.key, value})
	}
	return edits
}

// body returns what to send to the step's model: the original body, never that
// of another hop, with the overrides, the token of the refusal unless it is
// empty, and the partial answer to go on from, if there is any.
func (s *step) body(original []byte, token string, partial [][]byte) []byte {
	edits := slices.Clone(s.edits)
	if s.output != nil {
		config := find(original, "output_config")
		if !isObject(config) {
			config = []byte("{}")
		}
		if config = edited(config, s.output...); len(members(config)) == 0 {
			config = nil
		}
		edits = append(edits, edit{"output_config", config})
	}
	if !s.thinking && text(original, "thinking", "type") == "between_tools" {
		edits = append(edits, edit{"thinking", []byte(`{"type":"disabled"}`)})
	}
	if len(partial) > 0 {
		turn := append([]byte(`{"role":"assistant","content":`), array(partial)...)
		edits = append(edits, edit{"messages", appended(find(original, "messages"), append(turn, '}'))})
	}
	return edited(original, append(edits, edit{"fallback_credit_token", tokenObject(token)})...)
}

// tokenObject asks to be served at the normal price if the token does not hold.
// Without a token it is nil, which takes out one the caller has set: that was
// for another request.
func tokenObject(token string) []byte {
	if token == "" {
		return nil
	}
	return edited([]byte("{}"), edit{"token", quote(token)}, edit{"mode", []byte(`"best_effort"`)})
}
