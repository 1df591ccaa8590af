package uncertain

import "math"

// A Load is what a target answered at one rate: Throughput correct answers per second, with InFlight requests at it at a time.
type Load struct{ InFlight, Throughput float64 }

// A Scaling is a fit of the universal scalability law (Gunther, Guerrilla Capacity Planning, 2007): with N requests in flight a target
// answers Alone·N / (1 + Contention·(N-1) + Coherency·N·(N-1)) of them a second. A limiter and a stall follow no such law.
type Scaling struct {
	Alone, Contention, Coherency float64
	// Knee is the number of requests in flight beyond which it answers fewer; 0 where the law has none.
	Knee float64
	// Off is the mean size of the residuals, as a share of what was answered.
	Off float64
}

// At is the throughput with some requests in flight.
func (s Scaling) At(inFlight float64) float64 {
	return s.Alone * inFlight / (1 + s.Contention*(inFlight-1) + s.Coherency*inFlight*(inFlight-1))
}

// FitScaling fits the law to at least four loads, by least squares of the relative residuals of the time in flight. False says that there are
// fewer, that there are hardly ever two requests in flight, or that no coefficients that the law allows fit them.
func FitScaling(loads []Load) (Scaling, bool) {
	const fewest, together = 4, 2
	var points []Load
	most := 0.0
	for _, l := range loads {
		if l.InFlight > 0 && l.Throughput > 0 && !math.IsInf(l.InFlight+l.Throughput, 0) {
			points, most = append(points, l), max(most, l.InFlight)
		}
	}
	if len(points) < fewest || most < together {
		return Scaling{}, false
	}
	// N/X = (1 + σ(N-1) + κN(N-1)) / λ is linear in 1/λ, σ/λ and κ/λ. A coefficient that would be negative is 0.
	best, found := Scaling{}, false
	for _, used := range [][3]bool{{true, true, true}, {true, true, false}, {true, false, true}, {true, false, false}} {
		c, ok := leastSquares(points, used)
		if !ok || c[0] <= 0 || c[1] < 0 || c[2] < 0 {
			continue
		}
		s := Scaling{Alone: 1 / c[0], Contention: c[1] / c[0], Coherency: c[2] / c[0]}
		for _, p := range points {
			s.Off += math.Abs(s.At(p.InFlight)/p.Throughput-1) / float64(len(points))
		}
		if knee := math.Sqrt(max(0, 1-s.Contention) / s.Coherency); s.Coherency > 0 && knee > 1 {
			s.Knee = knee
		}
		if !found || s.Off < best.Off {
			best, found = s, true
		}
	}
	return best, found
}

// leastSquares solves for the coefficients of 1, N-1 and N(N-1) that are used.
func leastSquares(points []Load, used [3]bool) (c [3]float64, ok bool) {
	var m [3][4]float64
	for _, p := range points {
		weight := p.Throughput / p.InFlight // one over the time in flight
		row := [3]float64{weight, weight * (p.InFlight - 1), weight * p.InFlight * (p.InFlight - 1)}
		for i := range row {
			for j := range row {
				m[i][j] += row[i] * row[j]
			}
			m[i][3] += row[i]
		}
	}
	for i := range used {
		if !used[i] {
			m[i] = [4]float64{}
			m[0][i], m[1][i], m[2][i] = 0, 0, 0
			m[i][i] = 1
		}
	}
	for i := range 3 { // the matrix is symmetric and not negative: no pivot is needed
		if !(m[i][i] > 1e-12*(1+math.Abs(m[i][3]))) {
			return c, false
		}
		for j := i + 1; j < 3; j++ {
			factor := m[j][i] / m[i][i]
			for k := i; k < 4; k++ {
				m[j][k] -= factor * m[i][k]
			}
		}
	}
	for i := 2; i >= 0; i-- {
		c[i] = m[i][3]
		for j := i + 1; j < 3; j++ {
			c[i] -= m[i][j] * c[j]
		}
		c[i] /= m[i][i]
	}
	return c, true
}
