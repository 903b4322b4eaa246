package themes

// A Role says what a colour is for. Themes give a colour to roles and to nothing else.
type Role string

// The roles of the interface.
const (
	Text           Role = "text"            // running text
	Muted          Role = "muted"           // headers, footers, the status line: readable, second in line
	Faint          Role = "faint"           // marks, and what lies behind an overlay: there when looked for
	AccentUser     Role = "accent-user"     // the person: gutter bar, prompt mark
	AccentClaude   Role = "accent-claude"   // Claude: gutter bar, spinner
	Accent2        Role = "accent-2"        // the few other things worth a colour: chips, active keys
	Success        Role = "success"         // done, saved, copied
	Warning        Role = "warning"         // needs attention, nothing is lost
	Danger         Role = "danger"          // failed, refused, about to be deleted
	Link           Role = "link"            // hyperlinks
	Selection      Role = "selection"       // background of the selected row or text
	Match          Role = "match"           // letters that a filter or search found
	CodeBackground Role = "code-background" // background of code, one step from the terminal's
	Rule           Role = "rule"            // thin lines: composer, tables, frames
	Heading        Role = "heading"         // headings of an answer, titles of overlays
	Quote          Role = "quote"           // quoted text
)

// The roles of highlighted code.
const (
	Keyword     Role = "keyword"
	String      Role = "string"
	Number      Role = "number"
	Comment     Role = "comment"
	Function    Role = "function"
	Type        Role = "type"
	Operator    Role = "operator"
	Punctuation Role = "punctuation"
	Constant    Role = "constant"
	Variable    Role = "variable"
	Inserted    Role = "inserted" // added lines of a diff
	Deleted     Role = "deleted"  // removed lines of a diff
)

// InterfaceRoles returns the roles of the interface, in the order theme files list them.
func InterfaceRoles() []Role {
	return []Role{
		Text, Muted, Faint, AccentUser, AccentClaude, Accent2, Success, Warning, Danger,
		Link, Selection, Match, CodeBackground, Rule, Heading, Quote,
	}
}

// SyntaxRoles returns the roles of highlighted code, in the order theme files list them.
func SyntaxRoles() []Role {
	return []Role{
		Keyword, String, Number, Comment, Function, Type, Operator, Punctuation,
		Constant, Variable, Inserted, Deleted,
	}
}

// Roles returns every role: those of the interface, then those of code.
func Roles() []Role { return append(InterfaceRoles(), SyntaxRoles()...) }

// IsBackground reports whether the role colours what lies behind text.
func (r Role) IsBackground() bool { return r == Selection || r == CodeBackground }
