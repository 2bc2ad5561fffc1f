package suite

// Axes are the labels of the suite's matrix by axis, also of variants of which
// no case is chosen.
func (s *Suite) Axes() map[string][]string {
	out := make(map[string][]string, len(s.axes))
	for _, a := range s.axes {
		for _, l := range a.labels {
			out[a.name] = append(out[a.name], l.name)
		}
	}
	return out
}

// MetricNames are the names of the metrics of the suite's cases, chosen or
// not, in no order.
func (s *Suite) MetricNames() []string {
	seen := map[string]bool{}
	var out []string
	for _, d := range s.definitions {
		for _, name := range d.metricNames {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}
