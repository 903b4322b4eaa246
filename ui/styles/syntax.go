package styles

import (
	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
)

// Reset ends whatever [Styles.Token] began.
const Reset = "\x1b[m"

// tokenRoles are the roles a token may have; the first is for text without any.
var tokenRoles = [...]themes.Role{
	themes.Text, themes.Keyword, themes.String, themes.Number, themes.Comment, themes.Function,
	themes.Type, themes.Operator, themes.Punctuation, themes.Constant, themes.Variable,
	themes.Inserted, themes.Deleted,
} // read only

// Token returns the escape sequence that begins a token of the given type within a code
// block, background included. It first undoes what was set before, so tokens can follow
// one another without a [Reset] between them; the last needs one.
func (s *Styles) Token(t chroma.TokenType) string { return s.tokens[tokenIndex(t)] }

// TokenRole returns the theme role that colours a token type.
func TokenRole(t chroma.TokenType) themes.Role { return tokenRoles[tokenIndex(t)] }

// tokenIndex finds a token type's place in tokenRoles.
func tokenIndex(t chroma.TokenType) int {
	switch role := tokenRole(t); role {
	case "":
		return 0
	default:
		for i, r := range tokenRoles {
			if r == role {
				return i
			}
		}
	}
	return 0
}

// tokenRole maps chroma's token types onto the roles themes know.
func tokenRole(t chroma.TokenType) themes.Role {
	switch t {
	case chroma.KeywordType, chroma.NameClass, chroma.NameNamespace, chroma.NameException, chroma.NameTag:
		return themes.Type
	case chroma.KeywordConstant, chroma.NameConstant, chroma.NameBuiltinPseudo, chroma.LiteralStringEscape,
		chroma.LiteralStringBoolean, chroma.LiteralStringSymbol, chroma.NameEntity:
		return themes.Constant
	case chroma.NameFunction, chroma.NameFunctionMagic, chroma.NameBuiltin, chroma.NameDecorator, chroma.NameAttribute:
		return themes.Function
	case chroma.NameProperty, chroma.NameLabel:
		return themes.Variable
	case chroma.OperatorWord, chroma.CommentPreproc, chroma.CommentPreprocFile, chroma.NameKeyword:
		return themes.Keyword
	case chroma.GenericInserted:
		return themes.Inserted
	case chroma.GenericDeleted, chroma.GenericError, chroma.GenericTraceback:
		return themes.Deleted
	case chroma.GenericHeading, chroma.GenericSubheading:
		return themes.Function
	case chroma.GenericPrompt, chroma.GenericOutput:
		return themes.Comment
	}
	return categoryRole(t)
}

// categoryRole is tokenRole for types that follow their family.
func categoryRole(t chroma.TokenType) themes.Role {
	switch t.SubCategory() {
	case chroma.LiteralString:
		return themes.String
	case chroma.LiteralNumber:
		return themes.Number
	case chroma.NameVariable:
		return themes.Variable
	}
	switch t.Category() {
	case chroma.Keyword:
		return themes.Keyword
	case chroma.Comment:
		return themes.Comment
	case chroma.Operator:
		return themes.Operator
	case chroma.Punctuation:
		return themes.Punctuation
	case chroma.Literal:
		return themes.Number
	}
	return ""
}

// buildTokens fills the escape sequences of every token role.
func (s *Styles) buildTokens() {
	for i, role := range tokenRoles {
		st := ansi.Style{}.Reset()
		if c := s.Color(role); c != nil {
			st = st.ForegroundColor(c)
		}
		if s.CodeBG != nil {
			st = st.BackgroundColor(s.CodeBG)
		}
		if s.NoColor {
			st = plainToken(st, role)
		}
		s.tokens[i] = st.String()
	}
}

// plainToken tells the roles that matter most apart without colour.
func plainToken(st ansi.Style, role themes.Role) ansi.Style {
	switch role {
	case themes.Keyword, themes.Inserted:
		return st.Bold()
	case themes.Comment, themes.Deleted:
		return st.Faint()
	case themes.String:
		return st.Italic(true)
	}
	return st
}

// chromaStyle is the syntax set as chroma's own type.
func (s *Styles) chromaStyle() *chroma.Style {
	entries := chroma.StyleEntries{chroma.Background: ""}
	add := func(t chroma.TokenType, r themes.Role) {
		if _, ok := themes.ParseHex(s.code(r)); ok {
			entries[t] = s.code(r)
		}
	}
	for t := range chroma.StandardTypes {
		if r := tokenRole(t); r != "" {
			add(t, r)
		}
	}
	add(chroma.Text, themes.Text)
	st, err := chroma.NewStyle(s.Name, entries)
	if err != nil {
		return nil // unreachable: every entry is a colour that was checked
	}
	return st
}
