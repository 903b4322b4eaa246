package catalog_test

import (
	"fmt"

	"parlor/api/catalog"
)

func ExampleResolve() {
	id, ok := catalog.Resolve("opus")
	fmt.Println(id, ok)
	// Output: claude-opus-5-5 true
}

func ExampleModel_Cost() {
	model, _ := catalog.Find("claude-opus-5-5")
	micros := model.Cost(catalog.TokenUsage{In: 1200, Out: 800, Read: 50_000})
	fmt.Printf("$%.4f at the prices of %s\n", float64(micros)/1e6, model.PriceDate)
	// Output: $0.0308 at the prices of 2026-11-17
}
