package text

import ("testing";"time";"fmt")

func TestTmp(t *testing.T){
 t0:=time.Now(); t2s(); fmt.Println(time.Since(t0), len(t2s().changes))
 for _,s:=range []string{"ＩＣＰ备案２０２４年","小程序備案要怎麼做，步驟有哪些","備 案 入 口 在哪？？","beian  rukou在哪","怎么弄啊啊啊啊啊😭😭","乾坤 著作權 乾淨 係統 聯繫", "備案後改名"} { fmt.Printf("%q\n", Fold(Clean(s))) }
}
func BenchmarkFold(b *testing.B){ for b.Loop() { Fold(Clean("请问上海的小程序备案管局审核要多久呢？")) } }
func BenchmarkFoldT(b *testing.B){ for b.Loop() { Fold(Clean("小程序備案要怎麼做，步驟有哪些")) } }
