package styles

import (
	"github.com/alecthomas/chroma/v2"
	"github.com/charmbracelet/x/ansi"

	"parlor/themes"
)

// Reset ends whatever [Styles.Token] began.
const Reset = "\x1b[m"

// Token returns the escape sequence that begins a token of the given type within a code
// block, background included. It first undoes what was set before, so tokens can follow
// one another without a [Reset] between them; the last needs one.
func (s *Styles) Token(t chroma.TokenType) string { return s.tokens[TokenRole(t)] }

// TokenRole returns the theme role that colours a token type; [themes.Text] for one that
// stands out in no way.
func TokenRole(t chroma.TokenType) themes.Role {
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
	return themes.Text
}

// buildTokens fills the escape sequence of every role a token may have.
func (s *Styles) buildTokens() {
	s.tokens = make(map[themes.Role]string, 13)
	for _, role := range append(themes.SyntaxRoles(), themes.Text) {
		st := ansi.Style{}.Reset()
		if c := s.Color(role); c != nil {
			st = st.ForegroundColor(c)
		}
		if s.CodeBG != nil {
			st = st.BackgroundColor(s.CodeBG)
		}
		if s.NoColor || role == themes.Comment && s.Color(role) == nil {
			st = plainToken(st, role)
		}
		s.tokens[role] = st.String()
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
