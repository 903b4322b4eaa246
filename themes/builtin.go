package themes

import (
	"embed"
	"slices"
)

//go:embed builtin/*.toml
var builtin embed.FS // read only

// Names returns the names of the themes that come with parlor, in the order a list
// should show them. It reads no theme.
func Names() []string {
	return []string{
		"parlor", "ink", "fjord", "grove", "velvet", "tidepool", "macaron", "blueprint",
		"nightdrive", "phosphor", "graphite", "beacon", "clearsight", "ansi16", "no-color",
	}
}

// Builtin reads and returns all themes that come with parlor, in the order of [Names].
func Builtin() []Theme {
	names := Names()
	all := make([]Theme, 0, len(names))
	for _, name := range names {
		if t, ok := Find(name); ok {
			all = append(all, t)
		}
	}
	return all
}

// Find reads one of the themes that come with parlor, and no other.
func Find(name string) (Theme, bool) {
	if !slices.Contains(Names(), name) {
		return Theme{}, false
	}
	file := "builtin/" + name + ".toml"
	data, err := builtin.ReadFile(file)
	if err != nil {
		return Theme{}, false
	}
	t, ok, _ := Parse(file, data) // a test holds that there are no problems
	t.Source = ""
	return t, ok
}

// Default returns the theme used when none is chosen.
func Default() Theme {
	t, _ := Find(DefaultName)
	return t
}
