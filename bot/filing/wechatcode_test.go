package filing_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/filing"
)

func TestFromWeChat(t *testing.T) {
	closed, open := 0, 1
	audit := []filing.Reason{{Field: "主体负责人证件", Error: "照片不清晰", Suggest: "重新拍摄"}}
	profile := filing.Reason{Field: "基本信息", Error: "没有填完整", Suggest: "补齐名称、头像、简介"}
	category := filing.Reason{Field: "服务类目", Error: "还没有选择", Suggest: "添加服务类目"}
	verify := filing.Reason{Field: "微信认证", Error: "还没有完成", Suggest: "先完成认证"}
	for name, tc := range map[string]struct {
		in      filing.WeChatStatus
		stage   filing.Stage
		missing []string
		reasons []filing.Reason
	}{
		"platform review":                   {in: filing.WeChatStatus{Status: 2}, stage: filing.PlatformReview},
		"platform review, entrance closed":  {in: filing.WeChatStatus{Status: 2, Available: &closed}, stage: filing.PlatformReview},
		"platform review ignores sms":       {in: filing.WeChatStatus{Status: 2, SMSVerify: 3}, stage: filing.PlatformReview},
		"platform rejected":                 {in: filing.WeChatStatus{Status: 3, AuditData: audit}, stage: filing.PlatformRejected, reasons: audit},
		"platform rejected, no reasons":     {in: filing.WeChatStatus{Status: 3}, stage: filing.PlatformRejected},
		"platform rejected, entrance shut":  {in: filing.WeChatStatus{Status: 3, AuditData: audit, Available: &closed}, stage: filing.PlatformRejected, reasons: audit},
		"authority, sms not told":           {in: filing.WeChatStatus{Status: 4}, stage: filing.SMSPending},
		"authority, sms waiting":            {in: filing.WeChatStatus{Status: 4, SMSVerify: 1}, stage: filing.SMSPending},
		"authority, sms done":               {in: filing.WeChatStatus{Status: 4, SMSVerify: 2}, stage: filing.AuthorityReview},
		"authority, sms too late":           {in: filing.WeChatStatus{Status: 4, SMSVerify: 3}, stage: filing.SMSExpired},
		"authority, sms too late, reasons":  {in: filing.WeChatStatus{Status: 4, SMSVerify: 3, AuditData: audit}, stage: filing.SMSExpired, reasons: audit},
		"authority, sms unheard of":         {in: filing.WeChatStatus{Status: 4, SMSVerify: 9}, stage: filing.SMSPending},
		"authority, sms negative":           {in: filing.WeChatStatus{Status: 4, SMSVerify: -1}, stage: filing.SMSPending},
		"authority drops stray reasons":     {in: filing.WeChatStatus{Status: 4, SMSVerify: 2, AuditData: audit}, stage: filing.AuthorityReview},
		"authority rejected":                {in: filing.WeChatStatus{Status: 5, AuditData: audit}, stage: filing.AuthorityRejected, reasons: audit},
		"filed":                             {in: filing.WeChatStatus{Status: 6, Available: &closed}, stage: filing.Filed},
		"not filed":                         {in: filing.WeChatStatus{Status: 1024}, stage: filing.NotFiled},
		"not filed, entrance open":          {in: filing.WeChatStatus{Status: 1024, Available: &open}, stage: filing.NotFiled},
		"not filed, entrance closed":        {in: filing.WeChatStatus{Status: 1024, Available: &closed}, stage: filing.EntranceClosed},
		"1025":                              {in: filing.WeChatStatus{Status: 1025}, stage: filing.NotReady, missing: []string{"profile"}, reasons: []filing.Reason{profile}},
		"1026":                              {in: filing.WeChatStatus{Status: 1026}, stage: filing.NotReady, missing: []string{"category"}, reasons: []filing.Reason{category}},
		"1027":                              {in: filing.WeChatStatus{Status: 1027}, stage: filing.NotReady, missing: []string{"profile", "category"}, reasons: []filing.Reason{profile, category}},
		"1028":                              {in: filing.WeChatStatus{Status: 1028}, stage: filing.NotReady, missing: []string{"verification"}, reasons: []filing.Reason{verify}},
		"1029":                              {in: filing.WeChatStatus{Status: 1029}, stage: filing.NotReady, missing: []string{"profile", "verification"}, reasons: []filing.Reason{profile, verify}},
		"1030":                              {in: filing.WeChatStatus{Status: 1030}, stage: filing.NotReady, missing: []string{"category", "verification"}, reasons: []filing.Reason{category, verify}},
		"1031, entrance closed":             {in: filing.WeChatStatus{Status: 1031, Available: &closed}, stage: filing.NotReady, missing: []string{"profile", "category", "verification"}, reasons: []filing.Reason{profile, category, verify}},
		"1032: a bit nobody told us of":     {in: filing.WeChatStatus{Status: 1032}, stage: filing.Unknown},
		"1033: known and unknown bits":      {in: filing.WeChatStatus{Status: 1033}, stage: filing.Unknown},
		"2048":                              {in: filing.WeChatStatus{Status: 2048}, stage: filing.Unknown},
		"0":                                 {in: filing.WeChatStatus{}, stage: filing.Unknown},
		"1":                                 {in: filing.WeChatStatus{Status: 1}, stage: filing.Unknown},
		"7":                                 {in: filing.WeChatStatus{Status: 7, AuditData: audit}, stage: filing.Unknown},
		"1023":                              {in: filing.WeChatStatus{Status: 1023}, stage: filing.Unknown},
		"negative":                          {in: filing.WeChatStatus{Status: -1}, stage: filing.Unknown},
		"smallest":                          {in: filing.WeChatStatus{Status: math.MinInt}, stage: filing.Unknown},
		"largest":                           {in: filing.WeChatStatus{Status: math.MaxInt}, stage: filing.Unknown},
		"cancelling a filed one":            {in: filing.WeChatStatus{Status: 6, Canceling: true}, stage: filing.Cancelling},
		"cancelling comes before rejection": {in: filing.WeChatStatus{Status: 5, Canceling: true, AuditData: audit}, stage: filing.Cancelling},
		"cancelling comes before unknown":   {in: filing.WeChatStatus{Status: 99, Canceling: true}, stage: filing.Cancelling},
	} {
		t.Run(name, func(t *testing.T) {
			stage, missing, reasons := filing.FromWeChat(tc.in)
			if stage != tc.stage {
				t.Errorf("stage %q, want %q", stage, tc.stage)
			}
			if d := cmp.Diff(tc.missing, missing); d != "" {
				t.Errorf("missing (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tc.reasons, reasons); d != "" {
				t.Errorf("reasons (-want +got):\n%s", d)
			}
			if len(reasons) > 0 && !stage.HasReasons() {
				t.Errorf("%q keeps no reasons, but there are some", stage)
			}
		})
	}
}

// Whatever number comes, the answer is one of the stages.
func TestFromWeChatEveryCode(t *testing.T) {
	for status := -10; status < 5000; status++ {
		for sms := -1; sms < 6; sms++ {
			stage, _, _ := filing.FromWeChat(filing.WeChatStatus{Status: status, SMSVerify: sms})
			if !stage.Valid() {
				t.Fatalf("status %d, sms %d: %q is no stage", status, sms, stage)
			}
		}
		if stage, _, _ := filing.FromWeChatProcedure(filing.WeChatProcedure{Status: status}); !stage.Valid() {
			t.Fatalf("procedure %d: %q is no stage", status, stage)
		}
	}
}

func TestFromWeChatProcedure(t *testing.T) {
	why := []filing.Reason{{Error: "公司名称与执照不一致"}}
	for _, tc := range []struct {
		status, sms int
		reasons     []filing.Reason
		stage       filing.Stage
		missing     []string
		want        []filing.Reason
	}{
		{status: 9, stage: filing.NotReady, missing: []string{"verification"}, want: []filing.Reason{{Field: "微信认证", Error: "认证正在办理，通过后才会进入备案初审"}}},
		{status: 15, stage: filing.NotReady, missing: []string{"verification"}, want: []filing.Reason{{Field: "微信认证", Error: "认证正在办理，通过后才会进入备案初审"}}},
		{status: 16, stage: filing.NotReady, missing: []string{"verification"}, want: []filing.Reason{{Field: "微信认证", Error: "认证正在办理，通过后才会进入备案初审"}}},
		{status: 17, stage: filing.NotReady, missing: []string{"verification"}, want: []filing.Reason{{Field: "微信认证", Error: "认证正在办理，通过后才会进入备案初审"}}},
		{status: 18, reasons: why, stage: filing.NotReady, missing: []string{"verification"}, want: why},
		{status: 18, stage: filing.NotReady, missing: []string{"verification"}, want: []filing.Reason{{Field: "微信认证", Error: "认证没有通过"}}},
		{status: 19, stage: filing.NotFiled},
		{status: 20, reasons: why, stage: filing.NotReady, missing: []string{"verification"}, want: why},
		{status: 21, reasons: why, stage: filing.NotReady, want: why},
		{status: 21, stage: filing.NotReady, want: []filing.Reason{{Field: "备案资料", Error: "备案申请没有提交成功"}}},
		{status: 22, stage: filing.PlatformReview},
		{status: 23, reasons: why, stage: filing.PlatformRejected, want: why},
		{status: 24, stage: filing.SMSPending},
		{status: 24, sms: 1, stage: filing.SMSPending},
		{status: 24, sms: 2, stage: filing.AuthorityReview},
		{status: 24, sms: 3, stage: filing.SMSExpired},
		{status: 25, reasons: why, stage: filing.AuthorityRejected, want: why},
		{status: 26, stage: filing.Filed},
		{status: 27, stage: filing.NotFiled},
		{status: 28, stage: filing.NotFiled},
		{status: 29, stage: filing.Withdrawn},
		{status: 0, stage: filing.Unknown},
		{status: 14, stage: filing.Unknown},
		{status: 30, stage: filing.Unknown},
		{status: -5, stage: filing.Unknown},
	} {
		stage, missing, reasons := filing.FromWeChatProcedure(filing.WeChatProcedure{Status: tc.status, SMSVerify: tc.sms, Reasons: tc.reasons})
		if stage != tc.stage {
			t.Errorf("%d/%d: stage %q, want %q", tc.status, tc.sms, stage, tc.stage)
		}
		if d := cmp.Diff(tc.missing, missing); d != "" {
			t.Errorf("%d/%d: missing (-want +got):\n%s", tc.status, tc.sms, d)
		}
		if d := cmp.Diff(tc.want, reasons); d != "" {
			t.Errorf("%d/%d: reasons (-want +got):\n%s", tc.status, tc.sms, d)
		}
	}
}
