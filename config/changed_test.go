package config_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/config"
)

// TestChanged changes each key by itself: it, and nothing else, is found, and can be kept as it was.
func TestChanged(t *testing.T) {
	before := config.Default()
	if got := config.Changed(before, config.Default()); len(got) > 0 {
		t.Errorf("between equals: %v", got)
	}
	seen := 0
	var visit func(at []int, rt reflect.Type)
	visit = func(at []int, rt reflect.Type) {
		for i := range rt.NumField() {
			at := append(slices.Clone(at), i)
			if rt.Field(i).Type.Kind() == reflect.Struct {
				visit(at, rt.Field(i).Type)
				continue
			}
			after := before
			switch v := reflect.ValueOf(&after).Elem().FieldByIndex(at); v.Kind() {
			case reflect.String:
				v.SetString(v.String() + "x")
			case reflect.Bool:
				v.SetBool(!v.Bool())
			case reflect.Int, reflect.Int64:
				v.SetInt(v.Int() + int64(time.Second))
			case reflect.Float64:
				v.SetFloat(v.Float() + 1)
			case reflect.Map:
				v.Set(reflect.ValueOf(map[string]string{"thing1": "{name}"}))
			default:
				t.Fatalf("%s is of a kind that this test does not know", rt.Field(i).Name)
			}
			want := config.Keys()[seen]
			seen++
			if diff := cmp.Diff([]string{want}, config.Changed(before, after)); diff != "" {
				t.Errorf("%s: %s", rt.Field(i).Name, diff)
			}
			if got := config.Changed(before, after.Keeping(before, []string{want})); len(got) > 0 {
				t.Errorf("%s is not kept: %v", want, got)
			}
		}
	}
	visit(nil, reflect.TypeFor[config.Config]())
	if seen != len(config.Keys()) {
		t.Errorf("%d keys, %d seen", len(config.Keys()), seen)
	}
}
