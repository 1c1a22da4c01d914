package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// openAPI answers the OpenAPI document, made from the table of routes.
func (s *server) openAPI(w http.ResponseWriter, _ *http.Request) error {
	write(w, http.StatusOK, document(s.routes()))
	return nil
}

type object = map[string]any

var inPath = regexp.MustCompile(`\{([a-z]+)\}`)

// document writes the routes as OpenAPI 3.1.
func document(routes []route) object {
	paths := object{}
	for _, r := range routes {
		at, _ := paths[r.path].(object)
		if at == nil {
			at = object{}
			paths[r.path] = at
		}
		at[strings.ToLower(r.method)] = operation(r)
	}
	return object{
		"openapi":  "3.1.0",
		"info":     object{"title": "beianbot", "version": "1", "description": "备案助手的接口。Times are RFC 3339; ids of people are masked."},
		"security": []any{object{"key": []string{}}},
		"components": object{
			"securitySchemes": object{"key": object{"type": "http", "scheme": "bearer", "description": "admin.token, or a user's key; a key may what its role may"}},
			"schemas": object{"Error": object{"type": "object", "required": []string{"error"}, "properties": object{
				"error": object{"type": "object", "required": []string{"code", "message"}, "properties": object{"code": object{"type": "string"}, "message": object{"type": "string"}}},
			}}},
		},
		"paths": paths,
	}
}

func operation(r route) object {
	params := []any{}
	for _, m := range inPath.FindAllStringSubmatch(r.path, -1) {
		params = append(params, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	for _, p := range r.query {
		schema := object{"type": "string"}
		if len(p.values) > 0 {
			schema["enum"] = p.values
		}
		params = append(params, object{"name": p.name, "in": "query", "description": p.about, "schema": schema})
	}
	good := object{"description": "done"}
	status := "200"
	switch {
	case r.kind != "":
		good["content"] = object{r.kind: object{"schema": object{"type": "string"}}}
		if r.kind == "application/json" {
			good["content"] = object{r.kind: object{"schema": object{"type": "object"}}}
		}
	case r.answer != nil:
		good["content"] = object{"application/json": object{"schema": schemaOf(reflect.ValueOf(r.answer))}}
	default:
		status = "204"
	}
	answers := object{status: good}
	for _, code := range append([]int{401, 403, 413, 503}, r.errors...) {
		answers[strconv.Itoa(code)] = object{
			"description": http.StatusText(code), "content": object{"application/json": object{"schema": object{"$ref": "#/components/schemas/Error"}}},
		}
	}
	op := object{"summary": r.summary, "description": "Takes the right `" + string(r.permission) + "`.", "parameters": params, "responses": answers}
	switch {
	case r.bodyKind != "":
		op["requestBody"] = object{"required": true, "content": object{r.bodyKind: object{"schema": object{"type": "string"}}}}
	case r.body != nil:
		op["requestBody"] = object{"content": object{"application/json": object{"schema": schemaOf(reflect.ValueOf(r.body))}}}
	}
	return op
}

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
	textType = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
)

// schemaOf describes a value's type as JSON Schema. The values in fields have types of their own.
func schemaOf(v reflect.Value) object {
	if f, ok := v.Interface().(fields); ok {
		props := object{}
		for name, x := range f {
			props[name] = schemaOf(reflect.ValueOf(x))
		}
		return object{"type": "object", "properties": props}
	}
	return schema(v.Type())
}

func schema(t reflect.Type) object {
	switch {
	case t == timeType:
		return object{"type": "string", "format": "date-time"}
	case t == rawType || t.Kind() == reflect.Interface:
		return object{}
	case t.Kind() != reflect.Pointer && t.Implements(textType):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return schema(t.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": schema(t.Elem())}
	case reflect.Struct:
		props := object{}
		addFields(props, t)
		return object{"type": "object", "properties": props}
	}
	return object{}
}

// addFields adds a struct's fields by their JSON names, those of embedded structs among them.
func addFields(props object, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			addFields(props, f.Type)
		default:
			if name == "" {
				name = f.Name
			}
			props[name] = schema(f.Type)
		}
	}
}
