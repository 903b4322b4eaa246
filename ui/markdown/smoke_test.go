package markdown

import (
	"fmt"
	"os"
	"testing"

	"parlor/themes"
	"parlor/ui/styles"
)

func TestSmoke(t *testing.T) {
	b, err := os.ReadFile(os.Getenv("MD"))
	if err != nil {
		t.Skip()
	}
	w := 76
	fmt.Sscan(os.Getenv("W"), &w)
	for _, l := range Render(string(b), styles.New(themes.Default(), true, styles.Options{}), w) {
		fmt.Println(l.Text + "|")
	}
}
