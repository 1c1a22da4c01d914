package sheet

import (
	"strings"

	"golang.org/x/text/width"
)

// column is what stands in a column.
type column int

const (
	colNone column = iota // something that we do not know, or that nobody need tell us
	colID
	colName
	colPlatform
	colAppID
	colSubject
	colProvince
	colStage
	colSince
	colNumber
	colFiledAt
	colReasons
	colCertificate
	colAt
	colSelf
)

// headings are the columns as they are written, in Chinese and English.
var headings = []struct {
	col              column
	chinese, english string
}{
	{colID, "编号", "id"},
	{colName, "名称", "name"},
	{colPlatform, "平台", "platform"},
	{colAppID, "AppID", "app_id"},
	{colSubject, "主体", "subject"},
	{colProvince, "省份", "province"},
	{colStage, "阶段", "stage"},
	{colSince, "阶段开始", "since"},
	{colNumber, "备案号", "number"},
	{colFiledAt, "备案日期", "filed_at"},
	{colReasons, "驳回原因", "reasons"},
	{colCertificate, "证件到期日", "certificate_expires"},
	{colAt, "时间", "at"},
	{colSelf, "自行登记", "self_reported"},
}

// columnNamed finds the column for a heading, whatever people call it; colNone for one that we do not know.
func columnNamed(heading string) column {
	h := strings.ToLower(width.Fold.String(heading))
	if i := strings.IndexAny(h, "(（["); i > 0 { // 备案号（选填）
		h = h[:i]
	}
	h = strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \t\n\r\u00a0\u3000_-.*:：\ufeff\u200b", c) {
			return -1
		}
		return c
	}, h)
	switch h {
	case "id", "编号", "备案编号", "订单号", "单号", "订单编号", "项目编号", "登记编号", "标识", "filingid", "filing":
		return colID
	case "name", "名称", "小程序名称", "小程序名", "小程序", "服务名称", "项目名称":
		return colName
	case "platform", "平台", "所属平台", "小程序平台", "上架平台":
		return colPlatform
	case "appid", "小程序appid", "小程序id", "应用id":
		return colAppID
	case "subject", "主体", "主体名称", "主办单位", "主办单位名称", "公司", "公司名称", "单位", "单位名称", "企业名称", "company":
		return colSubject
	case "province", "省份", "省", "所在省", "所在省份", "备案省份", "地区", "管局", "备案地":
		return colProvince
	case "stage", "status", "阶段", "状态", "当前状态", "当前阶段", "备案状态", "备案阶段", "备案进度", "进度":
		return colStage
	case "since", "阶段开始", "阶段开始时间", "状态开始", "进入时间", "进入阶段时间":
		return colSince
	case "number", "备案号", "小程序备案号", "服务备案号", "icp备案号":
		return colNumber
	case "filedat", "备案日期", "备案时间", "备案通过时间", "通过日期", "审核通过日期", "备案完成日期":
		return colFiledAt
	case "reasons", "reason", "驳回原因", "原因", "退回原因", "审核意见", "驳回意见":
		return colReasons
	case "certificateexpires", "certificate", "证件到期日", "证件到期", "证件有效期", "证件有效期至", "负责人证件到期日", "证件有效期止":
		return colCertificate
	case "at", "time", "date", "时间", "日期", "更新时间", "更新日期", "报告时间", "状态时间", "状态日期", "updatedat", "reportedat":
		return colAt
	case "selfreported", "自行登记":
		return colSelf
	}
	return colNone
}
