"""What the paper says by itself, section by section: Vietnamese alone, as Decree 30/2020 asks of papers of the State.

Not interface text, so not in the catalogue: a paper reads the same whatever language its officer's pages are in.
`{name}` is a figure; a sentence stands only if the report has all its figures.
"""

TRAIL = "Nhật ký kiểm soát của hệ thống khi lập báo cáo: {entries} mục; giá trị băm của mục cuối: {digest}"

SENTENCES: dict[str, tuple[str, ...]] = {
    "I": ("Trong kỳ báo cáo, phạm vi theo dõi gồm {clusters_count} cụm thông tin với {screens_count} mặt màn hình.",),
    "II.2": ("Đơn vị giao {staff_assigned_count} cán bộ thực hiện nhiệm vụ liên quan đến Cụm thông tin.",),
    "II.3": (
        "Trong kỳ, hệ thống tiếp nhận {programmes_submitted_count} chương trình do các cơ quan, đơn vị gửi; trong đó "
        "{programmes_unusable_count} tệp không sử dụng được. Kết quả thẩm định: {programmes_approved_count} chương "
        "trình được duyệt, {programmes_returned_count} lượt trả lại để chỉnh sửa, {programmes_rejected_count} chương "
        "trình bị từ chối.",
        "Đài Phát thanh - Truyền hình tỉnh gửi {station_programmes_count} chương trình; có {station_months_met_count} "
        "tháng đạt mức ít nhất 01 chương trình/tháng theo Điều 13 của Quy chế.",
    ),
    "II.4": (
        "Tiếp nhận {programmes_received_count} chương trình đã được thẩm định, đã đăng tải "
        "{programmes_posted_count} chương trình với {slots_count} lượt xếp lịch và {plays_count} lượt phát trong "
        "{days_aired_count} ngày.",
        "Thời lượng theo lịch trong khung giờ hoạt động là {planned_s}; đã phát {aired_s}, trong đó "
        "{aired_corroborated_s} đã đối chứng với lịch và {aired_claimed_s} chỉ theo báo cáo của thiết bị.",
        "Phát ngoài khung giờ theo chỉ đạo của cấp trên: {aired_instructed_s} (theo lịch {planned_instructed_s}). "
        "Chương trình đệm: {filler_s}. Hai loại thời lượng này được tính riêng, không cộng vào số đã phát nêu trên.",
        "Bản ghi mâu thuẫn với lịch: {contradicted_s}; bản ghi tạm giữ: {quarantined_s}. Các bản ghi này không được "
        "tính là đã phát.",
    ),
    "III.2": (
        "Thời lượng thiếu so với lịch: {airtime_shortfall_s}. Trong các nghĩa vụ đến hạn theo Quy chế có "
        "{duties_done_count} nghĩa vụ hoàn thành đúng hạn, {duties_late_count} nghĩa vụ hoàn thành muộn và "
        "{duties_overdue_count} nghĩa vụ quá hạn.",
    ),
}
EMPTY = "(Nội dung do đơn vị báo cáo bổ sung)"
COUNTED_UNTIL = "Số liệu trong báo cáo tính từ ngày {begins} đến hết ngày {ends}."
ALL_WENT = (
    "Trong kỳ báo cáo có thay đổi về cơ quan: {before} thực hiện nhiệm vụ đến hết ngày {until}; từ ngày {since}, "
    "{after} tiếp nhận toàn bộ nhiệm vụ ({basis}). Số liệu của hai cơ quan trong kỳ được tính chung."
)
PART_WENT = (
    "Trong kỳ báo cáo có thay đổi về cơ quan: từ ngày {since}, {after} tiếp nhận một phần nhiệm vụ mà {before} thực "
    "hiện đến hết ngày {until} ({basis})."
)
ABOLISHED = (
    "Trong kỳ báo cáo có thay đổi về cơ quan: {before} hoạt động đến hết ngày {until} ({basis}); chưa ghi nhận cơ quan "
    "kế thừa."
)
RENAMED = "Từ ngày {since}, {before} mang tên {after} ({basis})."
ENDED = "{name} (đến hết ngày {day})"
BEGUN = "{name} (từ ngày {day})"
PROVISIONAL = "Số liệu tạm tính, chưa chốt."
LANGUAGES = {"vi": "Tiếng Việt", "en": "Tiếng Anh", "zh": "Tiếng Trung", "zh-hans": "Tiếng Trung"}
OTHER = "Khác"
UNNAMED = "Chưa phân loại"
