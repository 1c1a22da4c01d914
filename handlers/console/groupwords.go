package console

// groupWords name the groups of topics; one that is not listed goes by its id.
var groupWords = map[string]string{
	"basics":   "基本概念",
	"flow":     "流程",
	"material": "材料",
	"subject":  "主体",
	"person":   "负责人",
	"content":  "内容与名称",
	"platform": "各平台",
	"time":     "时间",
	"status":   "进度与状态",
	"sms":      "短信核验",
	"reject":   "驳回",
	"number":   "备案号",
	"after":    "备案之后",
	"change":   "变更",
	"cancel":   "注销",
	"agent":    "服务商代办",
	"help":     "求助",
}

// checkWords name what Lint looks at.
var checkWords = map[string]string{
	"facet":    "按情况区分",
	"fact":     "依据",
	"group":    "分组",
	"id":       "编号",
	"length":   "长度",
	"near":     "相近的问法",
	"number":   "数字没有依据",
	"related":  "相关话题",
	"reviewed": "复核日期",
	"style":    "文风",
	"title":    "标题",
	"variant":  "问法",
	"missing":  "缺少话题",
}
