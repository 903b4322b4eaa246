package ui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	tea "charm.land/bubbletea/v2"

	"parlor/session"
	"parlor/session/transfer"
	"parlor/ui/action"
	"parlor/ui/markdown"
	"parlor/ui/styles"
	"parlor/ui/term"
)

// copyMessage copies the marked message, else the last answer, as markdown.
func (m *Model) copyMessage() tea.Cmd {
	msg := m.transcript.Selected()
	if msg == nil {
		m.say("There is nothing to copy yet.")
		return nil
	}
	return m.copyText(plainText(msg), "the message")
}

// plainText is what a message says, without its thinking.
func plainText(msg *session.Message) string {
	var parts []string
	for _, p := range msg.Parts {
		if p.Kind == session.PartText {
			parts = append(parts, p.Text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// copyCode copies a code block of the marked message: the number shown in its
// header, the last block without one.
func (m *Model) copyCode(a action.Action) tea.Cmd {
	msg := m.transcript.Selected()
	if msg == nil {
		m.say("There is no code to copy yet.")
		return nil
	}
	n := 0
	if a.Arg != "" {
		var err error
		if n, err = strconv.Atoi(a.Arg); err != nil || n < 1 {
			m.warn(fmt.Sprintf("%q is no number of a code block.", a.Arg))
			return nil
		}
	}
	text, st := plainText(msg), m.st
	return m.effect(func(context.Context) result {
		blocks := codeBlocks(text, st)
		switch {
		case len(blocks) == 0:
			return said("This message has no code block.")
		case n > len(blocks):
			return said(fmt.Sprintf("This message has %d code blocks; there is no %d.", len(blocks), n))
		case n == 0:
			n = len(blocks)
		}
		b := blocks[n-1]
		return done(func(m *Model) tea.Cmd { return m.copyText(b.Text, fmt.Sprintf("code block %d", n)) })
	})
}

// codeBlocks finds the code blocks of a text as they are numbered on the
// screen.
func codeBlocks(text string, st *styles.Styles) []markdown.CodeBlock {
	doc := markdown.New(st, 80)
	doc.SetText(text)
	doc.SetFinal(true)
	return doc.Code()
}

// copyText puts text on the clipboard by both ways there are: the machine's
// own tool and the terminal (OSC 52). It says which took it.
func (m *Model) copyText(text, what string) tea.Cmd {
	env := lookup(m.opts.Environ)
	native := m.effect(func(ctx context.Context) result {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		clip := term.Clipboard{Getenv: env}
		tool, err := clip.Copy(ctx, text)
		size := fmt.Sprintf("%s (%d characters)", what, len([]rune(text)))
		switch {
		case err == nil:
			return said(fmt.Sprintf("Copied %s with %s and through the terminal.", size, tool))
		case errors.Is(err, term.ErrNoClipboard):
			return said(fmt.Sprintf("Copied %s through the terminal (OSC 52); no clipboard tool was found. /export writes a file.", size))
		}
		return said(fmt.Sprintf("Copied %s through the terminal (OSC 52); %v.", size, err))
	})
	return tea.Batch(tea.Raw(term.OSC52(text, env)), native)
}

// exportCmd writes the branch to a file: JSON for a name that ends so, else
// markdown. An existing file is not overwritten.
func (m *Model) exportCmd(name string) tea.Cmd {
	manager, id, title := m.manager, m.conv.ID(), m.snap.Title
	home := lookup(m.opts.Environ)("HOME")
	return m.effect(func(ctx context.Context) result {
		if name == "" {
			name = fileName(title) + ".md"
		}
		if rest, ok := strings.CutPrefix(name, "~/"); ok {
			name = filepath.Join(home, rest)
		}
		summary, params, msgs, err := manager.Transcript(ctx, id)
		if err != nil {
			return failed("Not exported", err)
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			return said(fmt.Sprintf("Not exported: %s exists. Give another name: /export NAME.md", name))
		}
		var path *os.PathError
		if errors.As(err, &path) {
			return failed("Not exported to "+name, path.Err)
		}
		if err != nil {
			return failed("Not exported", err)
		}
		write := transfer.Markdown
		if strings.EqualFold(filepath.Ext(name), ".json") {
			write = transfer.JSON
		}
		if err := errors.Join(write(f, transfer.Transcript{Summary: summary, Params: params, Messages: msgs}), f.Close()); err != nil {
			return failed("Not exported", err)
		}
		return said(fmt.Sprintf("Exported %d messages to %s.", len(msgs), name))
	})
}

// fileName makes a file name of a title.
func fileName(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0x7f && unicode.IsPrint(r):
			return r
		}
		return '-'
	}, title)
	name = strings.Trim(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' }), "-"), "-")
	if name == "" {
		return "conversation"
	}
	if r := []rune(name); len(r) > 60 {
		name = string(r[:60])
	}
	return name
}
