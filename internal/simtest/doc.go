// Package simtest has no code: its tests hold the way of a write as a whole, from
// the plan to the trail, against a faithful server, another administrator, bad
// links, other consoles and kill -9. What one package promises by itself is
// tested there.
package simtest
