package frame

// Scroll is how far lines are scrolled. The zero Scroll has the first line in view.
type Scroll struct{ top, page int }

// Move scrolls by lines. The next Window stops at the end.
func (s *Scroll) Move(by int) { s.top = max(0, s.top+by) }

// Page scrolls by pages.
func (s *Scroll) Page(by int) { s.Move(by * s.PageStep()) }

// PageStep returns how far a page key moves: all lines in view but one.
func (s *Scroll) PageStep() int { return PageStep(s.page) }

// MoveTo scrolls to a line, with as much below it as fits.
func (s *Scroll) MoveTo(line int) { s.top = line }

// InView reports whether a line is among the h lines in view.
func (s *Scroll) InView(line, h int) bool { return line >= s.top && line < s.top+h }

// Nearest returns the line in view that is nearest to another line.
func (s *Scroll) Nearest(line int) int { return max(s.top, min(line, s.top+s.page-1)) }

// Show scrolls no further than a line needs to be among the h lines in view.
func (s *Scroll) Show(line, h int) { s.top = max(line-h+1, min(s.top, line)) }

// Window returns the lines in view, of total: from top up to, but not including, end. If h lines
// can be filled, they are.
func (s *Scroll) Window(total, h int) (top, end int) {
	s.top, s.page = max(0, min(s.top, total-h)), h
	return s.top, min(total, s.top+h)
}
