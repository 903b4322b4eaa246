package format_test

import (
	"testing"
	"time"

	"parlor/ui/format"
)

func TestAmountsReadTheSameEverywhere(t *testing.T) {
	for got, want := range map[string]string{
		format.Dollars(0):                   "$0",
		format.Dollars(310):                 "$0.0003",
		format.Dollars(31_000):              "$0.031",
		format.Dollars(410_000):             "$0.41",
		format.Dollars(12_345_678):          "$12.35",
		format.Price(100_000):               "$0.10",
		format.Price(8_000_000):             "$8",
		format.Thousands(7):                 "7",
		format.Thousands(1204):              "1,204",
		format.Thousands(-1_234_567):        "-1,234,567",
		format.Seconds(612 * 1e6):           "0.6 s",
		format.Seconds(12 * time.Second):    "12 s",
		format.Seconds(3 * time.Minute):     "3 min",
		format.Model("claude-sonnet-4-6"):   "sonnet-4-6",
		format.Model("llama3.1:8b-claude-"): "llama3.1:8b-claude-",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
