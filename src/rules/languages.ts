/**
 * The same words in eighteen other languages, by what they do: `# language`, then lines of a name and alternatives. Latin letters stand
 * without their accents, as the normaliser writes them; a stem takes any ending (`*`).
 */
export const languages = String.raw`
# es
override ignora|ignorar|ignoren|olvida|olvide|olvidate|olvidar|descarta|desestima|haz caso omiso|no hagas caso|no sigas|pasa por alto|
    haga caso omiso
previous anteriores|anterior|previas|previos|previa|recibidas|precedentes|arriba|hasta ahora
instruction instrucciones|instruccion|ordenes|reglas|indicaciones|directrices|directivas|restricciones|normas
all todo lo anterior|todo lo de arriba|todo lo que
reveal revela|revelar|muestra|muestrame|muestre|dime|dame|repite|imprime|escribe|comparte
prompt prompt del sistema|prompt de sistema|instrucciones del sistema|tus instrucciones|tu prompt|instrucciones ocultas|
    mensaje del sistema|indicaciones iniciales
secret contrasena|clave secreta|claves de api|credenciales
fresh nueva instruccion|nuevas instrucciones|nueva tarea|tu nueva tarea
now a partir de ahora eres|ahora eres|desde ahora eres|actua como si no
hide no le digas al usuario|no informes al usuario|sin decirselo al usuario|no se lo digas
# fr
override ignorez|ignorer|oublie|oubliez|oublier|ne tiens pas compte|ne tenez pas compte|fais abstraction|faites abstraction|ne suis pas|
    ne suivez pas|ignore toutes|ignore les|ignore tes|ignore consignes|ignore regles|ignore directives
previous precedent*|anterieur*|ci-dessus|prealable*|d'avant|recues|plus haut|jusqu'ici
instruction instructions|consignes|regles|directives|ordres|indications
all tout ce qui precede|tout ce que|toutes ces
reveal revele|revelez|montre|montrez|affiche|affichez|dis-moi|donne-moi|donnez-moi|repete|repetez|imprime
prompt prompt systeme|invite systeme|tes instructions|vos instructions|ton prompt|instructions cachees|message systeme|
    instructions systeme|prompt du systeme
secret mot de passe|cle secrete|cles api|identifiants
fresh nouvelle instruction|nouvelles instructions|nouvelle tache|nouvelle consigne
now tu es maintenant|vous etes maintenant|a partir de maintenant, tu|desormais tu es|tu es desormais
hide ne le dis pas a l'utilisateur|n'en parle pas a l'utilisateur|n'informe pas l'utilisateur|sans en informer l'utilisateur|
    ne dis rien a l'utilisateur
# de
override ignorier*|vergiss|vergesst|vergessen sie|missachte*|ubergeh*|befolge nicht|befolge die|verwirf|beachte nicht|halte dich nicht
previous bisherigen|vorherigen|vorherige|vorigen|obigen|obige|vorangehenden|vorangegangenen|fruheren|davor|zuvor|oben|nicht mehr
instruction anweisung*|befehl*|regeln|vorgaben|richtlinien|instruktionen|aufgaben|auftrage|systemanweisung*
all alles davor|alles obige|alles, was|alles was|alles vorherige
reveal verrate|zeige|zeig|nenne|nenn mir|gib|gib mir|wiederhole|drucke|schreibe|sag mir|offenbare
prompt systemprompt|system-prompt|systemanweisung*|deine anweisungen|deinen prompt|deine instruktionen|versteckten anweisungen|
    deine regeln|prompt-texte|systemnachricht
secret passwort|kennwort|geheimnis|geheimen schlussel|zugangsdaten|api-schlussel
fresh neue anweisung*|neue aufgabe|neuen aufgabe|neuer auftrag
now du bist jetzt|du bist nun|ab jetzt bist du|von nun an bist du|ab sofort bist du
hide sag dem nutzer nichts|sage dem benutzer nichts|erwahne das nicht|informiere den benutzer nicht|ohne den benutzer|
    verrate dem nutzer nichts|dem nutzer nicht
# pt
override ignora|ignorar|esqueca|esquece|esquecer|desconsidere|desconsidera|despreze|nao siga|ignore todas|ignore as|ignore tudo|
    ignore regras|ignore instrucoes|ignore ordens
previous anteriores|anterior|previas|previos|acima|recebidas|ate agora
instruction instrucoes|instrucao|ordens|regras|diretrizes|orientacoes|comandos
all tudo o que|tudo acima|tudo que
reveal revele|revela|mostre|mostra|diga|exiba|repita|imprima|me de|escreva
prompt prompt do sistema|prompt de sistema|suas instrucoes|seu prompt|instrucoes do sistema|instrucoes ocultas|mensagem do sistema
secret senha|chave secreta|credenciais|chaves de api
fresh nova instrucao|novas instrucoes|nova tarefa|sua nova tarefa
now agora voce e|voce agora e|a partir de agora voce|a partir de agora, voce
hide nao conte ao usuario|nao diga ao usuario|nao informe o usuario|sem avisar o usuario|nao mencione isso
# it
override ignora|ignorare|ignorate|dimentica|dimenticate|trascura|non seguire|non tenere conto
previous precedenti|precedente|sopra|anteriori|ricevute|finora
instruction istruzioni|istruzione|ordini|regole|direttive|indicazioni|comandi
all tutto cio che|tutto quello che|tutto quanto
reveal rivela|mostra|mostrami|dimmi|dammi|ripeti|stampa|scrivi
prompt prompt di sistema|prompt del sistema|le tue istruzioni|il tuo prompt|istruzioni di sistema|istruzioni nascoste|messaggio di sistema
secret parola d'ordine|la password|chiave segreta|credenziali
fresh nuova istruzione|nuove istruzioni|nuovo compito
now ora sei|adesso sei|d'ora in poi sei|da ora in poi sei
hide non dirlo all'utente|non informare l'utente|senza dirlo all'utente|non menzionarlo
# nl
override negeer|vergeet|sla geen acht|volg niet
previous voorgaande|vorige|bovenstaande|eerdere|hierboven
instruction instructies|aanwijzingen|regels|opdrachten
all alles hierboven|alles wat
reveal toon|laat zien|geef|onthul|herhaal|zeg
prompt systeemprompt|systeem prompt|je instructies|jouw instructies|verborgen instructies|je prompt
secret wachtwoord|geheime sleutel
fresh nieuwe instructie|nieuwe opdracht|nieuwe taak
now je bent nu|vanaf nu ben je
hide vertel de gebruiker niet|zeg niets tegen de gebruiker|zonder de gebruiker
# pl
override zignoruj|ignoruj|zapomnij|pomin|nie zwazaj|zlekcewaz
previous poprzednie|poprzednich|wczesniejsze|powyzsze|powyzej|dotychczasowe
instruction instrukcj*|polece*|zasad*|regul*|wytyczn*
all wszystko co|wszystko powyzej|wszystkim co
reveal ujawnij|pokaz|wyswietl|podaj|powtorz|wypisz
prompt prompt systemowy|promptu systemowego|swoje instrukcje|twoje instrukcje|ukryte instrukcje
secret haslo|tajny klucz
fresh nowa instrukcja|nowe polecenie|nowe instrukcje|nowe zadanie
now jestes teraz|od teraz jestes
hide nie mow uzytkownikowi|nie informuj uzytkownika|bez wiedzy uzytkownika
# cs
override ignoruj*|zapomen*|nedbej
previous predchozi*|vyse|dosavadni*|drivejsi*
instruction pokyny|instrukce|prikazy|pravidla
reveal prozrad|ukaz|vypis|zobraz|rekni
prompt systemovy prompt|sve instrukce|skryte instrukce
secret heslo
fresh novy pokyn|nove pokyny|novy ukol
now od ted jsi|nyni jsi
# tr
override yok say*|gormezden gel*|unut*|dikkate alma*|goz ardi et*|uyma
previous onceki|yukaridaki|daha onceki|evvelki|simdiye kadarki
instruction talimat*|komut*|kural*|yonerge*|emir*|direktif*
all yukaridaki her seyi|onceki her seyi|soylenen her seyi
reveal goster*|acikla*|soyle*|yazdir*|tekrarla*|paylas*|istemini ver|mesajini ver|promptunu ver|talimatlarini ver|talimatlari ver|
    sifreyi ver|parolayi ver
prompt sistem promptu*|sistem istemi*|sistem mesaji*|gizli talimat*|sistem talimat*
secret parola*|sifre*|gizli anahtar*
fresh yeni talimat*|yeni gorev*
now artik sen|su andan itibaren|bundan sonra sen
hide kullaniciya soyleme|kullaniciya bildirme|kullaniciya haber verme
# id
override abaikan|lupakan|jangan hiraukan|jangan ikuti
previous sebelumnya|di atas|sebelum ini|terdahulu
instruction instruksi|perintah|aturan|arahan|petunjuk
all semua yang di atas|semua di atas
reveal tampilkan|tunjukkan|ungkapkan|beri tahu|berikan|ulangi|cetak
prompt prompt sistem|system prompt|instruksi sistem|instruksi tersembunyi|instruksi anda
secret kata sandi|kunci rahasia
fresh instruksi baru|tugas baru|perintah baru
now sekarang kamu adalah|sekarang anda adalah|mulai sekarang kamu
hide jangan beri tahu pengguna|tanpa memberi tahu pengguna|jangan katakan kepada pengguna
# vi
override bo qua|phot lo|quen|khong tuan theo
previous truoc do|truoc day|o tren|ben tren
instruction huong dan|chi dan|menh lenh|quy tac|chi thi
reveal tiet lo|hien thi|cho toi biet|in ra|lap lai
prompt loi nhac he thong|prompt he thong|huong dan he thong|cau lenh he thong
secret mat khau
fresh huong dan moi|nhiem vu moi|chi thi moi
now bay gio ban la|tu bay gio ban la
hide dung noi voi nguoi dung|khong cho nguoi dung biet
# ru
override игнорир*|проигнорир*|забудь*|забыть|не обращай внимания|не обращайте внимания|отбрось*|пренебрег*|не следуй*
previous предыдущ*|прежн*|выше|ранее|прошлые
instruction инструкци*|указани*|правил*|команд*|директив*|распоряжени*
all всё, что|все, что|всё вышесказанное|все вышесказанное
reveal покажи*|раскрой*|назови*|выведи*|повтори*|скажи*|сообщи*|напечатай*
prompt системный промпт|системного промпта|системные инструкции|свои инструкции|твои инструкции|скрытые инструкции|системное сообщение|
    системную подсказку|системный запрос
secret пароль|секретный ключ|учётные данные|учетные данные
fresh новая инструкция|новые инструкции|новое задание|новая задача
now теперь ты|ты теперь|отныне ты|с этого момента ты
hide не говори пользователю|не сообщай пользователю|не сообщайте пользователю|без ведома пользователя
# uk
override ігноруй*|забудь*|не зважай*|знехтуй*
previous попередні*|вище|раніше
instruction інструкці*|вказівк*|правил*|команд*
reveal покажи*|розкрий*|назви*|виведи*|скажи*
prompt системний промпт|системні інструкції|свої інструкції|приховані інструкції
fresh нова інструкція|нові інструкції|нове завдання
now тепер ти|відтепер ти
hide не кажи користувачу|не повідомляй користувача
# zh
override 忽略|无视|忽视|忘记|忘掉|不要理会|不要遵守|抛开|無視|忽視|忘記|不再遵守|不必遵守|丢弃
previous 之前|以上|上面|先前|前面|此前|上述|所有
instruction 指令|指示|规则|命令|提示词|规定|規則|要求|设定
all 以上所有|上面所有|之前所有|以上内容|上面的内容|之前的内容|前面的内容|先前的内容|以上的内容|上面的所有内容|前面的所有内容|之前的所有内容|一切
reveal 显示|告诉我|透露|输出|打印|重复|展示|顯示|告訴我|说出
prompt 系统提示|系统提示词|系统指令|你的指令|你的提示词|隐藏的指令|隐藏指令|系統提示|初始指令|内部指令|你的规则|系统消息
secret 密码|密碼|密钥|口令|凭证
fresh 新的指令|新指令|新的任务|新任务|新的指示|新规则
now 你现在是|现在你是|从现在开始你是|从现在起你是|你現在是|从现在开始，你|从现在起，你
hide 不要告诉用户|别告诉用户|不要让用户知道|不要通知用户|不要向用户|对用户保密
# ja
override 無視|忘れて|忘れろ|忘れてください|従わない|従うな|破棄|無効に
previous これまで|以前|上記|前の|今まで|先ほど|以上の|すべての|全ての|以前の|従来の
instruction 指示|命令|ルール|規則|プロンプト|制約|指令
all 上記の内容|これまでの内容|上記すべて|すべて忘れ
reveal 表示|教えて|見せて|出力|開示|明かして|繰り返し|公開
prompt システムプロンプト|あなたの指示|隠された指示|内部の指示|システムメッセージ|初期の指示|初期指示
secret パスワード|秘密の鍵|認証情報|秘密鍵
fresh 新しい指示|新しい命令|新しいタスク|新たな指示
now あなたは今から|あなたは今|今からあなたは|これからあなたは|今後あなたは
hide ユーザーに言わない|ユーザーには言わない|ユーザーに知らせない|ユーザーに伝えない|ユーザーには秘密|ユーザーに教えない
# ko
override 무시하|무시해|잊어|잊으|잊고|따르지 마|따르지 말|무효로
previous 이전|위의|앞의|지금까지|모든|기존|앞선
instruction 지시|명령|규칙|지침|프롬프트|안내
all 위의 모든|앞의 모든|지금까지의 모든|위의 내용을 모두|앞의 내용을 모두|이전 내용을 모두
reveal 보여|알려|출력|공개|말해|표시|반복
prompt 시스템 프롬프트|시스템 메시지|당신의 지시|숨겨진 지시|너의 지침|시스템 지침|초기 지시
secret 비밀번호|암호|비밀 키
fresh 새로운 지시|새 지시|새로운 명령|새로운 작업
now 너는 이제|이제부터 너는|당신은 이제|지금부터 너는|지금부터 당신은
hide 사용자에게 말하지|사용자에게 알리지|사용자 모르게
# hi
override अनदेखा|अनदेखी|नजरअंदाज|नज़रअंदाज़|भूल जाओ|भूल जाएं|भूल जाइए|उपेक्षा|ध्यान न दें|ध्यान मत दो
previous पिछले|पिछली|पूर्व|पहले|ऊपर|सभी|अब तक
instruction निर्देश*|आदेश*|नियम*|हिदायत*
all ऊपर की सभी|ऊपर का सब|सब कुछ
reveal दिखाओ|दिखाएं|दिखाइए|बताओ|बताएं|बताइए|प्रकट|दोहराओ|दोहराएं
prompt सिस्टम प्रॉम्प्ट|सिस्टम निर्देश|अपने निर्देश|छिपे हुए निर्देश|गुप्त निर्देश|सिस्टम संदेश
secret पासवर्ड|गुप्त कुंजी
fresh नया निर्देश|नए निर्देश|नया कार्य
now अब आप|अब तुम|अब से आप|अब से तुम
hide उपयोगकर्ता को मत बताओ|उपयोगकर्ता को न बताएं|उपयोगकर्ता को मत बताना|उपयोगकर्ता को सूचित न
# ar
override تجاهل*|انسى|انس كل|انس جميع|انس القواعد|انس التعليمات|أهمل|لا تتبع|تغاضى*|إنسى|اهمل
previous السابقة|السابق|أعلاه|اعلاه|الماضية|جميع|كل
instruction التعليمات|تعليمات*|الأوامر|أوامر|القواعد|التوجيهات|الإرشادات|القيود
all كل ما سبق|جميع ما سبق|كل ما قيل
reveal أظهر|اعرض|اكشف|أخبرني|اطبع|كرر|أعطني|اعطني|أكشف
prompt موجه النظام|تعليمات النظام|تعليماتك|مطالبة النظام|التعليمات المخفية|رسالة النظام|التعليمات السرية
secret كلمة المرور|كلمة السر|المفتاح السري|بيانات الاعتماد
fresh تعليمات جديدة|مهمة جديدة|أوامر جديدة|التعليمات الجديدة
now أنت الآن|من الآن فصاعدا أنت|من الآن فصاعدًا|انت الان
hide لا تخبر المستخدم|دون علم المستخدم|لا تذكر ذلك للمستخدم|دون إخبار المستخدم
`

/**
 * Attacks in those languages; `x.override` is that list of all languages together. Order of words differs between languages, so the
 * parts are looked for near each other, in any order. Families are those of English: a text in two languages is not counted twice.
 */
export const multilingual = `
# override T1102
multilingual high 90 ~90 x.override x.previous x.instruction
multilingual-short medium 60/50/50 ~36 x.override x.instruction
multilingual-all high 70 ~36 x.override x.all
# extract T1603
multilingual high 65/65/65 ~60 x.reveal x.prompt
# secret T1603
multilingual medium 45/45/45 ~48 x.reveal x.secret
# orders T1102
multilingual medium 50/60/60 x.fresh:
# address T1102
multilingual medium 40/45/45 x.now
# conceal T1001
multilingual high 60/65/65 x.hide
`
