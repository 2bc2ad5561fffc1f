// Package layout sets text for a terminal: sentences that are broken at its width,
// grids of columns, colours, and the bounds of what is shown.
//
// It does not know what the text is about. Grids make their cells safe; sentences
// and styles take text that is safe already.
package layout
