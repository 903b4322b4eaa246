package cli

import (
	"io"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"parlor/themes"
	"parlor/ui/markdown"
	"parlor/ui/styles"
	"parlor/ui/term"
)

// page sets growing markdown on a terminal line by line. A unit is printed once
// something stands below it, because nothing printed can be taken back.
type page struct {
	w       io.Writer
	doc     *markdown.Document
	clean   term.Sanitizer
	text    strings.Builder
	printed int // bytes of the text that are on the terminal
	any     bool
}

func (a *app) newPage() *page {
	profile := colorprofile.Env(a.env.Environ)
	return &page{
		w:   &colorprofile.Writer{Forward: a.env.Stdout, Profile: profile},
		doc: markdown.New(a.styles(profile), min(a.env.width(), a.cfg.TextWidth)),
	}
}

// styles are those of the configured theme.
func (a *app) styles(profile colorprofile.Profile) *styles.Styles {
	theme, _ := themes.Pick(a.cfg.Theme, a.cfg.Dirs.Themes) // a bad theme is told where themes are listed
	return styles.New(theme, a.dark(), styles.Options{
		NoColor: profile <= colorprofile.ASCII, ANSI16: profile == colorprofile.ANSI,
	})
}

// dark guesses the terminal's background without asking it: a question could
// stay unanswered, or its answer be read by whoever runs next.
func (a *app) dark() bool {
	switch a.cfg.Background {
	case "dark":
		return true
	case "light":
		return false
	}
	// COLORFGBG is "foreground;background" in the terminal's palette.
	colors := a.getenv("COLORFGBG")
	background := colors[strings.LastIndexByte(colors, ';')+1:]
	return background != "7" && background != "15"
}

func (p *page) write(text string) error {
	p.text.WriteString(p.clean.Write(text))
	p.doc.SetText(p.text.String())
	return p.print(len(p.doc.Units()) - 1)
}

func (p *page) finish() error {
	p.text.WriteString(p.clean.Close())
	p.doc.SetText(p.text.String())
	p.doc.SetFinal(true)
	return p.print(len(p.doc.Units()))
}

// print puts the units up to end on the terminal that are not there yet.
func (p *page) print(end int) error {
	var b strings.Builder
	for i := range end {
		if p.doc.Units()[i].Start < p.printed {
			continue
		}
		p.doc.Render(i, i+1)
		u := p.doc.Units()[i]
		if p.any {
			b.WriteString(strings.Repeat("\n", u.Gap))
		}
		for _, line := range u.Lines {
			b.WriteString(line.Text + "\n")
		}
		p.printed, p.any = max(u.End, p.printed+1), true
	}
	if b.Len() == 0 {
		return nil
	}
	_, err := io.WriteString(p.w, b.String())
	return err
}
