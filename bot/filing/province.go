package filing

import "slices"

// provinces are the 31 provincial-level divisions with an authority of their own, in the customary order.
var provinces = []string{
	"北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海", "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南",
	"湖北", "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
}

// Provinces lists the short names of the 31 provinces, in the customary order.
func Provinces() []string { return slices.Clone(provinces) }

// ValidProvince reports whether name is the short name of a province.
func ValidProvince(name string) bool { return slices.Contains(provinces, name) }
