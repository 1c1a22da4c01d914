package rank

import (
	"errors"
	"math"
)

// List is one question's candidates: their features and which is right.
type List struct {
	Feats [][]float64
	Right int
}

// FitLists learns weights that put the right candidate first: the conditional
// logit model, by Newton's method, with a small ridge so that weights stay
// bounded. Lists without a right candidate (Right < 0) are left out. All
// features speak for a candidate, so no weight may be negative: one that would
// be is left out, the most negative first, and the rest learned again.
func FitLists(lists []List, dim int, ridge float64) ([]float64, error) {
	out := make([]bool, dim)
	for {
		w, err := fitLists(lists, dim, ridge, out)
		if err != nil {
			return nil, err
		}
		worst := -1
		for i, x := range w {
			if x < 0 && (worst < 0 || x < w[worst]) {
				worst = i
			}
		}
		if worst < 0 {
			return w, nil
		}
		out[worst] = true
	}
}

// fitLists is FitLists without the sign rule; features that are out stay at zero.
func fitLists(lists []List, dim int, ridge float64, out []bool) ([]float64, error) {
	w := make([]float64, dim)
	for range 50 {
		grad, hess := make([]float64, dim), newMatrix(dim)
		for i := range dim {
			grad[i] = -ridge * w[i]
			hess[i][i] = ridge
		}
		for _, l := range lists {
			if l.Right < 0 || len(l.Feats) < 2 {
				continue
			}
			p := choiceProbs(l.Feats, w)
			mean := make([]float64, dim)
			for c, f := range l.Feats {
				for i := range dim {
					mean[i] += p[c] * f[i]
				}
			}
			for i := range dim {
				grad[i] += l.Feats[l.Right][i] - mean[i]
			}
			for c, f := range l.Feats {
				for i := range dim {
					d := p[c] * (f[i] - mean[i])
					for j := range dim {
						hess[i][j] += d * (f[j] - mean[j])
					}
				}
			}
		}
		for i, x := range out {
			if x {
				clear(hess[i])
				for j := range dim {
					hess[j][i] = 0
				}
				hess[i][i], grad[i] = 1, 0
			}
		}
		step, err := solve(hess, grad)
		if err != nil {
			return nil, err
		}
		if advance(w, step) < 1e-7 {
			break
		}
	}
	return w, nil
}

func choiceProbs(feats [][]float64, w []float64) []float64 {
	p := make([]float64, len(feats))
	top := math.Inf(-1)
	for c, f := range feats {
		p[c] = Dot(f, w)
		top = max(top, p[c])
	}
	var sum float64
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return p
}

// Case is one observation of a yes-no question with its weight.
type Case struct {
	Feats  []float64
	Yes    bool
	Weight float64
}

// FitLogistic learns the weights of a logistic regression by Newton's method
// with a small ridge.
func FitLogistic(cases []Case, dim int, ridge float64) ([]float64, error) {
	w := make([]float64, dim)
	for range 60 {
		grad, hess := make([]float64, dim), newMatrix(dim)
		for i := range dim {
			grad[i] = -ridge * w[i]
			hess[i][i] = ridge
		}
		for _, c := range cases {
			p := Sigmoid(Dot(c.Feats, w))
			y := 0.0
			if c.Yes {
				y = 1
			}
			for i := range dim {
				grad[i] += c.Weight * (y - p) * c.Feats[i]
				h := c.Weight * p * (1 - p) * c.Feats[i]
				for j := range dim {
					hess[i][j] += h * c.Feats[j]
				}
			}
		}
		step, err := solve(hess, grad)
		if err != nil {
			return nil, err
		}
		if advance(w, step) < 1e-7 {
			break
		}
	}
	return w, nil
}

// Sigmoid is 1/(1+e^-x).
func Sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// advance adds a step, damped where it is long, and gives its length.
func advance(w, step []float64) float64 {
	var n float64
	for _, s := range step {
		n += s * s
	}
	n = math.Sqrt(n)
	scale := 1.0
	if n > 5 {
		scale = 5 / n
	}
	for i := range w {
		w[i] += scale * step[i]
	}
	return n
}

// Dot is the product of two vectors of one length.
func Dot(a, b []float64) float64 {
	var s float64
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}

func newMatrix(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// solve gives x with a·x = b by elimination with pivots; a and b are used up.
func solve(a [][]float64, b []float64) ([]float64, error) {
	n := len(b)
	for c := range n {
		p := c
		for r := c + 1; r < n; r++ {
			if math.Abs(a[r][c]) > math.Abs(a[p][c]) {
				p = r
			}
		}
		if math.Abs(a[p][c]) < 1e-12 {
			return nil, errors.New("the observations do not determine the weights")
		}
		a[c], a[p] = a[p], a[c]
		b[c], b[p] = b[p], b[c]
		for r := c + 1; r < n; r++ {
			f := a[r][c] / a[c][c]
			for k := c; k < n; k++ {
				a[r][k] -= f * a[c][k]
			}
			b[r] -= f * b[c]
		}
	}
	for c := n - 1; c >= 0; c-- {
		for k := c + 1; k < n; k++ {
			b[c] -= a[c][k] * b[k]
		}
		b[c] /= a[c][c]
	}
	return b, nil
}
