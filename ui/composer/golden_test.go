package composer

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"parlor/themes"
	"parlor/ui/styles"
)

// gallery is states worth looking at, and how to get there.
func gallery() map[string]func(*driver) {
	return map[string]func(*driver){
		"empty": func(*driver) {},
		"text": func(d *driver) {
			d.Insert("and how would the borrow checker\nsee 漢字 and\ta tab in it, when the line is long enough to be wrapped?")
		},
		"chips": func(d *driver) {
			d.typ("Explain ").paste(lines(48)).typ(" and ").paste(lines(312)).typ(" to me")
		},
		"menu":     func(d *driver) { d.typ("/m").press("down") },
		"search":   func(d *driver) { d.press("ctrl+r").typ("borrow").press("ctrl+r") },
		"nomatch":  func(d *driver) { d.press("ctrl+r").typ("nothing has this") },
		"blurred":  func(d *driver) { d.typ("unfinished"); d.Blur() },
		"scrolled": func(d *driver) { d.Insert("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12"); d.press("up", "up") },
	}
}

func TestGolden(t *testing.T) {
	for _, dark := range []bool{true, false} {
		for _, size := range [][2]int{{80, 8}, {40, 4}} {
			for name, play := range gallery() {
				t.Run(fmt.Sprintf("%s/%dx%d/dark=%v", name, size[0], size[1], dark), func(t *testing.T) {
					d := slashDriver(t)
					d.SetStyles(styles.New(themes.Default(), dark, styles.Options{}))
					d.SetSize(size[0], size[1])
					d.SetHistory([]string{"why does the borrow checker see regions", "and what can borrow from an arena\nafter its reset?"})
					play(d)
					golden.RequireEqual(t, []byte(d.View()))
				})
			}
		}
	}
}
