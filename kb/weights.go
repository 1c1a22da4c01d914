package kb

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:generate go run ./train -questions testdata/questions.jsonl -out weights.json

// weightsJSON is what Train learned: a few dozen numbers.
//
//go:embed weights.json
var weightsJSON []byte

// Weights are the learned numbers that do not depend on single wordings: how
// much each feature of a candidate counts, and how sure a ranking makes.
type Weights struct {
	// TextVersion is the version of the text rules they were learned under.
	TextVersion int `json:"text_version"`
	// Rank weighs the features of a candidate.
	Rank [rankFeatures]float64 `json:"rank"`
	// Confidence weighs what tells a right first candidate from a wrong one.
	Confidence [confidenceFeatures]float64 `json:"confidence"`
	// Outside weighs what tells a matter outside from one of ours.
	Outside [outsideFeatures]float64 `json:"outside"`
}

// defaultWeights reads the weights that are part of the program.
func defaultWeights() (Weights, error) {
	var w Weights
	if err := json.Unmarshal(weightsJSON, &w); err != nil {
		return w, fmt.Errorf("weights: %w", err)
	}
	return w, nil
}
