package themes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// variant reads the [dark] or [light] table with its syntax table, nil if there is none.
func (r *reader) variant(doc map[string]any, name string) *Variant {
	val, there := doc[name]
	if !there {
		return nil
	}
	table, ok := val.(map[string]any)
	if !ok {
		r.add(Problem{Key: name, Message: "not a table of colours", Fix: "write [" + name + "] and one colour a line under it"})
		return nil
	}
	v := &Variant{Colors: make(map[Role]string, len(Roles()))}
	v.Background, _ = r.color(table, name+".", "background")
	r.roles(v, table, name+".", InterfaceRoles())

	syntax, ok := table["syntax"].(map[string]any)
	if _, there := table["syntax"]; there && !ok {
		r.add(Problem{Key: name + ".syntax", Message: "not a table of colours", Fix: "write [" + name + ".syntax]"})
	}
	r.roles(v, syntax, name+".syntax.", SyntaxRoles())

	r.unknown(table, name+".", append(roleNames(InterfaceRoles()), "background", "syntax"))
	r.unknown(syntax, name+".syntax.", roleNames(SyntaxRoles()))
	r.fill(v, name)
	r.contrast(v, name)
	return v
}

// roles reads the colours a table gives to roles.
func (r *reader) roles(v *Variant, table map[string]any, prefix string, roles []Role) {
	for _, role := range roles {
		if c, ok := r.color(table, prefix, string(role)); ok {
			v.Colors[role] = c
		}
	}
}

// color reads one colour; ok is false when it is absent or wrong.
func (r *reader) color(table map[string]any, prefix, key string) (c string, ok bool) {
	val, there := table[key]
	if !there {
		return "", false
	}
	c, isString := val.(string)
	if !isString || !validColor(c) {
		r.add(Problem{
			Key: prefix + key, Message: fmt.Sprintf("%v is not a colour", quoted(val)),
			Fix: `write "#rrggbb", "ansi:0" to "ansi:15", or "" for the terminal's default`,
		})
		return "", false
	}
	return c, true
}

// fill gives the roles that have no colour yet the base theme's.
func (r *reader) fill(v *Variant, name string) {
	var missing []string
	for _, role := range Roles() {
		if _, ok := v.Colors[role]; !ok {
			missing = append(missing, string(role))
		}
	}
	if len(missing) == 0 {
		return
	}
	base := r.baseVariant(name == "dark")
	for _, role := range missing {
		v.Colors[Role(role)] = base.Color(Role(role))
	}
	if v.Background == "" {
		v.Background = base.Background
	}
	if !r.explicit {
		r.add(Problem{
			Key: name, Message: "no colour for " + strings.Join(missing, ", "),
			Fix: `taken from "` + r.base + `"; say base = "` + r.base + `" if that is meant`,
		})
	}
}

// baseVariant is where missing colours come from: the base theme's variant of the same
// kind, or the default theme's, which has both.
func (r *reader) baseVariant(dark bool) *Variant {
	base, _ := Find(r.base)
	if v, isDark := base.Variant(dark); v != nil && isDark == dark {
		return v
	}
	v, _ := Default().Variant(dark)
	return v
}

// contrast notes the roles that are hard to read on the variant's background.
func (r *reader) contrast(v *Variant, name string) {
	bg, ok := ParseHex(v.Background)
	if !ok {
		return
	}
	for _, role := range Roles() {
		fg, ok := ParseHex(v.Colors[role])
		if !ok {
			continue
		}
		if got, want := Contrast(fg, bg), role.MinContrast(); got < want {
			key := name + "." + string(role)
			if slices.Contains(SyntaxRoles(), role) {
				key = name + ".syntax." + string(role)
			}
			r.add(Problem{
				Key: key, Message: fmt.Sprintf("hard to read on the background: contrast %.1f:1", got),
				Fix: fmt.Sprintf("choose a colour with %.1f:1 or more", want),
			})
		}
	}
}

// MinContrast is the contrast a role must have against its variant's background: 4.5 for
// what is read, less for what only accompanies it, 0 for what is no text.
func (r Role) MinContrast() float64 {
	switch r {
	case Selection, CodeBackground, Rule:
		return 0
	case Faint:
		return 2.2
	case Muted:
		return 3
	}
	return 4.5
}

func roleNames(roles []Role) []string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return names
}

func sortedKeys(table map[string]any) []string { return slices.Sorted(maps.Keys(table)) }

// quoted shows a value the way the file may have had it, cut to a readable length.
func quoted(val any) string {
	s, ok := val.(string)
	if !ok {
		s = fmt.Sprint(val)
	}
	if runes := []rune(s); len(runes) > 40 {
		s = string(runes[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
