// Package chart draws the pictures of an HTML page as numbers and texts of SVG:
// intervals, differences, rates against costs, and latencies.
//
// It writes no markup: templates do. Labels must be safe to show already.
package chart
