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
	order := make([]uint16, classes)
	for i, v := range vecs {
		clear(score)
		cent.Score(v, score)
		for c := range order {
			order[c] = uint16(c)
		}
		slices.SortFunc(order, func(a, b uint16) int {
			switch {
			case score[a] > score[b]:
				return -1
			case score[a] < score[b]:
				return 1
			}
			return int(a) - int(b)
		})
		row := make([]uint16, 0, k)
		for _, c := range order {
			if int(c) != label[i] {
				if row = append(row, c); len(row) == k {
					break
				}
			}
		}
		out[i] = row
	}
	return out
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
