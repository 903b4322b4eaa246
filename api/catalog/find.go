package catalog

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed models.json
var modelsJSON []byte

// table is the parsed models.json. It is built once and never changed.
type table struct {
	PriceDate string  `json:"price_date"`
	Models    []Model `json:"models"`
}

//nolint:gochecknoglobals // parsed once, never changed
var loadTable = sync.OnceValue(func() *table {
	var t table
	if err := json.Unmarshal(modelsJSON, &t); err != nil {
		panic("catalog: models.json: " + err.Error()) // a test loads it
	}
	for i := range t.Models {
		t.Models[i].PriceDate = t.PriceDate
	}
	return &t
})

// All returns every model, the ones to offer first. The caller may keep and
// change the slice, not what its elements point to.
func All() []Model { return slices.Clone(loadTable().Models) }

// Find returns the model an ID means. Besides IDs and aliases it knows dated
// snapshots (claude-opus-4-5-20251101), "-latest", and the forms of the cloud
// platforms (us.anthropic.claude-...-v1:0, claude-...@20251001).
func Find(id string) (Model, bool) {
	for _, name := range []string{id, bare(id)} {
		for _, m := range loadTable().Models {
			if name == m.ID || name != "" && name == m.Alias {
				return m, true
			}
		}
	}
	return Model{}, false
}

var platformForms = regexp.MustCompile(
	`^(?:[a-z]+(?:-[a-z]+)*\.)?(?:anthropic[./])?(claude-.+?)(?:-latest|[-@]\d{8}|@latest|@default)?(?:-v\d+(?::\d+)?)?$`)

// bare strips what platforms and dates put around a model's ID.
func bare(id string) string {
	match := platformForms.FindStringSubmatch(strings.ToLower(strings.TrimSpace(id)))
	if match == nil {
		return ""
	}
	return match[1]
}

// Resolve turns what a person types into an ID: an ID stays what it is, a
// family name means its current model, and "opus 4.8" or "sonnet-5" the one so
// numbered. False means that the text is no name the catalogue knows; it may
// still be a model of the server.
func Resolve(userText string) (id string, ok bool) {
	text := strings.ToLower(strings.TrimSpace(userText))
	if m, ok := Find(text); ok {
		if strings.Contains(text, m.ID) {
			return text, true
		}
		return m.ID, true
	}
	name := "claude-" + strings.TrimPrefix(
		strings.NewReplacer(" ", "-", ".", "-", "_", "-").Replace(text), "claude-")
	if m, ok := Find(name); ok {
		return m.ID, true
	}
	family := strings.TrimPrefix(name, "claude-")
	for _, m := range loadTable().Models {
		if m.Family == family && m.Status == Current {
			return m.ID, true
		}
	}
	return "", false
}
