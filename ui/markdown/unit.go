package markdown

// Kind says what a unit shows.
type Kind uint8

// The kinds of units.
const (
	Paragraph Kind = iota
	Heading        // one heading, any level
	Item           // the first block of a list item, with its bullet, number or box
	Code           // up to 16 lines of a code block
	Table          // up to 16 rows of a table, the first with its header
	Quote          // a paragraph directly inside a block quote
	Rule           // a thematic break
	HTML           // raw HTML, shown as it was written
)

// Line is one row of the screen. Lines are immutable.
type Line struct {
	// Text holds printable characters, SGR and OSC 8 sequences only, is at most as wide
	// as the document, begins with its own style and ends without any: it can be drawn alone.
	Text string
	// Start and End are the bytes of the source this line shows, its markup included. The
	// lines of a unit follow one another without a hole from Unit.Start to Unit.End.
	Start, End int
	// Soft tells that the line ended because it was full, so that whoever copies the
	// shown words joins it with the next.
	Soft bool
}

// Unit is the smallest part of a document that is rendered on its own.
type Unit struct {
	Kind       Kind
	Start, End int    // bytes of the source
	Lines      []Line // nil until rendered; immutable once published
	Estimate   int    // how many lines there may be, for units that are not rendered
	Code       int    // the number of the code block within the document, 0 for other kinds
	Gap        int    // blank rows before this unit
}

// CodeBlock is a code block as it is copied.
type CodeBlock struct {
	Number int    // counted from 1 through the document, as shown in its header
	Lang   string // the language its fence names, "" for none
	Text   string // its lines without fence and indentation, each with its newline
}
