package uitest

import (
	"reflect"
	"strings"
)

// HoldsInMemory reports whether the text is anywhere in the console's memory.
func (o *Op) HoldsInMemory(text string) bool {
	o.tb.Helper()
	o.Looks()
	return holds(reflect.ValueOf(o.console.Model), text, map[seen]bool{})
}

// seen identifies a pointer that was already followed.
type seen struct {
	at  uintptr
	typ reflect.Type
}

// holds searches v for the text, through values of our own types only.
func holds(v reflect.Value, text string, been map[seen]bool) bool {
	switch v.Kind() {
	case reflect.String:
		return strings.Contains(v.String(), text)
	case reflect.Pointer:
		at := seen{v.Pointer(), v.Type()}
		if v.IsNil() || been[at] {
			return false
		}
		been[at] = true
		return holds(v.Elem(), text, been)
	case reflect.Interface:
		return !v.IsNil() && holds(v.Elem(), text, been)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b := make([]byte, v.Len())
			for i := range b {
				b[i] = byte(v.Index(i).Uint())
			}
			return strings.Contains(string(b), text)
		}
		for i := range v.Len() {
			if holds(v.Index(i), text, been) {
				return true
			}
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			if holds(i.Key(), text, been) || holds(i.Value(), text, been) {
				return true
			}
		}
	case reflect.Struct:
		if p := v.Type().PkgPath(); p != "" && !strings.HasPrefix(p, "hdpadmin/") {
			return false
		}
		for i := range v.NumField() {
			if holds(v.Field(i), text, been) {
				return true
			}
		}
	}
	return false
}
