package toolrunner

import (
	"reflect"

	"parlor/api"
)

// cloned copies a request so that changes of the copy do not show in the
// original. Bytes and tools are shared: nobody changes them in place.
func cloned(request *api.MessageRequest) *api.MessageRequest {
	copied, _ := deepCopy(reflect.ValueOf(request)).Interface().(*api.MessageRequest)
	return copied
}

func deepCopy(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		copied := reflect.New(v.Type().Elem())
		copied.Elem().Set(deepCopy(v.Elem()))
		return copied
	case reflect.Struct:
		copied := reflect.New(v.Type()).Elem()
		copied.Set(v)
		for i := range v.NumField() {
			if field := copied.Field(i); field.CanSet() {
				field.Set(deepCopy(v.Field(i)))
			}
		}
		return copied
	case reflect.Slice:
		if v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
			return v
		}
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for i := range v.Len() {
			copied.Index(i).Set(deepCopy(v.Index(i)))
		}
		return copied
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		copied := reflect.MakeMapWithSize(v.Type(), v.Len())
		for key, value := range v.Seq2() {
			copied.SetMapIndex(key, deepCopy(value))
		}
		return copied
	}
	return v
}
