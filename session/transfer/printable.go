package transfer

import (
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Printable returns a writer of JSON that writes control and format characters
// as escapes: the same text to every reader of JSON, and nothing that a terminal
// obeys or that turns the direction of a line. Each Write must hold whole
// characters, as those of a json.Encoder do.
func Printable(w io.Writer) io.Writer { return printable{w} }

type printable struct{ w io.Writer }

func (p printable) Write(text []byte) (int, error) {
	out, kept := []byte(nil), 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		if obeyed(r) {
			out = append(append(out, text[kept:i]...), escape(r)...)
			kept = i + size
		}
		i += size
	}
	whole := text
	if kept > 0 {
		whole = append(out, text[kept:]...)
	}
	if _, err := p.w.Write(whole); err != nil {
		return 0, err
	}
	return len(text), nil
}

// obeyed tells characters that are instructions and not text. Those below the
// blank are escaped already, or stand between tokens.
func obeyed(r rune) bool {
	return r >= 0x7f && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r))
}

func escape(r rune) string {
	if high, low := utf16.EncodeRune(r); r > 0xffff {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
