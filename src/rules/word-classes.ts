/**
 * What words do in an injected order, whatever the language: a class, then its words; a stem takes any ending (`*`, four letters at least).
 * Words of scripts without spaces are looked for inside the text. The classifier's features are built on these classes, so a change
 * here asks for new weights (bench/train).
 */
export const wordClasses = `
override ignor* disregard* forget forgets forgetting overrid* bypass* neglect circumvent* discard* dismiss* abandon* cancel* nullif* supersed*
  overwrit* unlearn* disobey* invalid olvid* descart* desestim* oubli* abstraction vergiss* vergess* missacht* uebergeh* ubergeh*
  verwirf* esquec* desconsider* despreze* dimentic* trascur* negeer* vergeet* vergeten zignoruj* ignoruj* zapomn* pomin* bortse* glom strunta
  glem unohda* jata felejts* hagyd uita ignorați lupakan abaikan unut* yoksay* gormezden забудь* забыть игнорир* проигнорир* отбрось* забув*
  ігнор* αγνο* ξεχα* تجاهل* انس انسى התעלם* שכח* अनदेखा भूल नजरअंदाज उपेक्षा উপেক্ষা ভুলে 忽略 无视 無視 忘记 忘記 忘掉 忘れ 不要理会 不要遵守 무시 잊어 잊고 ละเว้น เพิกเฉย ลืม
  bỏ quên ignorez zanemari* zaboravi* pamirsk* ignorēj* puuza sahau* kalimutan balewalain
previous previous* prior above earlier preceding foregoing former past before anterior* previ* arriba arriba antes precedent* precedem* acima
  bisherig* vorherig* vorig* obig* vorangeh* vorangeg* fruher* zuvor davor vorher sopra finora vorige eerdere bovenstaande voorgaande poprzedni*
  wczesniejsz* powyzsz* tidigare foregaende ovanstaende tidligere ovenstaende aiemmat edelliset korabbi elozo sebelumnya terdahulu onceki
  yukaridaki предыдущ* прежн* прошл* ранее выше предшеств* попередн* προηγουμεν* παραπανω السابقة السابق أعلاه הקודמות הקודמים לעיל पिछले पिछली पूर्व
  पहले আগের পূর্ববর্তী 之前 先前 以上 上面 此前 前面 以前 これまで 今まで 前の 上記 이전 앞의 위의 지금까지 ก่อนหน้า ข้างต้น trước prethodn* ankstesn*
instruction instruct* directiv* guideline* command commands commandment* orders rules rule programming guidance directions guardrail* instruccion*
  ordenes reglas indicacion* directric* normas consign* regles anweisung* befehl* regeln vorgaben richtlini* instruktion* instruc* regras diretriz*
  comandos istruzion* ordini regole direttiv* instructies opdracht* richtlijn* polecen* instrukcj* zasad* wytyczn* regler instruktion* ohjeet ohjeita
  utasitas* szabaly* instrucțiun* reguli* instruksi perintah aturan talimat* komut* kural* инструкц* указани* правил* команд* приказ* інструкц* вказівк*
  οδηγι* εντολ* κανον* التعليمات تعليمات الأوامر أوامر القواعد ההוראות הוראות הנחיות निर्देश निर्देशों आदेश नियम নির্দেশ নির্দেশাবলী 指令 指示 命令 规则 規則 说明 ルール 지시 명령 규칙 지침
  คำสั่ง คำแนะนำ กฎ hướng lệnh upute uputstv* nurodym* maagizo tagubilin
prompt prompt prompts preprompt sysprompt systemprompt invite eingabeaufforderung промпт* подсказк* 提示词 提示詞 提示 プロンプト 프롬프트 พรอมต์
system system systems sistema sistemas systeme systeem systemu systemow systemet jarjestelma* rendszer* sistem sistemul sistemi систем* σύστημα*
  συστηματ* النظام نظام המערכת सिस्टम প্রণালী সিস্টেম 系统 系統 システム 시스템 ระบบ hệ
assistant assistant* ai ais agent agents llm llms chatbot* chatgpt gpt claude gemini copilot bot bots model models asistent* asistente* assistente*
  assistenz* assistenten ki modell* modelo* modele* modello asystent* ассистент* помощник* модел* модель нейросет* βοηθ* مساعد المساعد הנموذج עוזר
  सहायक সহকারী 助手 模型 人工智能 アシスタント 모델 어시스턴트 인공지능 ผู้ช่วย trợ
user user users human humans customer customers operator usuario* utilisateur* benutzer* nutzer* anwender usuario* utente utenti gebruiker* uzytkowni*
  anvandare* bruger* kayttaja* felhasznalo* utilizator* pengguna kullanici* пользовател* користувач* χρηστ* المستخدم المستخدمين המשתמש उपयोगकर्ता ব্যবহারকারী
  用户 使用者 用戶 ユーザー 사용자 ผู้ใช้ dùng
conceal secretly silently quietly hide hides hidden conceal* covertly discreet* unnoticed invisible invisibly stealth* confidential* ocult* escond*
  cachez heimlich* verberg* verheimlich* versteck* stillschweigend nascond* ukryj* ukryt* скры* тайно незаметно молча سرا إخفاء בסתר गुप्त छुपा 隐藏 悄悄 秘密地 偷偷 不要告诉
  不要提及 隠して 密かに こっそり 몰래 숨겨 비밀리에
tell tell tells telling told mention* inform* notify notif* alert* disclos* acknowledg* diga dile digas decir dites dire sag sage sagen sagt
  erwahn* mencion* dica dici zeg vertel* powiedz mow сообща* расскаж* скаж* упомина* أخبر تخبر ספר बताओ बताएं बताना বলুন 告诉 告訴 说 提及 教えて 言って 伝え 말해 알려 บอก nói
reveal reveal* show shows display* print prints expose* dump dumps leak leaks recite* repeat* output outputs echo list quote paste reproduc* revel*
  muestr* mostr* imprim* repit* repet* affich* montr* zeig* wiederhol* gib nenne verrat* offenbar* mostra* repita exiba rivel* toon* herhaal pokaz*
  ujawn* wypisz visa avsloja vis napayta naytä arata tunjukkan tampilkan ungkapkan goster* yazdir* покаж* раскр* выведи* повтори* напечатай показ*
  розкр* δειξε αποκαλυψε اعرض اكشف أظهر הצג חשוף दिखाओ दिखाएं बताइए প্রকাশ দেখাও 显示 揭示 泄露 输出 打印 顯示 重复 公开 表示 見せて 出力 教え 보여 출력 공개 แสดง เปิดเผย tiết
secret password* passwd passphrase* secret secrets credential* token tokens apikey api_key key keys ssh id_rsa env passcode pin cookie cookies
  contrasen* clave* credencial* motdepasse passe identifiants passwort* kennwort* geheimnis* zugangsdaten senha* chave* segredo* segreto wachtwoord*
  haslo hasla salasana jelszo parola kata sandi sifre* пароль пароля паролей пароли секрет* ключ* токен* κωδικ* كلمة السر المرور سرية סיסמה סוד पासवर्ड গোপন 密码 密碼 密钥 口令
  秘密 机密 パスワード 鍵 비밀번호 암호 비밀 รหัสผ่าน mật
send send sends sending sent forward* post posts upload* transmit* exfiltrat* email* mail submit* share shares deliver* relay* enviar envia* envie
  reenvi* envoy* envoi* transmet* send* schick* weiterleit* uberm* hochlad* encaminh* mandar mande invia* inoltra* verstuur* stuur wyslij* przeslij*
  skicka* laheta* kuldj* trimite* kirim* gonder* отправ* перешл* пересл* надішл* στειλε أرسل ارسل שלח भेजें भेजो পাঠান 发送 發送 转发 上传 送信 送って 転送 보내 전송 ส่ง gửi
all all everything anything whatever todo todos todas toda tout tous toutes alle alles tudo tutto tutti tutte wszystk* alla kaikki minden toate semua
  tum butun все всё всех усі παντα ολες كل جميع כל सभी सब সব 所有 一切 全部 すべて 全て 모든 모두 전부 ทั้งหมด tất
now now henceforth onwards immediately instantly ahora adelante maintenant desormais jetzt nun sofort agora adesso ora nu teraz nyt most acum
  sekarang simdi сейчас теперь отныне немедленно τωρα الآن עכשיו अब এখন 现在 現在 立刻 马上 今から 今すぐ これから 지금 이제 ตอนนี้ bây
new new updated revised nueva nuevo nuevas nuevos nouvelle* nouveau* neue neuen neues neuer nova novo novas novos nuova nuovo nuove nieuwe nowe nowy
  nowa nya nye uusi uudet uj noua noi baru yeni новые новая новый новое νεες νεα جديدة الجديدة חדשות חדשה नया नए नई নতুন 新的 新しい 새로운 ใหม่ mới
must must should shall required requires mandatory need needs debe debes deben tienes devez dois doit musst mussen muss deve deves devi moet musisz
  maste taytyy kell trebuie harus zorunda должен должны обязан необходимо يجب חייב चाहिए অবশ্যই 必须 必須 务必 しなければ 해야 ต้อง phải
role act acts acting pretend* roleplay* simulat* imagin* persona personas character impersonat* actua finge imagina agis pretends incarne simule
  spiel* verhalte handle atue finja agisci fingi gedraag притворись представь веди притвор* 扮演 假装 假裝 角色 演じ ふり 역할 행세 연기 สวม đóng
free unfilter* uncensor* unrestrict* unlimit* jailbr* dan unbound* amoral unethical immoral illegal limitless freed liberated sin restriccion*
  senza ohne unzensiert* uneingeschrankt* nefiltr* без неогранич* 不受限制 无限制 越狱 無制限 制限なし 탈옥 무제한
limits restrict* limitation* filter filters censor* polic* ethic* moral* safeguard* safety guideline* constrain* boundar* content_policy restriccion*
  limitacion* einschrankung* beschrankung* restrizion* restric* ogranicz* огранич* фильтр* цензур* قيود מגבלות प्रतिबंध 限制 过滤 約束 道德 制限 제한 필터
respond respond* reply replies answer* say says write writes responde* respuesta repond* antwort* schreib* responda rispond* antwoord* odpowiedz* napisz
  svara vastaa valaszol* raspunde* jawab* cevap* yanit* ответ* напиши* отвеч* απαντ* أجب اكتب ענה כתוב उत्तर जवाब लिखो উত্তর 回答 回复 写 答复 返答 答え 返信 대답 답변 응답 ตอบ trả
only only just solely exactly verbatim solo solamente unicamente seulement uniquement nur ausschliesslich apenas somente soltanto alleen tylko endast vain
  csak doar hanya sadece только лишь μονο فقط רק केवल सिर्फ শুধু 只 仅 仅仅 だけ のみ 오직 만 เท่านั้น
place http https www url urls webhook webhooks endpoint server attacker external pastebin ngrok correo courriel adresse url adres servidor серверу сервер
  адрес 网址 邮箱 服务器 アドレス 서버 주소
execute execut* run runs invoke* call calls curl wget bash shell sudo exec eval ejecut* execut* ausfuhr* fuhre esegui* voer wykonaj* выполни* запусти* نفذ
  הרץ चलाएं निष्पादित 执行 運行 运行 调用 実行 실행 ดำเนินการ chạy
money transfer* payment* pay pays wire account accounts bitcoin wallet iban bank dinero transfier* vire* virement uberweis* dinheiro bonific* przelew* перевед*
  перевод* деньги 转账 汇款 付款 振り込 송금 이체
destroy delet* erase* wipe* remov* drop destroy* borra* elimin* supprim* losch* apag* exclua cancella* elimina* verwijder* usun* удали* стереть 删除 刪除 削除 삭제
urgent important* urgent* critical* attention warning notice priority override_code importante* wichtig* achtung urgente* attenzione belangrijk* wazne
  важно внимание срочно هام تنبيه חשוב महत्वपूर्ण জরুরি 重要 注意 紧急 緊急 중요 긴급 สำคัญ
not not don dont never no cannot without avoid refrain nor stop none nunca jamas jamais pas ne nicht keine kein niemals nie nao nunca mai non niet nigdy
  inte ikke ala ei ne nem nu jangan degil asla не нет никогда без لا لن אל לא नहीं मत না 不 不要 别 勿 ない 禁止 말고 마 않 아니 ไม่ อย่า không đừng
mode mode developer debug debugging maintenance admin administrator root privileged unlocked godmode sudo sandbox override modo modus modalita
  administrador admin режим* разработчик* отладк* وضع מצב मोड 模式 开发者 管理员 モード 開発者 管理者 모드 개발자 관리자 โหมด
comply comply complies compliance obey* adhere* follow follows following abide* refuse* refus* obedec* cumpl* segui* sigue suivez suis befolg* gehorch* folge*
  obedeca siga obbedisci segui volg przestrzegaj подчин* следуй* соблюда* اتبع ציית पालन अनुसरण 遵守 遵循 服从 従って 守って 따르 따라 복종 ปฏิบัติ tuân
you you your yours yourself tu tus te usted ton votre vos vous du dein* ihr* sie voce seu sua tuo tua jij je twoje ty din sinun te kamu anda sen siz ты вы
  твой твои тебя вам ваши σου εσυ أنت אתה तुम आप আপনি 你 您 你的 あなた 당신 너 คุณ bạn
begin begin* start starts end ends stop finish* fin inicio ende fine koniec конец начало 结束 開始 开始 終了 시작 끝
task task* job request* query question* content context text conversation message messages tarea* tache* aufgab* tarefa* compito taak zadani* задач* запрос* вопрос* مهمة
  משימה कार्य কাজ 任务 任務 请求 内容 对话 タスク 会話 작업 대화 งาน
tool tool tools function functions plugin mcp api parameter* argument* herramienta* outil* werkzeug* ferramenta* strumento инструмент* أداة כלי उपकरण 工具 ツール 도구 เครื่องมือ
file file files folder directory path config document* archivo* fichier* datei* arquivo* dokument* файл* ملف קובץ फ़ाइल 文件 檔案 ファイル 파일 ไฟล์
`
