package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// maxPrompt is the largest prompt in bytes: what the API takes as a request.
const maxPrompt = 32 << 20

// wholePrompt is what is sent: the words of the command line, what was piped
// in, or the one followed by the other.
func (a *app) wholePrompt(words string) (string, error) {
	if err := validText(words); err != nil {
		return "", err
	}
	piped := ""
	if !a.env.StdinTerminal && a.env.Stdin != nil {
		data, err := io.ReadAll(io.LimitReader(a.env.Stdin, maxPrompt+1))
		if err != nil {
			return "", fmt.Errorf("read standard input: %w", err)
		}
		if len(data) > maxPrompt {
			return "", usage(fmt.Errorf("the prompt is larger than %d MB, the most a request can be; send a part of it", maxPrompt>>20))
		}
		if err := validText(string(data)); err != nil {
			return "", err
		}
		data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		piped = strings.TrimRight(string(data), "\r\n")
	}
	switch {
	case strings.TrimSpace(words) == "" && strings.TrimSpace(piped) == "":
		return "", usage(errors.New("there is no prompt: give one as an argument or pipe it in, or run parlor in a terminal"))
	case strings.TrimSpace(piped) == "":
		return words, nil
	case strings.TrimSpace(words) == "":
		return piped, nil
	}
	return words + "\n\n" + piped, nil
}

// validText refuses what is no UTF-8 and says where.
func validText(text string) error {
	for i, r := range text {
		if r != utf8.RuneError {
			continue
		}
		if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
			return usage(fmt.Errorf("the prompt is not valid UTF-8 at byte %d (0x%02x); convert it first, for example with iconv -f latin1 -t utf-8", i, text[i]))
		}
	}
	return nil
}
