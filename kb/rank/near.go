package rank

import (
	"math"
	"slices"
)

// Near names, for every vector, the k wrong classes it is likeliest to be
// mistaken for by their centroids: those it
// must learn to stay away from.
func Near(cent *Centroids, vecs []Vec, label []int, classes, k int) [][]uint16 {
	out := make([][]uint16, len(vecs))
	score := make([]float32, classes)
	for i, v := range vecs {
		clear(score)
		cent.Score(v, score)
		score[label[i]] = -1
		out[i] = largest(score, k)
	}
	return out
}

// largest gives the indices of the k largest positive scores, largest first,
// ties by index.
func largest(score []float32, k int) []uint16 {
	top := make([]uint16, 0, k+1)
	for c, s := range score {
		if s <= 0 || len(top) == k && s <= score[top[k-1]] {
			continue
		}
		at := len(top)
		for at > 0 && s > score[top[at-1]] {
			at--
		}
		top = slices.Insert(top, at, uint16(c))
		if len(top) > k {
			top = top[:k]
		}
	}
	return top
}

// Centroids are the sums of each class' vectors, of length one.
type Centroids struct {
	classes int
	start   []int32
	class   []uint16
	weight  []float32
}

// NewCentroids sums the vectors of each class.
func NewCentroids(space int, vecs []Vec, label []int, classes int) *Centroids {
	type cell struct {
		class uint16
		x     float32
	}
	rows := make([][]cell, space)
	for i, v := range vecs {
		c := uint16(label[i])
		for j, id := range v.IDs {
			row := rows[id]
			if n := len(row); n > 0 && row[n-1].class == c {
				row[n-1].x += v.Vals[j]
				continue
			}
			rows[id] = append(row, cell{c, v.Vals[j]})
		}
	}
	norm := make([]float64, classes)
	for _, row := range rows {
		for _, x := range row {
			norm[x.class] += float64(x.x) * float64(x.x)
		}
	}
	for c := range norm {
		if norm[c] > 0 {
			norm[c] = 1 / math.Sqrt(norm[c])
		}
	}
	m := &Centroids{classes: classes, start: make([]int32, space+1)}
	for id, row := range rows {
		for _, x := range row {
			m.class = append(m.class, x.class)
			m.weight = append(m.weight, x.x*float32(norm[x.class]))
		}
		m.start[id+1] = int32(len(m.class))
	}
	return m
}

// Score adds to out, one cell a class, the cosine of the vector to each centroid.
func (m *Centroids) Score(v Vec, out []float32) {
	for i, id := range v.IDs {
		x := v.Vals[i]
		a, b := m.start[id], m.start[id+1]
		ws := m.weight[a:b]
		for j, c := range m.class[a:b] {
			out[c] += x * ws[j]
		}
	}
}

// ScoreCover adds to cos, one cell a class, the cosine of the vector to each
// centroid, and to cover the share of the vector's weight whose features the
// class has in any wording.
func (m *Centroids) ScoreCover(v Vec, cos, cover []float32) {
	for i, id := range v.IDs {
		x := v.Vals[i]
		xx := x * x
		a, b := m.start[id], m.start[id+1]
		ws := m.weight[a:b]
		for j, c := range m.class[a:b] {
			cos[c] += x * ws[j]
			cover[c] += xx
		}
	}
}
