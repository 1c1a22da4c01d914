package sheet_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beianbot/beianbot/bot/filing"
	"github.com/beianbot/beianbot/bot/vocab"
)

// The same workbook in every way in which LibreOffice writes it (testdata/libreoffice/README.md).
func TestReadLibreOffice(t *testing.T) {
	expires := func(s string) time.Time { return moment(s) }
	want := map[int]filing.Report{
		3: {
			ID: "LO-0001", Name: "小鹿花店", Platform: vocab.PlatformWeChat, AppID: "wx0000000000000001", Subject: "上海小鹿花艺有限公司", Province: "上海",
			Stage: vocab.StageSMSPending, At: moment("2026-11-20 09:30"), CertificateExpires: expires("2027-03-01"),
		},
		4: {
			ID: "LO-0002", Name: "大象,书店", Platform: vocab.PlatformDouyin, Subject: "广东大象图书有限公司", Province: "广东", Stage: vocab.StageFiled,
			At: moment("2026-11-03"), Number: "粤ICP备2026054321号-1X",
		},
		5: {
			ID: "LO-0003", Name: `松鼠“咖啡”"馆"`, Platform: vocab.PlatformWeChat, AppID: "wx0000000000000003", Province: "江苏", Stage: vocab.StagePlatformRejected,
			At: moment("2026-11-18"), CertificateExpires: expires("2029-12-31"),
			Reasons: []filing.Reason{{Field: "营业执照", Error: "照片模糊", Suggest: "重新拍摄"}, {Error: "备注太简单"}},
		},
		6: {ID: "LO-0004", Name: "长颈鹿绘本", Platform: vocab.PlatformAlipay, Province: "内蒙古", Stage: vocab.StageAuthorityReview, At: moment("2026-11-11")},
		7: {
			ID: "LO-0005", Name: "海豚洗衣；自助", Platform: vocab.PlatformBaidu, Province: "新疆", Stage: vocab.StageAuthorityRejected, At: moment("2026-11-09"),
			Reasons: []filing.Reason{{Error: "主体名称与执照不一致"}},
		},
		8:  {ID: "LO-0006", Name: "=SUM(A1:A2)", Platform: vocab.PlatformWeChat, Province: "上海", Stage: vocab.StagePlatformReview, At: moment("2026-11-19")},
		10: {ID: "LO-0007", Name: "鎏金㐀堃", Platform: vocab.PlatformOther, Province: "四川", Stage: vocab.StageNotFiled, At: moment("2026-11-19 18:00")},
		11: {ID: "202611230008", Name: "企鹅旅拍", Platform: vocab.PlatformWeChat, Province: "福建", Stage: vocab.StageCancelled, At: moment("2026-10-01")},
	}
	files, err := filepath.Glob("testdata/libreoffice/*.csv")
	if err != nil || len(files) != 6 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			rows, err := readAll(t, f)
			if err != nil {
				t.Fatal(err)
			}
			got := map[int]filing.Report{}
			for _, r := range rows {
				if len(r.Problems) > 0 {
					t.Errorf("row %d: %v", r.Number, r.Problems)
				}
				r.Report.Source = ""
				got[r.Number] = r.Report
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
