package themes_test

import (
	"math"
	"testing"

	"parlor/themes"
)

// vision is what is left of a colour for an eye that lacks one kind of cone: a matrix on
// linear RGB, as Machado, Oliveira and Fernandes published them in 2009 (severity 1).
type vision struct {
	name   string
	matrix [3][3]float64
}

func visions() []vision {
	return []vision{
		{"protanopia", [3][3]float64{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}},
		{"deuteranopia", [3][3]float64{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}},
		{"tritanopia", [3][3]float64{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}},
	}
}

func TestClearsightIsToldApartByEveryEye(t *testing.T) {
	pairs := [][2]themes.Role{
		{themes.AccentUser, themes.AccentClaude},
		{themes.Success, themes.Danger},
		{themes.Success, themes.Warning},
		{themes.Warning, themes.Danger},
		{themes.Inserted, themes.Deleted},
		{themes.Keyword, themes.String},
	}
	clearsight, _ := themes.Find("clearsight")
	for name, v := range variantsOf(clearsight) {
		for _, eye := range visions() {
			for _, pair := range pairs {
				a, _ := themes.ParseHex(v.Color(pair[0]))
				b, _ := themes.ParseHex(v.Color(pair[1]))
				if d := eye.sees(a).Lab().Distance(eye.sees(b).Lab()); d < 0.08 {
					t.Errorf("%s: with %s, %s and %s look alike (%.3f)", name, eye.name, pair[0], pair[1], d)
				}
			}
		}
	}
}

// sees is the colour as the eye sees it.
func (v vision) sees(c themes.RGB) themes.RGB {
	in := [3]float64{linear(c.R), linear(c.G), linear(c.B)}
	var out [3]float64
	for i, row := range v.matrix {
		for j, weight := range row {
			out[i] += weight * in[j]
		}
		out[i] = encoded(min(max(out[i], 0), 1))
	}
	return themes.RGB{R: out[0], G: out[1], B: out[2]}
}

// linear undoes sRGB's gamma, encoded puts it back.
func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func encoded(v float64) float64 {
	if v <= 0.0031308 {
		return v * 12.92
	}
	return 1.055*math.Pow(v, 1/2.4) - 0.055
}
