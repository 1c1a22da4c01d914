package rank

import (
	"runtime"
	"slices"
	"sync"
)

// Linear is a one-against-the-rest linear classifier: for every feature the
// classes it speaks for or against.
type Linear struct {
	classes int
	bias    []float32
	start   []int32 // per feature, into class and weight
	class   []uint16
	weight  []float32
}

// SVMOptions are the training parameters of a Linear.
type SVMOptions struct {
	// C is the cost of a margin violation.
	C float32
	// Passes is how often the examples are gone through.
	Passes int
	// Negatives is for how many wrong classes, the likeliest by counting, an
	// example serves as a negative; 0 means all.
	Negatives int
}

// TrainLinear learns a Linear from the vectors and their classes (0 to
// classes-1) by dual coordinate descent on the squared hinge loss, one class
// at a time, in a fixed order. Each example stands against the classes that
// near (a row of class numbers per example, nil: all) names. An example with a
// label below 0 belongs to no class.
func TrainLinear(space int, vecs []Vec, label []int, classes int, near [][]uint16, o SVMOptions) *Linear {
	byClass := make([][]int32, classes) // the examples a class trains on
	for i := range vecs {
		if label[i] >= 0 {
			byClass[label[i]] = append(byClass[label[i]], int32(i))
		}
		if near == nil {
			for c := range classes {
				if c != label[i] {
					byClass[c] = append(byClass[c], int32(i))
				}
			}
			continue
		}
		for _, c := range near[i] {
			if int(c) != label[i] {
				byClass[c] = append(byClass[c], int32(i))
			}
		}
	}
	type column struct {
		ids []int32
		ws  []float32
		b   float32
	}
	cols := make([]column, classes)
	var wg sync.WaitGroup
	next := make(chan int, classes)
	for c := range classes {
		next <- c
	}
	close(next)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			w := make([]float32, space)
			for c := range next {
				clear(w)
				b := descend(w, vecs, label, c, byClass[c], o)
				col := column{b: b}
				for id, x := range w {
					if x != 0 {
						col.ids = append(col.ids, int32(id))
						col.ws = append(col.ws, x)
					}
				}
				cols[c] = col
			}
		})
	}
	wg.Wait()

	l := &Linear{classes: classes, bias: make([]float32, classes), start: make([]int32, space+1)}
	total := 0
	for c, col := range cols {
		l.bias[c] = col.b
		total += len(col.ids)
		for _, id := range col.ids {
			l.start[id+1]++
		}
	}
	for i := range space {
		l.start[i+1] += l.start[i]
	}
	l.class, l.weight = make([]uint16, total), make([]float32, total)
	at := slices.Clone(l.start[:space])
	for c, col := range cols {
		for i, id := range col.ids {
			l.class[at[id]], l.weight[at[id]] = uint16(c), col.ws[i]
			at[id]++
		}
	}
	return l
}

// TrainBinary learns one yes-no classifier: weights by feature, and the bias.
func TrainBinary(space int, vecs []Vec, yes []bool, o SVMOptions) (weights []float32, bias float32) {
	label, all := make([]int, len(vecs)), make([]int32, len(vecs))
	for i := range vecs {
		all[i] = int32(i)
		if yes[i] {
			label[i] = 1
		}
	}
	weights = make([]float32, space)
	return weights, descend(weights, vecs, label, 1, all, o)
}

// descend solves one class: w is filled, the bias returned.
func descend(w []float32, vecs []Vec, label []int, c int, examples []int32, o SVMOptions) float32 {
	const biasValue = 1
	alpha := make([]float32, len(examples))
	order := make([]int32, len(examples))
	for i := range order {
		order[i] = int32(i)
	}
	var b float32
	diag := 0.5 / o.C
	seed := uint32(2463534242)
	for pass := range o.Passes {
		// a fixed shuffle: coordinate descent converges faster out of order
		for i := len(order) - 1; i > 0; i-- {
			seed ^= seed << 13
			seed ^= seed >> 17
			seed ^= seed << 5
			j := int(seed % uint32(i+1))
			order[i], order[j] = order[j], order[i]
		}
		live := order[:0]
		for _, k := range order {
			i := examples[k]
			y := float32(-1)
			if label[i] == c {
				y = 1
			}
			v := &vecs[i]
			s := b * biasValue
			for j, id := range v.IDs {
				s += w[id] * v.Vals[j]
			}
			g := y*s - 1 + alpha[k]*diag
			if alpha[k] == 0 && g >= 0 {
				if pass == 0 || g < settled {
					live = append(live, k)
				}
				continue
			}
			live = append(live, k)
			old := alpha[k]
			alpha[k] = max(old-g/(1+biasValue*biasValue+diag), 0)
			d := (alpha[k] - old) * y
			if d == 0 {
				continue
			}
			for j, id := range v.IDs {
				w[id] += d * v.Vals[j]
			}
			b += d * biasValue
		}
		order = live
	}
	return b
}

// settled is how far beyond its margin an example without weight must stand
// to be left alone from then on: most negatives of a class are far away.
const settled = 0.1

// Score adds to out, one cell a class, the classifier's value for the vector.
func (l *Linear) Score(v Vec, out []float32) {
	for c, b := range l.bias {
		out[c] += b
	}
	for i, id := range v.IDs {
		x := v.Vals[i]
		a, b := l.start[id], l.start[id+1]
		ws := l.weight[a:b]
		for j, c := range l.class[a:b] {
			out[c] += x * ws[j]
		}
	}
}

// Size is the number of weights kept.
func (l *Linear) Size() int { return len(l.weight) }
