package themes_test

import (
	"math"
	"testing"

	"parlor/themes"
)

// Each theme must be one of its own. Two measures guard that, over all roles of two
// variants of the same kind (dark or light):
//
//   - how far apart they look, colour by colour;
//   - how far apart they still look after turning all hues of one by whichever angle
//     brings them closest, since a theme with its hues turned is a copy in other paint.
const (
	leastApart  = 0.05
	leastTurned = 0.05
)

func TestNoThemeIsARecolouredCopyOfAnother(t *testing.T) {
	for _, dark := range []bool{true, false} {
		var names []string
		var sets [][]themes.Lab
		for _, theme := range themes.Builtin() {
			v, isDark := theme.Variant(dark)
			if theme.Follows() || isDark != dark {
				continue
			}
			names, sets = append(names, theme.Name), append(sets, labs(v))
		}
		for i := range sets {
			for j := range i {
				if d := apart(sets[i], sets[j]); d < leastApart {
					t.Errorf("%s and %s look alike (dark %v): %.3f", names[i], names[j], dark, d)
				}
				if d := turned(sets[i], sets[j]); d < leastTurned {
					t.Errorf("%s is %s with its hues turned (dark %v): %.3f", names[i], names[j], dark, d)
				}
			}
		}
	}
}

func TestTheMeasureFindsARecolouredCopy(t *testing.T) {
	v := labs(themes.Default().Dark)
	copied := make([]themes.Lab, len(v))
	for i, c := range v {
		copied[i] = turn(c, 2.1)
	}
	if apart(v, copied) < leastApart {
		t.Error("turning every hue by 120 degrees should look different")
	}
	if d := turned(v, copied); d > leastTurned/3 {
		t.Errorf("a copy with turned hues was not recognised: %.3f", d)
	}
}

// labs is a variant's background and colours in one fixed order.
func labs(v *themes.Variant) []themes.Lab {
	bg, _ := themes.ParseHex(v.Background)
	set := []themes.Lab{bg.Lab()}
	for _, role := range themes.Roles() {
		c, _ := themes.ParseHex(v.Color(role))
		set = append(set, c.Lab())
	}
	return set
}

// apart is the mean distance of two sets, colour by colour.
func apart(a, b []themes.Lab) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i].Distance(b[i])
	}
	return sum / float64(len(a))
}

// turned is apart at the angle that makes it smallest.
func turned(a, b []themes.Lab) float64 {
	const steps = 72
	least := math.Inf(1)
	for step := range steps {
		angle := 2 * math.Pi * float64(step) / steps
		turnedB := make([]themes.Lab, len(b))
		for i, c := range b {
			turnedB[i] = turn(c, angle)
		}
		least = min(least, apart(a, turnedB))
	}
	return least
}

// turn moves a colour's hue by an angle in radians.
func turn(c themes.Lab, angle float64) themes.Lab {
	sin, cos := math.Sincos(angle)
	return themes.Lab{L: c.L, A: c.A*cos - c.B*sin, B: c.A*sin + c.B*cos}
}
