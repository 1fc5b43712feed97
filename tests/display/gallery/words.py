"""What the gallery's boards say, in four tongues and all at once: the register of public information, every name invented."""

from bundle.alert import AlertText
from tests.display.samples import ALERT_TEXTS

NOTICES = {
    "vi": (
        "Lịch tiêm chủng tháng 11",
        "Trạm y tế xã tiêm chủng cho trẻ em dưới 5 tuổi theo lịch sau. Mang theo **sổ tiêm chủng**.\n\n"
        "| Ngày | Thôn | Giờ |\n|---|---|---|\n| Thứ Hai 23/11 | Bản Lầu, Bản Xen | 7 giờ 30 |\n"
        "| Thứ Ba 24/11 | Suối Trong Thượng | 7 giờ 30 |\n| Thứ Tư 25/11 | Nà Khương | 13 giờ 30 |\n\n"
        "Trẻ đang sốt thì hoãn tiêm. Hỏi thêm: điện thoại 0200 000 000.",
    ),
    "km": (
        "ប្រជុំភូមិយប់ថ្ងៃសៅរ៍",
        "អញ្ជើញបងប្អូនទាំងអស់ចូលរួមប្រជុំភូមិនៅម៉ោង ៧ យប់ ថ្ងៃសៅរ៍ នៅផ្ទះវប្បធម៌។\n\n"
        "- ពិនិត្យមើលបញ្ជីគ្រួសារក្រីក្រ\n- មូលនិធិលើកទឹកចិត្តការសិក្សា\n\n"
        "ស្ត្រីមានផ្ទៃពោះ និងកុមារ សូមទៅចាក់វ៉ាក់សាំងនៅមណ្ឌលសុខភាពឃុំ។",
    ),
    "hmn": (
        "Rooj sib tham hauv zos",
        "Nyob zoo cov kwv tij neej tsa. Hnub Saturday **thaum 7 teev tsaus ntuj** muaj rooj sib tham hauv tsev kab lis kev cai.\n\n"
        "- Xaiv cov tsev neeg txom nyem\n- Nyiaj pab menyuam kawm ntawv\n\n"
        "Thov txhua tsev neeg tuaj ib tug. Yog tuaj tsis tau, qhia rau tus thawj zos.",
    ),
    "mixed": (
        "Ngày hội các dân tộc xã Suối Trong 🎉",
        "Pỉ nọong slỉ phương oi, mừa rủng lường tằng hội! 🌾 Mời bà con dự hội **sáng Chủ nhật 22/11** tại sân vận động xã.\n\n"
        "- Tày, Nùng: hát then, sli, lượn\n- Hmoob: tshuab qeej, pov pob\n- ខ្មែរ៖ រាំវង់ និងទូកង\n\n"
        "⚽ Bóng đá 8 giờ · 🍲 Ẩm thực 11 giờ",
    ),
}

ALERTS = {
    "vi": ALERT_TEXTS["vi"],
    "km": AlertText(
        language="km",
        headline="ទឹកជំនន់ភ្លាមៗ៖ ចេញពីមាត់អូរភ្លាម",
        instruction="ឡើងទៅកន្លែងខ្ពស់ ឬសាលារៀនភ្លាម។\n\n- កុំឆ្លងអូរ\n- ជួយមនុស្សចាស់ និងកុមារ",
        where="Bản Lầu, Bản Xen",
    ),
    "hmn": AlertText(
        language="hmn",
        headline="Dej nyab los sai: khiav kom deb ntawm ntug dej",
        instruction="Mus rau **tsev kab lis kev cai** lossis tsev kawm ntawv tam sim no.\n\n"
        "- Tsis txhob hla dej\n- Pab cov laus thiab menyuam",
        where="Bản Lầu, Bản Xen",
    ),
}
