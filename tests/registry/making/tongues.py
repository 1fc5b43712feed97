"""Sentences in the languages of the villages and of their visitors, all invented here: nothing in them is a mistake."""

VIETNAMESE = """\
Ủy ban nhân dân xã An Phú thông báo lịch tiêm chủng mở rộng tháng 12 năm 2026 cho trẻ em dưới 5 tuổi.
Kính mời bà con đến nhà văn hóa thôn Đồng Lúa lúc 19 giờ 30 ngày 05/12 để họp bàn việc làm đường ngõ xóm.
Nước lũ trên sông đang lên nhanh; đề nghị các hộ ven suối di chuyển người già, trẻ nhỏ, gia súc lên chỗ cao ngay.
Giá phân đạm 12.500 đ/kg, lân 4.200 đ/kg, thóc giống “Bắc Thơm số 7” 32.000 đ/kg, hỗ trợ 50 %.
Khuỷu tay, ngoằn ngoèo, nguệch ngoạc, thuở xưa, quýt, giếng, giặt giũ, xoong, khuya, huỳnh huỵch, tuýp, loắt choắt.
Không mở đường dẫn lạ, không đọc mã OTP cho bất kỳ ai; nghi ngờ thì gọi số 0200 000 113.
Hòa thuận, hoà thuận, khỏe mạnh, khoẻ mạnh, thủy lợi, thuỷ lợi, quy hoạch, qui hoạch, kỹ thuật, kĩ thuật.
Là và có thể có khó có thú, ý chí, thí nghiệm, hí hoáy, mía, bìa, giò chả, cà phê, ô tô, xì dầu, tí xíu.
TRẠM Y TẾ XÃ ĐỀ NGHỊ BÀ CON ĐI KHÁM SỨC KHỎE ĐỊNH KỲ, MANG THEO THẺ BẢO HIỂM Y TẾ.
Chị Giàng Thị Mỷ, anh Vàng A Páo, bà Y Ngông Niê, ông Thạch Sa Rây và cụ Đàng Năng Quạ được tặng giấy khen.
Cây cà phê rụng quả non, bà con ngừng bón đạm, phun thuốc có hoạt chất mancozeb theo hướng dẫn của khuyến nông.
"""

OTHERS = """\
Txhaj tshuaj tiv thaiv kab mob rau me nyuam hnub nyoog qis dua 5 xyoos, nqa phau ntawv tuaj.
Pi noọng hây slíp hả bươn chiêng, đảy nèn ngòi fạ phjôn, pây háng lồng tồng, bjoóc phông, kin ngài.
Cần tẳm kha rườn, nặm noòng mà khoái, hử lạo ké oóc slương pây tỉ slung.
Mnuih ƀuôn sang drei mâo hră mơar čih leh, brei anak aê hriăm hră, đru mơh kơ ƀuôn sang mđĭ kyar.
Čiăng ñu mñai ƀuôn, aâ eâ oâ, hruê êlan, mta êa, ơ̆ ŏ ĭ ŭ.
Bơngai tơring nơm athei pơm jang sa, bơ̆n hơdrin dĭ đăng, uh kơ hiong pơđam.
Hmư̆ mơ̆ng ơi adai, ƀing gơmơi răk rơmet glăi đang hơma hăng čar, djŏp mơnuih amăng plơi.
Urang Cam di palei, jalan nao sang, thun ni hu lahik ea, ngap hamu.
សូមទូរសព្ទលេខ 0200 000 114 ពេលមានទឹកជំនន់ ហើយនាំមនុស្សចាស់ និងកុមារ ទៅកន្លែងមានសុវត្ថិភាព។
ꨀꨆꨃ ꨌꩌ ꨨꨣꨬ ꨗꨪ
Où est le café de la gare? Là où Noël Lefèvre a mangé une crêpe, garçon, après l'été à Besançon.
Élysée, fiancé, thé, rosé, pâté, château, forêt, hôtel, île, naïf, œuvre, Citroën, Gisèle, François, Agnès.
Jürgen Müller und Käthe Groß fahren über Köln nach Österreich; für fünf Mädchen gibt es süße Äpfel.
O João e a Conceição não vão à praça; amanhã há reunião às três, são só corações e pães de mel.
El niño pequeño comió piñas; mañana señala la montaña, ¿dónde está el corazón de Muñoz?
Anna går på ön en gång, må vi gå på fjällen så går det; Flaggan är given mer än en gång.
Et vindu som är lukket på den andre siden; ikke gå ut på isen, og man må gå på land.
Më së shumti do të thotë se kjo është një fjalë e re.
Ciò può essere, così è perché più su giù là.
»Das« und »An« steht auf »Be«, »Länge« für »Zeichen«; «u» и «D», см. «U».
L'état « indéterminé » et « né », un côté « fermé ».
Dvořák, Škoda, Václav Havel, Łódź, Gdańsk, Björk Guðmundsdóttir, Øresund, Åse, Çelik, Işık, Szőlő.
TIN CŨ “LÀNG XÃ”, “CÓ”, “VÀ…”, «MÃ», «ĐÃ», XÃ\u00a0AN, ĐÓ…, NHÀ – TRƯỜNG, LÀ — ĐÀ… CÓ·KHÔNG; Ở ĐÂU “Ồ”, ‘À’.
The village shop sells 5 µm filters at 25.000 ₫ each, 3 × 4 m², ± 2 °C, ½ price, © 2026 Lúa Xanh™, “naïve” résumé.
«Bonjour», « là », «xin chào», «bà con», "thôn" 'xã' - 30 °C; 1/2; №; §5; ¶; a·b; x×y; 10÷2; 50 ¢; £3; ¥4; ®.
Facebook, Zalo, YouTube, COVID-19, H5N1, ASEAN, UBND, HĐND, MTTQ, TDP, GD&ĐT, BHXH, VNeID, https://anphu.example/a?b=c&d=e
"""
