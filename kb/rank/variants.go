package rank

// Variants finds, for a vector, each class' nearest single wording.
type Variants struct {
	label []int32
	start []int32
	doc   []int32
	val   []float32
}

// NewVariants indexes the vectors by feature.
func NewVariants(space int, vecs []Vec, label []int) *Variants {
	n := &Variants{label: make([]int32, len(label)), start: make([]int32, space+1)}
	total := 0
	for i, v := range vecs {
		n.label[i] = int32(label[i])
		total += len(v.IDs)
		for _, id := range v.IDs {
			n.start[id+1]++
		}
	}
	for i := range space {
		n.start[i+1] += n.start[i]
	}
	n.doc, n.val = make([]int32, total), make([]float32, total)
	at := make([]int32, space)
	copy(at, n.start)
	for i, v := range vecs {
		for j, id := range v.IDs {
			n.doc[at[id]], n.val[at[id]] = int32(i), v.Vals[j]
			at[id]++
		}
	}
	return n
}

// Len is the number of wordings.
func (n *Variants) Len() int { return len(n.label) }

// Nearest fills best, one cell a class, with the cosine of the vector to the
// class' nearest wording, and next with that to its second nearest. acc is
// scratch room for Len cells, zero on entry and left zero.
func (n *Variants) Nearest(v Vec, acc, best, next []float32) {
	for i, id := range v.IDs {
		x := v.Vals[i]
		a, b := n.start[id], n.start[id+1]
		vals := n.val[a:b]
		for j, d := range n.doc[a:b] {
			acc[d] += x * vals[j]
		}
	}
	for d, s := range acc {
		if s == 0 {
			continue
		}
		acc[d] = 0
		c := n.label[d]
		if s > best[c] {
			best[c], next[c] = s, best[c]
		} else if s > next[c] {
			next[c] = s
		}
	}
}

// Cover adds to out, one cell a class, the share of the vector's weight whose
// features the class has in any wording.
func (m *Centroids) Cover(v Vec, out []float32) {
	for i, id := range v.IDs {
		x := v.Vals[i] * v.Vals[i]
		for _, c := range m.class[m.start[id]:m.start[id+1]] {
			out[c] += x
		}
	}
}
