package main

import (
	"encoding/json"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
	"time"
)

// parseValue is the JSON text as a value of the constant's type.
func parseValue(one declared, text string) (constant.Value, error) {
	wrong := fmt.Errorf("%s is of type %s and can not be %s", one.name, types.TypeString(types.Default(one.kind), (*types.Package).Name), text)
	var raw any
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&raw); err != nil {
		return nil, wrong
	}
	basic := types.Default(one.kind).Underlying().(*types.Basic)
	switch raw := raw.(type) {
	case bool:
		if basic.Info()&types.IsBoolean != 0 {
			return constant.MakeBool(raw), nil
		}
	case string:
		if basic.Info()&types.IsString != 0 {
			return constant.MakeString(raw), nil
		}
		if duration, err := time.ParseDuration(raw); err == nil && one.kind.String() == "time.Duration" {
			return constant.MakeInt64(int64(duration)), nil
		}
	case json.Number:
		value := constant.MakeFromLiteral(strings.TrimPrefix(raw.String(), "-"), token.FLOAT, 0)
		if strings.HasPrefix(raw.String(), "-") {
			value = constant.UnaryOp(token.SUB, value, 0)
		}
		if basic.Info()&types.IsInteger != 0 {
			value = constant.ToInt(value)
		}
		if basic.Info()&types.IsNumeric != 0 && value.Kind() != constant.Unknown && representable(value, basic) {
			return value, nil
		}
	}
	return nil, wrong
}

// representable says whether an integer value fits the type.
func representable(value constant.Value, basic *types.Basic) bool {
	if basic.Info()&types.IsInteger == 0 {
		return true
	}
	bits := 8 * int(types.SizesFor("gc", "amd64").Sizeof(basic))
	if basic.Info()&types.IsUnsigned != 0 {
		return constant.Sign(value) >= 0 && constant.BitLen(value) <= bits
	}
	lowest := constant.UnaryOp(token.SUB, constant.Shift(constant.MakeInt64(1), token.SHL, uint(bits-1)), 0)
	return constant.BitLen(value) < bits || constant.Compare(value, token.EQL, lowest)
}

// literal is a value in Go's syntax, of the untyped kind that the type asks for.
func literal(value constant.Value, kind types.Type) string {
	basic := kind.Underlying().(*types.Basic)
	switch info := basic.Info(); {
	case info&types.IsBoolean != 0, info&types.IsString != 0:
		return value.ExactString()
	case basic.Kind() == types.UntypedRune:
		return "'\\x00' + " + value.ExactString()
	case info&types.IsFloat != 0:
		return quotient(constant.ToFloat(value))
	case info&types.IsComplex != 0:
		return "complex(" + quotient(constant.Real(value)) + ", " + quotient(constant.Imag(value)) + ")"
	}
	return constant.ToInt(value).ExactString()
}

// quotient is a number as an untyped floating-point expression, exactly.
func quotient(value constant.Value) string {
	if numerator, denominator := constant.Num(value), constant.Denom(value); numerator.Kind() == constant.Int && denominator.Kind() == constant.Int {
		return numerator.ExactString() + ".0 / " + denominator.ExactString() + ".0"
	}
	return floatText(value, types.Typ[types.Float64])
}
